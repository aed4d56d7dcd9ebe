#!/bin/sh
# certauthzctl test: tables of requests and the answers that are wanted. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
# shellcheck source=tests/cases/commands.sh
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cases/commands.sh" || exit 99

cat >rules.conf <<'CONF'
trust: { anchors = [ "pki/root-ca.pem" ]; };
clients = ( { id = "alice"; credentials = ( { name = "card"; dns = "good.example"; } ); } );
rules = (
    { name = "public"; path = "/public/"; certificate = "none"; },
    { name = "local"; path = "/"; hosts = [ "a.example" ]; from = [ "192.0.2.0/24" ];
      methods = [ "GET" ]; certificate = "none"; },
    { name = "all"; path = "/"; certificate = "required"; }
);
policies: { open = { rules = ( { name = "anybody"; path = "/"; certificate = "none"; } ); }; };
CONF

# table STATUS <TABLE
table() {
    cat >answers.table
    try "$1" certauthzctl test -c rules.conf answers.table
}

# tells LINE...: exactly these lines are printed.
tells() {
    printf '%s\n' "$@" >golden
    cmp -s out golden || problem "not what is told: $(diff golden out)"
}

table 1 <<'TABLE'
# What alice and strangers may do.

certificate  | chain | method | uri     | host      | address   | policy | time                 | verdict | reason         | client | credential | rule
pki/good.pem |       |        | /x      | b         | 192.0.2.1 |        | 2030-01-01T00:00:00Z | granted | granted        | alice  | card       | all
-            | -     | GET    | /x      | a.example | 192.0.2.1 | -      |                      | granted | granted        | -      | -          | local
             |       | POST   | /x      | a.example | 192.0.2.1 |        |                      | refused | no-certificate |        |            | all
             |       |        | /x      | b         | 192.0.2.1 | open   |                      |         |                | -      |            | anybody
  # the same with an intermediate
pki/via-intermediate.pem | pki/intermediate-ca.pem | HEAD | /#x | b | ::1 | | 2030-01-01T00:00:00Z | | no-rule | | | -
pki/via-intermediate.pem | pki/intermediate-ca.pem | HEAD | /x  | b | ::1 | | 2030-01-01T00:00:00Z | | unknown-client | | | all
TABLE
tells '1..6' 'ok 1 - answers.table:4: GET /x with pki/good.pem' 'ok 2 - answers.table:5: GET /x' \
    'ok 3 - answers.table:6: POST /x' 'ok 4 - answers.table:7: GET /x' \
    'not ok 5 - answers.table:9: HEAD /\#x with pki/via-intermediate.pem' \
    '#   reason: no-rule is wanted, ambiguous-path came out' \
    'ok 6 - answers.table:10: HEAD /x with pki/via-intermediate.pem'
silent err
ends 'cells that are given, empty, or a hyphen'

grep -v '^pki/via.*#x' answers.table >sound.table
table 0 <sound.table
tells '1..5' 'ok 1 - answers.table:4: GET /x with pki/good.pem' 'ok 2 - answers.table:5: GET /x' \
    'ok 3 - answers.table:6: POST /x' 'ok 4 - answers.table:7: GET /x' \
    'ok 5 - answers.table:9: HEAD /x with pki/via-intermediate.pem'
ends 'all of a table comes out as wanted'

table 1 <<'TABLE'
uri | certificate | time | verdict | client | credential | rule | host | address
/public/ | | | granted | | | public | b | ::1
/x | pki/good.pem | 2030-01-01T00:00:00Z | refused | - | bob's | public | b | ::1
/#x | - | | granted | alice | | | b | ::1
TABLE
tells '1..3' 'ok 1 - answers.table:2: GET /public/' \
    'not ok 2 - answers.table:3: GET /x with pki/good.pem' \
    '#   verdict: refused is wanted, granted came out' \
    '#   client: none is wanted, alice came out' \
    "#   credential: bob's is wanted, card came out" \
    '#   rule: public is wanted, all came out' \
    'not ok 3 - answers.table:4: GET /\#x' \
    '#   verdict: granted is wanted, refused came out' \
    '#   client: alice is wanted, none came out'
silent err
ends 'what came out otherwise is told, and is exit status 1'

mkdir sub
cp answers.table sub/
sed -i 's|pki/|../pki/|' sub/answers.table
try 1 certauthzctl test -c rules.conf sub/answers.table
says out 'not ok 2 - sub/answers.table:3: GET /x with ../pki/good.pem'
ends 'files count from the folder of the table'

try 1 sh -c 'certauthzctl test -c rules.conf - <answers.table'
says out 'not ok 2 - -:3: GET /x with pki/good.pem'
ends 'a table from standard input'

table 0 <<'TABLE'
  | certificate  | uri | host | address | time                 | verdict | client |
  |--------------|-----|------|---------|----------------------|:-------:|--------|
  | pki/good.pem | /x  | b    | ::1     | 2030-01-01T00:00:00Z | granted | alice  |
  |              | /x  | b    | ::1     | 2030-01-01T00:00:00Z | refused | -      |
