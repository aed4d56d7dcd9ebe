# Connections and TLS sessions: each request is decided for itself, whatever came before it.

load support

setup_file() {
    open_lab
    start_three
}

teardown_file() {
    close_lab
}

# A certificate that is good for SECONDS from now. Sets `expiry`, in Unix time.
make_brief_certificate() {
    local name=$1 seconds=$2
    expiry=$(($(date +%s) + seconds))
    cp -- "$LAB/pki/good.key" "$LAB/pki/$name.key"
    cat >"$LAB/tmp/$name.template" <<TEMPLATE
dn = "CN=$name,O=Example"
tls_www_client
signing_key
activation_date = "2021-01-01 00:00:00 UTC"
expiration_date = "$(date -u -d "@$expiry" '+%Y-%m-%d %H:%M:%S UTC')"
TEMPLATE
    certtool --generate-certificate --template "$LAB/tmp/$name.template" --load-privkey "$LAB/pki/$name.key" \
        --load-ca-certificate "$LAB/pki/root-ca.pem" --load-ca-privkey "$LAB/pki/root-ca.key" \
        --outfile "$LAB/pki/$name.pem" 2>"$LAB/tmp/$name.log"
}

resumed_sessions_keep_the_certificate() {
    local tls before
    for tls in 1.2 1.3; do
        before=$(decision_count)
        talk good "$tls" "GET /whoami?format=json" resume "GET /whoami?format=json" \
            "GET /secret.txt" resume "GET /secret.txt"
        expect "statuses over TLS $tls" "$(statuses)" "200 200 200 200"
        expect "resumed over TLS $tls" "$(jq -c .resumed <<<"$replies" | xargs)" "false true true true"
        expect "who it was over TLS $tls" "$(of 2 .body)" "$(of 1 .body)"
        lab_await more_decisions_than $((before + 3)) || fail "not every request was decided"
    done
}

resumed_sessions_gain_nothing() {
    local tls
    for tls in 1.2 1.3; do
        talk none "$tls" "GET /public/file.txt" resume "GET /secret.txt" resume "GET /public/file.txt"
        expect "statuses over TLS $tls" "$(statuses)" "200 403 200"
        expect "resumed over TLS $tls" "$(jq -c .resumed <<<"$replies" | xargs)" "false true true"
        talk untrusted "$tls" "GET /public/file.txt" resume "GET /secret.txt"
        expect "statuses over TLS $tls" "$(statuses)" "200 403"
        no_secret_in "$replies"
    done
}

# Public requests keep the connection from being idle for too long.
use_until_expired() {
    talk "$1" "$2" "GET /secret.txt" "GET /secret.txt" "GET /secret.txt" \
        "until $((expiry - 2))" "GET /public/file.txt" "until $((expiry + 1))" \
        "GET /secret.txt" "GET /public/file.txt" resume "GET /secret.txt"
    printf '%s\n' "$replies" >"$LAB/tmp/$1.$2"
}

expired_certificates_are_refused_within_sessions() {
    local tls before
    before=$(decision_count)
    make_brief_certificate "brief-$SERVER" 6
    use_until_expired "brief-$SERVER" 1.2 3>&- &
    use_until_expired "brief-$SERVER" 1.3
    wait $!
    for tls in 1.2 1.3; do
        replies=$(<"$LAB/tmp/brief-$SERVER.$tls")
        expect "statuses over TLS $tls" "$(statuses)" "200 200 200 200 403 200 403"
        expect "resumed over TLS $tls" "$(jq -c .resumed <<<"$replies" | xargs)" \
            "false false false false false false true"
        no_secret_in "$(of 5 .)$(of 7 .)"
    done
    expired_four_times() {
        (($(decisions | tail -n "+$((before + 1))" | grep -c '"reason":"expired"') == 4))
    }
    lab_await expired_four_times || fail "the log does not have four refusals for expiry"
}

