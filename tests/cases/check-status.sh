#!/bin/sh
# certauthzctl status: how the store of revocation stands, word for word, and what that comes to.
# Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
# shellcheck source=tests/cases/commands.sh
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cases/commands.sh" || exit 99
PATH=$build/tests/cases:$PATH

# crl NAME FROM UNTIL: a list of the root with one entry, from that day of January 2030 to that.
crl() {
    make_crl "$1" pki/root-ca "$2" "$3" --load-certificate pki/expired.pem
}

# store ARGUMENT...: a new one.
store() {
    rm -rf store
    make-store store "$@" || exit 99
}

# conf MORE: a configuration that checks revocation.
conf() {
    cat >try.conf <<CONF
rules = ( { path = "/"; certificate = "required"; } );
trust: { anchors = [ "pki/root-ca.pem" ]; };
$1
CONF
}

# status STATUS TIME [OPTION...]
status() {
    wanted_status=$1 at=$2
    shift 2
    try "$wanted_status" certauthzctl status -c try.conf --time "$at" "$@"
}

# tells LINE...: exactly these lines are printed.
tells() {
    printf '%s\n' "$@" >golden
    cmp -s out golden || problem "not what is told: $(diff golden out)"
}

crl a.crl 01 11
crl b.crl 01 21
unanswered='./store/refresh.socket: certauthz-refresh does not run: start it, or name its store in '\
'revocation.store'

# --- where nothing is checked ----------------------------------------------------------------

conf ''
off='try.conf: server.control is off: set it to a folder and start certauthz again, or send SIGHUP '\
'to its processes to have them reload'
status 2 2030-01-02T00:00:00Z
first out "certauthz CRITICAL: $off"
says out 'revocation      not checked'
says out 'deny list       0 in force, 0 ended'
says_not out sources
first err "certauthzctl: $off"
ends 'without revocation and control sockets there is nobody to ask'

conf 'revocation: { mode = "none"; store = "store"; };'
mkdir store
echo nonsense >store/deny
status 2 2030-01-02T00:00:00Z
says out 'certauthz CRITICAL: ./store/deny:'
rm -r store
ends 'a deny list that cannot be read is told of all the same'

# --- how it stands ---------------------------------------------------------------------------

conf 'revocation: { store = "store"; };'
status 2 2030-01-02T00:00:00Z
tells 'certauthz CRITICAL: ./store: certauthz-refresh has never run here' \
    'processes       not asked: server.control is off' \
    'revocation      online, crl-first, exclude-root' \
    'store           ./store' \
    'last change     never' \
    "refresher       $unanswered" \
    'sources         0 good, 0 soon stale, 0 stale' \
    'ocsp            no certificate was asked about' \
    'deny list       0 in force, 0 ended'
silent err
ends 'a store that was never filled'

store 2030-01-01T00:00:00Z
status 0 2030-01-01T00:00:00Z
first out 'certauthz OK: no source of revocation yet'
ends 'one that has nothing to fetch'

store 2030-01-02T00:00:00Z source file a.crl got a.crl pki/root-ca.pem \
    source url http://crl.example/b got b.crl pki/root-ca.pem
status 0 2030-01-02T00:30:00Z
tells 'certauthz OK: all 2 sources good; the first list ends at 2030-01-11T00:00:00Z, in 8 days' \
    'processes       not asked: server.control is off' \
    'revocation      online, crl-first, exclude-root' \
    'store           ./store' \
    'last change     2030-01-02T00:00:00Z, 30 minutes ago' \
    "refresher       $unanswered" \
    'sources         2 good, 0 soon stale, 0 stale' \
    '  good          file a.crl' \
    '    issuer      CN=certauthz test root,O=Example' \
    '    entries     1' \
    '    thisUpdate  2030-01-01T00:00:00Z, 24 hours ago' \
    '    nextUpdate  2030-01-11T00:00:00Z, in 8 days' \
    '    success     2030-01-02T00:00:00Z, 30 minutes ago' \
    '    next try    2030-01-02T01:00:00Z, in 30 minutes' \
    '  good          URL http://crl.example/b' \
    '    issuer      CN=certauthz test root,O=Example' \
    '    entries     1' \
    '    thisUpdate  2030-01-01T00:00:00Z, 24 hours ago' \
    '    nextUpdate  2030-01-21T00:00:00Z, in 18 days' \
    '    success     2030-01-02T00:00:00Z, 30 minutes ago' \
    '    next try    2030-01-02T01:00:00Z, in 30 minutes' \
    'ocsp            no certificate was asked about' \
    'deny list       0 in force, 0 ended'
