#!/bin/sh
# certauthzctl explain: the rules, the client, the claims, and lines of the log asked again.
# Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
# shellcheck source=tests/cases/commands.sh
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cases/commands.sh" || exit 99
unset NO_COLOR || :

command -v jq >/dev/null || {
    echo 'Bail out! jq is not installed, packaging/install-packages demo installs it'
    exit 99
}

# digest NAME: the SHA-256 of a certificate of this run.
digest() {
    sed '/-----/d' "pki/$1.pem" | base64 -d | sha256sum | cut -d ' ' -f 1
}
good=$(digest good)

cat >rules.conf <<CONF
trust: { anchors = [ "pki/root-ca.pem" ]; };
clients = (
    { id = "alice"; roles = [ "admin", "staff" ]; scopes = [ "read", "write" ];
      credentials = ( { name = "card"; sha256 = "$good"; } ); },
    { id = "late"; credentials = ( { cn = "no-eku"; active_until = "2029-01-01T00:00:00Z"; } ); }
);
rules = (
    { name = "closed"; path = "/closed/"; action = "deny"; },
    { name = "not alice"; path = "/x/"; action = "deny"; clients = [ "late" ]; },
    { name = "host"; path = "/"; hosts = [ "a.example" ]; certificate = "required"; },
    { name = "home"; path = "/"; from = [ "192.0.2.0/24" ]; certificate = "none"; },
    { name = "posts"; path = "/"; methods = [ "POST" ]; certificate = "required"; },
    { name = "trial"; path = "/x/"; certificate = "required"; roles = [ "staff" ];
      enforce = false; },
    { name = "late only"; path = "/x/"; certificate = "required"; clients = [ "late" ];
      otherwise = "next"; },
    { name = "all"; path = "/x/"; certificate = "required"; },
    { name = "behind"; glob = "/x/*"; certificate = "optional"; }
);
policies: { open = { rules = ( { name = "anybody"; path = "/"; certificate = "none"; } ); }; };
CONF

# explain STATUS OPTION...
explain() {
    wanted_status=$1
    shift
    try "$wanted_status" certauthzctl explain -c rules.conf "$@"
}

# From elsewhere, with the good certificate, in 2030.
alice() {
    wanted_status=$1
    shift
    explain "$wanted_status" --cert pki/good.pem --address 198.51.100.1 --host b.example \
        --time 2030-01-01T00:00:00Z "$@"
}

# --- text ------------------------------------------------------------------------------------

