# What happens to a certificate of which nothing good is known: the action table by real
# configurations behind both web servers, with lists and responders that misbehave.

load support
load revocation_pki
load revocation_lab

# Each event has a CA of its own, whose list makes it; and each CA a client "of-CA".
EVENTS=(revoked no_source unreachable bad_signature stale unknown)

setup_file() {
    open_revocation_lab
    local event
    INTERMEDIATES=
    for event in "${EVENTS[@]}"; do
        ca_make "$event" root
        cat "$CA/$event.pem" >>"$LAB/pki/server-ca.pem"
        INTERMEDIATES+=", \"$CA/$event.pem\""
    done
    make_clients
    ca_crl root "$LAB/lists/root.crl"
    make_lists
    make_responders
    configure "crls = [ \"$LAB/lists\" ]; time_budget = 60; fetch_timeout = 2; ocsp: { get = false; };" "policies: {
        allow: { revocation: { $(all allow) }; $RULES };
        warn: { revocation: { $(all warn) }; $RULES };
    };"
    start_revocation_lab allow warn
    start_refresher
}

teardown_file() {
    close_lab
}

# all ACTION
all() {
    local event
    echo "on: {"
    for event in "${EVENTS[@]}"; do
        echo "$event = \"$1\";"
    done
    echo "};"
}

make_clients() {
    local event
    for event in revoked bad_signature stale; do
        client "$event" "of-$event" "crlDistributionPoints = URI:$URL/files/$event.crl"
    done
    client no_source of-no_source
    client unreachable of-unreachable "crlDistributionPoints = URI:http://127.0.0.1:1/none.crl"
    client unknown of-unknown "crlDistributionPoints = URI:$URL/files/unknown.crl"
}

make_lists() {
    ca_revoke revoked of-revoked
    renew revoked
    renew bad_signature
    flip "$WEB/bad_signature.crl" -1 "$WEB/flipped"
    mv -- "$WEB/flipped" "$WEB/bad_signature.crl"
    renew stale -crl_lastupdate 20250101000000Z -crl_nextupdate 20250201000000Z
    # a list that tells of one reason only
    cat >>"$CA/unknown.d/ca.cnf" <<'CONF'
[partial]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical, @scope
[scope]
onlysomereasons = keyCompromise
CONF
    renew unknown -crlexts partial
}

# Signers of responses about what "sub" has issued: one that may, one that is nobody, and one whose
# time is over. What comes after /ocsp/NAME/ is not looked at.
make_responders() {
    local name
    client sub slow "authorityInfoAccess = OCSP;URI:$URL/slow"
    client sub early "authorityInfoAccess = OCSP;URI:$URL/early"
    client sub closed "authorityInfoAccess = OCSP;URI:$URL/closed"
    client sub loop "authorityInfoAccess = OCSP;URI:$URL/loop"
    client sub later "authorityInfoAccess = OCSP;URI:$URL/ocsp-error/3"
    client sub another "authorityInfoAccess = OCSP;URI:$URL/ocsp/another"
    client sub unauthorised "authorityInfoAccess = OCSP;URI:$URL/ocsp/unauthorised"
    client sub expired "authorityInfoAccess = OCSP;URI:$URL/ocsp/expired"
    client sub proper "authorityInfoAccess = OCSP;URI:$URL/ocsp/proper"
    for name in signer nobody former; do
        ca_key "$name"
        openssl req -new -key "$CA/$name.key" -subj "/CN=$name" -out "$CA/$name.csr" -config "$CA/sub.d/ca.cnf"
    done
    printf '%s\n' "[signer]" "basicConstraints = CA:FALSE" "extendedKeyUsage = OCSPSigning" "noCheck = ignored" \
        "[nobody]" "basicConstraints = CA:FALSE" >"$CA/signers.ext"
    issue_signer signer signer
    issue_signer nobody nobody
    issue_signer former signer -startdate 20240101000000Z -enddate 20250101000000Z
    can another signer proper
    can unauthorised nobody unauthorised
    can expired former expired
    can proper signer proper
}

# issue_signer NAME SECTION [OPTION...]
issue_signer() {
    local name=$1 section=$2
    shift 2
    openssl ca -batch -notext -config "$CA/sub.d/ca.cnf" -in "$CA/$name.csr" -out "$CA/$name.pem" \
        -extfile "$CA/signers.ext" -extensions "$section" "$@" 2>/dev/null
}

