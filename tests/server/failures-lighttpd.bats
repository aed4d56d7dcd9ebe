# lighttpd while certauthz is gone, dead, stuck or starved: 5xx or a closed connection, and never
# a file, not even a public one, since nobody can say that it is one.

load failures

setup_file() {
    open_failing_lab
    lab_start certauthz
    lab_start whoami
    lab_start lighttpd
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=lighttpd
    SOCKET=$LAB/run/certauthz.sock
}

teardown() {
    is_last_test && return
    revive_certauthz
    expect_recovery
}

nothing_is_served() {
    expect_nothing_served
}

@test "lighttpd: without certauthz's socket nothing is served" {
    without_the_socket
}

@test "lighttpd: with a socket that nobody listens on nothing is served" {
    with_a_dead_socket
}

@test "lighttpd: with a socket that it may not connect to nothing is served" {
    with_a_forbidden_socket
}

@test "lighttpd: while certauthz hangs requests end in 5xx after the time limit" {
    kill -STOP "$(lab_pid certauthz)"
    ask_in_background 3 good
    collect
    expect "number of replies" "$(wc -l <<<"$replies")" 3
    expect_failures
    ask_in_background 2 none
    collect
    expect_failures
}

@test "lighttpd: requests at hand when certauthz is killed end in 5xx" {
    killed_at_hand 4
}

@test "lighttpd: while certauthz is ended and started again no refused request slips through" {
    local round
    for round in 1 2 3; do
        ask_in_background 6 none
        kill -TERM "$(lab_pid certauthz)"
        lab_await certauthz_is_gone
        lab_start certauthz
        collect
        expect_failures_or_refusals
    done
}

@test "lighttpd: while certauthz is out of descriptors nothing slips through, and it recovers" {
    local pid limit=0
    pid=$(lab_pid certauthz)
    while [[ -e /proc/$pid/fd/$limit ]]; do
        limit=$((limit + 1))
    done

    # A connection or two can be taken at a time, and peers that say nothing take them.
    mkfifo "$LAB/tmp/hold.in"
    "$HERE/fcgi_client.py" "$SOCKET" hold 20 <"$LAB/tmp/hold.in" >"$LAB/tmp/held" 3>&- &
    exec {hold_in}>"$LAB/tmp/hold.in"
    lab_await grep -q held "$LAB/tmp/held"
    (lab_become prlimit --pid "$pid" --nofile="$((limit + 2)):")
    ask_in_background 5 none
    collect
    expect_failures_or_refusals
    exec {hold_in}>&-
    wait
    rm "$LAB/tmp/hold.in"
}

@test "lighttpd: without the application a granted request fails, and a refused one is refused" {
    lab_stop whoami
    talk good 1.3 "GET /whoami"
    expect "status with a certificate" "$(statuses)" 503
    talk none 1.3 "GET /whoami"
    expect "status without" "$(statuses)" 403
    lab_start whoami
}

@test "failures-lighttpd: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