alice 0 --uri /x/y
silent err
sed -n '/^rules/,/^certificate/p' out | sed '1d;$d' >rules
cat >golden <<'TEXT'
  other-path    closed: deny /closed/
  spares        not alice: deny /x/
  other-host    host: allow /
  other-address home: allow /
  other-method  posts: allow /
  reported      trial: allow /x/ (report only): granted
  passed-on     late only: allow /x/: client-not-allowed: the client is not among the rule's clients
  decides       all: allow /x/
  not-reached   behind: allow /x/*
TEXT
cmp -s rules golden || problem "the rules are told otherwise: $(diff golden rules)"
ends 'every rule is told, in order'

says out '  host          b.example'
says out '  address       198.51.100.1'
says out 'client          alice'
says out '  credential    card'
says out '  roles         admin staff'
says out '  scopes        read write'
sed -n '/^checks/,/^claims/p' out >checks
[ "$(sed -n 2p checks)" = '  passed   request-path' ] || problem 'the request is not first'
[ "$(tail -n 3 checks | head -n 2)" = '  passed   client
  passed   permission' ] || problem 'the client and the permission are not last'
ends 'the client, and the checks in their order'

says out '  CERTAUTHZ: granted'
says out '  CERTAUTHZ_RULE: all'
says out '  REMOTE_USER: alice'
says out '  CERTAUTHZ_REPORT: trial granted'
sed -n '/^claims/,/^decision/p' out | sed '1d;$d;s/^  /Variable-/' >told
env -i PATH="$PATH" CERTAUTHZ_CONFIG=rules.conf GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET \
    REQUEST_URI=/x/y SERVER_NAME=b.example REMOTE_ADDR=198.51.100.1 \
    "SSL_CLIENT_CERT=$(cat pki/good.pem)" certauthz 2>log </dev/null | tr -d '\r' |
    grep ^Variable- | grep -v DAYS_LEFT >sent
grep -v DAYS_LEFT told | cmp -s - sent || problem "not what is sent: $(diff sent told)"
ends 'the claims are those that are sent'

alice 1 --uri /closed/
says out 'rule            closed (denies)'
says out '  decides       closed: deny /closed/'
says out '  other-method  posts: allow /'
says_not out claims
says out 'decision        refused: denied-by-rule (403 Forbidden)'
ends 'a denial has no claims'

alice 1 --uri /a%2fb
says_not out rules
ends 'where the rules were not asked none is told'

explain 1 --cert pki/no-eku.pem --uri /x/ --address 198.51.100.1 --host b \
    --time 2030-01-01T00:00:00Z
says out 'client          none: credential-not-active'
says out '  credential    cn=no-eku'
says out '  failed   client: the credential is not active at this time'
ends 'a credential that is not active is named'

# --- what a request carries ------------------------------------------------------------------

explain 0 --uri / --host b --address 192.0.2.9
says out 'decision        granted: granted (200 OK), anonymous'
explain 0 --uri / --policy open
says out '  policy        open'
says out 'anybody (certificate none)'
explain 1 --uri / --policy nobody
says out 'unknown-policy (403 Forbidden)'
explain 1 --uri / --host b
says out 'failed   server-variables: REMOTE_ADDR holds no IP address, and rules ask for it'
explain 1 --uri /
says out 'failed   server-variables: SERVER_NAME is missing, and rules ask for the host'
alice 1 --uri / --redirect-uri /closed/x
says out 'path asked for  /closed/x'
alice 1 --uri /x/ --verify FAILED:whatever
says out 'failed   server-verification: the web server found fault with it (SSL_CLIENT_VERIFY)'
ends '--host, --address, --policy, --redirect-uri, --verify'

explain 1 --uri "$(printf '/\033[2Jx')" --host b --address 192.0.2.9
says out 'request         GET /\x1b[2Jx at'
ends 'nothing reaches the terminal that it would obey'

# wrong MESSAGE OPTION...: a mistake in the command line.
wrong() {
    message=$1
    shift
    explain 2 "$@"
    silent out
    [ "$(cat err)" = "certauthzctl: $message" ] || problem "not the message: $message"
}
wrong 'explain needs --uri, or --log with a line of the log'
wrong '--chain goes with --cert' --uri / --chain pki/intermediate-ca.pem
wrong '--control goes with --running' --uri / --control .
wrong '--color sometimes: auto, always or never is wanted' --uri / --color sometimes
wrong '--time yesterday: a time such as 2026-01-02T03:04:05Z is wanted' --uri / --time yesterday
ends 'mistakes in the command line'

# --- colour ----------------------------------------------------------------------------------

escape=$(printf '\033')
alice 0 --uri /x/y
says_not out "$escape"
alice 0 --uri /x/y --color never
says_not out "$escape"
alice 0 --uri /x/y --color=always
says out "decision        ${escape}[32mgranted${escape}[0m: granted"
sed "s/$escape\\[[0-9;]*m//g" out >plain
alice 0 --uri /x/y
cmp -s out plain || problem 'the colours change the text'
NO_COLOR=1 explain 0 --uri / --policy open --color always
says out "$escape"
ends '--color'

# --- JSON ------------------------------------------------------------------------------------

alice 0 --uri /x/y --json
json '[.rules[].state] == ["other-path", "spares", "other-host", "other-address", "other-method",
    "reported", "passed-on", "decides", "not-reached"]'
json '.rules[5] == {name: "trial", path: "/x/", action: "allow", certificate: "required",
    report_only: true, state: "reported", reason: "granted"}'
json '.rules[6] | .reason == "client-not-allowed" and (.detail | startswith("the client is not"))'
json '.rules[8].glob == "/x/*" and (.rules[8] | has("path") | not)'
json '.rules[0] | has("certificate") | not'
json '.rule == {name: "all", path: "/x/", action: "allow", certificate: "required"}'
json '.client == {id: "alice", credential: "card", roles: ["admin", "staff"],
    scopes: ["read", "write"]}'
json '.request.host == "b.example" and .request.address == "198.51.100.1"'
json '[.checks[].check] | .[0] == "request-path" and .[-2:] == ["client", "permission"]'
json '.claims.CERTAUTHZ == "granted" and .claims.REMOTE_USER == "alice"'
json 'has("then") | not'
alice 1 --uri /closed/ --json
json '.claims == {} and .rules[0].state == "decides" and .decision.reason == "denied-by-rule"'
explain 1 --cert pki/no-eku.pem --uri /x/ --address 198.51.100.1 --host b --json \
    --time 2030-01-01T00:00:00Z
json '.client == {reason: "credential-not-active", credential: "cn=no-eku"}'
ends '--json'

# --- lines of the log ------------------------------------------------------------------------

# ask NAME=VALUE...: certauthz as CGI; its line of the log is in the file line.
ask() {
    env -i PATH="$PATH" CERTAUTHZ_CONFIG=rules.conf GATEWAY_INTERFACE=CGI/1.1 "$@" certauthz \
        >reply 2>line </dev/null || problem 'certauthz failed'
}
pem=$(cat pki/good.pem)

ask REQUEST_METHOD=GET 'REQUEST_URI=/x/a%25b%3Fc?q' SERVER_NAME=b.example \
    REMOTE_ADDR=198.51.100.1 "SSL_CLIENT_CERT=$pem"
says line '"host":"b.example","address":"198.51.100.1"'
explain 0 --log "$(cat line)" --cert pki/good.pem
says out 'path asked for  /x/a%b?c'
says out "line of the log $(jq -r .id line)"
says out '  verdict       then and now granted'
says out '  rule          then and now all'
says out '  client        then and now alice'
says out '  credential    then and now card'
says out "at $(jq -r .time line | cut -c 1-19)Z"
silent err
ends 'a line of the log is asked again'

try 0 sh -c 'certauthzctl explain -c rules.conf --log - --cert pki/good.pem <line'
says out '  verdict       then and now granted'
ends '--log -'

sed 's/"late only"; path = "\/x\/"/"late only"; path = "\/"/; s/otherwise = "next";//' rules.conf \
    >stricter.conf
try 1 certauthzctl explain -c stricter.conf --log "$(cat line)" --cert pki/good.pem
says out '  verdict       then granted, now refused'
says out '  reason        then granted, now client-not-allowed'
says out '  rule          then all, now late only'
try 1 certauthzctl explain -c stricter.conf --log "$(cat line)" --cert pki/good.pem --json
json '.then.verdict == "granted" and .then.rule == "all" and .then.changed'
json '.then.id | length == 16'
ends 'what has changed since is told'

ask REQUEST_METHOD=GET REQUEST_URI=/a%2fb SERVER_NAME=b REMOTE_ADDR=198.51.100.1
explain 1 --log "$(cat line)" --json
json '.then.reason == "ambiguous-path" and (.then.changed | not) and .request.uri == "/a%2fb"'
ask REQUEST_METHOD=GET REQUEST_URI=/x CERTAUTHZ_POLICY=open
explain 0 --log "$(cat line)" --json
json '.request.policy == "open" and .then.verdict == "granted" and (.then.changed | not)'
ends 'so are one whose path was refused, and one of a named policy'

ask REQUEST_METHOD=GET REQUEST_URI=/x/
explain 1 --log "$(cat line)"
says out '  reason        then and now missing-server-variable'
explain 0 --log "$(cat line)" --host b.example --address 192.0.2.1
says out '  reason        then missing-server-variable, now granted'
says out '  rule          then none, now home'
ends 'what a line lacks may be given'

# mend FILTER: the line of a good request, changed.
ask REQUEST_METHOD=GET REQUEST_URI=/x/ SERVER_NAME=b REMOTE_ADDR=198.51.100.1 "SSL_CLIENT_CERT=$pem"
mend() {
    jq -c "$1" line
}
again='so the request cannot be asked again'
wrong "pki/no-eku.pem: its SHA-256 is $(digest no-eku), and the line of the log is about the \
certificate with $good" --log "$(cat line)" --cert pki/no-eku.pem
wrong "pki/good.key: its SHA-256 is unknown, and the line of the log is about the certificate \
with $good" --log "$(cat line)" --cert pki/good.key
wrong "the line of the log is about the certificate with the SHA-256 $good; give it by --cert" \
    --log "$(cat line)"
wrong 'pki/good.pem: the line of the log names no certificate; leave --cert out' \
    --log "$(mend 'del(.sha256)')" --cert pki/good.pem
ends 'the certificate has to be that of the line'

for member in time verdict reason method path; do
    wrong "line of the log: it has no \"$member\", $again" --log "$(mend "del(.$member)")"
done
wrong 'line of the log: it is about the program; one about a decision is wanted' \
    --log '{"time":"2030-01-01T00:00:00.000Z","level":"info","message":"started"}'
wrong 'line of the log: "noon" is no time' --log "$(mend '.time = "noon"')"
wrong 'line of the log: "2030-01-01T00:00:00.5" is no time' \
    --log "$(mend '.time = "2030-01-01T00:00:00.5"')"
wrong 'line of the log: byte 1: a JSON object is wanted: { … }' --log nonsense
wrong 'line of the log: byte 6: a text has no end' --log '{"tim'
wrong 'line of the log: its certificate could not be read, so it has no digest; ask by explain '\
'--uri and --cert' --log "$(mend 'del(.sha256) | .check = "syntax"')"
ends 'a line that lacks what is needed'

long=$(printf '%01024d' 0)
wrong "line of the log: its path was cut behind 1024 bytes, $again; ask it by explain --uri" \
    --log "$(mend ".path = \"/$long…\"")"
wrong "line of the log: its host was cut behind 255 bytes, $again; ask it by explain --uri" \
    --log "$(mend ".host = \"$(printf '%0255d' 0)…\"")"
explain 0 --log "$(mend '.path = "/x/short…"')" --cert pki/good.pem
ends 'a line that was cut'

for option in uri redirect-uri method policy time; do
    wrong "--$option does not go with --log: the line says it" \
        --log "$(cat line)" "--$option" 2030-01-01T00:00:00Z
done
wrong '--host does not go with --log: the line says "b"' --log "$(cat line)" --host c \
    --cert pki/good.pem
ends 'what the line says is not given besides'

# --- certificates that a proxy forwards ------------------------------------------------------

cat >proxied.conf <<'CONF'
trust: { anchors = [ "pki/root-ca.pem" ]; };
rules = ( { name = "open"; path = "/open/"; certificate = "optional"; },
          { name = "all"; path = "/"; certificate = "required"; } );
forwarded: { header = "Client-Cert"; chain = "Client-Cert-Chain"; format = "rfc9440";
             proxies = [ "192.0.2.0/24" ]; };
CONF
sed 's/format/none = "-"; format/' proxied.conf >worded.conf

# behind STATUS OPTION...: from a proxy.
behind() {
    wanted_status=$1
    shift
    try "$wanted_status" certauthzctl explain -c proxied.conf --address 192.0.2.7 \
        --time 2030-01-01T00:00:00Z --uri / "$@"
}

behind 0 --cert pki/good.pem
says out '  passed   forwarded'
says out 'decision        granted: granted (200 OK)'
behind 1 --cert pki/via-intermediate.pem
says out '  passed   forwarded'
behind 0 --cert pki/via-intermediate.pem --chain pki/intermediate-ca.pem
behind 1 --cert pki/good.key
says out '  failed   forwarded: it does not begin with'
behind 1
says out '  skipped  forwarded: the proxy forwarded none'
says out '  failed   certificate-present: none was presented'
behind 0 --uri /open/
ends 'from a proxy, the certificate is taken as forwarded'

try 0 certauthzctl explain -c worded.conf --address 192.0.2.7 --time 2030-01-01T00:00:00Z \
    --uri /open/
says out '  skipped  forwarded: the proxy forwarded none'
try 0 certauthzctl explain -c worded.conf --address 192.0.2.7 --time 2030-01-01T00:00:00Z \
    --uri / --cert pki/good.pem
ends 'and none as the proxy says it'

printf ':%s:\r\n' "$(sed '/-----/d' pki/good.pem | tr -d '\n')" >header
sed '/-----/d' pki/good.pem >base64
: >nothing
behind 0 --forwarded header
says out '  passed   forwarded'
behind 1 --forwarded base64
says out '  failed   forwarded: it is no byte sequence of RFC 9440, :base64:'
behind 0 --forwarded header --cert pki/good.pem
behind 1 --forwarded header --cert pki/good-rsa.pem
says out '  failed   forwarded: SSL_CLIENT_CERT is another certificate'
behind 1 --forwarded header --address 198.51.100.1
says out '  skipped  forwarded: the header does not come from one of forwarded.proxies'
says out '  failed   certificate-present: none was presented'
behind 1 --forwarded header --json --cert pki/good-rsa.pem
json '.checks[] | select(.check == "forwarded" and .outcome == "failed")'
ends 'the header as it is'

behind 2 --forwarded missing
says err 'certauthzctl: missing: cannot be opened: No such file'
behind 2 --forwarded nothing
says err 'certauthzctl: nothing: is empty'
try 2 certauthzctl explain -c proxied.conf --forwarded header --log '{}'
says err 'certauthzctl: --forwarded does not go with --log: give the certificate by --cert'
try 2 certauthzctl explain -c proxied.conf --log '{"time":"2030-01-01T00:00:00.000Z",'\
'"verdict":"refused","reason":"malformed-certificate","method":"GET","path":"/",'\
'"check":"forwarded"}'
says err 'line of the log: its certificate could not be read, so it has no digest'
ends 'a header that cannot be had'

done_testing
