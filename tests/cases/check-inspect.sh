#!/bin/sh
# certauthzctl inspect: what a certificate says, and selectors that are ready to paste. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
# shellcheck source=tests/cases/commands.sh
. "${srcdir:-$(dirname -- "$0")/../..}/tests/cases/commands.sh" || exit 99
CERTAUTHZ_CONFIG=$folder/none.conf
export CERTAUTHZ_CONFIG

# inspect STATUS OPTION...: in 2030, unless an option says else.
inspect() {
    wanted_status=$1
    shift
    try "$wanted_status" certauthzctl inspect --time 2030-01-01T00:00:00Z "$@"
}

sed '/-----/d' pki/good.pem | base64 -d >good.der
sha256=$(sha256sum <good.der | cut -d ' ' -f 1)
x5t=$(printf '%s' "$sha256" | xxd -r -p | base64 -w 0 | tr '+/' '-_' | tr -d =)

inspect 0 pki/good.pem
silent err
grep -v '^  \(serial\|spki_sha256\|issuer = .*serial\|extension\|  spki\)' out |
    sed "s/$sha256/SHA256/;s/$x5t/X5T/" >told
cat >golden <<'TEXT'
certificate     CN=good client,OU=production,O=Example
  issuer        CN=certauthz test root,O=Example
  valid         2021-01-01T00:00:00Z to 2044-01-01T00:00:00Z (5113 days left)
  key           EC/ECDSA, 256 bits (strength: high)
  signature     ECDSA-SHA256 (strength: high)
  usage         digitalSignature
  purposes      1.3.6.1.5.5.7.3.2 (clientAuth)
pins
  sha256        SHA256
  x5t#S256      X5T
selectors
  subject = "CN=good client,OU=production,O=Example";
  issuer = "CN=certauthz test root,O=Example";
  sha256 = "SHA256";
  o = "Example";
  ou = "production";
  cn = "good client";
  dns = "good.example";
  dns = "good.internal.example";
  uri = "spiffe://example.org/good";
  spiffe = "spiffe://example.org/good";
  ip = "192.0.2.7";
  upn = "good@corp.example";
  email = "good@example.org";
TEXT
cmp -s told golden || problem "not what is told: $(diff golden told)"
serial=$(sed -n 's/^  serial  *//p' out)
spki=$(sed -n 's/^  spki_sha256   *//p' out | head -n 1)
says out "  issuer = \"CN=certauthz test root,O=Example\"; serial = \"$serial\";"
says out "  spki_sha256 = \"$spki\";"
says out '  extension = { oid = "2.5.29.37"; der = "300a06082b06010505070302"; };'
cp out whole
ends 'a certificate, with all its selectors'

# --- forms -----------------------------------------------------------------------------------

inspect 0 good.der
cmp -s out whole || problem 'DER is told otherwise'
try 0 sh -c 'certauthzctl inspect --time 2030-01-01T00:00:00Z - <good.der'
cmp -s out whole || problem 'standard input is told otherwise'
try 0 sh -c 'certauthzctl inspect --time 2030-01-01T00:00:00Z - <pki/good.pem'
cmp -s out whole || problem 'PEM from standard input is told otherwise'
ends 'DER, and standard input'

echo certauthz >password
echo wrong >wrong-password
inspect 0 --password-file password pki/good.p12
cmp -s out whole || problem 'PKCS#12 is told otherwise'
inspect 2 --password-file wrong-password pki/good.p12
says err 'certauthzctl: pki/good.p12: the password is wrong, or the file is damaged'
silent out
inspect 2 --password-file missing pki/good.p12
says err 'certauthzctl: missing: cannot be opened: No such file'
try 2 setsid certauthzctl inspect pki/good.p12
says err 'certauthzctl: pki/good.p12: it has a password, and there is no terminal to ask for it; '\
'give it by --password-file'
certtool --to-p12 --load-privkey pki/good.key --load-certificate pki/good.pem --p12-name x \
    --empty-password --outder --outfile open.p12 >certtool.log 2>&1 ||
    problem 'certtool made no file without a password'