silent err
ends 'sources that are good'

status 0 2030-01-08T23:59:59Z
status 1 2030-01-09T00:00:00Z
first out 'certauthz WARNING: 1 of 2 sources soon stale: a.crl: ends at 2030-01-11T00:00:00Z, in 2 '\
'days'
says out '  soon stale    file a.crl'
status 1 2030-01-10T23:59:59Z
status 2 2030-01-11T00:00:00Z
first out 'certauthz CRITICAL: 1 of 2 sources stale: a.crl: ended at 2030-01-11T00:00:00Z, 0 '\
'seconds ago'
says out 'sources         1 good, 0 soon stale, 1 stale'
ends 'four fifths of a life, and its end, at the second'

store 2030-01-02T00:00:00Z source url http://crl.example/b got b.crl pki/root-ca.pem \
    failed 2 unreachable 'http://crl.example/b: no route'
status 0 2030-01-02T00:00:00Z
says out '    failed      2 in a row: no route'
store 2030-01-02T00:00:00Z source url http://crl.example/b got b.crl pki/root-ca.pem \
    failed 3 unreachable 'no route'
status 1 2030-01-02T00:00:00Z
first out 'certauthz WARNING: 1 of 1 sources soon stale: http://crl.example/b: ends at '\
'2030-01-21T00:00:00Z, in 19 days; the last 3 tries failed: no route'
ends 'one that fails again and again'

store 2030-01-02T00:00:00Z source file a.crl got a.crl pki/root-ca.pem \
    source point http://crl.example/c source url http://crl.example/d failed 1 signature 'not its key'
status 2 2030-01-02T00:00:00Z
first out 'certauthz CRITICAL: 2 of 3 sources stale: http://crl.example/c: was never tried'
says out '  stale         distribution point http://crl.example/c'
says out '    success     never'
says out '    next try    never'
says out '  stale         URL http://crl.example/d'
says out '    failed      1 in a row: not its key'
ends 'ones that have given nothing'

store 2030-01-02T00:00:00Z asked pki/good.pem pki/root-ca.pem http://ocsp.example/ - a.crl \
    asked pki/expired.pem pki/root-ca.pem http://ocsp.example/ unreachable 'no route'
