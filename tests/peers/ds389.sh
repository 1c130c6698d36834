#!/bin/sh
# ds389.sh FOLDER LDAP_PORT LDAPS_PORT: an instance of 389 Directory Server; xtask/src/ds389.rs starts it.
# Leaves FOLDER/root and FOLDER/ca.pem; in the settings below FOLDER/root stand the words @FOLDER@, @LDAP@ and @LDAPS@ instead of this
# folder and these ports: it may be copied and started elsewhere. Takes 20 seconds, most of them asleep.
# Must run as root: the server runs as the user dirsrv, whom Debian's package makes.
set -eu
cd "$1"
peers=$(dirname "$0")
case $peers in /*) ;; *) echo "call me by my whole path" >&2; exit 1 ;; esac
chown dirsrv:dirsrv .
settings=$PWD/root/etc/dirsrv/slapd-keymend

# As dirsrv, with a root folder of our own in front: without it, its tools write to /etc/dirsrv.
own() {
    setpriv --reuid=dirsrv --regid=dirsrv --clear-groups env HOME="$PWD" PREFIX="$PWD/root" INSTALL_PREFIX="$PWD/root" \
        PYTHONDONTWRITEBYTECODE=1 PATH="$PWD/bin:/usr/sbin:/usr/bin:/sbin:/bin" "$@" >>made 2>&1 ||
        { tail -n 20 made >&2; exit 1; }
}

own dscreate ds-root "$PWD/root" "$PWD/bin"
cat >instance.inf <<INF
[general]
config_version = 2
full_machine_name = localhost
strict_host_checking = False
selinux = False
systemd = False
start = True
[slapd]
instance_name = keymend
port = $2
secure_port = $3
root_password = admin-secret-1
self_sign_cert = True
[backend-userroot]
suffix = dc=campus,dc=example
create_suffix_entry = True
sample_entries = no
INF
own dscreate -v from-file "$PWD/instance.inf"
server=$(cat root/run/dirsrv/slapd-keymend.pid)
failed=
ldapmodify -x -H "ldap://127.0.0.1:$2" -D 'cn=Directory Manager' -w admin-secret-1 -f "$peers/ds389.ldif" >>made 2>&1 || failed=yes
kill "$server"
while kill -0 "$server" 2>/dev/null; do
    sleep 0.05
done
[ -z "$failed" ] || { tail -n 20 made >&2; exit 1; }

cp "$settings/ca.crt" ca.pem
# The database lives without its shared memory, which is large and has to be made anew anyway.
rm -f root/var/lib/dirsrv/slapd-keymend/db/__db.*
# The lines of an LDIF may be folded anywhere.
sed -i -e ':all' -e 'N;$!b all' -e 's/\n //g' "$settings/dse.ldif"
sed -i -e "s|$PWD/|@FOLDER@/|g" "$settings/pkcs11.txt" "$settings/dse.ldif"
sed -i -e "s|^nsslapd-port:.*|nsslapd-port: @LDAP@|" -e "s|^nsslapd-securePort:.*|nsslapd-securePort: @LDAPS@|" "$settings/dse.ldif"
rm -rf made instance.inf bin root/share root/sbin root/run/dirsrv/* root/run/*.socket "$settings"/dse.ldif.* root/var/log/dirsrv/slapd-keymend/*