try 0 setsid certauthzctl inspect --time 2030-01-01T00:00:00Z open.p12
cmp -s out whole || problem 'PKCS#12 without a password is told otherwise'
head -c 200 pki/good.p12 >cut.p12
inspect 2 --password-file password cut.p12
says err 'certauthzctl: cut.p12: '
ends 'PKCS#12'

if command -v script >/dev/null; then
    echo certauthz | script -qec 'certauthzctl inspect --time 2030-01-01T00:00:00Z \
pki/good.p12 >from-terminal' /dev/null >screen 2>&1
    grep -q 'Password of pki/good.p12: ' screen || problem 'nothing was asked'
    cmp -s from-terminal whole || problem 'the answer was not taken'
    : >out
    cp screen err
    ends 'the password is asked for at the terminal'
fi

cat pki/intermediate-ca.pem pki/good.pem >two.pem
inspect 0 two.pem
[ "$(grep -c '^certificate ' out)" -eq 2 ] || problem 'not two certificates'
says out '  type          a CA'
says out '  usage         keyCertSign cRLSign'
says out '  purposes      not said, so any'
ends 'several certificates, among them a CA'

# What proxies write, one form a line.
base64=$(sed '/-----/d' pki/good.pem | tr -d '\n')
escaped=$(sed 's/ /%20/g' pki/good.pem | tr '\n' '~' | sed 's/~/%0A/g')
hex=$(printf %s "$base64" | base64 -d | od -An -tx1 | tr -d ' \n')
inspect 0 pki/good.pem
cp out golden
printf '%s\n' "$base64" "$hex" "$escaped" ":$base64:" "Hash=0;Cert=\"$escaped\"" >headers
while read -r header; do
    printf '%s\r\n' "$header" >header
    inspect 0 header
    cmp -s out golden || problem "not the same: $header"
done <headers
printf '%s' "$base64" | cut -c 1-400 >header
inspect 2 header
says err 'certauthzctl: header: holds no certificate'
ends "the value of a proxy's header"

inspect 2 pki/good.key
says err 'certauthzctl: pki/good.key: holds no certificate (PEM, DER, PKCS#12 or the header of a proxy is wanted)'
inspect 2 missing.pem
says err 'certauthzctl: missing.pem: cannot be opened: No such file'
: >empty
inspect 2 empty
says err 'certauthzctl: empty: holds no certificate (PEM, DER, PKCS#12 or the header of a proxy is wanted)'
try 2 certauthzctl inspect -
says err 'certauthzctl: standard input: holds no certificate (PEM, DER, PKCS#12 or the header of a proxy is wanted)'
head -c 100 good.der >cut.der
inspect 2 cut.der
says err 'certauthzctl: cut.der: certificate 1: '
printf '0\003\002\001\003' >version.der
inspect 2 version.der
says err 'certauthzctl: version.der: is neither a certificate nor PKCS#12'
i=0
while [ "$i" -le 100 ]; do
    cat pki/good.pem
    i=$((i + 1))
done >many.pem
inspect 2 many.pem
says err 'certauthzctl: many.pem: more than 100 certificates'
inspect 2 --time noon pki/good.pem
says err 'certauthzctl: --time noon: a time such as 2026-01-02T03:04:05Z is wanted'
silent out
ends 'what is no certificate'

# --- validity and strength -------------------------------------------------------------------

inspect 0 --time 2043-12-02T00:00:01Z pki/good.pem
says out '2044-01-01T00:00:00Z (warning: 29 days left; renew it)'
inspect 0 --time 2043-12-02T00:00:00Z pki/good.pem
says out '2044-01-01T00:00:00Z (30 days left)'
inspect 0 --time 2044-01-03T12:00:00Z pki/good.pem
says out '2044-01-01T00:00:00Z (warning: over for 2 days; renew it)'
inspect 0 --time 2020-01-01T00:00:00Z pki/good.pem
says out '(warning: not valid yet)'
inspect 0 pki/weak-rsa1024.pem
says out '  key           RSA, 1024 bits (strength: low)'
inspect 0 pki/sha1-signed.pem
says out '  signature     RSA-SHA1 (strength: none)'
ends 'how long it is valid, and how strong'

