# nginx while certauthz is gone, dead or stuck, and what it makes of replies that certauthz never
# gives: 500, and never a file, not even a public one, since nobody can say that it is one.

load failures

setup_file() {
    open_failing_lab
    echo "the page for failures" >"$LAB/site/public/sorry.txt"
    lab_start certauthz
    lab_start whoami
    # A site that has pages of its own for failures, and remembers what FastCGI programs answer.
    LAB_NGINX_HTTP="fastcgi_cache_path $LAB/run/cache keys_zone=everything:1m;"
    export LAB_NGINX_HTTP LAB_NGINX_EXTRA='error_page 403 404 500 502 503 504 =200 /public/sorry.txt;
fastcgi_intercept_errors on;
fastcgi_cache everything;
fastcgi_cache_key one-for-all;
fastcgi_cache_valid any 10m;
fastcgi_cache_use_stale error timeout invalid_header http_500 http_503 updating;
fastcgi_ignore_headers Cache-Control Expires Set-Cookie Vary;'
    lab_start nginx
    export PORT_MASKED=$LAB_PORT
    unset LAB_NGINX_HTTP LAB_NGINX_EXTRA
    lab_start_on_free_port plain
    export PORT_PLAIN=$LAB_PORT
    lab_spawn stub lab_become "$HERE/stub_authorizer.py" "$LAB/run/stub.sock" "$LAB/tmp/stub"
    lab_await lab_listens_or_gone stub
    LAB_AUTHORIZER_SOCKET=$LAB/run/stub.sock lab_start_on_free_port stubbed
    export PORT_STUBBED=$LAB_PORT
}

lab_configure_plain() {
    lab_configure_nginx plain
}

lab_spawn_plain() {
    lab_spawn_nginx plain
}

lab_configure_stubbed() {
    reply "stdout Status: 200 OK\r\n\r\n" "end 0 0"
    lab_configure_nginx stubbed
}

lab_spawn_stubbed() {
    lab_spawn_nginx stubbed
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=nginx
    LAB_PORT=$PORT_PLAIN
}

teardown() {
    is_last_test && return
    LAB_PORT=$PORT_PLAIN
    revive_certauthz
    expect_recovery
}

nothing_is_served() {
    for LAB_PORT in "$PORT_PLAIN" "$PORT_MASKED"; do
        expect_nothing_served
    done
}

@test "nginx: without certauthz's socket nothing is served" {
    without_the_socket
}

@test "nginx: with a socket that nobody listens on nothing is served" {
    with_a_dead_socket
}

@test "nginx: with a socket that it may not connect to nothing is served" {
    with_a_forbidden_socket
}

@test "nginx: while certauthz hangs requests end in 500 after the time limit" {
    local port
    kill -STOP "$(lab_pid certauthz)"
    for port in "$PORT_PLAIN" "$PORT_MASKED"; do
        LAB_PORT=$port
        talk good 1.3 "GET /secret.txt"
        expect_failures
    done
}

@test "nginx: a request at hand when certauthz is killed ends in 500" {
    killed_at_hand 1
}

# --- a site with error pages and a cache ------------------------------------------------

@test "nginx: a site's error page and cache make no approval of a refusal" {
    LAB_PORT=$PORT_MASKED
    talk none 1.3 "GET /secret.txt"
    no_secret_in "$replies"
    talk good 1.3 "GET /secret.txt" "GET /secret.txt"
    expect "bodies with a certificate" "$(jq -r .body <<<"$replies" | xargs)" "$SECRET $SECRET"
    talk none 1.3 "GET /secret.txt" "GET /admin/secret.txt"
    no_secret_in "$replies"
    expect "the site's own page" "$(of 1 .body)" "the page for failures"
    talk untrusted 1.3 "GET /secret.txt" "GET /admin/secret.txt"
    no_secret_in "$replies"
}

# --- replies that certauthz never gives -------------------------------------------------

# reply LINE...: what the stub answers from now on.
reply() {
    printf '%s\n' "$@" >"$LAB/tmp/stub.new"
    mv "$LAB/tmp/stub.new" "$LAB/tmp/stub"
}

# stub_gets STATUS LINE...
stub_gets() {
    local wanted=$1
    shift
    reply "$@"
    talk none 1.3 "GET /secret.txt"
    expect "status after: $*" "$(statuses)" "$wanted"
    [[ $wanted = 200 ]] || no_secret_in "$replies"
}

@test "nginx: replies that are none, or broken off, are no approval" {
    LAB_PORT=$PORT_STUBBED
    stub_gets 200 "stdout Status: 200 OK\r\n\r\n" "end 0 0"
    stub_gets 500 "end 0 0"
    stub_gets 500 "end 1 0"
    stub_gets 500 "end 0 2"
    stub_gets 500 "stderr nothing good" "end 0 0"
    stub_gets 500 "cut"
    stub_gets 500 "hang"
    stub_gets 500 "raw HTTP/1.1 200 OK\r\n\r\n"
    stub_gets 500 "stdout Status: 200 OK\r\n" "end 0 0"
    stub_gets 500 "stdout Status: 200 OK\r\n" "cut"
    stub_gets 500 "stdout Status: 20" "end 0 0"
    stub_gets 500 "stdout garbage" "end 0 0"
    stub_gets 500 "stdout Status: 403 Forbidden\r\n" "end 0 0"
    stub_gets 500 "stdout Status: nonsense\r\n\r\n" "end 0 0"
}

@test "nginx: of the statuses 401 and 403 pass, and others become 500" {
    local status
    LAB_PORT=$PORT_STUBBED
    for status in 401 403; do
        stub_gets "$status" "stdout Status: $status Refused\r\n\r\n" "end 0 0"
    done
    for status in 301 302 304 400 404 405 429 500 502 503; do
        stub_gets 500 "stdout Status: $status Something\r\nLocation: /public/\r\n\r\n" "end 0 0"
    done
}

# This is why certauthz writes its reply whole, with its status first.
@test "nginx: what it takes for approval, and certauthz never sends" {
    LAB_PORT=$PORT_STUBBED
    stub_gets 200 "stdout \r\n" "end 0 0"
    stub_gets 200 "stdout X-Nothing: to-say\r\n\r\n" "end 0 0"
    stub_gets 200 "stdout Status: 204 No Content\r\n\r\n" "end 0 0"
    stub_gets 200 "stdout Status: 200 OK\r\n\r\n" "cut"
}

@test "failures-nginx: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
