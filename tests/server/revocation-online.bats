# Certificates that are seen for the first time: certauthz-refresh learns where to ask, and asks,
# while a request waits; and as CGI, with no refresher at hand. The responder is OpenSSL's.

load support
load revocation_pki
load revocation_lab

setup_file() {
    open_revocation_lab
    ca_key signer
    openssl req -new -key "$CA/signer.key" -subj "/CN=signer" -out "$CA/signer.csr" -config "$CA/sub.d/ca.cnf"
    printf '%s\n' "[signer]" "basicConstraints = CA:FALSE" "extendedKeyUsage = OCSPSigning" \
        "noCheck = ignored" >"$CA/signer.ext"
    ca_sign sub signer "$CA/signer.ext" signer
    start_responder
    start_hanger
    client sub alice "crlDistributionPoints = URI:$URL/files/sub.crl"
    client sub bob "authorityInfoAccess = OCSP;URI:$RESPONDER"
    client sub carol "authorityInfoAccess = OCSP;URI:$RESPONDER"
    client sub dave "authorityInfoAccess = OCSP;URI:$RESPONDER"
    client sub mallory "authorityInfoAccess = OCSP;URI:$RESPONDER"
    client sub stuck "authorityInfoAccess = OCSP;URI:$HANGER/hang"
    ca_revoke sub mallory
    lab_stop responder # it has read the index
    start_responder "${RESPONDER##*:}"
    ca_crl root "$LAB/lists/root.crl"
    configure_budget 60
    start_revocation_lab
}

teardown_file() {
    close_lab
}

setup() {
    CTL=$LAB_BUILD/authorizer/certauthzctl
}

teardown() {
    lab_stop refresh
}

# --- helpers ---------------------------------------------------------------------------

# A responder that is asked by GET would see a path of its own each time.
configure_budget() {
    configure "crls = [ \"$LAB/lists\" ]; time_budget = $1; fetch_timeout = 300; ocsp: { get = false; };"
}

# start_responder [PORT]: with -text it tells each request.
start_responder() {
    : >"$LAB/log/responder.log"
    lab_spawn responder openssl ocsp -port "${1-0}" -index "$CA/sub.d/index" -CA "$CA/sub.pem" \
        -rsigner "$CA/signer.pem" -rkey "$CA/signer.key" -nmin 60 -text
    lab_await grep -q ACCEPT "$LAB/log/responder.log"
    RESPONDER=http://127.0.0.1:$(sed -n 's/.*ACCEPT.*:\([0-9]*\) PID.*/\1/p' "$LAB/log/responder.log")
    export RESPONDER
}

asked_of_responder() {
    grep -c "OCSP Request Data" "$LAB/log/responder.log" || :
}

# Another web server, to be ended while it hangs.
start_hanger() {
    [[ -p $LAB/tmp/hold-hanger ]] || mkfifo "$LAB/tmp/hold-hanger"
    rm -f "$LAB/tmp/hanger-port"
    "$HERE/faulty_server.py" <>"$LAB/tmp/hold-hanger" >"$LAB/tmp/hanger-port" 2>>"$LAB/log/hanger.log" 3>&- &
    echo $! >"$LAB/pid/hanger"
    lab_await test -s "$LAB/tmp/hanger-port"
    HANGER=http://127.0.0.1:$(<"$LAB/tmp/hanger-port")
    export HANGER
}

hanger_is_asked() {
    (($(curl -sf --get --data-urlencode "path=/hang" "$HANGER/hits") >= $1))
}

# ask_later PLACE NAME: in the background; its status is in $LAB/tmp/PLACE.NAME in the end.
ask_later() {
    rm -f "$LAB/tmp/$1.$2"
    {
        LAB_PATIENCE=200 at "$1" "$2"
        echo "$status" >"$LAB/tmp/$1.$2"
    } 3>&- &
    ASKING+=($!)
}

# The refreshers that CGI programs have started.
started() {
    local pid
    for pid in $(lab_leftovers); do
        ! grep -qz -- --query "/proc/$pid/cmdline" 2>/dev/null || echo "$pid"
    done
}

# --- the tests -------------------------------------------------------------------------

