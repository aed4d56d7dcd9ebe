#!/bin/sh
# The units of packaging/systemd are such that systemd takes them, call the programs as they want
# to be called, and leave them no more of the network than they need. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL

cd -- "${srcdir:-$(dirname -- "$0")/../..}" || exit 99
folder=$(mktemp -d) || exit 99
trap 'rm -rf -- "$folder"' EXIT

number=0
# report NAME: the test's line; it passed if $folder/diagnostics is empty.
report() {
    number=$((number + 1))
    if [ ! -s "$folder/diagnostics" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        sed 's/^/# /' "$folder/diagnostics"
    fi
}

# commands: each call of a program of ours in a unit, on one line.
commands() {
    sed -e ':join' -e '/\\$/{ N; s/\\\n *//; b join' -e '}' packaging/systemd/*.service |
        sed -n 's/^ExecStart\(Pre\)\{0,1\}=//p'
}

# settings UNIT KEY: its values, one a line.
settings() {
    sed -n "s/^$2=//p" "packaging/systemd/$1"
}

echo 1..4

# --- what systemd says -----------------------------------------------------------------

# In a root of its own: neither the programs nor systemd's own units need be here.
verify() {
    mkdir -p "$folder/root/etc/systemd/system" "$folder/root/usr/sbin" "$folder/root/bin"
    for program in usr/sbin/certauthz usr/sbin/certauthz-refresh bin/kill; do
        printf '#!/bin/sh\n' >"$folder/root/$program"
        chmod 755 "$folder/root/$program"
    done
    for unit in sysinit basic shutdown timers multi-user network-online time-set time-sync; do
        printf '[Unit]\nDescription=none\n' >"$folder/root/etc/systemd/system/$unit.target"
    done
    cp packaging/systemd/*.service packaging/systemd/*.timer "$folder/root/etc/systemd/system/"
    # shellcheck disable=SC2046 # names without blanks
    systemd-analyze --root="$folder/root" --man=no verify \
        $(cd packaging/systemd && ls -- *.service *.timer) >"$folder/said" 2>&1
    status=$?
    # It reads the machine's own mounts along with what it was given.
    grep -v '\.mount: ' "$folder/said" >"$folder/diagnostics"
    [ "$status" -eq 0 ] || echo "systemd-analyze ended with status $status" >>"$folder/diagnostics"
}
if systemd-analyze --version >/dev/null 2>&1; then
    verify
    report "systemd-analyze finds nothing wrong with the units"
else
    number=$((number + 1))
    echo "ok $number - systemd-analyze finds nothing wrong # SKIP systemd is not installed"
fi

# --- the calls -------------------------------------------------------------------------

# known PROGRAM OPTION: in its table, or the string for getopt_long.
known() {
    case $2 in
    --*) grep -q "^    {\"${2#--}\", " "authorizer/$1.c" ;;
    *) sed -n 's/.*getopt_long(argc, argv, "\([A-Za-z:]*\)".*/\1/p' "authorizer/$1.c" | grep -q "${2#-}" ;;
    esac
}
: >"$folder/diagnostics"
[ "$(commands | wc -l)" -eq 5 ] || echo "there are not 5 calls: has their form changed?" >"$folder/diagnostics"
commands | while read -r path arguments; do
    program=${path#/usr/sbin/}
    if [ ! -e "authorizer/$program.c" ]; then
        echo "$path: not a program that is installed there"
        continue
    fi
    for argument in $arguments; do
        case $argument in
        -*) known "$program" "$argument" || echo "$program does not know $argument" ;;
        esac
    done
done >>"$folder/diagnostics"
report "the programs know every option that they are called with"

# --- the network, and the disk ---------------------------------------------------------

# wants UNIT KEY VALUE
wants() {
    [ "$(settings "$1" "$2")" = "$3" ] || echo "$1: $2 is '$(settings "$1" "$2")' and should be '$3'"
}
{
    wants certauthz.service RestrictAddressFamilies AF_UNIX
    wants certauthz.service PrivateNetwork yes
    for unit in certauthz-refresh.service certauthz-refresh-once.service; do
        wants "$unit" RestrictAddressFamilies "AF_UNIX AF_INET AF_INET6"
        wants "$unit" StateDirectory certauthz
        wants "$unit" User "$(sed -n 's/^u \([a-z]*\) .*/\1/p' packaging/systemd/certauthz.sysusers)"
        # Everybody reads the store, and that of a dynamic user lies where nobody else can.
        wants "$unit" DynamicUser ""
    done
    for unit in packaging/systemd/*.service; do
        wants "${unit##*/}" ProtectSystem strict
        wants "${unit##*/}" CapabilityBoundingSet ""
        grep -q '^CapabilityBoundingSet=$' "$unit" || echo "$unit: leaves capabilities"
    done
} >"$folder/diagnostics"
report "certauthz has no network, and certauthz-refresh no more than that and its store"

for file in packaging/systemd/*; do
    grep -qF "$file" packaging/local.mk || echo "$file: not installed"
done >"$folder/diagnostics"
report "every file is installed as an example"
