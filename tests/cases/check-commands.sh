#!/bin/sh
# certauthz and certauthzctl at their command lines, and certauthz as CGI. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
# shellcheck source=tests/cases/commands.sh
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cases/commands.sh" || exit 99

# --- configurations --------------------------------------------------------------------------

cat >good.conf <<'CONF'
trust: {
    anchors = [ "pki/root-ca.pem" ];
};
rules = (
    { path = "/public/"; certificate = "none"; name = "public"; },
    { path = "/"; certificate = "required"; name = "all"; }
);
CONF

cat >open.conf <<'CONF'
rules = ( { path = "/"; certificate = "none"; name = "everybody"; } );
CONF

# bad NAME MESSAGE <CONF: certauthz -t and certauthzctl check refuse it with this message, which
# begins behind the folder, and print nothing else.
bad() {
    cat >bad.conf
    try 1 certauthz -t -c "$folder/bad.conf"
    says err "certauthz: $folder/$2"
    silent out
    try 2 certauthzctl check -c "$folder/bad.conf"
    says err "certauthzctl: $folder/$2"
    silent out
    ends "a bad configuration: $1"
}

not_checked='good.conf: revocation is not checked; add a group to the file, such as revocation: { '\
'crls = [ "FILE-OR-URL" ]; }; or, to leave it at that, revocation: { mode = "none"; };'
try 0 certauthz -t -c good.conf
says out 'good.conf: good: 1 anchors, 0 intermediates, 0 pinned, 0 clients, 2 rules; revocation not checked'
first err "certauthz: $not_checked"
ends 'certauthz -t: a good configuration'

try 0 certauthzctl check -c good.conf
says out 'good.conf: good: 1 anchors'
first err "certauthzctl: $not_checked"
ends 'certauthzctl check: a good configuration'

for group in '{ mode = "none"; }' '{ crls = [ "missing.crl" ]; store = "missing"; }'; do
    { cat good.conf && echo "revocation: $group;"; } >told.conf
    for program in 'certauthz -t' 'certauthzctl check'; do
        # shellcheck disable=SC2086 # a program and its argument
        try 0 $program -c told.conf
        silent err
    done
done
says out '2 rules; revocation online, crl-first, exclude-root'
ends 'revocation is told of where the configuration says nothing of it'