@test "a distribution point is learned with the first request, and fetched once" {
    renew sub
    start_refresher
    gets alice /secret.txt 200 granted lighttpd apache cgi lighttpd
    expect "fetches" "$(web_hits /files/sub.crl)" 1
    rm -- "$WEB/sub.crl"
    lab_stop refresh
    empty_store
    configure_budget 60
}

@test "OCSP: the responder that a certificate names is asked once, and many at once share it" {
    local i before
    start_refresher
    gets bob /secret.txt 200 granted lighttpd apache cgi
    gets mallory /secret.txt 403 revoked lighttpd apache cgi
    expect "requests for two" "$(asked_of_responder)" 2
    ASKING=()
    before=$(asked_of_responder)
    for i in 1 2 3 4 5 6; do
        mkdir -p "$LAB/tmp/$i"
        { at lighttpd carol && echo "$status" >"$LAB/tmp/$i/lighttpd"; } 3>&- &
        ASKING+=($!)
        { at apache carol && echo "$status" >"$LAB/tmp/$i/apache"; } 3>&- &
        ASKING+=($!)
    done
    wait "${ASKING[@]}"
    expect "replies" "$(cat "$LAB"/tmp/[1-6]/* | sort | uniq -c | xargs)" "12 200"
    expect "requests for twelve" "$(($(asked_of_responder) - before))" 1
}

# The time that a request may wait is longer than the test: nobody counts on it.
@test "a responder that hangs: its certificate waits, and those that are known do not" {
    local i
    start_refresher
    gets bob /secret.txt 200 granted lighttpd apache
    ASKING=()
    ask_later lighttpd stuck
    ask_later apache stuck
    lab_await hanger_is_asked 1 || fail "nobody asks"
    for i in 1 2 3 4 5 6; do
        gets bob /secret.txt 200 granted lighttpd apache cgi
    done
    [[ ! -e $LAB/tmp/lighttpd.stuck && ! -e $LAB/tmp/apache.stuck ]] || fail "it did not wait"
    hanger_is_asked 1
    lab_stop hanger
    wait "${ASKING[@]}"
    expect "status in the end" "$(cat "$LAB"/tmp/*.stuck | xargs)" "403 403"
    expect "reason in the end" "$(reason_of stuck 0)" revocation-unreachable
}

@test "a responder that hangs: no request waits beyond its budget" {
    lab_stop hanger
    start_hanger
    client sub waiting "authorityInfoAccess = OCSP;URI:$HANGER/hang"
    client sub last "authorityInfoAccess = OCSP;URI:$HANGER/hang"
    configure_budget 1
    "$CTL" reload -c "$LAB/etc/certauthz.conf" >/dev/null
    start_refresher
    # it would hang for minutes
    gets waiting /secret.txt 403 revocation-unknown lighttpd
    expect "requests at the responder" "$(curl -sf --get --data-urlencode "path=/hang" "$HANGER/hits")" 1
    gets waiting /secret.txt 403 revocation-unknown apache cgi
    expect "requests at the responder" "$(curl -sf --get --data-urlencode "path=/hang" "$HANGER/hits")" 1
}

@test "CGI without a refresher: one is started, asks, and is gone" {
    configure_budget 60
    expect "refreshers" "$(started)" ""
    gets dave /secret.txt 200 granted cgi
    expect "refreshers afterwards" "$(started)" ""
    gets dave /secret.txt 200 granted lighttpd apache
}

@test "CGI without a refresher: one that hangs is gone with the budget" {
    configure_budget 1
    gets last /secret.txt 403 revocation-unknown cgi
    expect "refreshers afterwards" "$(started)" ""
}

@test "CGI with a refresher: that one is asked, and none started" {
    configure_budget 60
    empty_store
    start_refresher
    mv -- "$LAB/bin/certauthz-refresh" "$LAB/bin/refresher"
    printf '#!/bin/sh\ntouch %s/tmp/was-started\n' "$LAB" >"$LAB/bin/certauthz-refresh"
    chmod 755 "$LAB/bin/certauthz-refresh"
    gets dave /secret.txt 200 granted cgi
    mv -- "$LAB/bin/refresher" "$LAB/bin/certauthz-refresh"
    [[ ! -e $LAB/tmp/was-started ]] || fail "another one was started"
}

@test "every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
