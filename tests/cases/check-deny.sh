#!/bin/sh
# certauthzctl deny, undeny and list: the emergency list, word for word. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
# shellcheck source=tests/cases/commands.sh
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cases/commands.sh" || exit 99
CERTAUTHZ_CONFIG=$folder/none.conf
export CERTAUTHZ_CONFIG

der() {
    sed '/-----/d' "pki/$1.pem" | base64 -d
}

spki_sha256() {
    openssl x509 -in "pki/$1.pem" -noout -pubkey | openssl pkey -pubin -outform DER |
        sha256sum | cut -d ' ' -f 1
}

serial_of() {
    openssl x509 -in "pki/$1.pem" -noout -serial | sed 's/.*=//;s/^00//' | tr A-F a-f
}

sha256=$(der good | sha256sum | cut -d ' ' -f 1)
spki=$(spki_sha256 good)
serial=$(serial_of good)
who="CN=good client,OU=production,O=Example (serial $serial of CN=certauthz test root,O=Example)"

# steady FILE: the times that nobody can know before become TIME.
steady() {
    sed 's/2[01][0-9-]*T[0-9:]*Z/TIME/g' "$1"
}

# tells LINE...: exactly these lines are printed, but for the times.
tells() {
    printf '%s\n' "$@" >golden
    steady out >told
    cmp -s told golden || problem "not what is told: $(diff golden told)"
}

# complains LINE...: the same of standard error.
complains() {
    printf 'certauthzctl: %s\n' "$@" >golden
    steady err >told
    cmp -s told golden || problem "not what is complained: $(diff golden told)"
    silent out
}

# deny STATUS ARGUMENT..., and the same of the others: of the store that is named so.
for command in deny undeny list; do
    eval "$command() {
        wanted_status=\$1
        shift
        try \"\$wanted_status\" certauthzctl $command --store store \"\$@\"
    }"
done

in_force='in force within a second, in every process that uses this store'

# --- the ways to say it ----------------------------------------------------------------------

list 0
tells 'store: nobody is denied'
[ ! -e store ] || problem 'looking has made the folder'
ends 'nobody, to begin with'

deny 0 pki/good.pem --reason 'laptop stolen'
silent err
tells "denied          $who" "  by            sha256 $sha256" '  since         TIME' \
    '  reason        laptop stolen' '  store         store' "$in_force"
[ "$(stat -c %a store/deny)" = 644 ] || problem 'not for everybody to read'
ends 'a certificate'

cp store/deny before
der good >good.der
for way in good.der "$sha256" "--sha256=$sha256" \
    "--sha256=$(echo "$sha256" | tr a-f A-F | sed 's/../&:/g;s/:$//')"; do
    deny 0 "$way"
    silent err
    tells "denied          $who" "  by            sha256 $sha256" '  since         TIME' \
        '  reason        laptop stolen' '  store         store' "$in_force"
    cmp -s store/deny before || problem "another entry: $way"
done
try 0 sh -c 'certauthzctl deny --store store - <pki/good.pem'
cmp -s store/deny before || problem 'another entry from standard input'
echo certauthz >password
deny 0 --password-file password pki/good.p12
cmp -s store/deny before || problem 'another entry from PKCS#12'
cat pki/intermediate-ca.pem pki/good.pem >chain.pem
deny 0 chain.pem
cmp -s store/deny before || problem 'another entry from a chain'
ends 'the same certificate in each form is one entry, and keeps its reason'

deny 0 --key pki/good.pem --until 12h
silent err
tells "denied          the public key of $who" "  by            public-key $spki" \
    '  since         TIME' '  until         TIME' '  store         store' "$in_force"
cp store/deny before
for way in pki/good.pem "$spki"; do
    deny 0 --public-key "$way" --until 12h
    says out "denied          the public key of $who"
    [ "$(wc -l <store/deny)" -eq 4 ] || problem "another entry: $way"
done
ends 'its public key'

deny 0 --serial "$serial" --issuer pki/root-ca.pem
silent err
sed -n 's/^  by            serial //p' out >digest
tells "denied          serial $serial of CN=certauthz test root,O=Example" \
    "  by            serial $(cat digest)" '  since         TIME' '  store         store' "$in_force"
cp store/deny before
for issuer in 'CN=certauthz test root,O=Example' 'cn=Certauthz  Test Root, o=EXAMPLE' \
    '/O=Example/CN=certauthz test root'; do
    for digits in "$serial" "0x$serial" "00$serial" "$(echo "$serial" | sed 's/../&:/g;s/:$//')"; do
        deny 0 --serial "$digits" --issuer "$issuer"
        [ "$(sed -n 's/^  by            serial //p' out)" = "$(cat digest)" ] ||
            problem "another digest: $digits of $issuer"
    done