# What certauthz.conf(5) shows works.
awk '/^\.Ed/ { inside = 0 }
    beginning && /^revocation: \{/ { inside = 1; number++ }
    { beginning = /^\.Bd/ }
    inside { print >("example-" number ".conf") }' "$source/authorizer/certauthz.conf.5"
examples=0
for example in example-*.conf; do
    cat good.conf >>"$example"
    try 0 certauthz -t -c "$example"
    silent err
    examples=$((examples + 1))
done
[ "$examples" -eq 4 ] || problem "$examples examples were found"
ends 'the examples of the manual about revocation are good'

try 0 env CERTAUTHZ_CONFIG=good.conf certauthz -t
says out 'good.conf: good'
try 0 env CERTAUTHZ_CONFIG=good.conf certauthzctl check
says out 'good.conf: good'
ends 'CERTAUTHZ_CONFIG names the configuration'

try 0 env CERTAUTHZ_CONFIG=missing.conf certauthz -t -c good.conf
says out 'good.conf: good'
ends '-c goes before CERTAUTHZ_CONFIG'

try 1 certauthz -t -c missing.conf
says err 'certauthz: missing.conf: cannot be read: No such file'
silent out
try 2 certauthzctl check -c missing.conf
says err 'certauthzctl: missing.conf: cannot be read: No such file'
ends 'no such configuration'

bad 'a syntax error' 'bad.conf:2: ' <<'CONF'
rules = (
    { path = "/" certificate = "none" certificate }
);
CONF
bad 'an unknown group' 'bad.conf:2: truzt: unknown group' <<'CONF'
rules = ();
truzt: { };
CONF
bad 'an unknown key' 'bad.conf:2: certificates.uze: unknown key' <<'CONF'
rules = ();
certificates: { uze = "any"; };
CONF
bad 'an unknown word' 'bad.conf:1: certificates.use: one of ' <<'CONF'
certificates: { use = "anything"; };
rules = ();
CONF
bad 'a wrong type' 'bad.conf:3: certificates.validity: true or false is wanted' <<'CONF'
rules = ();
certificates: {
    validity = "false";
};
CONF
bad 'out of range' 'bad.conf:2: certificates.max_path_length: a whole number from 0 to 14' <<'CONF'
rules = ();
certificates: { max_path_length = 15; };
CONF
bad 'a number that is no int' 'bad.conf:2: ' <<'CONF'
rules = ();
certificates: { max_path_length = 4294967297; };
CONF
bad 'no rules' 'bad.conf: rules: missing' <<'CONF'
trust: { anchors = [ "pki/root-ca.pem" ]; };
CONF
bad 'nothing is trusted' 'bad.conf: trust.anchors: missing' <<'CONF'
rules = ( { path = "/"; certificate = "required"; } );
CONF
bad 'a rule without a path' 'bad.conf:3: rules[1]: path is missing, or glob' <<'CONF'
rules = (
    { path = "/"; certificate = "none"; },
    { certificate = "none"; }
);
CONF
bad 'a rule that does not say what it needs' 'bad.conf:1: rules[0]: certificate is missing' <<'CONF'
rules = ( { path = "/"; } );
CONF
bad 'a path that is not normalised' 'bad.conf:1: rules[0].path: ' <<'CONF'
rules = ( { path = "/a/../b"; certificate = "none"; } );
CONF
bad 'an anchor that is not there' 'bad.conf:1: trust.anchors: ' <<'CONF'
trust: { anchors = [ "pki/nobody.pem" ]; };
rules = ();
CONF
bad 'an anchor that is no certificate' 'bad.conf:2: trust.anchors: ' <<'CONF'
trust: {
    anchors = [ "pki/root-ca.key" ]; };
rules = ();
CONF
bad 'a pin that is no digest' 'bad.conf:1: trust.pinned: a SHA-256 digest is wanted' <<'CONF'
trust: { pinned = [ "0123" ]; };
rules = ();
CONF

# --- options ---------------------------------------------------------------------------------

try 0 certauthz -V
says out 'certauthz '
says out 'GnuTLS'
silent err
try 0 certauthz --version
says out 'certauthz '
try 0 certauthzctl -V
says out 'certauthzctl '
silent err
ends '-V'

try 0 certauthz --help
says out 'usage: certauthz'
silent err
ends '--help'

# usage COMMAND...: a mistake in the command line.
usage() {
    try 2 "$@"
    silent out
    says err usage:
    ends "usage: $*"
}
usage certauthz -c good.conf
usage certauthz -c good.conf --unknown
usage certauthz -c good.conf -x
usage certauthz -c good.conf -t more
usage certauthz -c
usage certauthz --listen
usage certauthzctl
usage certauthzctl unknown
usage certauthzctl -c good.conf check
usage certauthzctl check -c good.conf --unknown
usage certauthzctl check -c good.conf --json
usage certauthzctl check -c good.conf --control .
usage certauthzctl check -c good.conf more
usage certauthzctl reload -c good.conf --json
usage certauthzctl reload -c good.conf --uri /
usage certauthzctl status -c good.conf --uri /
usage certauthzctl status --control
usage certauthzctl explain -c good.conf --uri
usage certauthzctl explain -c good.conf --uri / --password-file x
usage certauthzctl inspect -c good.conf
usage certauthzctl inspect -c good.conf --uri / pki/good.pem
usage certauthzctl lint -c good.conf --json
usage certauthzctl lint -c good.conf more
usage certauthzctl test -c good.conf
usage certauthzctl test -c good.conf --time 2030-01-01T00:00:00Z table
says err 'certauthzctl: test takes no --time'
ends 'an option that a command does not take is named'

try 2 certauthz -c good.conf --socket-mode 0999
says err '--socket-mode 0999'
silent out
ends 'certauthz --socket-mode wants an octal number'

try 1 certauthz -c good.conf --listen nonsense
says err nonsense
silent out
ends 'certauthz --listen wants an address'

# --- explain ---------------------------------------------------------------------------------

explain() {
    wanted_status=$1
    shift
    try "$wanted_status" certauthzctl explain -c good.conf --time 2030-01-01T00:00:00Z "$@"
}

explain 0 --cert pki/good.pem --uri /x
says out 'granted (200 OK)'
says out 'all (certificate required)'
silent err
ends 'explain: granted is exit status 0'

explain 0 --uri /public/x
says out 'anonymous'
ends 'explain: so is anonymous'

explain 1 --uri /x
says out 'no-certificate (403 Forbidden)'
silent err
ends 'explain: refused is exit status 1'

explain 1 --cert pki/expired.pem --uri /x
says out 'expired (403 Forbidden)'
says out 'failed   validity [0]'
ends 'explain: the check that failed is shown'

try 0 certauthzctl explain -c good.conf --cert pki/expired.pem --uri / --time 2021-06-01T00:00:00Z
try 1 certauthzctl explain -c good.conf --cert pki/good.pem --uri / --time 2044-01-01T00:00:01Z
says out 'expired (403 Forbidden)'
ends 'explain: --time'

try 2 certauthzctl explain -c good.conf --cert pki/good.pem --uri / --time yesterday
says err '--time yesterday: a time such as'
silent out
ends 'explain: --time wants a time'

explain 1 --cert pki/via-intermediate.pem --uri /
says out 'no-path-to-trust-anchor (403 Forbidden)'
explain 0 --cert pki/via-intermediate.pem --chain pki/intermediate-ca.pem --uri /
says out 'certauthz test intermediate'
explain 0 --cert pki/via-intermediate.pem --chain pki/intermediates.pem --uri /
ends 'explain: --chain'

explain 2 --cert pki/good.pem --chain pki/good.key --uri /
says err 'pki/good.key: holds no certificate'
silent out
explain 2 --cert pki/good.pem --chain pki/missing.pem --uri /
says err 'pki/missing.pem: cannot be opened: No such file'
ends 'explain: --chain wants certificates'

sed '/-----/d' pki/good.pem | base64 -d >good.der
explain 0 --cert good.der --uri /
cp out from-der
explain 0 --cert pki/good.pem --uri /
cmp -s out from-der || problem 'DER and PEM give different answers'
ends 'explain: DER'

explain 2 --cert pki/missing.pem --uri /
says err 'certauthzctl: pki/missing.pem: cannot be opened: No such file'
silent out
explain 2 --cert pki --uri /
says err 'certauthzctl: pki: not a regular file'
: >empty
explain 2 --cert empty --uri /
says err 'certauthzctl: empty: is empty'
ends 'explain: a certificate file that cannot be read is exit status 2'

explain 1 --cert pki/good.key --uri /
says out 'malformed-certificate (403 Forbidden)'
ends 'explain: what is no certificate is refused'

explain 1 --cert pki/good.pem --uri /a%2fb
says out 'ambiguous-path (403 Forbidden)'
ends 'explain: an ambiguous path'

try 2 certauthzctl explain -c bad.conf --uri /
silent out
ends 'explain: a bad configuration is exit status 2'

if command -v jq >/dev/null; then
    explain 0 --json --cert pki/good.pem --uri '/x?y' --method HEAD
    json '.decision.verdict == "granted" and .decision.reason == "granted"'
    json '.decision.status == 200 and .decision.anonymous == false'
    json '.request.method == "HEAD" and .request.uri == "/x?y" and .request.path == "/x"'
    json '.request.time == "2030-01-01T00:00:00Z" and .rule.name == "all"'
    json '.certificate.subject == "CN=good client,OU=production,O=Example"'
    json '.certificate.not_after == "2044-01-01T00:00:00Z"'
    json '[.path[].subject] | length == 2 and .[1] == "CN=certauthz test root,O=Example"'
    json '.checks | length > 5 and all(.outcome == "passed" or .check == "revocation")'
    silent err
    ends 'explain: --json, granted'

    explain 1 --json --cert pki/expired.pem --uri /
    json '.decision.verdict == "refused" and .decision.reason == "expired"'
    json '.checks[-1] | .check == "validity" and .outcome == "failed" and .reason == "expired"'
    json '.checks[-1].depth == 0'
    explain 1 --json --cert pki/good.key --uri /
    json '.decision.reason == "malformed-certificate" and (has("certificate") | not)'
    explain 1 --json --uri /a%2fb
    json '.decision.reason == "ambiguous-path" and (has("rule") | not)'
    ends 'explain: --json, refused'

    explain 0 --json --cert pki/hostile-name.pem --uri '/"<x>'
    json '.certificate.subject | contains("\\0D\\0AStatus: 200 OK")'
    explain 0 --json --cert pki/utf8-name.pem --uri /
    json '.certificate.subject == "CN=Žofie Łukasiewicz 山田"'
    ends 'explain: --json, hostile names'
else
    problems='; jq is not installed, packaging/install-packages demo installs it'
    ends 'explain: --json'
fi

# --- CGI -------------------------------------------------------------------------------------

# cgi STATUS CONFIG [NAME=VALUE...]: as a web server starts it, with nothing else in the
# environment.
cgi() {
    cgi_status=$1 cgi_config=$2
    shift 2
    try "$cgi_status" env -i PATH="$PATH" CERTAUTHZ_CONFIG="$cgi_config" \
        GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 "$@"
}

good=$(cat pki/good.pem)

cgi 0 good.conf REQUEST_METHOD=GET REQUEST_URI=/x SSL_CLIENT_VERIFY=SUCCESS \
    "SSL_CLIENT_CERT=$good" certauthz
first out 'Status: 200 OK'
says out 'Variable-CERTAUTHZ: granted'
says out 'Variable-REMOTE_USER: CN=good client,OU=production,O=Example'
[ "$(tail -c 4 out | od -An -tx1 | tr -d ' \n')" = 0d0a0d0a ] || problem 'no blank line ends it'
[ "$(wc -l <out)" -eq "$(grep -c "$(printf '\r')\$" out)" ] || problem 'a line lacks its CR'
ends 'CGI: granted'

cgi 0 good.conf REQUEST_METHOD=GET REQUEST_URI=/public/ certauthz
tr -d '\r' <out >plain
printf '%s\n' 'Status: 200 OK' 'Variable-CERTAUTHZ: anonymous' \
    'Variable-CERTAUTHZ_RULE: public' '' >golden
cmp -s plain golden || problem 'not the reply that FastCGI gives'
ends 'CGI: anonymous'

cgi 0 good.conf REQUEST_METHOD=GET REQUEST_URI=/x SSL_CLIENT_VERIFY=NONE certauthz
first out 'Status: 403 Forbidden'
says out 'Reason: no-certificate'
says_not out Variable-
id=$(sed -n 's/^Id: //p' out)
says err "\"$id\""
says err '"no-certificate"'
[ "$(wc -l <err)" -eq 1 ] || problem 'not one line in the log'
length=$(tr -d '\r' <out | sed -n 's/^Content-Length: //p')
[ "$(tail -c "$length" out | tail -n 1)" = "Id: $id" ] || problem 'Content-Length is wrong'
ends 'CGI: refused, and the id is in the log'

cgi 0 good.conf REQUEST_METHOD=GET certauthz
first out 'Status: 403 Forbidden'
says out 'Reason: missing-server-variable'
ends 'CGI: a variable is missing'

cgi 0 good.conf REQUEST_METHOD=GET REQUEST_URI=/x?-c+open.conf certauthz -c open.conf
first out 'Status: 403 Forbidden'
says out 'Reason: no-certificate'
cgi 0 good.conf REQUEST_METHOD=GET REQUEST_URI=/x?-V certauthz -V
first out 'Status: 403 Forbidden'
cgi 0 good.conf REQUEST_METHOD=GET REQUEST_URI=/x?--unknown certauthz --unknown
first out 'Status: 403 Forbidden'
ends 'CGI: arguments come from the client and mean nothing'

# failure: a complete reply of status 500.
failure() {
    first out 'Status: 500 Internal Server Error'
    says_not out Variable-
    says out 'access is refused'
    tr -d '\r' <out | grep -q '^$' || problem 'no blank line ends the headers'
}

cgi 1 bad.conf REQUEST_METHOD=GET REQUEST_URI=/public/ certauthz
failure
says err 'certauthz: bad.conf:'
says_not out bad.conf
ends 'CGI: a bad configuration is a complete reply of status 500 and exit status 1'

cgi 1 missing.conf REQUEST_METHOD=GET REQUEST_URI=/public/ certauthz
failure
says err 'missing.conf: cannot be read'
ends 'CGI: no configuration is the same'

done_testing
