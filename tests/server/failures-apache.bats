# Apache while the certauthz that mod_fcgid starts is missing, broken, killed or stuck: 403, 5xx
# or a closed connection, and never a file.

load failures

setup_file() {
    open_lab
    export LAB_AUTHORIZER_TIMEOUT=2 LAB_PATIENCE=60
    lab_start apache
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=apache
}

teardown() {
    is_last_test && return
    expect_recovery
}

# The processes that mod_fcgid started, by their ids.
authorizers() {
    local pid
    for pid in $(lab_leftovers); do
        [[ $(readlink "/proc/$pid/exe") != "$LAB/bin/certauthz"* ]] || echo "$pid"
    done
}

signal_authorizers() {
    local pid
    for pid in $(authorizers); do
        kill "-$1" "$pid"
    done
}

no_authorizers() {
    [[ -z $(authorizers) ]]
}

kill_authorizers() {
    signal_authorizers KILL
    lab_await no_authorizers
}

# At the same time, because mod_fcgid takes its time before it gives a program up.
nothing_is_served() {
    local certificate askers=()
    for certificate in good none; do
        "$HERE/https_client.py" --certificate "$certificate" "GET /secret.txt" \
            >"$LAB/tmp/asked.$certificate" 3>&- &
        askers+=($!)
    done
    wait "${askers[@]}"
    replies=$(cat "$LAB"/tmp/asked.*)
    expect "number of replies" "$(wc -l <<<"$replies")" 2
    expect_failures_or_refusals
    expect "replies to come" "$(jq -r 'select(.error // "" | test("timed out")) | .step' <<<"$replies")" ""
}

# Of those that mod_fcgid may start the second is not there before it is needed.
@test "Apache: while certauthz hangs a request is refused after the time limit" {
    serves_again
    signal_authorizers STOP
    talk good 1.3 "GET /secret.txt"
    expect_failures_or_refusals
    signal_authorizers CONT
}

@test "Apache: a request at hand when certauthz is killed is refused" {
    local asker
    signal_authorizers STOP
    "$HERE/https_client.py" --certificate good "GET /secret.txt" >"$LAB/tmp/asked" 3>&- &
    asker=$!
    # Apache connects to the socket of a process of its choice.
    connected() { grep -q " 0000[0-9]* [0-9]* 0[23] .* $LAB/run/fcgid/" /proc/net/unix; }
    lab_await connected
    kill_authorizers
    wait "$asker"
    replies=$(<"$LAB/tmp/asked")
    expect_failures_or_refusals
}

@test "Apache: processes that were killed are replaced" {
    kill_authorizers
    lab_await serves_again
}

@test "Apache: with certauthz missing nothing is served" {
    mv "$LAB/bin/certauthz" "$LAB/bin/certauthz-elsewhere"
    kill_authorizers
    nothing_is_served
    mv "$LAB/bin/certauthz-elsewhere" "$LAB/bin/certauthz"
}

@test "Apache: with certauthz not executable nothing is served" {
    chmod a-x "$LAB/bin/certauthz"
    kill_authorizers
    nothing_is_served
    chmod a+x "$LAB/bin/certauthz"
}

@test "Apache: with a broken configuration of certauthz nothing is served" {
    change_config 'threads = 0' 'thread = 0'
    kill_authorizers
    nothing_is_served
    grep -q 'server.thread: unknown key' "$LAB/log/apache-error.log"
    change_config 'thread = 0' 'threads = 0'
}

@test "Apache: with a program in certauthz's place that says nothing nothing is served" {
    mv "$LAB/bin/certauthz" "$LAB/bin/certauthz-elsewhere"
    cp "$(type -P true)" "$LAB/bin/certauthz"
    kill_authorizers
    nothing_is_served
    mv "$LAB/bin/certauthz-elsewhere" "$LAB/bin/certauthz"
}

@test "failures-apache: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