requests_on_one_connection_are_independent() {
    talk none 1.3 "GET /public/file.txt" "GET /secret.txt" "GET /public/file.txt" \
        "GET /admin/secret.txt" "GET /optional/file.txt" "GET /whoami" "GET /public/file.txt"
    expect "statuses without a certificate" "$(statuses)" "200 403 200 403 200 403 200"
    no_secret_in "$replies"
    talk good 1.2 "GET /public/file.txt" "GET /secret.txt" "DELETE /secret.txt" \
        "GET /admin/secret.txt" "GET /whoami" "GET /does-not-exist" "GET /secret.txt"
    expect "statuses with a certificate" "$(statuses)" "200 200 403 200 200 404 200"
}

pipelined_requests_are_independent() {
    talk none 1.3 pipeline "GET /public/file.txt" "GET /secret.txt" "GET /public/file.txt" \
        "GET /admin/" "HEAD /secret.txt" "GET /public/file.txt" replies
    expect "statuses without a certificate" "$(statuses)" "200 403 200 403 403 200"
    no_secret_in "$replies"
    talk good 1.3 pipeline "GET /public/file.txt" "GET /secret.txt" "HEAD /secret.txt" \
        "GET /public/file.txt" "GET /admin/secret.txt" replies
    expect "statuses with a certificate" "$(statuses)" "200 200 200 200 200"
    expect "bodies in their order" "$(jq -r '.body | rtrimstr("\n")' <<<"$replies" | paste -sd '|')" \
        "the public file|$SECRET||the public file|$SECRET"
}

http_1_0_is_decided_too() {
    talk none 1.3 "GET /secret.txt HTTP/1.0" "GET /public/file.txt HTTP/1.0"
    expect "statuses without a certificate" "$(statuses)" "403 200"
    no_secret_in "$replies"
    talk good 1.3 "GET /secret.txt HTTP/1.0"
    expect "status with a certificate" "$(statuses)" 200
}

# PUT and the like must not be answered by anybody but certauthz, with one certificate or none.
other_methods_are_decided_too() {
    local certificate method
    for certificate in none good; do
        for method in OPTIONS PUT DELETE POST PATCH TRACE PROPFIND MKCOL MOVE BREW get; do
            talk "$certificate" 1.3 "$method /secret.txt"
            expect_like "status of $method with $certificate" "$(statuses)" "@(400|403|405|411|501)"
            no_secret_in "$replies"
        done
    done
    expect "the file" "$(<"$LAB/site/secret.txt")" "$SECRET"
    talk none 1.3 "HEAD /secret.txt"
    expect "status of HEAD without a certificate" "$(statuses)" 403
    talk good 1.3 "HEAD /secret.txt"
    expect "status of HEAD with a certificate" "$(statuses)" 200
}

