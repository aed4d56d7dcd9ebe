# lighttpd with mod_gnutls: what certauthz-gnutls.conf says of it holds.

load support

setup_file() {
    open_lab
    export LAB_LIGHTTPD_TLS=gnutls
    lab_start certauthz
    lab_start whoami
    lab_start lighttpd
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=lighttpd
}

# A certificate that lighttpd found fault with is refused, whatever its fault was.
refused_by_lighttpd() {
    local tls before
    for tls in 1.2 1.3; do
        before=$(decision_count)
        talk "$1" "$tls" "GET /secret.txt"
        expect "status of $1 over TLS $tls" "$(statuses)" 403
        no_secret_in "$replies"
        expect "reason for $1" "$(reason_since "$before")" server-verification-failed
    done
}

@test "lighttpd-gnutls: good certificates get the file" {
    local certificate
    for certificate in good via-intermediate no-eku empty-subject long-san; do
        granted "$certificate"
    done
}

@test "lighttpd-gnutls: bad certificates are refused" {
    local certificate
    for certificate in expired not-yet-valid untrusted untrusted-same-name self-signed-expired \
        via-expired-intermediate via-not-a-ca sha1-signed critical-unknown; do
        refused_by_lighttpd "$certificate"
    done
}

@test "lighttpd-gnutls: a certificate below another root than the first one of the file is refused" {
    refused_by_lighttpd good-rsa
}

@test "lighttpd-gnutls: what only certauthz finds is refused with its reason" {
    refused server-only not-for-client-authentication
    refused weak-rsa1024 weak-key
}

@test "lighttpd-gnutls: who has no certificate gets no connection, not even for what is public" {
    local tls before path
    before=$(decision_count)
    for tls in 1.2 1.3; do
        for path in /secret.txt /public/file.txt /whoami; do
            talk none "$tls" "GET $path"
            expect "status of $path over TLS $tls" "$(statuses)" 0
        done
    done
    expect "decisions" "$(decision_count)" "$before"
}

@test "lighttpd-gnutls: a session is not resumed, so each request has its certificate" {
    local tls
    for tls in 1.2 1.3; do
        talk good "$tls" "GET /whoami?format=json" resume "GET /whoami?format=json" resume "GET /secret.txt"
        expect "statuses over TLS $tls" "$(statuses)" "200 200 200"
        expect "resumed over TLS $tls" "$(jq -c .resumed <<<"$replies" | xargs)" "false false false"
        expect "who it was over TLS $tls" "$(of 2 .body)" "$(of 1 .body)"
        talk none "$tls" "GET /public/file.txt" resume "GET /secret.txt"
        no_secret_in "$replies"
    done
}

@test "lighttpd-gnutls: HTTP/2 and old TLS are not offered" {
    lab_request good /secret.txt --http2
    expect_like "version" "$reply_headers" "HTTP/1.1 200*"
    lab_request good /secret.txt --tls-max 1.1
    expect "status over TLS 1.1" "$reply_status" 000
}

@test "lighttpd-gnutls: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