TABLE
tells '1..2' 'ok 1 - answers.table:3: GET /x with pki/good.pem' 'ok 2 - answers.table:4: GET /x'
ends 'a table in a frame'

# bad MESSAGE TEXT: a table that is wrong.
bad() {
    printf '%s\n' "$2" >answers.table
    try 2 certauthzctl test -c rules.conf answers.table
    silent out
    [ "$(cat err)" = "certauthzctl: answers.table$1" ] || problem "not the message: $1"
}
line() {
    printf 'uri | certificate | chain | time | verdict | reason\n%s' "$1"
}
columns='certificate, chain, method, uri, host, address, policy, time, verdict, reason, client, '\
'credential, rule'
bad ': holds no test; a line that names the columns and one for each test are wanted' ''
bad ': holds no test; a line that names the columns and one for each test are wanted' '# nothing'
bad ': holds no test; a line that names the columns and one for each test are wanted' 'uri|verdict'
bad ":2: \"path\" is no column; there are $columns" '
path | verdict'
bad ':1: the column uri is there twice' 'uri | uri'
bad ':2: there are 5 cells, and the first line names 6 columns' "$(line '/ | | | | granted')"
bad ':2: there are 7 cells, and the first line names 6 columns' "$(line '/ | | | | granted | | ')"
bad ':2: uri: what is asked for is wanted, such as /' "$(line '| | | | granted | ')"
bad ':2: uri: what is asked for is wanted, such as /' "$(line '- | | | | granted | ')"
bad ':2: nothing is wanted of the answer; give a verdict or a reason' "$(line '/ | | | | | ')"
bad ':2: verdict: granted or refused is wanted, not "yes"' "$(line '/ | | | | yes | ')"
bad ':2: verdict: granted or refused is wanted, not ""' "$(line '/ | | | | - | ')"
bad ':2: reason: "bad" is none; certauthz(8) lists them' "$(line '/ | | | | | bad')"
bad ':2: time: a time such as 2026-01-02T03:04:05Z is wanted' "$(line '/ | | | noon | granted |')"
bad ':2: chain: it goes with a certificate' "$(line '/ | | pki/intermediate-ca.pem | | granted |')"
bad ':2: certificate: pki/nobody.pem: cannot be opened: No such file or directory' \
    "$(line '/ | pki/nobody.pem | | | granted |')"
bad ':2: chain: pki/good.key: holds no certificate in PEM' \
    "$(line '/ | pki/good.pem | pki/good.key | | granted |')"
bad ':2: the first line begins and ends with a |, and so must this one' '| uri | verdict |
/ | granted'
bad ':2: the first line begins and ends with a |, and so must this one' '| uri | verdict |
| / | granted'
bad ': is no text in UTF-8' "$(printf 'uri | \377')"
ends 'a table that is wrong is exit status 2'

printf 'uri|verdict\n/|gran\000ted\n' >nul.table
try 2 certauthzctl test -c rules.conf nul.table
says err 'certauthzctl: nul.table: is no text in UTF-8'
try 2 certauthzctl test -c rules.conf missing.table
says err 'certauthzctl: missing.table: cannot be opened: No such file'
try 2 certauthzctl test -c missing.conf sound.table
says err 'missing.conf: cannot be read'
silent out
ends 'so is a file that cannot be read'

printf 'uri|verdict|policy\r\n/|granted|open\r\n' >crlf.table
try 0 certauthzctl test -c rules.conf crlf.table
says out 'ok 1 - crlf.table:2: GET /'
ends 'lines may end with CRLF'

sed '$a forwarded: { header = "X"; format = "xfcc"; proxies = [ "192.0.2.1" ]; };' rules.conf >proxied.conf
cat >proxied.table <<'TABLE'
uri | host | certificate  | address   | verdict
/x  | b    | pki/good.pem | 192.0.2.1 | granted
/x  | b    | pki/good.pem | 192.0.2.2 | granted
TABLE
try 0 certauthzctl test -c proxied.conf proxied.table
says out 1..2
ends 'from a proxy, the certificate is taken as forwarded'

# The table of certauthzctl(1), with the configuration that it stands beside.
sed -n '/^\.\\" table:/,/^\.Ed/p' "$source/authorizer/certauthzctl.1" | sed '1,2d;$d' >manual.table
cat >manual.conf <<'CONF'
trust: { anchors = [ "pki/root-ca.pem" ]; };
clients = ( { id = "alice"; roles = [ "admin" ]; credentials = ( { dns = "good.example"; } ); } );
rules = (
    { path = "/public/"; certificate = "none"; },
    { name = "admin"; path = "/admin/"; certificate = "required"; roles = [ "admin" ]; },
    { path = "/"; certificate = "required"; }
);
CONF
mkdir certs
cp pki/good.pem certs/alice.pem
cp pki/expired.pem certs/old.pem
try 0 certauthzctl test -c manual.conf manual.table
says out 1..4
ends 'the example of the manual'

done_testing