# can NAME SIGNER CERTIFICATE: a response of the signer about the certificate, at /ocsp/NAME.
can() {
    openssl ocsp -issuer "$CA/sub.pem" -cert "$CA/$3.pem" -no_nonce -reqout "$LAB/tmp/request" >/dev/null 2>&1
    openssl ocsp -index "$CA/sub.d/index" -CA "$CA/sub.pem" -rsigner "$CA/$2.pem" -rkey "$CA/$2.key" \
        -reqin "$LAB/tmp/request" -respout "$WEB/$1" -nmin 600 >/dev/null 2>&1
}

# --- the tests -------------------------------------------------------------------------

# reason_for EVENT: as the log has it.
reason_for() {
    local event=${1//_/-}
    case $event in
    revoked) echo revoked ;;
    *) echo "revocation-$event" ;;
    esac
}

warning() {
    decisions | grep "\"subject\":\"CN=$1\"" | tail -n 1 | jq -r '.warning // "none"'
}

claim() {
    jq -r '.. | objects | .CERTAUTHZ_WARNING? // empty' <<<"$body"
}

for_each_event() {
    local event
    for event in "${EVENTS[@]}"; do
        "$1" "$event" "$(reason_for "$event")"
    done
}

is_denied() {
    gets "of-$1" /whoami?format=json 403 "$2" lighttpd apache cgi
    expect "warning about $1" "$(warning "of-$1")" none
}

is_allowed() {
    local place
    for place in lighttpd apache cgi; do
        gets "of-$1" "/whoami?format=json&policy=allow" 200 granted "$place"
        expect "claim about $1 at $place" "$(claim)" ""
        expect "warning about $1 at $place" "$(warning "of-$1")" none
    done
}

is_warned_of() {
    local place
    for place in lighttpd apache; do
        gets "of-$1" "/whoami?format=json&policy=warn" 200 granted "$place"
        expect "claim about $1 at $place" "$(claim)" "$2"
        expect "warning about $1 at $place" "$(warning "of-$1")" "$2"
    done
    # the gate is the authorizer itself: its reply is headers
    gets "of-$1" "/?policy=warn" 200 granted cgi
    expect_like "headers about $1" "$headers"$'\n' $'*\nVariable-CERTAUTHZ_WARNING: '"$2"$'\n*'
}

@test "deny: each event is refused with its own reason" {
    for_each_event is_denied
}

@test "allow: each event is let pass without a word" {
    for_each_event is_allowed
}

@test "warn: each event is let pass, and whoami and the log are told" {
    for_each_event is_warned_of
}

# misbehaves NAME EVENT TEXT: the responder of that certificate; the action table decides, and the
# refresher's log says why.
misbehaves() {
    gets "$1" /secret.txt 403 "$(reason_for "$2")" lighttpd apache
    gets "$1" "/secret.txt?policy=allow" 200 granted lighttpd
    gets "$1" "/secret.txt?policy=warn" 200 granted lighttpd
    expect "warning about $1" "$(warning "$1")" "$(reason_for "$2")"
    expect "lines about $1 with $3" "$(grep -F "certauthz[$(lab_pid refresh)]: " "$LAB/log/decisions" |
            grep -cE -- "\"message\":\"$3" || :)" 1
}

@test "OCSP: a responder that is good lets in" {
    gets proper /secret.txt 200 granted lighttpd apache cgi
}

@test "OCSP: a byte a second, an early end, a closed connection, redirects without end" {
    misbehaves slow unreachable "$URL/slow: "
    misbehaves early unreachable "$URL/early: "
    misbehaves closed unreachable "$URL/closed: "
    misbehaves loop unreachable "$URL/loop .*more than 5 redirects"
}

@test "OCSP: tryLater, and another certificate's response" {
    misbehaves later unreachable "$URL/ocsp-error/3: the OCSP responder answered with an error"
    misbehaves another unreachable "$URL/ocsp/another: the OCSP response is about other certificates"
}

@test "OCSP: a signer who may not" {
    misbehaves unauthorised bad_signature "$URL/ocsp/unauthorised: the certificate of the OCSP responder may not sign"
}

# Whether its time is over is judged at each request, as with lists.
@test "OCSP: a signer whose time is over" {
    gets expired /secret.txt 403 revocation-bad-signature lighttpd apache cgi
    expect "detail" "$(decisions | grep CN=expired | tail -n 1 | jq -r .detail)" \
        "the responder's certificate is not valid now"
    gets expired "/secret.txt?policy=allow" 200 granted lighttpd apache cgi
}

@test "every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
