#!/bin/sh
# certauthzctl crl: what is told about lists that openssl made. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
# shellcheck source=tests/cases/commands.sh
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cases/commands.sh" || exit 99

serial_of() {
    openssl x509 -in "pki/$1.pem" -noout -serial | sed 's/.*=//'
}

# hexadecimal TEXT: as we write serials.
hexadecimal() {
    echo "$1" | sed 's/^00//' | tr A-F a-f
}

good=$(serial_of good)
expired=$(serial_of expired)
root_sha256=$(sed '/-----/d' pki/root-ca.pem | base64 -d | sha256sum | cut -d ' ' -f 1)

# The list's entries, and what else it holds.
entry() {
    printf 'R\t400101000000Z\t%s\t%s\tunknown\t/CN=x\n' "$2" "$1"
}
{
    entry "$good" 290101000000Z,keyCompromise
    entry "$expired" 290201000000Z
    entry 0A 290301000000Z,keyTime,20281231000000Z
    entry 0B 290401000000Z,superseded
    entry 0C 290401000000Z,superseded
} >index
: >index.attr
echo 1234 >number
cat >openssl.conf <<'CONF'
[ca]
database = index
crlnumber = number
default_md = sha256
[plain]
authorityKeyIdentifier = keyid
[scoped]
issuingDistributionPoint = critical,@point
[point]
fullname = URI:http://ca.example/end.crl,dirName:name
onlyuser = TRUE
onlysomereasons = keyCompromise,CACompromise
[name]
CN = end
[unknown]
1.2.3.4 = critical,ASN1:NULL
CONF

# make NAME SECTION [ARGUMENT...]: a list of the root in 2030, in PEM.
make() {
    name=$1
    section=$2
    shift 2
    openssl ca -gencrl -config openssl.conf -name ca -crlexts "$section" -keyfile pki/root-ca.key \
        -cert pki/root-ca.pem -crl_lastupdate 20300101000000Z -crl_nextupdate 20300108000000Z \
        -out "$name" "$@" 2>openssl.log || problem "openssl made no $name: $(cat openssl.log)"
}

# crl STATUS ARGUMENT...: on the second of January 2030, unless an option says else.
crl() {
    wanted_status=$1
    shift
    try "$wanted_status" certauthzctl crl --time 2030-01-02T00:00:00Z "$@"
}

# tells LINE...: exactly these lines are printed.
tells() {
    printf '%s\n' "$@" >golden
    cmp -s out golden || problem "not what is told: $(diff golden out)"
    silent err
}

complains() {
    printf 'certauthzctl: %s\n' "$1" >golden
    cmp -s err golden || problem "not what is complained: $(diff golden err)"
    silent out
}

make list.pem plain
openssl crl -in list.pem -outform DER -out list.der
key_id=$(openssl x509 -in pki/root-ca.pem -noout -ext subjectKeyIdentifier | tail -n 1 |
    tr -d ' :' | tr A-F a-f)
not_verified='  signature     ECDSA-SHA256, not verified; name who may have signed it by --issuer, or '\
'by a configuration with -c'
crl 0 list.pem
tells 'list of         CN=certauthz test root,O=Example' \
    '  number        4660' \
    '  this update   2030-01-01T00:00:00Z' \
    '  next update   2030-01-08T00:00:00Z (6 days left)' \
    '  entries       5' \
    '                  1 without a reason' \
    '                  2 keyCompromise' \
    '                  2 superseded' \
    '  tells of      all certificates of the issuer' \
    "  key id        $key_id" \
    "$not_verified"
cp out whole
ends 'a list'

crl 0 list.der
cmp -s out whole || problem 'DER is told otherwise'
try 0 sh -c 'certauthzctl crl --time 2030-01-02T00:00:00Z - <list.pem'
cmp -s out whole || problem 'standard input is told otherwise'
ends 'DER, and standard input'

# --- times -----------------------------------------------------------------------------------

