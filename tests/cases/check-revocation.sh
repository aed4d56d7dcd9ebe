#!/bin/sh
# certauthzctl revocation: what is known of a certificate, from where, and what that leads to, word
# for word. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
# shellcheck source=tests/cases/commands.sh
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cases/commands.sh" || exit 99
PATH=$build/tests/cases:$PATH

# crl NAME CA UNTIL [OPTION...]: a list of that CA from the first of January 2030 to that day.
crl() {
    name=$1 ca=$2 until=$3
    shift 3
    make_crl "$name" "$ca" 01 "$until" "$@"
}

# client NAME LINES: a client of the root with more in its template.
client() {
    cat >client.template <<TEMPLATE
dn = "CN=$1,O=Example"
serial = 4660
signing_key
tls_www_client
activation_date = "2021-01-01 00:00:00 UTC"
expiration_date = "2044-01-01 00:00:00 UTC"
$2
TEMPLATE
    certtool --generate-certificate --load-ca-certificate pki/root-ca.pem \
        --load-ca-privkey pki/root-ca.key --load-privkey pki/good.key --template client.template \
        --no-text --outfile "$1.pem" >certtool.out 2>&1 || cat certtool.out >&2
}

# store ARGUMENT...: a new one of the second of January.
store() {
    rm -rf store
    make-store store 2030-01-02T00:00:00Z "$@" || exit 99
}

# conf MORE: a configuration with more in its group revocation.
conf() {
    cat >try.conf <<CONF
rules = ( { path = "/"; certificate = "required"; } );
trust: { anchors = [ "pki/root-ca.pem" ]; intermediates = [ "pki/intermediate-ca.pem" ]; };
revocation: { store = "store"; $1 };
CONF
}

# of STATUS CERTIFICATE [OPTION...]
of() {
    wanted_status=$1 certificate=$2
    shift 2
    try "$wanted_status" certauthzctl revocation -c try.conf --time 2030-01-02T00:00:00Z "$@" \
        "$certificate"
}

# tells LINE...: exactly these lines are printed.
tells() {
    printf '%s\n' "$@" >golden
    cmp -s out golden || problem "not what is told: $(diff golden out)"
}

serial() {
    openssl x509 -in "$1" -noout -serial | sed 's/^serial=//;s/^\(00\)*//' | tr A-F a-f
}

client plain ''
client pointed 'crl_dist_points = "http://crl.example/root"
ocsp_uri = "http://ocsp.example/"'
crl empty.crl pki/root-ca 11
crl revoked.crl pki/root-ca 11 --load-certificate plain.pem
root='  issuer        CN=certauthz test root,O=Example'

# --- where all is known ----------------------------------------------------------------------

conf ''
store source file root.crl got empty.crl pki/root-ca.pem
of 0 plain.pem
tells 'revocation      online, crl-first, exclude-root' \
    'store           ./store' \
    'certificate 0   CN=plain,O=Example' \
    "$root" \
    '  serial        1234' \
    '  status        good' \
    '  list of       CN=certauthz test root,O=Example' \
    '    number      7' \
    '    entries     0' \
    '    from        root.crl' \
    '    thisUpdate  2030-01-01T00:00:00Z, 24 hours ago' \
    '    nextUpdate  2030-01-11T00:00:00Z, in 9 days' \
    '  deny list     not on it' \
    'certificate 1   CN=certauthz test root,O=Example (anchor)' \
    "$root" \
    "  serial        $(serial pki/root-ca.pem)" \
    '  status        not asked for, by revocation.check' \
    '  deny list     not on it' \
    'verdict         good'
silent err
ends 'a certificate that is good'

store source file root.crl got revoked.crl pki/root-ca.pem
of 1 plain.pem
says out '  status        revoked since 2029-12-31T00:00:00Z: unspecified'
says out '    entries     1'
says out '  action        deny, by revocation.on for revoked of end_certificate'
says out 'verdict         refused: revoked: '
conf 'on = { revoked = "warn"; };'
of 1 plain.pem
says out '  action        warn, by revocation.on for revoked of end_certificate'
says out 'verdict         revoked, and the policy lets that pass'
conf 'mode = "none";'
of 1 plain.pem
says out 'revocation      not checked'
says out '  action        none: revocation.mode is "none"'
says out 'verdict         revoked, and the policy lets that pass'
ends 'one that is revoked, whatever the policy makes of it'

# --- where it is not known -------------------------------------------------------------------