done
[ "$(wc -l <store/deny)" -eq 5 ] || problem 'another entry'
ends 'its issuer and serial, in each spelling'

# --- until when, and why ---------------------------------------------------------------------

for until in 1s 90m 12h 7d 2w 2199-01-02T03:04:05Z; do
    deny 0 --sha256 "$sha256" --until "$until" --reason x
    says out '  until         2'
done
says out '  until         2199-01-02T03:04:05Z'
deny 0 --sha256 "$sha256" --reason ''
says_not out until
says_not out reason
ends 'what is said last counts'

for until in '' noon 12 h 12x 12hh -1h 1234567890s 2199-01-02 12h30m; do
    deny 2 --sha256 "$sha256" --until "$until"
    complains "--until $until: a time such as TIME is wanted, or a duration such as 90m, 12h or 7d"
done
for until in 0s 2020-01-01T00:00:00Z; do
    deny 2 --sha256 "$sha256" --until "$until"
    says err "certauthzctl: --until $until: has passed already"
done
deny 2 --sha256 "$sha256" --until 999999999w
complains '--until 999999999w: lies beyond the year 9999'
for reason in "$(printf 'a\nb')" ' a' "$(printf '%0201d' 0)" "$(printf '\377')" "$(printf '\033[2J')"; do
    deny 2 --sha256 "$sha256" --reason "$reason"
    complains '--reason: one line of at most 200 bytes is wanted, in UTF-8, without controls, and '\
'without blanks at its ends'
done
deny 0 --sha256 "$sha256" --reason "$(printf '%0200d' 0)"
deny 0 --sha256 "$sha256" --reason ''
ends 'times and reasons that cannot be'

# --- mistakes --------------------------------------------------------------------------------

cp store/deny before
named='name it by a file with its certificate, --sha256, --public-key, or --serial with --issuer'
deny 2
complains "nothing is named: $named"
deny 2 --key
complains "nothing is named: $named"
deny 2 pki/good.pem --sha256 "$sha256"
complains "too much is named: $named"
deny 2 --public-key "$spki" --serial 1
complains "too much is named: $named"
deny 2 --serial 1
complains "--serial goes with --issuer: the CA's name, or a file with its certificate"
deny 2 --issuer CN=x pki/good.pem
complains '--issuer goes with --serial'
deny 2 --key --sha256 "$sha256"
complains '--key goes with a file with a certificate'
deny 2 --key "$sha256"
complains "--key needs a certificate; a key's own SHA-256 goes with --public-key"
deny 2 missing.pem
complains 'missing.pem: no such file, and no SHA-256 of a certificate (64 hexadecimal digits)'
deny 2 "${sha256%?}"
complains "${sha256%?}: no such file, and no SHA-256 of a certificate (64 hexadecimal digits)"
deny 2 --sha256 "${sha256%??}"
complains "--sha256 ${sha256%??}: the SHA-256 of a certificate is wanted, 64 hexadecimal digits"
deny 2 --public-key missing.pem
complains '--public-key missing.pem: a file with a certificate is wanted, or the SHA-256 of a '\
'SubjectPublicKeyInfo, 64 hexadecimal digits'
for digits in '' 0 x 0x "$(printf '1%040d' 0)"; do
    deny 2 --serial "$digits" --issuer CN=x
    complains "--serial $digits: a serial number in hexadecimal is wanted, of at most 20 bytes and not zero"
done
deny 2 --serial 1 --issuer missing.pem
says err 'certauthzctl: --issuer missing.pem: no such file, and '
deny 2 --serial 1 --issuer chain.pem
complains "--issuer chain.pem: holds 2 certificates; the CA's alone is wanted"
deny 2 pki/good.key
complains 'pki/good.key: holds no certificate (PEM, DER, PKCS#12 or the header of a proxy is wanted)'
cat pki/good.pem pki/expired.pem >two.pem
deny 2 two.pem
complains "two.pem: holds 2 certificates, and not just one that is no CA's; put the one alone in a "\
'file, or name it by --sha256 (certauthzctl inspect shows each)'
cmp -s store/deny before || problem 'a mistake has changed the list'
ends 'mistakes'

# --- the list --------------------------------------------------------------------------------