bodies_arrive_whole() {
    local step size wanted
    for step in "body 1" "body 1000" "body 1000000" "body 20000000" "chunked 4999" "chunked 1000000"; do
        size=${step#* }
        wanted="$size $(head -c "$size" /dev/zero | tr '\0' a | sha256sum | cut -d ' ' -f 1)"
        talk good 1.3 "$step" "POST /whoami?format=json" "GET /secret.txt"
        expect "statuses of POST with $step, and of what follows" "$(statuses)" "200 200"
        expect "what arrived of $step" \
            "$(of 1 .body | jq -r '"\(.request.body_bytes) \(.request.body_sha256)"')" "$wanted"
        expect "who sent it" "$(of 1 .body | jq -r .claims.CERT_NAME)" "good client"
    done
}

# A server may close before it has read all of a long body, and the client's system may then
# throw the reply away; but nothing may hang.
refused_bodies_do_not_hang() {
    local step
    for step in "body 1000" "body 50000" "chunked 50000"; do
        talk none 1.3 "$step" "POST /whoami"
        expect "status of POST with $step" "$(statuses)" 403
    done
    for step in "body 1000000" "body 20000000" "chunked 1000000"; do
        talk none 1.3 "$step" "POST /whoami"
        expect_like "status of POST with $step" "$(statuses)" "@(403|0)"
        [[ $(of 1 .error) != *"timed out"* ]] || fail "POST with $step hangs"
        talk none 1.3 "GET /public/file.txt"
        expect "status of the next request" "$(statuses)" 200
    done
    head -c 5000000 /dev/zero >"$LAB/tmp/large"
    lab_request none /whoami --data-binary "@$LAB/tmp/large" --header "Expect: 100-continue"
    expect "status of POST after 100-continue" "$reply_status" 403
    lab_request good "/whoami?format=json" --data-binary "@$LAB/tmp/large" --header "Expect: 100-continue"
    expect "status of POST after 100-continue" "$reply_status" 200
    expect "what arrived" "$(jq .request.body_bytes <<<"$reply_body")" 5000000
}

@test "lighttpd: a resumed TLS session keeps its certificate, and each request is decided" {
    behind lighttpd
    resumed_sessions_keep_the_certificate
}

@test "Apache: a resumed TLS session keeps its certificate, and each request is decided" {
    behind apache
    resumed_sessions_keep_the_certificate
}

@test "nginx: a resumed TLS session keeps its certificate, and each request is decided" {
    behind nginx
    resumed_sessions_keep_the_certificate
}

@test "lighttpd: a resumed TLS session opens nothing that was closed" {
    behind lighttpd
    resumed_sessions_gain_nothing
}

@test "Apache: a resumed TLS session opens nothing that was closed" {
    behind apache
    resumed_sessions_gain_nothing
}

@test "nginx: a resumed TLS session opens nothing that was closed" {
    behind nginx
    resumed_sessions_gain_nothing
}

@test "lighttpd: a certificate that expires is refused on its open connection and session" {
    behind lighttpd
    expired_certificates_are_refused_within_sessions
    decisions | jq -se 'any(.[]; .remembered and .subject == "CN=brief-lighttpd,O=Example")' \
        >/dev/null || fail "the verdict that expired had not been remembered"
}

@test "Apache: a certificate that expires is refused on its open connection and session" {
    behind apache
    expired_certificates_are_refused_within_sessions
}

@test "nginx: a certificate that expires is refused on its open connection and session" {
    behind nginx
    expired_certificates_are_refused_within_sessions
}

@test "lighttpd: requests on one connection are decided one by one" {
    behind lighttpd
    requests_on_one_connection_are_independent
}

@test "Apache: requests on one connection are decided one by one" {
    behind apache
    requests_on_one_connection_are_independent
}

@test "nginx: requests on one connection are decided one by one" {
    behind nginx
    requests_on_one_connection_are_independent
}

@test "lighttpd: pipelined requests are decided one by one" {
    behind lighttpd
    pipelined_requests_are_independent
}

@test "Apache: pipelined requests are decided one by one" {
    behind apache
    pipelined_requests_are_independent
}

@test "nginx: pipelined requests are decided one by one" {
    behind nginx
    pipelined_requests_are_independent
}

@test "lighttpd: HTTP/1.0 is no way around" {
    behind lighttpd
    http_1_0_is_decided_too
}

@test "Apache: HTTP/1.0 is no way around" {
    behind apache
    http_1_0_is_decided_too
}

@test "nginx: HTTP/1.0 is no way around" {
    behind nginx
    http_1_0_is_decided_too
}

@test "lighttpd: HEAD, OPTIONS, PUT, DELETE and made-up methods are no way around" {
    behind lighttpd
    other_methods_are_decided_too
}

@test "Apache: HEAD, OPTIONS, PUT, DELETE and made-up methods are no way around" {
    behind apache
    other_methods_are_decided_too
}

@test "nginx: HEAD, OPTIONS, PUT, DELETE and made-up methods are no way around" {
    behind nginx
    other_methods_are_decided_too
}

@test "lighttpd: the body of a granted request arrives whole, whatever its size and framing" {
    behind lighttpd
    bodies_arrive_whole
}

@test "Apache: the body of a granted request arrives whole, whatever its size and framing" {
    behind apache
    bodies_arrive_whole
}

@test "nginx: the body of a granted request arrives whole, whatever its size and framing" {
    behind nginx
    bodies_arrive_whole
}

@test "lighttpd: a refused request with a body is answered at once" {
    behind lighttpd
    refused_bodies_do_not_hang
}

@test "Apache: a refused request with a body is answered at once" {
    behind apache
    refused_bodies_do_not_hang
}

@test "nginx: a refused request with a body is answered at once" {
    behind nginx
    refused_bodies_do_not_hang
}

@test "sessions: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