conf ''
rm -rf store
of 1 plain.pem
says out '  status        unknown: '
says out '  action        deny, by revocation.on for no_source of end_certificate'
says out '  what to do    name its CA'"'"'s list in revocation.crls; or, where that CA publishes none, '\
'let no_source of this CA pass by revocation.authorities'
says out 'verdict         refused: revocation-no-source: '
of 1 pointed.pem
says out '  action        deny, by revocation.on for unknown of end_certificate'
says out '  names list    http://crl.example/root: not tried yet'
says out '  names OCSP    http://ocsp.example/: not tried yet'
says out '  what to do    what its extensions name was not asked yet: that is done when the '\
'certificate is presented while certauthz-refresh runs, in the mode "online"; or name its CA'"'"'s '\
'list in revocation.crls'
ends 'one of which nothing was asked yet'

store source point http://crl.example/root failed 2 unreachable 'no route' \
    asked pointed.pem pki/root-ca.pem http://ocsp.example/ unreachable 'it hung up'
of 1 pointed.pem
says out '  action        deny, by revocation.on for unreachable of end_certificate'
says out '  names list    http://crl.example/root: unreachable, last tried at 2030-01-02T00:00:00Z: no '\
'route'
says out '  names OCSP    http://ocsp.example/: unreachable, last tried at 2030-01-02T00:00:00Z: it '\
'hung up'
says out '  what to do    see above what failed; certauthz-refresh tries it again by itself; where it '\
'cannot be reached from here, name the list as a file in revocation.crls'
store source url http://crl.example/other failed 1 unreachable 'no route'
of 1 plain.pem
says out '  action        deny, by revocation.on for unreachable of end_certificate'
says out '  what to do    certauthzctl status says which of revocation.crls has given no list, and '\
'why; certauthz-refresh tries it again by itself'
store source point http://crl.example/root failed 1 signature 'not its key'
of 1 pointed.pem
says out '  action        deny, by revocation.on for bad_signature of end_certificate'
says out '  names list    http://crl.example/root: bad signature, last tried at '\
'2030-01-02T00:00:00Z: not its key'
says out '  what to do    put the certificate of the CA that signs the list among '\
'trust.intermediates; certauthzctl crl shows who that is'
conf 'authorities = ( { subject = "CN=somebody else"; on = { unknown = "allow"; }; },
{ subject = "CN=certauthz test root,O=Example"; on = { bad_signature = "allow"; }; } );'
of 0 pointed.pem
says out '  action        allow, by entry 2 of revocation.authorities for bad_signature of '\
'end_certificate'
says out 'verdict         not known, and the policy lets that pass'
ends 'one whose sources fail'

conf ''
store source file root.crl got empty.crl pki/root-ca.pem
of 0 plain.pem --time 2030-01-10T23:59:59Z
of 1 plain.pem --time 2030-01-11T00:00:00Z
says out '  list of       CN=certauthz test root,O=Example'
says out '    nextUpdate  2030-01-11T00:00:00Z, 0 seconds ago'
says out '  action        deny, by revocation.on for stale of end_certificate'
says out '  what to do    a newer one is needed: see whether its CA publishes one; then send SIGHUP to '\
'certauthz-refresh, or call certauthz-refresh --once where none runs; revocation.stale_grace lets '\
'it count for longer'
ends 'one whose list has ended, at the second'

# --- OCSP ------------------------------------------------------------------------------------

# answered STATUS: the CA's own response about pointed.pem, from this very time on.
answered() {
    printf '%s\t%s\t%s\t%s\tunknown\t/CN=x\n' "$1" 440101000000Z \
        "$([ "$1" = R ] && echo 290101000000Z,keyCompromise)" 1234 >index
    {
        openssl ocsp -issuer pki/root-ca.pem -cert pointed.pem -no_nonce -reqout request &&
            openssl ocsp -index index -CA pki/root-ca.pem -rsigner pki/root-ca.pem \
                -rkey pki/root-ca.key -ndays 7 -reqin request -respout response
    } >openssl.out 2>&1 || cat openssl.out >&2
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    rm -rf store
    make-store store "$now" asked pointed.pem pki/root-ca.pem http://ocsp.example/ - response
}

answered V
of 0 pointed.pem --time "$now"
says out '  status        good'
says out '  OCSP response http://ocsp.example/'
says out '    thisUpdate  '
says out '    nextUpdate  '
says out '  names OCSP    http://ocsp.example/: good, last tried at '
of 0 pointed.pem --time "$now" --json
json '.path[0] | .status == "good" and .ocsp.responder == "http://ocsp.example/" and
    (.ocsp | has("this_update") and has("next_update"))'
answered R
of 1 pointed.pem --time "$now"
says out '  status        revoked since 2029-01-01T00:00:00Z: keyCompromise'
says out 'verdict         refused: revoked: '
ends 'one that an OCSP response tells of'

# --- the deny list, and what does not get that far -------------------------------------------