spki_short=$(printf %.16s "$spki")
sha256_short=$(printf %.16s "$sha256")
serial_short=$(printf %.16s "$(cat digest)")
deny 0 --public-key "$spki" --until 2199-01-02T03:04:05Z --reason 'key lost'
list 0
silent err
tells 'number  state    by          digest            since                 until                 what; why' \
    "     1  denied   sha256      $sha256_short  TIME  -                     $who" \
    "     2  denied   public-key  $spki_short  TIME  TIME  the public key of $who; key lost" \
    "     3  denied   serial      $serial_short  TIME  -                     serial $serial of CN=certauthz test root,O=Example"
list 0 --time 2199-01-02T03:04:05Z
says_not out expired
list 0 --time 2199-01-02T03:04:06Z
says out "     2  expired  public-key  $spki_short"
[ "$(grep -c expired out)" -eq 1 ] || problem 'not one has expired'
list 0 --json --time 2199-01-02T03:04:06Z
json '.store == "store" and (.entries | length) == 3'
json ".entries[1] | .number == 2 and .by == \"public-key\" and .digest == \"$spki\" and
    .until == \"2199-01-02T03:04:05Z\" and .expired and .what == \"the public key of $who\" and
    .reason == \"key lost\""
json ".entries[0] | .digest == \"$sha256\" and (.expired | not) and (has(\"until\") | not) and
    (has(\"reason\") | not)"
list 2 --time noon
complains '--time noon: a time such as TIME is wanted'
ends 'the list, for people and for programs'

# --- taken off -------------------------------------------------------------------------------

for entry in 0 4 999999; do
    undeny 1 "$entry"
    complains "there is no entry $entry; certauthzctl list shows them"
done
undeny 1 00000000
complains 'no entry begins with 00000000; certauthzctl list shows them'
undeny 2 abcdefg
complains 'abcdefg: no such file, and no SHA-256 of a certificate (64 hexadecimal digits)'
undeny 2
complains "nothing is named: $named"
undeny 1 pki/expired.pem
says err 'certauthzctl: not on the deny list by sha256: CN=expired,O=Example (serial '
says_not err 'it is denied'
ends 'what is not on it'

still="public-key $spki_short (the public key of $who); that is taken off by certauthzctl undeny \
$spki_short"
undeny 1 pki/good.pem
tells "taken off       $who" "  by            sha256 $sha256" '  since         TIME' \
    '  store         store'
printf 'certauthzctl: it is still denied, by %s\n' "$still" >golden
cmp -s err golden || problem "not what is complained: $(diff golden err)"
undeny 1 pki/good.pem
complains "not on the deny list by sha256: $who; it is denied by $still"
ends 'a certificate that is denied otherwise too'

undeny 0 "$spki_short"
silent err
tells "taken off       the public key of $who" "  by            public-key $spki" \
    '  since         TIME' '  until         TIME' '  reason        key lost' '  store         store'
undeny 0 1
silent err
says out "taken off       serial $serial of"
list 0
tells 'store: nobody is denied'
ends 'by the beginning of a digest, and by number'

prefix=0123456789abcdef
for rest in 0 1; do
    deny 0 --sha256 "$prefix$(printf '%047d' 0)$rest"
    says out 'denied          a certificate of which only the SHA-256 was given'
    deny 0 --public-key "f$(printf '%062d' 0)$rest"
    says out 'denied          a public key of which only the SHA-256 was given'
done
undeny 2 "$prefix"
complains "more than one entry begins with $prefix; give more digits"
undeny 0 "$(echo "$prefix" | tr a-f A-F)$(printf '%047d' 0)1"
undeny 0 "$prefix"
undeny 0 --public-key "f$(printf '%063d' 0)"
undeny 0 --public-key "f$(printf '%062d' 0)1"
for way in "--sha256 $sha256" "--serial 1 --issuer CN=x" "--key pki/good.pem"; do
    # shellcheck disable=SC2086 # several words
    deny 0 $way
    # shellcheck disable=SC2086
    undeny 0 $way
done
list 0
tells 'store: nobody is denied'
ends 'each way to say it takes it off too'

# --- names that are long or strange ----------------------------------------------------------

for name in empty-subject hostile-name html-name many-names; do
    deny 0 "pki/$name.pem"
    silent err
done
deny 0 --serial 1 --issuer "CN=$(printf '%0600d' 0)"
[ "$(grep -c '…' out)" -eq 1 ] || problem 'a long name is not cut'
deny 0 --serial 1 --issuer "CN=x$(printf 'é%.0s' $(seq 300)) "
list 0
[ "$(tr -d '\n' <out | tr -dc '\000-\037\177' | wc -c)" -eq 0 ] || problem 'a control is printed'
[ "$(wc -l <out)" -eq 7 ] || problem 'not six entries'
says out '  no subject (serial '
ends 'names that are long or strange'

mkdir full
{
    echo certauthz-deny-list 1
    seq 100000 | awk '{ printf "sha256 %064x since=2026-01-02T03:04:05Z about=\"x\" reason=\"\"\n", $1 }'
    echo end 100000
} >full/deny
try 2 certauthzctl deny --store full pki/good.pem
complains 'the deny list is full, with 100000 entries; take off those that have expired '\
'(certauthzctl list shows them)'
try 0 certauthzctl deny --store full --sha256 "$(printf '%064x' 7)" --reason y
says out 'denied          x'
try 0 certauthzctl undeny --store full 100000
try 0 certauthzctl deny --store full pki/good.pem
ends 'a list that is full'

# --- where the store is ----------------------------------------------------------------------

mkdir etc
cat >etc/good.conf <<'CONF'
rules = ( { path = "/"; certificate = "none"; } );
revocation: { store = "../of-config"; };
CONF
try 0 certauthzctl deny -c etc/good.conf pki/good.pem
silent err
says out '  store         etc/../of-config'
grep -q "^sha256 $sha256 " of-config/deny || problem 'not in the store of the configuration'
ends 'the store of the configuration'

printf 'nonsense = 1;\nrevocation: { store = "../of-bad"; };\n' >etc/bad.conf
try 0 certauthzctl deny -c etc/bad.conf pki/good.pem
says err 'certauthzctl: etc/bad.conf:1: '
says err 'certauthzctl: etc/../of-bad is taken for the revocation store; name another by --store FOLDER'
grep -q "^sha256 $sha256 " of-bad/deny || problem 'not in the store of a bad configuration'
try 0 certauthzctl undeny -c etc/bad.conf pki/good.pem
try 0 certauthzctl list -c etc/bad.conf
tells 'etc/../of-bad: nobody is denied'
try 0 certauthzctl list -c etc/bad.conf --store of-config
silent err
says out "$sha256_short"
echo 'nonsense = 1;' >etc/bad.conf
try 0 certauthzctl list -c etc/bad.conf
says err 'lib/certauthz/revocation is taken for the revocation store; name another by --store FOLDER'
try 2 certauthzctl list
complains "$CERTAUTHZ_CONFIG: cannot be read: No such file or directory; so the folder of the "\
'revocation store cannot be found: name it by --store FOLDER'
ends 'the store where the configuration is bad'

: >file
try 2 certauthzctl deny --store file pki/good.pem
complains 'file/deny.lock: cannot be opened: Not a directory'
try 2 certauthzctl list --store file
complains 'file/deny: cannot be opened: Not a directory'
echo x >of-config/deny
for command in list 'deny pki/good.pem' 'undeny 1'; do
    # shellcheck disable=SC2086 # several words
    try 2 certauthzctl $command --store of-config
    complains 'of-config/deny: line 1: "certauthz-deny-list 1" is wanted: no deny list, or of '\
'another version; mend it, or move it away to begin an empty list'
done
ends 'a store that cannot be used'

# --- processes with another store ------------------------------------------------------------

cat >etc/served.conf <<CONF
rules = ( { path = "/"; certificate = "none"; } );
revocation: { store = "$folder/served"; };
server: { control = "$folder/control"; };
CONF
mkdir served
certauthz -c etc/served.conf --listen "unix:$folder/socket" 2>served.log &
server=$!
trap 'kill "$server"; rm -rf -- "$folder"' EXIT
patience=200
while [ ! -S "control/$server.sock" ] && [ "$patience" -gt 0 ]; do
    sleep 0.1
    patience=$((patience - 1))
done
try 0 certauthzctl deny -c etc/served.conf pki/good.pem
silent err
try 0 certauthzctl deny -c etc/served.conf --store served/ pki/good.pem
silent err
try 1 certauthzctl deny -c etc/served.conf --store other pki/good.pem
says out "denied          $who"
warning="certauthzctl: process $server uses another store, so nothing has changed for it; call \
this again with --store $folder/served"
says err "$warning"
try 1 certauthzctl undeny --control control --store other pki/good.pem
says out "taken off       $who"
says err "$warning"
kill "$server"
wait "$server" 2>/dev/null
trap 'rm -rf -- "$folder"' EXIT
try 0 certauthzctl deny -c etc/served.conf --store other pki/good.pem
silent err
ends 'a process that uses another store is warned of'

done_testing