crl 0 --time 2030-01-07T23:59:59Z list.pem
says out '  next update   2030-01-08T00:00:00Z (1 second left)'
crl 0 --time 2030-01-07T22:59:59Z list.pem
says out '(60 minutes left)'
crl 1 --time 2030-01-08T00:00:00Z list.pem
says out '  next update   2030-01-08T00:00:00Z (warning: over for 0 seconds)'
crl 1 --time 2030-01-08T00:00:01Z list.pem
says out '  next update   2030-01-08T00:00:00Z (warning: over for 1 second)'
crl 1 --time 2030-01-10T03:00:00Z list.pem
says out '(warning: over for 2 days)'
crl 1 --time 2029-12-31T21:00:00Z list.pem
says out '  this update   2030-01-01T00:00:00Z (warning: begins in 3 hours)'
crl 1 --json --time 2029-12-31T21:00:00Z list.pem
json '.freshness == "ahead"'
crl 2 --time noon list.pem
complains '--time noon: a time such as 2026-01-02T03:04:05Z is wanted'
ends 'a list whose time has not come, or is over'

# --- who signed it ---------------------------------------------------------------------------

crl 0 list.pem --issuer pki/root-ca.pem
says out '  signature     ECDSA-SHA256, good'
says out "  signer        $root_sha256"
cat pki/intermediate-ca.pem pki/root-ca.pem >both.pem
crl 0 list.pem --issuer both.pem
says out '  signature     ECDSA-SHA256, good'
crl 1 list.pem --issuer pki/intermediate-ca.pem
says out '  signature     ECDSA-SHA256, not verified (warning: no certificate of its issuer'"'"'s name is there)'
says_not out signer
cp list.der forged.der
printf '\001' | dd of=forged.der bs=1 seek="$(($(stat -c %s list.der) - 1))" conv=notrunc 2>dd.log
cmp -s list.der forged.der && printf '\002' |
    dd of=forged.der bs=1 seek="$(($(stat -c %s list.der) - 1))" conv=notrunc 2>dd.log
crl 1 forged.der --issuer pki/root-ca.pem
says out '  signature     ECDSA-SHA256, bad (warning: the key of its issuer does not verify it)'
ends 'its signature, by certificates'

openssl req -x509 -new -key pki/root-ca.key -subj '/O=Example/CN=certauthz test root' -days 3650 \
    -addext keyUsage=critical,keyCertSign -out no-crl-sign.pem 2>openssl.log
crl 1 list.pem --issuer no-crl-sign.pem
says out '  signature     ECDSA-SHA256, good (warning: its issuer may not sign CRLs: no cRLSign in '\
'its key usage)'
cat no-crl-sign.pem pki/root-ca.pem >both.pem
crl 0 list.pem --issuer both.pem
says out "  signer        $root_sha256"
ends 'an issuer that may not sign it'

printf 'rules = ( { path = "/"; certificate = "required"; } );\ntrust: { anchors = [ "%s" ]; };\n' \
    pki/root-ca.pem >root.conf
printf 'rules = ( { path = "/"; certificate = "required"; } );\ntrust: { anchors = [ "%s" ];
    intermediates = [ "%s" ]; };\n' pki/other-root-ca.pem pki/root-ca.pem >pool.conf
for config in root.conf pool.conf; do
    crl 0 list.pem -c $config
    says out '  signature     ECDSA-SHA256, good'
done
echo nonsense >bad.conf
crl 2 list.pem -c bad.conf
says err 'certauthzctl: bad.conf:'
silent out
crl 2 list.pem --issuer pki/good.key
complains 'pki/good.key: holds no certificate (PEM, DER, PKCS#12 or the header of a proxy is wanted)'
ends 'its signature, by a configuration'

# --- who is on it ----------------------------------------------------------------------------