store source file root.crl got empty.crl pki/root-ca.pem
digest=$(openssl x509 -in plain.pem -outform DER | sha256sum | cut -d ' ' -f 1)
printf '%s\n' 'certauthz-deny-list 1' \
    "sha256 $digest since=2029-01-01T00:00:00Z about=\"CN=plain\" reason=\"laptop stolen\"" \
    'end 1' >store/deny
of 1 plain.pem
says out '  status        good'
says out '  deny list     refused as CN=plain: laptop stolen'
says out 'verdict         refused: on-deny-list: '
echo nonsense >store/deny
of 1 plain.pem
says out 'problem         ./store/deny:'
says out '  deny list     cannot be read, so that all are refused'
rm store/deny
ends 'one that the deny list names'

of 1 pki/expired.pem
says out 'certificate 0   CN=expired,O=Example'
says out '  status        cannot be told: no path leads to an anchor'
says out 'verdict         refused: expired: '
of 1 pki/untrusted.pem
says out 'verdict         refused: no-path-to-trust-anchor: '
ends 'certificates that are refused for another reason'

# --- the path --------------------------------------------------------------------------------

crl intermediate.crl pki/intermediate-ca 11
store source file root.crl got empty.crl pki/root-ca.pem \
    source file intermediate.crl got intermediate.crl pki/intermediate-ca.pem
of 0 pki/via-intermediate.pem --chain pki/via-intermediate.chain.pem
says out 'certificate 1   CN=certauthz test intermediate,O=Example'
says out '    from        intermediate.crl'
says out 'certificate 2   CN=certauthz test root,O=Example (anchor)'
crl revoked-ca.crl pki/root-ca 11 --load-certificate pki/intermediate-ca.pem
store source file root.crl got revoked-ca.crl pki/root-ca.pem \
    source file intermediate.crl got intermediate.crl pki/intermediate-ca.pem
of 1 pki/via-intermediate.pem --chain pki/via-intermediate.chain.pem
says out '  action        deny, by revocation.on for revoked of ca'
says out 'verdict         refused: revoked: '
ends 'each certificate of the path'

# --- policies, JSON, mistakes ----------------------------------------------------------------

store source file root.crl got revoked.crl pki/root-ca.pem
cat >>try.conf <<'CONF'
policies: { lax: { revocation: { on = { revoked = "allow"; }; };
    rules = ( { path = "/"; certificate = "required"; } ); }; };
CONF
of 1 plain.pem --policy lax
says out 'policy          lax'
says out '  action        allow, by revocation.on for revoked of end_certificate'
says out 'verdict         revoked, and the policy lets that pass'
of 2 plain.pem --policy strict
first err 'certauthzctl: --policy strict: there is no policy of this name'
ends 'a policy of its own'

of 1 plain.pem --json
json '.time == "2030-01-02T00:00:00Z" and .settings == "online, crl-first, exclude-root" and
    .store == "./store" and .good == false and .refused == "revoked" and (.path | length) == 2'
json '.path[0] == {subject: "CN=plain,O=Example", issuer: "CN=certauthz test root,O=Example",
    serial: "1234", status: "revoked", revoked_at: "2029-12-31T00:00:00Z", reason: "unspecified",
    stale: false, crl: {this_update: "2030-01-01T00:00:00Z", next_update: "2030-01-11T00:00:00Z",
    issuer: "CN=certauthz test root,O=Example", number: "7", entries: 1, delta: false,
    from: ["root.crl"]}, event: "revoked", action: "deny", place: "end_certificate", sources: []}'
json '.path[1] | .subject == "CN=certauthz test root,O=Example" and (has("status") | not)'
store source point http://crl.example/root failed 2 unreachable 'no route' \
    asked pointed.pem pki/root-ca.pem http://ocsp.example/ unreachable 'it hung up'
of 1 pointed.pem --json
json '.path[0] | .status == "unknown" and .cause == "no-crl" and .event == "unreachable" and
    (.remedy | startswith("see above what failed")) and .sources == [
    {kind: "crl", url: "http://crl.example/root", state: "unreachable",
     last_try: "2030-01-02T00:00:00Z", error: "no route"},
    {kind: "ocsp", url: "http://ocsp.example/", state: "unreachable",
     last_try: "2030-01-02T00:00:00Z", error: "it hung up"}]'
ends 'the same as JSON'

of 2 absent.pem
first err 'certauthzctl: absent.pem: cannot be opened: No such file or directory'
of 2 try.conf
says err 'certauthzctl: try.conf: not a certificate: '
of 2 plain.pem --chain try.conf
first err 'certauthzctl: try.conf: holds no certificate in PEM'
try 2 certauthzctl revocation -c absent.conf plain.pem
try 2 certauthzctl revocation
says err usage:
try 2 certauthzctl revocation --uri / plain.pem
says err 'certauthzctl: revocation takes no --uri'
ends 'mistakes'

done_testing