status 1 2030-01-02T00:00:00Z
first out 'certauthz WARNING: certificates seen lately without an OCSP response in force: 1'
says out 'ocsp            2 certificates: 1 with a response in force, 0 with one that has ended, 1 '\
'without; the last try failed for 1'
says out '  oldest        2030-01-02T00:00:00Z, 0 seconds ago'
status 0 2030-01-04T00:00:00Z
says out 'ocsp            2 certificates: 0 with a response in force, 1 with one that has ended, 1 '\
'without; the last try failed for 1'
for record in store/ocsp/*; do
    echo nonsense >"$record"
    break
done
status 1 2030-01-04T00:00:00Z
first out 'certauthz WARNING: OCSP responses that cannot be read: 1'
says out ', 1 cannot be read; the last try failed for '
ends 'OCSP responses'

# --- what is wrong with the store itself -----------------------------------------------------

store 2030-01-02T00:00:00Z source file a.crl got a.crl pki/root-ca.pem
echo nonsense >store/catalogue
status 2 2030-01-02T00:00:00Z
says out 'certauthz CRITICAL: ./store/catalogue: '
says out 'problem         ./store/catalogue: '
ends 'a catalogue that cannot be read'

store 2030-01-02T00:00:00Z source file a.crl got a.crl pki/root-ca.pem
cat >store/deny <<LIST
certauthz-deny-list 1
sha256 0000000000000000000000000000000000000000000000000000000000000000 since=2029-01-01T00:00:00Z until=2029-02-01T00:00:00Z about="a" reason=""
sha256 1111111111111111111111111111111111111111111111111111111111111111 since=2029-01-01T00:00:00Z about="b" reason="lost"
end 2
LIST
status 0 2030-01-02T00:00:00Z
says out 'deny list       1 in force, 1 ended'
echo nonsense >>store/deny
status 2 2030-01-02T00:00:00Z
says out 'certauthz CRITICAL: ./store/deny:'
ends 'the deny list'

good='try.conf: good: 1 anchors, 0 intermediates, 0 pinned, 0 clients, 1 rules; revocation online, '\
'crl-first, exclude-root'
rm -rf store
try 0 certauthzctl check -c try.conf
tells "$good"
first err 'certauthzctl: try.conf: revocation: ./store: certauthz-refresh has never run here; start '\
'it, or call certauthz-refresh --once'
store 2030-01-02T00:00:00Z
try 0 certauthzctl check -c try.conf
tells "$good"
silent err
echo nonsense >store/catalogue
try 0 certauthzctl check -c try.conf
tells "$good"
says err 'certauthzctl: try.conf: revocation: ./store/catalogue: '
[ "$(wc -l <err)" -eq 1 ] || problem 'more is told'
ends 'certauthzctl check gives a notice of it'

# --- JSON ------------------------------------------------------------------------------------

store 2030-01-02T00:00:00Z source file a.crl got a.crl pki/root-ca.pem \
    source url http://crl.example/b failed 1 unreachable 'no route'
status 2 2030-01-02T00:00:00Z --json
json '.status == "critical" and
    .summary == "certauthz CRITICAL: 1 of 2 sources stale: http://crl.example/b: has given no list yet; the last try failed: no route"'
json '.revocation | .mode == "online, crl-first, exclude-root" and .store == "./store" and
    .written == "2030-01-02T00:00:00Z" and .refresher == false and (has("problem") | not)'
json '.revocation.sources[0] == {name: "a.crl", kind: "file", health: "good", state: "good",
    last_try: "2030-01-02T00:00:00Z", last_success: "2030-01-02T00:00:00Z",
    next_try: "2030-01-02T01:00:00Z", failures: 0, issuer: "CN=certauthz test root,O=Example",
    entries: 1, delta: false, this_update: "2030-01-01T00:00:00Z",
    next_update: "2030-01-11T00:00:00Z", seconds_left: 777600}'
json '.revocation.sources[1] == {name: "http://crl.example/b", kind: "URL", health: "stale",
    state: "unreachable", last_try: "2030-01-02T00:00:00Z", next_try: "2030-01-02T00:10:00Z",
    failures: 1, error: "no route"}'
json '.revocation.ocsp == {certificates: 0, good: 0, ended: 0, empty: 0, unreadable: 0, failing: 0,
    lacking: 0}'
json '.revocation.deny_list == {in_force: 0, ended: 0}'
ends 'the same as JSON'

# --- processes and certauthz-refresh ---------------------------------------------------------

store 2030-01-02T00:00:00Z source file a.crl got a.crl pki/root-ca.pem
conf 'revocation: { store = "store"; }; server: { control = "run"; };'
mkdir -m 700 run
status 2 2030-01-02T00:00:00Z
first out 'certauthz CRITICAL: ./run: no process of certauthz answers there'
first err 'certauthzctl: ./run: no process of certauthz answers there'
certauthz -c try.conf --listen "unix:$folder/listen" 2>daemon.err &
daemon=$!
python3 - store/refresh.socket <<'PYTHON' &
import os, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1] + ".new")
listener.listen()
os.rename(sys.argv[1] + ".new", sys.argv[1])
peers = []
while True:
    peers.append(listener.accept())
PYTHON
refresher=$!
until [ -S run/$daemon.sock ] && [ -S store/refresh.socket ]; do
    if ! kill -0 $daemon || ! kill -0 $refresher; then
        break
    fi
    sleep 0.1
done
status 0 2030-01-02T00:00:00Z
first out 'certauthz OK: 1 source good; its list ends at 2030-01-11T00:00:00Z, in 9 days; 1 process'
says out "process $daemon: certauthz "
says out 'refresher       answers'
silent err
status 0 2030-01-02T00:00:00Z --json
[ "$(wc -l <out)" -eq 2 ] || problem 'not two objects'
jq -e "select(.pid) | .pid == $daemon and .ok" out >jq.out || problem 'no object of the process'
kill $daemon $refresher
wait $daemon $refresher 2>jq.out
ends 'processes that serve, and certauthz-refresh'

echo 'nonsense' >try.conf
status 2 2030-01-02T00:00:00Z --control run
says out "certauthz CRITICAL: try.conf:2: syntax error; run: no process of certauthz answers there"
says_not out sources
ends 'a configuration that is bad'

usage() {
    try 2 certauthzctl status "$@"
    silent out
    says err usage:
}
usage --policy x
usage x
try 2 certauthzctl status -c try.conf --time yesterday
first err 'certauthzctl: --time yesterday: a time such as 2026-01-02T03:04:05Z is wanted'
ends 'mistakes in the command line'

done_testing