crl 1 list.pem --cert pki/good.pem
says out "serial          $(hexadecimal "$good")"
says out '  standing      revoked since 2029-01-01T00:00:00Z, keyCompromise'
crl 1 list.pem --cert pki/expired.pem
says out '  standing      revoked since 2029-02-01T00:00:00Z, no reason given'
crl 0 list.pem --cert pki/good-renewed.pem
says out '  standing      not on the list'
crl 1 list.pem --cert pki/at-pathlen0.pem
says out '  standing      the list does not speak of this certificate'
crl 1 list.pem --serial 0x0a
says out 'serial          0a'
says out '  standing      revoked since 2029-03-01T00:00:00Z, keyCompromise'
says out '  invalid since 2028-12-31T00:00:00Z'
crl 0 list.pem --serial 0D
says out '  standing      not on the list'
crl 2 list.pem --serial 0D --cert pki/good.pem
complains '--serial and --cert do not go together'
crl 2 list.pem --serial x
complains '--serial x: a serial number in hexadecimal is wanted, of at most 20 bytes and not zero'
crl 2 list.pem --cert both.pem
complains '--cert both.pem: holds 2 certificates; one is wanted'
crl 2 list.pem --cert missing.pem
complains 'missing.pem: cannot be opened: No such file or directory'
ends 'a certificate on it'

# --- what else it says -----------------------------------------------------------------------

make scoped.pem scoped
crl 0 scoped.pem
says out '  tells of      end certificates alone, the reasons keyCompromise, cACompromise alone, '\
'distribution point http://ca.example/end.crl or CN=end'
crl 0 --json scoped.pem
json '.tells_of == "end certificates alone, the reasons keyCompromise, cACompromise alone, '\
'distribution point http://ca.example/end.crl or CN=end"'
make unknown.pem unknown
crl 1 unknown.pem
says out '  unusable      it holds a critical extension that is not processed (RFC 5280 5.2): 1.2.3.4'
crl 1 --json unknown.pem
json '.unknown_critical == "1.2.3.4" and (.unusable | startswith("it holds a critical extension"))'
echo 0123456789ABCDEF0123 >number
make large.pem plain
crl 0 large.pem
says out '  number        0x0123456789abcdef0123'
seeds=$source/tests/fuzz/seeds/crl
crl 0 "$seeds/indirect.der"
says out '  tells of      also those of other issuers (indirect), distribution point CN=indirect CRL for'
crl 0 "$seeds/relative-name.der"
says out "  tells of      distribution point with a name relative to the issuer's"
crl 0 "$seeds/negative-serial.der"
says out '                  1 of them with a serial that no certificate can have'
ends 'scope, extensions that nobody knows, and large numbers'

crl 1 --json list.pem --issuer pki/root-ca.pem --cert pki/good.pem
json '.issuer == "CN=certauthz test root,O=Example" and .number == "4660" and
    .this_update == "2030-01-01T00:00:00Z" and .next_update == "2030-01-08T00:00:00Z" and
    .freshness == "fresh" and .entries == 5 and .unmatchable == 0 and
    .reasons == {unspecified: 1, keyCompromise: 2, superseded: 2} and
    .tells_of == "all certificates of the issuer" and .algorithm == "ECDSA-SHA256" and
    .signature == "good" and .certificate.standing == "listed" and
    .certificate.revoked_at == "2029-01-01T00:00:00Z" and .certificate.reason == "keyCompromise"'
json ".key_id == \"$key_id\" and .signer == \"$root_sha256\" and
    .certificate.serial == \"$(hexadecimal "$good")\""
crl 1 --json list.pem --serial 0A
json '.signature == "not-verified" and .certificate.invalid_since == "2028-12-31T00:00:00Z"'
ends 'JSON'

# --- what is no list -------------------------------------------------------------------------

crl 2 pki/good.pem
complains 'pki/good.pem: holds no CRL (PEM or DER is wanted)'
: >empty
crl 2 empty
complains 'empty: holds no CRL (PEM or DER is wanted)'
crl 2 missing.crl
complains 'missing.crl: cannot be opened: No such file or directory'
head -c 100 list.der >cut.der
crl 2 cut.der
complains 'cut.der: is no CRL that can be used: not one DER CRL and nothing else'
head -n 4 list.pem >cut.pem
crl 2 cut.pem
says err 'certauthzctl: cut.pem: '
silent out
ends 'what is no list'

done_testing