# --- whose it is -----------------------------------------------------------------------------

inspect 0 pki/good.pem
says_not out 'client   '
cat >clients.conf <<CONF
trust: { anchors = [ "pki/root-ca.pem" ]; };
clients = (
    { id = "alice"; credentials = ( { name = "card"; sha256 = "$sha256"; } ); },
    { id = "late"; credentials = ( { cn = "expired"; active_until = "2029-01-01T00:00:00Z"; } ); }
);
rules = ( { path = "/"; certificate = "required"; } );
policies: {
    other = {
        clients = ( { id = "one"; credentials = ( { ou = "production"; } ); },
                    { id = "two"; credentials = ( { o = "Example"; } ); } );
        rules = ( { path = "/"; certificate = "required"; } );
    };
    same = { rules = ( { path = "/"; certificate = "required"; } ); };
};
CONF
inspect 0 -c clients.conf pki/good.pem
sed -n '/^client /,/^selectors/p' out >told
cat >golden <<'TEXT'
client          alice
  credential    card
policy          other
client          none: ambiguous-client, as a credential of two
  credential    o=Example
selectors
TEXT
cmp -s told golden || problem "not what is told: $(diff golden told)"
CERTAUTHZ_CONFIG=clients.conf inspect 0 pki/expired.pem
says out 'client          none: credential-not-active, as a credential of late'
inspect 0 -c clients.conf pki/utf8-name.pem
says out 'client          none: unknown-client'
inspect 2 -c missing.conf pki/good.pem
says err 'certauthzctl: missing.conf: cannot be read'
silent out
ends 'which client it would be'

# --- every selector fits ---------------------------------------------------------------------

# fits NAME: each line can be pasted, and all of them let the certificate in.
fits() {
    inspect 0 "pki/$1.pem"
    {
        echo 'trust: { anchors = [ "pki/root-ca.pem" ]; };'
        echo 'rules = ( { path = "/"; certificate = "required"; condition = { all = ('
        sed '1,/^selectors/d;/^  \/\//d;s/^/{/;s/$/},/' out
        echo '{ not = { cn = "somebody else"; }; } ); }; } );'
    } >pasted.conf
    [ "$(wc -l <pasted.conf)" -gt 8 ] || problem "$1: hardly any selector"
    cp out told
    try 0 certauthzctl explain -c pasted.conf --cert "pki/$1.pem" --uri / \
        --time 2030-01-01T00:00:00Z
    sed '1,/^selectors/d;/^  \/\//d' told >alone
}
for name in good with-policy utf8-name html-name hostile-name empty-subject long-san; do
    fits "$name"
done
ends 'all selectors of a certificate together let it in'

fits with-policy
says told '  policy = "1.3.6.1.4.1.99999.7";'
while read -r selector; do
    printf '%s\n' 'trust: { anchors = [ "pki/root-ca.pem" ]; };' \
        "rules = ( { path = \"/\"; certificate = \"required\"; condition = { $selector }; } );" \
        >alone.conf
    try 0 certauthzctl explain -c alone.conf --cert pki/with-policy.pem --uri / \
        --time 2030-01-01T00:00:00Z
done <alone
ends 'and each of them alone'

# --- hostile ones ----------------------------------------------------------------------------

escape=$(printf '\033')
inspect 0 pki/hostile-name.pem
says out '  // cn: it holds control characters or no UTF-8; use another selector'
says out '  subject = "CN=x\\0D\\0AStatus: 200 OK\\0D\\0A'
says_not out "$escape"
[ "$(tr -d '\n' <out | tr -dc '\000-\037\177' | wc -c)" -eq 0 ] || problem 'a control is printed'
inspect 2 pki/hostile-upn.pem
says err 'pki/hostile-upn.pem: certificate 1: the subject alternative name is malformed'
inspect 0 pki/empty-subject.pem
says out '  // subject: it is empty'
inspect 0 pki/long-san.pem
[ "$(grep -c '^  dns = "host-' out)" -eq 200 ] || problem 'not 200 names'
says out '  // extension: its value is longer than 512 bytes, and left out here'
ends 'names with controls, an empty one, and many'

done_testing
