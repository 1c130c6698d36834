#!/bin/sh
# keep.sh SIGNAL FOLDER COMMAND...
# Runs COMMAND for as long as our standard input stays open, then stops it with SIGNAL and removes FOLDER.
# The starter holds the other end of that pipe, so it does not matter how the starter ends: by finishing,
# by a failure, by Ctrl-C or by SIGKILL, nothing is left running and no folder stays behind.
# First line on standard output: the process id of COMMAND. Everything COMMAND says goes to FOLDER/log.
signal=$1 folder=$2
shift 2
trap '' INT TERM HUP
# A trap to "ignore" would be inherited by the command; a trap to "default" in the child undoes it.
(trap - INT TERM HUP; exec "$@") </dev/null >"$folder/log" 2>&1 &
child=$!
echo "$child"
exec >/dev/null
while read -r _; do :; done
kill -s "$signal" "$child" 2>/dev/null
tries=0
while kill -0 "$child" 2>/dev/null && [ "$tries" -lt 100 ]; do
    sleep 0.05
    tries=$((tries + 1))
done
kill -s KILL "$child" 2>/dev/null
wait "$child" 2>/dev/null
rm -rf "$folder"
