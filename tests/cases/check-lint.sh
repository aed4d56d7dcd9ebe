#!/bin/sh
# certauthzctl lint: every warning word for word. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
# shellcheck source=tests/cases/commands.sh
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cases/commands.sh" || exit 99

sha1=0123456789abcdef0123456789abcdef01234567
digest() {
    sed '/-----/d' "pki/$1.pem" | base64 -d | sha256sum | cut -d ' ' -f 1
}

# lint STATUS [OPTION...] <CONF: in 2030, unless an option says else. Where the configuration says
# nothing of revocation, a group is added at its end.
lint() {
    wanted_status=$1
    shift
    cat >try.conf
    grep -q revocation try.conf || echo 'revocation: { crls = [ "ca.crl" ]; };' >>try.conf
    try "$wanted_status" certauthzctl lint -c try.conf --time 2030-01-01T00:00:00Z "$@"
    silent err
}

# tells LINE...: exactly these lines are printed.
tells() {
    printf '%s\n' "$@" >golden
    cmp -s out golden || problem "not what is told: $(diff golden out)"
}

# rules STATUS RULES: a configuration of these rules alone, from line 2 on.
rules() {
    printf 'rules = (\n%s\n);\ntrust: { anchors = [ "pki/root-ca.pem" ]; };\n' "$2" >rules.conf
    lint "$1" <rules.conf
}

lint 0 <<'CONF'
rules = ( { path = "/"; certificate = "none"; } );
CONF
tells 'try.conf: nothing to warn of'
ends 'nothing to warn of'

# --- rules -----------------------------------------------------------------------------------

