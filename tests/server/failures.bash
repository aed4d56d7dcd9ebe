# shellcheck shell=bash
# What the tests of web servers whose certauthz fails have in common.

# shellcheck source=tests/server/support.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/support.bash"

# As support.bash's, with time limits that a test can wait for.
open_failing_lab() {
    open_lab
    export LAB_AUTHORIZER_TIMEOUT=2
    change_config 'request_deadline = 10' 'request_deadline = 2'
    change_config 'read_timeout = 5' 'read_timeout = 1'
    change_config 'threads = 0' 'threads = 2'
}

# After every test but the last: what it broke is whole again, and everything as before. A web
# server may try a dead socket again only after some time.
expect_recovery() {
    lab_await serves_again || fail "it does not recover:" "$replies"
    talk none 1.3 "GET /secret.txt"
    expect "status without a certificate afterwards" "$(statuses)" 403
}

serves_again() {
    talk good 1.3 "GET /secret.txt"
    [[ $(statuses) = 200 && $(of 1 .body) = "$SECRET" ]]
}

is_last_test() {
    [[ $BATS_TEST_DESCRIPTION = *"ended when asked to"* ]]
}

# Of a daemon: stopped, or gone.
revive_certauthz() {
    local pid
    if pid=$(lab_pid certauthz); then
        kill -CONT "$pid"
        (lab_become prlimit --pid "$pid" --nofile=1024:)
    else
        lab_start certauthz
    fi
}

certauthz_is_gone() {
    ! lab_pid certauthz >/dev/null
}

# Each reply is 5xx, or there is none.
expect_failures() {
    expect_statuses '.status >= 500'
}

expect_failures_or_refusals() {
    expect_statuses '.status >= 500 or .status == 403'
}

# expect_statuses FILTER: jq's, for what each reply has to be; and nothing has left.
expect_statuses() {
    expect "statuses that are not $1" \
        "$(jq -r "select(.status != 0 and ($1 | not)) | \"\(.status) \(.step)\"" <<<"$replies")" ""
    no_secret_in "$replies"
    [[ $replies != *"the public file"* && $replies != *"the page for failures"* ]] ||
        fail "a file left that nobody had approved"
}

# Whoever asks for whatever: six times failure.
expect_nothing_served() {
    local certificate
    for certificate in good none; do
        talk "$certificate" 1.3 "GET /secret.txt" "GET /public/file.txt" "GET /whoami" \
            "HEAD /secret.txt" "body 1000" "POST /whoami" "GET /does-not-exist"
        expect "number of replies to $certificate" "$(statuses | wc -w)" 6
        expect_failures
    done
}

# ask_in_background COUNT CERTIFICATE: so many requests at the same time; their replies go to
# $LAB/tmp/asked.N. collect waits for them and sets `replies`.
ask_in_background() {
    local at
    askers=()
    for ((at = 0; at < $1; at++)); do
        "$HERE/https_client.py" --certificate "$2" "GET /secret.txt" >"$LAB/tmp/asked.$2.$at" 3>&- &
        askers+=($!)
    done
}

collect() {
    wait "${askers[@]}"
    replies=$(cat "$LAB"/tmp/asked.*)
    rm "$LAB"/tmp/asked.*
}

# connected COUNT: so many connections to certauthz's socket it has not taken yet, or has taken and
# not closed.
connected() {
    [[ $(grep -c " 0000[0-9]* [0-9]* 0[23] .* $LAB/run/certauthz.sock\$" /proc/net/unix) -ge $1 ]]
}

# --- the same of each server that asks a daemon on a socket: with nothing_is_served -----------

without_the_socket() {
    lab_stop certauthz
    [[ ! -e $LAB/run/certauthz.sock ]] || fail "the socket is still there"
    nothing_is_served
}

with_a_dead_socket() {
    kill -KILL "$(lab_pid certauthz)"
    lab_await certauthz_is_gone
    [[ -S $LAB/run/certauthz.sock ]] || fail "there is no socket"
    nothing_is_served
}

with_a_forbidden_socket() {
    chmod 000 "$LAB/run/certauthz.sock"
    nothing_is_served
    chmod 660 "$LAB/run/certauthz.sock"
}

# killed_at_hand COUNT: with so many requests at hand.
killed_at_hand() {
    kill -STOP "$(lab_pid certauthz)"
    ask_in_background "$1" good
    lab_await connected "$1"
    kill -KILL "$(lab_pid certauthz)"
    collect
    expect "number of replies" "$(wc -l <<<"$replies")" "$1"
    expect_failures
}
