# lighttpd with two of certauthz on TCP: one may be stopped, killed or hang while the other answers.

load support

setup_file() {
    open_lab
    export LAB_LIGHTTPD_STARTED=tcp LAB_AUTHORIZER_TIMEOUT=2
    change_config 'request_deadline = 10' 'request_deadline = 2'
    change_config 'read_timeout = 5' 'read_timeout = 1'
    change_config 'threads = 0' 'threads = 2'
    lab_start certauthz-first
    lab_start certauthz-second
    lab_start lighttpd
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=lighttpd
}

both=(certauthz-first certauthz-second)

# Both run and lighttpd asks both again: it tries a dead one after a second or two.
teardown() {
    local name
    [[ -z ${traffic-} ]] || kill "$traffic" 2>/dev/null || :
    [[ $BATS_TEST_DESCRIPTION != *"ended when asked to"* ]] || return 0
    for name in "${both[@]}"; do
        if lab_pid "$name" >/dev/null; then
            kill -CONT "$(lab_pid "$name")"
        else
            lab_start "$name"
        fi
    done
    both_are_asked || fail "not both are asked"
}

# decided NAME: how many decisions it has logged.
decided() {
    grep -c '"verdict"' "$LAB/log/$1.log" || :
}

# With several at a time each has something to do.
both_are_asked() {
    local first second asking
    first=$(decided certauthz-first) second=$(decided certauthz-second)
    "$HERE/traffic.py" "$LAB/tmp/asking" "${eight[@]/%/$LAB_PORT/secret.txt}" 2>"$LAB/log/traffic.log" 3>&- &
    asking=$!
    lab_await asked_since "$first" "$second" || :
    kill -TERM "$asking"
    wait "$asking" || :
    asked_since "$first" "$second"
}

asked_since() {
    (($(decided certauthz-first) > $1 && $(decided certauthz-second) > $2))
}

eight=(good@tcp={,,,,,,,})

# Eight clients without end. Sets `traffic`.
start_traffic() {
    "$HERE/traffic.py" "$LAB/tmp/traffic" "${eight[@]/%/$LAB_PORT/secret.txt}" 2>"$LAB/log/traffic.log" 3>&- &
    traffic=$!
    lab_await more_requests 0
}

requests() {
    wc -l <"$LAB/tmp/traffic"
}

more_requests() {
    [[ -e $LAB/tmp/traffic ]] && (($(requests) >= $1 + 40))
}

# Every request of the traffic until now, by status.
outcomes() {
    kill -TERM "$traffic"
    wait "$traffic" || :
    traffic=
    cut -d ' ' -f 5- "$LAB/tmp/traffic" | sort | uniq -c | awk '{ $1 = ""; print }' | xargs
}

# asked NAME COUNT: it has decided something beyond the first COUNT.
asked() {
    (($(decided "$1") > $2))
}

@test "lighttpd-tcp: the one that has less to do is asked" {
    both_are_asked || fail "only one is asked"
    talk none 1.3 "GET /secret.txt"
    expect "status without a certificate" "$(statuses)" 403
}

@test "lighttpd-tcp: while each in turn is stopped and started again no request is lost" {
    local name before round
    start_traffic
    for round in 1 2; do
        for name in "${both[@]}"; do
            kill -TERM "$(lab_pid "$name")"
            lab_await stopped "$name" || fail "$name does not leave"
            lab_await more_requests "$(requests)"
            before=$(decided "$name")
            lab_start "$name"
            # Until lighttpd has tried it again, the other must not go. Connections that it had begun
            # before, one for each client at most, tell nothing of that.
            lab_await asked "$name" $((before + 2 * ${#eight[@]})) || fail "$name is not asked again"
        done
    done
    expect "statuses" "$(outcomes)" 200
}

stopped() {
    ! lab_pid "$1" >/dev/null
}

@test "lighttpd-tcp: with one dead no request is lost" {
    local name
    for name in "${both[@]}"; do
        kill -KILL "$(lab_pid "$name")"
        lab_await stopped "$name"
        # What it had at hand then is over.
        rm -f "$LAB/tmp/traffic"
        start_traffic
        lab_await more_requests 200
        expect "statuses without $name" "$(outcomes)" 200
        lab_start "$name"
        both_are_asked
    done
}

# lighttpd does not ask twice, so what one had at hand fails, and nothing is approved by that.
@test "lighttpd-tcp: what one has at hand when it is killed fails, and all else is answered" {
    local name
    start_traffic
    for name in "${both[@]}"; do
        kill -KILL "$(lab_pid "$name")"
        lab_await more_requests "$(requests)"
        lab_start "$name"
        both_are_asked
    done
    expect_like "statuses" "$(outcomes)" "200?( 500)"
    expect "whether few failed" "$(($(grep -vc ' 200$' "$LAB/tmp/traffic") <= 32))" 1
}

@test "lighttpd-tcp: while one hangs the other answers the rest" {
    kill -STOP "$(lab_pid certauthz-first)"
    "$HERE/https_client.py" --certificate good "GET /secret.txt" >"$LAB/tmp/first" 3>&- &
    "$HERE/https_client.py" --certificate good "GET /secret.txt" >"$LAB/tmp/second" 3>&- &
    wait
    replies=$(cat "$LAB/tmp/first" "$LAB/tmp/second")
    expect_like "statuses of two at a time" "$(jq .status <<<"$replies" | sort -n | xargs)" "200 50[0-9]"
}

@test "lighttpd-tcp: with both gone nothing is served" {
    local name certificate
    for name in "${both[@]}"; do
        kill -KILL "$(lab_pid "$name")"
        lab_await stopped "$name"
    done
    for certificate in good none; do
        talk "$certificate" 1.3 "GET /secret.txt" "GET /public/file.txt" "GET /whoami" "HEAD /secret.txt" \
            "body 1000" "POST /whoami" "GET /does-not-exist" "GET /backend/x" "GET /app/echo.cgi"
        expect "statuses" "$(statuses | tr ' ' '\n' | sort -u)" 503
        no_secret_in "$replies"
    done
}

@test "lighttpd-tcp: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