# never COVERING COVERED: the second can never decide.
never() {
    rules 1 "{ name = \"wide\"; certificate = \"required\"; $1 },
{ name = \"narrow\"; certificate = \"required\"; $2 }"
    tells 'try.conf:3: warning: rule "narrow": it can never decide, since the rule "wide" '\
'(try.conf:2) covers all that it covers and decides first; what it says has no effect; move it '\
'above the other, or remove it'
}
never 'path = "/";' 'path = "/x/";'
never 'path = "/";' 'path = "/";'
never 'path = "/x/";' 'path = "/x";'
never 'path = "/x/";' 'glob = "/x/*.cgi";'
never 'glob = "/*/y";' 'path = "/x/y";'
never 'glob = "/x/**";' 'path = "/x/y/";'
never 'glob = "/*.php";' 'glob = "/*.php";'
never 'path = "/";' 'path = "/"; methods = [ "GET" ];'
never 'path = "/"; methods = [ "GET", "POST" ];' 'path = "/"; methods = [ "POST" ];'
never 'path = "/";' 'path = "/"; hosts = [ "a.example" ];'
never 'path = "/"; hosts = [ "*.example", "b" ];' 'path = "/"; hosts = [ "a.example" ];'
never 'path = "/"; from = [ "192.0.2.0/24" ];' 'path = "/"; from = [ "192.0.2.7", "192.0.2.8/31" ];'
ends 'a rule that an earlier one covers'

# fine COVERING COVERED: both have their requests.
fine() {
    rules 0 "{ name = \"wide\"; certificate = \"required\"; $1 },
{ name = \"narrow\"; certificate = \"required\"; $2 }"
    tells 'try.conf: nothing to warn of'
}
fine 'path = "/x/";' 'path = "/";'
fine 'path = "/x";' 'path = "/x/";'
fine 'path = "/x/y/";' 'glob = "/x/*";'
fine 'glob = "/*/y";' 'path = "/x/y/";'
fine 'glob = "/x/*";' 'glob = "/x/a*";'
fine 'path = "/"; methods = [ "GET" ];' 'path = "/";'
fine 'path = "/"; hosts = [ "a" ];' 'path = "/";'
fine 'path = "/"; hosts = [ "a" ];' 'path = "/"; hosts = [ "a", "b" ];'
fine 'path = "/"; hosts = [ "a.example" ];' 'path = "/"; hosts = [ "*.example" ];'
fine 'path = "/"; from = [ "192.0.2.0/25" ];' 'path = "/"; from = [ "192.0.2.0/24" ];'
fine 'path = "/"; from = [ "192.0.2.0/25" ];' 'path = "/";'
fine 'path = "/"; otherwise = "next";' 'path = "/";'
ends 'a rule that is not covered, or where that cannot be told'

rules 1 '{ name = "open"; path = "/x/y"; certificate = "none"; },
{ name = "shut"; path = "/x/"; action = "deny"; },
{ name = "again"; path = "/x/z/"; action = "deny"; }'
tells 'try.conf:2: warning: rule "open": it can never decide, since the rule "shut" (try.conf:3) '\
'denies everybody all that it covers; what it says has no effect; narrow the other, or remove '\
'this one' \
    'try.conf:4: warning: rule "again": it can never decide, since the rule "shut" (try.conf:3) '\
'denies everybody all that it covers; what it says has no effect; narrow the other, or remove '\
'this one'
rules 0 '{ name = "shut"; path = "/x/"; action = "deny"; condition = { not = { cn = "a"; }; }; },
{ name = "open"; path = "/x/y"; certificate = "none"; }'
rules 0 '{ name = "shut"; path = "/x/"; action = "deny"; },
{ name = "open"; path = "/"; certificate = "none"; }'
ends 'a deny of everybody counts wherever it stands'

trap_text='methods that it does not name are decided by the wider rule "all" (try.conf:3), which '\
'asks no more, so it closes nothing; deny the others by a rule with action = "deny", or say below '\
'it who may use them, by a rule with the same path'
rules 1 '{ name = "read"; path = "/x/"; methods = [ "GET" ]; certificate = "required"; },
{ name = "all"; path = "/"; certificate = "required"; }'
tells "try.conf:2: warning: rule \"read\": $trap_text"
rules 1 '{ name = "read"; path = "/x/"; methods = [ "GET" ]; certificate = "required";
condition = { cn = "a"; }; }, { name = "all"; path = "/"; certificate = "optional"; }'
tells "try.conf:2: warning: rule \"read\": $trap_text"
rules 0 '{ name = "read"; path = "/x/"; methods = [ "GET" ]; certificate = "none"; },
{ name = "all"; path = "/"; certificate = "required"; }'
rules 0 '{ name = "read"; path = "/x/"; methods = [ "GET" ]; certificate = "required"; },
{ name = "write"; path = "/x/"; certificate = "required"; condition = { cn = "a"; }; },
{ name = "all"; path = "/"; certificate = "required"; }'
rules 0 '{ name = "read"; path = "/x/"; methods = [ "GET" ]; certificate = "required"; },
{ name = "no"; path = "/x/"; action = "deny"; methods = [ "POST", "PUT", "DELETE" ]; },
{ name = "all"; path = "/"; certificate = "required"; }'
rules 0 '{ name = "read"; path = "/x/"; methods = [ "GET" ]; certificate = "required"; },
{ name = "all"; path = "/"; methods = [ "GET" ]; certificate = "required"; }'
ends 'methods that a wider rule opens again'

rules 1 '{ name = "trial"; path = "/"; certificate = "required"; enforce = false; },
{ path = "/"; certificate = "none"; }'
tells 'try.conf:2: warning: rule "trial": enforce is false, so it is only told about, and requests '\
'are decided without it; remove enforce when it does what you want'
ends 'a rule that is only reported'

sha1_text='names a SHA-1 digest, and another certificate with the same one can be made; write '\
'sha256, which certauthzctl inspect prints'
rules 1 "{ name = \"old\"; path = \"/\"; certificate = \"required\";
condition = { any = ( { cn = \"a\"; }, { sha1 = \"$sha1\"; } ); }; }"
tells "try.conf:2: warning: rule \"old\": its condition $sha1_text"
ends 'SHA-1 in a rule'

# --- clients ---------------------------------------------------------------------------------

# clients STATUS RULES CLIENTS: the clients stand from line 4 on.
clients() {
    printf 'trust: { anchors = [ "pki/root-ca.pem" ]; };\nrules = ( %s );\nclients = (\n%s\n);\n' \
        "$2" "$3" >clients.conf
    lint "$1" <clients.conf
}
everybody='{ path = "/"; certificate = "required"; }'

clients 1 '{ path = "/a/"; certificate = "required"; clients = [ "alice" ]; },
{ path = "/b/"; certificate = "required"; roles = [ "staff" ]; },
{ path = "/c/"; certificate = "required"; clients = [ "dora" ]; roles = [ "staff" ]; },
{ path = "/d/"; action = "deny"; clients = [ "erik" ]; },
{ path = "/e/"; certificate = "none"; }' \
    '{ id = "alice"; credentials = ( { cn = "a"; } ); },
{ id = "bob"; roles = [ "staff" ]; credentials = ( { cn = "b"; } ); },
{ id = "carol"; roles = [ "guest", "idle" ]; credentials = ( { cn = "c"; } ); },
{ id = "dora"; credentials = ( { cn = "d"; } ); },
{ id = "erik"; roles = [ "guest" ]; credentials = ( { cn = "e"; } ); }'
nowhere='no rule names it or a role of it, or is for every client, so it is let in nowhere; name '\
'it in a rule, or remove it'
for id in carol dora erik; do
    says out "warning: client \"$id\": $nowhere"
done
says out "try.conf:10: warning: client \"carol\": $nowhere"
says_not out 'client "alice"'
says_not out 'client "bob"'
says out 'try.conf:10: note: role "guest": no rule names it; it only stands in the claims'
says out 'try.conf:10: note: role "idle": no rule names it; it only stands in the claims'
[ "$(grep -c 'role "guest"' out)" -eq 1 ] || problem 'a role is told twice'
clients 0 "$everybody" '{ id = "carol"; roles = [ "guest" ]; credentials = ( { cn = "c"; } ); }'
tells 'try.conf:4: note: role "guest": no rule names it; it only stands in the claims'
ends 'clients that no rule lets in, and roles that none names'

clients 1 "$everybody" "{ id = \"a\"; credentials = (
{ sha1 = \"$sha1\"; },
{ cn = \"over\"; active_until = \"2029-12-31T23:59:59Z\"; },
{ cn = \"soon\"; active_until = \"2030-01-30T23:59:59Z\"; },
{ cn = \"later\"; active_until = \"2030-01-31T00:00:00Z\"; } ); }"
tells "try.conf:5: warning: client \"a\": the credential sha1=$sha1 $sha1_text" \
    'try.conf:6: warning: client "a": the credential cn=over ended at 2029-12-31T23:59:59Z; behind '\
'that it lets nobody in; add its successor, or remove it' \
    'try.conf:7: warning: client "a": the credential cn=soon ends at 2030-01-30T23:59:59Z, in 29 '\
'days; behind that it lets nobody in; add its successor, or remove it'
ends 'credentials of SHA-1, and those that end'

printf 'trust: { anchors = [ "pki/root-ca.pem", "pki/self-signed-client.pem" ]; };
rules = ( %s );
clients = ( { id = "a"; credentials = ( { sha256 = "%s"; } ); } );\n' "$everybody" \
    "$(digest self-signed-client)" >clients.conf
lint 1 --time 2043-12-31T00:00:00Z <clients.conf
says out "try.conf:3: warning: client \"a\": the certificate of the credential sha256=\
$(digest self-signed-client) ends at 2044-01-01T00:00:00Z, in 1 days; behind that it lets nobody \
in; add its successor, or remove it"
says out 'try.conf:1: warning: trust.anchors: pki/self-signed-client.pem: the anchor '\
'CN=self-signed-client,O=Example ends at 2044-01-01T00:00:00Z, in 1 days; behind that every '\
'certificate below it is refused; add its successor'
[ "$(wc -l <out)" -eq 2 ] || problem 'more is told'
lint 1 --time 2045-01-02T00:00:00Z <clients.conf
says out 'pki/root-ca.pem: the anchor CN=certauthz test root,O=Example ended at 2045-01-01T00:00:00Z;'
ends 'anchors, and pinned certificates that are known, that end'

# --- credentials that meet -------------------------------------------------------------------

# meets NARROW WIDE: what fits the first fits the second.
meets() {
    clients 1 "$everybody" "{ id = \"a\"; credentials = ( $1 ); },
{ id = \"b\"; credentials = ( $2 ); }"
    grep -q '^try.conf:4: warning: client "a": whatever fits the credential .* fits also .* of the client "b" (try.conf:5), and is refused as ambiguous-client; except it there by "not", or make one client of both$' out ||
        problem "not told: $1 and $2"
    [ "$(grep -c warning: out)" -eq 1 ] || problem "told more than once: $1 and $2"
}
meets '{ cn = "x"; ou = "y"; }' '{ ou = "y"; }'
meets '{ cn = "x"; }' '{ cn = [ "x", "y" ]; }'
meets '{ cn = "x"; ou = "y"; o = "z"; }' '{ all = ( { o = "z"; }, { cn = "x"; } ); }'
meets '{ any = ( { cn = "x"; ou = "y"; }, { cn = "z"; } ); }' '{ cn = [ "z", "x" ]; }'
meets '{ cn = "x"; not = { ou = [ "y", "z" ]; }; }' '{ cn = "x"; not = { ou = "y"; }; }'
meets '{ all = ( { cn = "x"; }, { cn = "x"; ou = "y"; } ); }' '{ cn = "x"; ou = "y"; }'
clients 1 "$everybody" '{ id = "a"; credentials = ( { cn = "x"; ou = "y"; } ); },
{ id = "b"; credentials = ( { ou = "y"; } ); }'
tells 'try.conf:4: warning: client "a": whatever fits the credential cn=x, ou=y fits also ou=y of '\
'the client "b" (try.conf:5), and is refused as ambiguous-client; except it there by "not", or '\
'make one client of both'
ends 'credentials of which one follows from the other'

# apart ONE OTHER: nothing is told.
apart() {
    clients 0 "$everybody" "{ id = \"a\"; credentials = ( $1 ); },
{ id = \"b\"; credentials = ( $2 ); }"
    tells 'try.conf: nothing to warn of'
}
apart '{ cn = "x"; }' '{ cn = "y"; }'
apart '{ cn = "x"; ou = "y"; }' '{ cn = "x"; not = { ou = "y"; }; }'
apart '{ cn = "x"; active_until = "2031-01-01T00:00:00Z"; }' \
    '{ cn = [ "x", "z" ]; active_from = "2031-01-01T00:00:01Z"; }'
apart '{ issuer = "CN=i"; serial = "01"; }' '{ issuer = "CN=i"; serial = "02"; }'
apart '{ issuer = "CN=i"; ou = "x"; }' '{ issuer = "CN=j"; serial = "02"; }'
clients 0 "$everybody" '{ id = "a"; credentials = ( { cn = "x"; }, { cn = [ "x", "y" ]; } ); }'
tells 'try.conf: nothing to warn of'
ends 'credentials that do not meet, or are of one client'

pin=$(digest good)
clients 0 "$everybody" "{ id = \"a\"; credentials = ( { ou = \"x\"; } ); },
{ id = \"b\"; credentials = ( { sha256 = \"$pin\"; }, { dns = \"b.example\"; } ); }"
tells 'try.conf:4: note: client "a": whether the credential ou=x fits certificates of other '\
"clients too cannot be told for 2 of their credentials, such as sha256=$pin of \"b\"; what fits both "\
'is refused as ambiguous-client'
ends 'what cannot be told is a note'

# --- revocation ------------------------------------------------------------------------------

to_write='such as revocation: { crls = [ "FILE-OR-URL" ]; }; or, to leave it at that, revocation: '\
'{ mode = "none"; };'

# trusted REST: rules that ask for certificates, and from line 2 on the rest; what is no comment
# counts.
trusted() {
    printf 'rules = ( %s ); trust: { anchors = [ "pki/root-ca.pem" ]; };\n%s\n' "$everybody" "$1"
}

trusted '# revocation' >group.conf
lint 0 <group.conf
tells "try.conf:1: note: revocation is not checked; add a group to the file, $to_write"
trusted 'policies: { p: { rules = ( ); revocation: { }; }; };' >group.conf
lint 0 <group.conf
tells "try.conf:1: note: revocation is checked only in policies with a group for it; add one to \
the file for all others, $to_write"
printf 'rules = ( { path = "/"; certificate = "none"; } );\n# revocation\n' >group.conf
lint 0 <group.conf
tells 'try.conf: nothing to warn of'
ends 'no revocation'

# revocation STATUS CONTENT LINE...: the group, on line 2, and what is told.
revocation() {
    trusted "revocation: { $2 };" >group.conf
    lint "$1" <group.conf
    shift 2
    tells "$@"
}

off='revocation: mode is "none", so a revoked certificate is let in unless certauthzctl deny names '\
'it; write "online" or "offline" to have it checked'
revocation 0 'mode = "none"; on = { revoked = "allow"; }; stale_grace = 999999;' \
    "try.conf:2: note: $off"
trusted 'revocation: { };
policies: { p: { rules = ( );
  revocation: { mode = "none"; }; }; };' >group.conf
lint 0 <group.conf
tells "try.conf:4: note: $off"
ends 'revocation that is switched off'

allowed='so a certificate that its CA has revoked is let in, and nobody is told; write "deny", or '\
'"warn" while you try it'
warned='so a certificate that its CA has revoked is let in, with a line in the log; write "deny" '\
'when the log says what you expect'
revocation 1 'on = { revoked = "allow"; };' \
    "try.conf:2: warning: revocation.on: revoked is \"allow\" (end certificate), $allowed"
revocation 1 'on = { ca = { revoked = "allow"; }; };' \
    "try.conf:2: warning: revocation.on: revoked is \"allow\" (ca), $allowed"
revocation 0 'on = { revoked = "warn"; };' \
    "try.conf:2: note: revocation.on: revoked is \"warn\" (end certificate), $warned"
revocation 0 'on = { root = { revoked = "warn"; }; };' \
    "try.conf:2: note: revocation.on: revoked is \"warn\" (root), $warned"
revocation 0 'on = { unknown = "allow"; stale = "warn"; unreachable = "allow"; };' \
    'try.conf: nothing to warn of'
revocation 1 'on = { revoked = "warn"; }; authorities = (
    { subject = "CN=certauthz test root,O=Example"; on = { root = { revoked = "allow"; }; }; },
    { key_id = "00"; on = { no_source = "allow"; }; } );' \
    "try.conf:2: note: revocation.on: revoked is \"warn\" (end certificate), $warned" \
    "try.conf:3: warning: revocation.authorities: revoked is \"allow\" (root), $allowed" \
    'try.conf:4: warning: revocation.authorities: no CA of trust is this one, so what is said of it '\
'never holds; compare with what certauthzctl inspect prints of the CA, or add the CA to '\
'trust.intermediates' \
    "try.conf:4: note: revocation.authorities: revoked is \"warn\" (end certificate), $warned"
trusted 'revocation: { on = { revoked = "warn"; }; };
policies: { p: { rules = ( ); revocation: { stale_grace = 1; }; }; };' >group.conf
lint 0 <group.conf
tells "try.conf:2: note: revocation.on: revoked is \"warn\" (end certificate), $warned"
ends 'revoked certificates that are let in'

key_id=$(certtool -i --infile pki/root-ca.pem | awk '/Subject Key Identifier/ { getline; print $1 }')
stranger='warning: revocation.authorities: no CA of trust is this one'
cas() {
    echo "authorities = ( { $1 on = { no_source = \"allow\"; }; } );"
}
revocation 0 "$(cas "key_id = \"$key_id\";")" 'try.conf: nothing to warn of'
revocation 0 "$(cas "subject = \"cn=CERTAUTHZ test root,O=Example\"; key_id = \"$key_id\";")" \
    'try.conf: nothing to warn of'
trusted "revocation: { $(cas 'subject = "CN=certauthz test root,O=Example"; key_id = "00";') };" >group.conf
lint 1 <group.conf
says out "try.conf:2: $stranger"
# The trust of a policy is its own; what the file says is for the trust of all.
trusted "policies: { p: { rules = ( ); trust: { anchors = [ \"pki/rsa-root-ca.pem\" ]; };
  revocation: { $(cas "key_id = \"$key_id\";") }; }; }; revocation: { };" >group.conf
lint 1 <group.conf
says out "try.conf:3: $stranger"
trusted "policies: { p: { rules = ( ); trust: { anchors = [ \"pki/rsa-root-ca.pem\" ]; }; }; };
revocation: { $(cas "key_id = \"$key_id\";") };" >group.conf
lint 0 <group.conf
tells 'try.conf: nothing to warn of'
ends 'CAs that nobody knows'

revocation 1 'mode = "offline"; order = "ocsp-only"; crls = [ "a" ];' \
    'try.conf:2: warning: revocation: mode is "offline" and order is "ocsp-only", and without a '\
'question no response ever comes into the store; name crls and another order, or write mode = '\
'"online"'
revocation 1 'mode = "offline";' \
    'try.conf:2: warning: revocation: mode is "offline" and crls is empty, so nothing ever comes '\
'into the store; name the CRLs of your CAs'
revocation 0 'mode = "offline"; crls = [ "a" ];' 'try.conf: nothing to warn of'
revocation 1 'order = "ocsp-only";' \
    'try.conf:2: warning: revocation: order is "ocsp-only" and ocsp.responders is empty, so of a '\
'certificate that names no responder nothing can be known; name one, or let CRLs count too, by '\
'order = "ocsp-first"'
revocation 0 'order = "ocsp-only"; ocsp = { responders = [ "http://o/" ]; };' \
    'try.conf: nothing to warn of'
revocation 0 'stale_grace = 604800;' 'try.conf: nothing to warn of'
revocation 1 'stale_grace = 604801;' \
    'try.conf:2: warning: revocation: stale_grace is more than 7 days, for which whoever can keep '\
'new lists away keeps a revoked certificate good; write less, and find out by certauthzctl status '\
'why lists come late'
revocation 0 'time_budget = 9;' 'try.conf: nothing to warn of'
revocation 0 'time_budget = 10; mode = "offline"; crls = [ "a" ];' 'try.conf: nothing to warn of'
revocation 1 'time_budget = 10;' \
    'try.conf:2: warning: revocation: time_budget is 10 seconds and server.request_deadline 10, so '\
'a request that waits for it all is given up before it is decided; make the first the smaller one'
ends 'revocation that finds nothing, or too late'

never_asked() {
    echo "is never asked, since $1 is not among revocation.hosts; add it there, or remove this one"
}
revocation 1 'hosts = [ "pki.example", "192.0.2.1", "2001:db8::1" ];
crls = [ "file.crl", "http://PKI.example/x", "https://192.0.2.1:8443", "ldap://[2001:DB8:0::1]:389/x",
"http://pki.example.:80/",
"http://pki.example.org/a.crl",
"http://[2001:db8::2]/pki.example" ];
ocsp: { responders = [ "http://ocsp.example:80" ]; };' \
    "try.conf:5: warning: revocation.crls: http://pki.example.org/a.crl $(never_asked pki.example.org)" \
    "try.conf:6: warning: revocation.crls: http://[2001:db8::2]/pki.example $(never_asked 2001:db8::2)" \
    "try.conf:7: warning: revocation.ocsp.responders: http://ocsp.example:80 $(never_asked ocsp.example)"
revocation 1 'hosts = [ ]; crls = [ "http://a/" ];' \
    "try.conf:2: warning: revocation.crls: http://a/ $(never_asked a)"
revocation 0 'crls = [ "http://a/" ];' 'try.conf: nothing to warn of'
ends 'sources on hosts that are not asked'

# --- where it stands -------------------------------------------------------------------------

cat >part.conf <<'CONF'

{ id = "included"; credentials = (
    { cn = "over"; active_until = "2020-01-01T00:00:00Z"; } ); }
CONF
lint 1 <<CONF
trust: { anchors = [ "pki/root-ca.pem" ]; };
rules = ( $everybody );
clients = (
@include "part.conf"
);
policies: {
    other = {
        rules = (
            { name = "first"; path = "/"; certificate = "none"; },
            { name = "second"; path = "/x"; certificate = "none"; } );
        clients = (
            { id = "nobody"; credentials = ( { cn = "n"; } ); } );
    };
};
CONF
says out 'part.conf:3: warning: client "included": the credential cn=over ended at'
says out 'try.conf:10: warning: rule "second": it can never decide'
says out "try.conf:12: warning: client \"nobody\": $nowhere"
ends 'included files and named policies'

# The list is read in portions of 500.
{
    printf 'trust: { anchors = [ "pki/root-ca.pem" ]; };\nrules = ( %s );\nclients = (\n' "$everybody"
    i=1
    while [ "$i" -le 1200 ]; do
        echo "{ id = \"c$i\"; credentials = ( { cn = \"c$i\"; } ); },"
        i=$((i + 1))
    done
    echo '{ id = "last"; credentials = ( { cn = "x"; active_until = "2020-01-01T00:00:00Z"; } ); } );'
} >many.conf
lint 1 <many.conf
tells 'try.conf:1204: warning: client "last": the credential cn=x ended at 2020-01-01T00:00:00Z; '\
'behind that it lets nobody in; add its successor, or remove it'
ends 'a long list'

wide='whoever connects from there is taken for a proxy, and can present anybody'"'"'s certificate '\
'without its key; name the proxies'"'"' own addresses'
lint 1 <<'CONF'
rules = ( { path = "/"; certificate = "none"; } );
forwarded: { header = "XClientCert"; format = "hex"; proxies = [
    "0.0.0.0/0",
    "::/0", "192.0.0.0/7", "10.0.0.0/8",
    "::ffff:0.0.0.0/96", "2000::/15", "fe80::/16", "2001:db8::1", "192.0.2.1" ]; };
CONF
tells "try.conf:3: warning: forwarded.proxies: \"0.0.0.0/0\": $wide" \
    "try.conf:4: warning: forwarded.proxies: \"::/0\": $wide" \
    "try.conf:4: warning: forwarded.proxies: \"192.0.0.0/7\": $wide" \
    "try.conf:5: warning: forwarded.proxies: \"::ffff:0.0.0.0/96\": $wide" \
    "try.conf:5: warning: forwarded.proxies: \"2000::/15\": $wide"
ends 'proxies that anybody is'

lint 0 <<'CONF'
rules = ( { path = "/"; certificate = "none"; } );
forwarded: { format = "hex"; proxies = [ "192.0.2.1" ];
    header = "X-Client-Cert"; };
CONF
tells 'try.conf:3: note: forwarded.header: "X-Client-Cert": lighttpd takes other characters for the '\
'hyphens, so where a proxy in front of it adds nothing for want of a certificate, a client'"'"'s own '\
'header could count; set none, or take a name without hyphens, unless the proxy drops such headers'
lint 0 <<'CONF'
rules = ( { path = "/"; certificate = "none"; } );
forwarded: { format = "hex"; proxies = [ "192.0.2.1" ]; header = "X-Client-Cert"; none = "-"; };
CONF
tells 'try.conf: nothing to warn of'
ends 'a header that can be spelled in another way'

try 2 certauthzctl lint -c missing.conf
says err 'certauthzctl: missing.conf: cannot be read: No such file'
silent out
echo 'rules = ( { path = "/"; } );' >bad.conf
try 2 certauthzctl lint -c bad.conf
says err 'bad.conf:1: rules[0]: certificate is missing'
silent out
ends 'a configuration that is not good is exit status 2'

cp "$source/authorizer/config/certauthz.conf.example" example.conf
cp pki/anchors.pem pki/intermediates.pem .
try 0 certauthzctl lint -c example.conf --time 2030-01-01T00:00:00Z
tells "example.conf:1: note: revocation is not checked; add a group to the file, $to_write"
ends 'the example has nothing to warn of but that revocation is not checked'

done_testing
