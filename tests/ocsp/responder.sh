#!/bin/sh
# Our requests read by openssl's responder, and its answers by us: files alone, no socket. Speaks
# TAP.
set -u
LC_ALL=C
export LC_ALL
build=$(cd -- "${builddir:-.}" && pwd) || exit 99
ask=$build/tests/ocsp/ask-ocsp
folder=$(mktemp -d) || exit 99
trap 'rm -rf -- "$folder"' EXIT
cd -- "$folder" || exit 99

number=0
# report NAME EXPECTED GOT
report() {
    number=$((number + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        printf '%s\n' "expected: $2" "got: $3" | sed 's/^/# /'
    fi
}

# run COMMAND...: quiet unless it fails, and then the end of it all.
run() {
    "$@" >log 2>&1 && return
    echo "Bail out! $*: $(tail -n 1 log)"
    exit 1
}

# issue NAME SERIAL ISSUER EXTENSIONS...: NAME.pem and NAME.key; by itself where ISSUER is NAME.
issue() {
    name=$1 serial=$2 issuer=$3
    shift 3
    printf '%s\n' "$@" >extensions
    run openssl ecparam -name prime256v1 -genkey -noout -out "$name.key"
    run openssl req -new -key "$name.key" -subj "/CN=$name" -out request.pem
    if [ "$issuer" = "$name" ]; then
        run openssl x509 -req -in request.pem -signkey "$name.key" -set_serial "$serial" \
            -days 30 -extfile extensions -out "$name.pem"
    else
        run openssl x509 -req -in request.pem -CA "$issuer.pem" -CAkey "$issuer.key" \
            -set_serial "$serial" -days 30 -extfile extensions -out "$name.pem"
    fi
}

issue ca 1 ca 'basicConstraints=critical,CA:TRUE' 'keyUsage=keyCertSign,cRLSign'
issue other-ca 1 other-ca 'basicConstraints=critical,CA:TRUE' 'keyUsage=keyCertSign,cRLSign'
issue good 0x21 ca 'keyUsage=digitalSignature'
issue revoked 0x22 ca 'keyUsage=digitalSignature'
issue unlisted 0x99 ca 'keyUsage=digitalSignature'
issue responder 0x31 ca 'extendedKeyUsage=OCSPSigning' 'noCheck=ignored'
issue impostor 0x32 ca 'extendedKeyUsage=clientAuth'
issue stranger 0x33 other-ca 'extendedKeyUsage=OCSPSigning' 'noCheck=ignored'
printf 'V\t450101000000Z\t\t21\tunknown\t/CN=good\n' >index
printf 'R\t450101000000Z\t250101000000Z,keyCompromise\t22\tunknown\t/CN=revoked\n' >>index

# answer NAME SIGNER HASH NONCE OPTION...: the responder's answer about NAME in the file response;
# NONCE may be empty.
answer() {
    name=$1 signer=$2 hash=$3 nonce=$4
    shift 4
    "$ask" request "$hash" "$name.pem" ca.pem ${nonce:+"$nonce"} >request || exit 99
    run openssl ocsp -index index -CA ca.pem -rsigner "$signer.pem" -rkey "$signer.key" \
        -reqin request -respout response "$@"
}

# judged NAME [NONCE]
judged() {
    "$ask" judge "$(date +%s)" response "$1.pem" ca.pem ${2:+"$2"} 2>&1
}

answer good ca sha1 '' -ndays 1
report "good, by the CA itself" "good heard" "$(judged good)"
answer good ca sha1 '' -ndays 1 -resp_key_id
report "told by its key" "good heard" "$(judged good)"
answer good ca sha256 '' -ndays 1
report "by SHA-256" "good heard" "$(judged good)"
answer good ca sha1 ''
report "without nextUpdate" "good heard" "$(judged good)"
answer revoked ca sha1 '' -ndays 1
report "revoked" "revoked keyCompromise heard" "$(judged revoked)"
report "and nothing about another" "unknown wrong-certificate" "$(judged good)"
answer unlisted ca sha1 '' -ndays 1
report "a certificate that the responder does not know" "unknown not-known heard" \
    "$(judged unlisted)"

answer good responder sha1 '' -ndays 1
report "good, by a delegate" "good heard" "$(judged good)"
answer revoked responder sha256 '' -ndays 1 -resp_key_id
report "revoked, by a delegate told by its key" "revoked keyCompromise heard" "$(judged revoked)"
answer good responder sha1 '' -ndays 1 -resp_no_certs
report "a delegate whose certificate is missing" "unknown no-issuer" "$(judged good)"
answer good impostor sha1 '' -ndays 1
report "a certificate of the CA that makes no delegate" \
    "unknown responder-not-authorized: the extended key usage of the responder's certificate does \
not hold OCSPSigning" "$(judged good)"
answer good stranger sha1 '' -ndays 1
report "a delegate of another CA" \
    "unknown responder-not-authorized: the responder's certificate is not issued by the CA of the \
certificate that was asked about, with the same key" "$(judged good)"

answer good responder sha1 0123456789abcdef -ndays 1
report "with a nonce" "good heard" "$(judged good 0123456789abcdef)"
report "with another nonce" "unknown unusable: it does not hold the nonce that was sent" \
    "$(judged good 0123456789abcdeX)"
report "openssl reads the nonce" "04103031323334353637383961626364656" \
    "$(openssl ocsp -reqin request -req_text | sed -n '/OCSP Nonce/{n;s/ //g;s/.$//;p;}')"
answer good responder sha1 '' -ndays 1
report "and an answer without" "unknown unusable: it does not hold the nonce that was sent" \
    "$(judged good 0123456789abcdef)"

answer good ca sha1 '' -nmin 1
report "in a day from now" "unknown stale heard" \
    "$("$ask" judge "$(($(date +%s) + 86400))" response good.pem ca.pem)"
report "a day ago" "unknown stale heard" \
    "$("$ask" judge "$(($(date +%s) - 86400))" response good.pem ca.pem)"
echo "1..$number"
