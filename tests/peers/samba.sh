#!/bin/sh
# samba.sh FOLDER: the data of an Active Directory domain controller, made offline; xtask/src/samba.rs starts it.
# Leaves FOLDER/ad. Must run as root: Samba gives files to users of its own.
# Takes 10 to 20 seconds, and nothing in it knows where it lies: it may be copied and started elsewhere.
set -eu
cd "$1"
peers=$(dirname "$0")
case $peers in /*) ;; *) echo "call me by my whole path" >&2; exit 1 ;; esac
base=DC=ad,DC=campus,DC=example

# Without a configuration of its own, the machine's /etc/samba/smb.conf would have its say.
printf '[global]\n' >empty.conf
samba-tool domain provision --configfile="$PWD/empty.conf" --targetdir="$PWD/ad" --realm=AD.CAMPUS.EXAMPLE \
    --domain=CAMPUS --host-name=dc1 --host-ip=127.0.0.88 --adminpass='Adm1n-Passw0rd!' --server-role=dc \
    --dns-backend=NONE --option='interfaces=127.0.0.88/8' --option='bind interfaces only=yes' >made 2>&1 ||
    { tail -n 5 made >&2; exit 1; }
sed "s|FOLDER|$PWD|g" "$peers/smb.conf" >smb.conf
mkdir -p run

tool() { samba-tool "$@" "--configfile=$PWD/smb.conf" >>made 2>&1 || { tail -n 5 made >&2; exit 1; }; }

tool domain passwordsettings set --complexity=on --min-pwd-length=8 --history-length=3 --min-pwd-age=0 --max-pwd-age=42 \
    --account-lockout-threshold=3 --account-lockout-duration=30 --reset-account-lockout-after=30
for unit in People Services Groups; do
    tool ou add "OU=$unit"
done
tool user create svc-keymend 'Service-Secret-1!' --userou=OU=Services
tool user setexpiry svc-keymend --noexpiry
tool user create boss Harbor-Violet-Kite-71 --userou=OU=People --given-name=Boss --surname=Test
tool user setexpiry boss --noexpiry

# What the service account may do, and no more, to people below OU=People:
# reset a password, and read and write lockoutTime and pwdLastSet.
sid=$(samba-tool user show svc-keymend --attributes=objectSid "--configfile=$PWD/smb.conf" | sed -n 's/^objectSid: //p')
user=bf967aba-0de6-11d0-a285-00aa003049e2
for right in CR\;00299570-246d-11d0-a768-00aa006e0529 RPWP\;28630ebf-41d5-11d1-a9c1-0000f80367c1 \
    RPWP\;bf967a0a-0de6-11d0-a285-00aa003049e2; do
    tool dsacl set --action=allow "--objectdn=OU=People,$base" "--sddl=(OA;CIIO;$right;$user;$sid)"
done

# And what tells the rules before somebody types: the fine-grained policies, to be read.
tool dsacl set --action=allow "--objectdn=CN=Password Settings Container,CN=System,$base" "--sddl=(A;CI;GR;;;$sid)"

# Members of "operators" are members of "protected" through it.
for group in vip operators protected; do
    tool group add "$group" --groupou=OU=Groups
done
tool group addmembers protected operators
tool group addmembers operators boss
tool domain passwordsettings pso create vip-pso 10 --min-pwd-length=16 --complexity=on --history-length=5 \
    --min-pwd-age=0 --account-lockout-threshold=2 --account-lockout-duration=30 --reset-account-lockout-after=30
tool domain passwordsettings pso apply vip-pso vip
rm -rf made empty.conf smb.conf run
