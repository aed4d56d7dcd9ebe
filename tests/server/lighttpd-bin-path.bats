# certauthz that lighttpd itself starts: whenever lighttpd goes, in order or not, nothing of it is
# left, and the next lighttpd has certauthz of its own.

load support

setup() {
    open_lab
    export LAB_LIGHTTPD_STARTED=bin-path
    # So that lighttpd, which then is no longer root, can read it again when it is reloaded.
    chmod 644 "$LAB/pki/server.key"
    lab_start lighttpd
    LIGHTTPD=$(lab_pid lighttpd)
    SERVER=lighttpd
}

teardown() {
    close_lab
}

works() {
    talk good 1.3 "GET /secret.txt"
    expect "status with a certificate" "$(statuses)" 200
    talk none 1.3 "GET /secret.txt"
    expect "status without" "$(statuses)" 403
}

# lighttpd, and with it all the rest, has gone, and another one works.
everything_went() {
    lab_await lab_gone "$LIGHTTPD" || fail "lighttpd did not end"
    lab_await lab_no_leftovers || fail "left behind:" "$(lab_processes)"
    wait "$LIGHTTPD" 2>/dev/null || :
    lab_start lighttpd
    works
    everything_ended_well
}

@test "lighttpd-bin-path: two of certauthz answer, and leave when lighttpd is ended" {
    works
    expect "number of processes" "$(lab_running certauthz | wc -l)" 2
    kill -TERM "$LIGHTTPD"
    everything_went
}

@test "lighttpd-bin-path: they leave when lighttpd ends gracefully" {
    kill -INT "$LIGHTTPD"
    everything_went
}

@test "lighttpd-bin-path: they leave when lighttpd is killed" {
    kill -KILL "$LIGHTTPD"
    everything_went
}

@test "lighttpd-bin-path: they leave when lighttpd is killed while they are busy" {
    local hold_in
    mkfifo "$LAB/tmp/hold.in"
    "$HERE/fcgi_client.py" "$LAB/run/certauthz.sock-0" hold 3 <"$LAB/tmp/hold.in" >"$LAB/tmp/held" 3>&- &
    exec {hold_in}>"$LAB/tmp/hold.in"
    lab_await grep -q held "$LAB/tmp/held"
    kill -KILL "$LIGHTTPD"
    # At once, although silent peers keep it from leaving yet.
    LAB_PATIENCE=2 lab_await refuses_connections "$LAB/run/certauthz.sock-0" ||
        fail "it goes on taking connections"
    exec {hold_in}>&-
    everything_went
}

refuses_connections() {
    ! "$HERE/fcgi_client.py" "$1" stall 0 >/dev/null 2>&1
}

# The socket of one that still goes on must not be taken for a living one.
@test "lighttpd-bin-path: lighttpd that is started at once after a crash has certauthz of its own" {
    local round before
    for round in 1 2 3; do
        before=$(lab_running certauthz | xargs)
        kill -ABRT "$LIGHTTPD"
        lab_await lab_gone "$LIGHTTPD"
        lab_start lighttpd
        LIGHTTPD=$(lab_pid lighttpd)
        works
        all_gone() { local pid; for pid in $before; do lab_gone "$pid" || return 1; done; }
        lab_await all_gone || fail "left behind in round $round:" "$(lab_processes)"
        works
        expect "number of processes" "$(lab_running certauthz | wc -l)" 2
    done
    everything_ended_well
}

@test "lighttpd-bin-path: a reload of lighttpd replaces them" {
    local before
    before=$(lab_running certauthz | xargs)
    kill -USR1 "$LIGHTTPD"
    all_replaced() {
        local pid
        for pid in $before; do
            lab_gone "$pid" || return 1
        done
        [[ $(lab_running certauthz | wc -l) = 2 ]]
    }
    lab_await all_replaced || fail "after the reload:" "$(lab_processes)"
    lab_await lab_serves_or_gone lighttpd
    expect "lighttpd" "$(lab_pid lighttpd)" "$LIGHTTPD"
    works
    everything_ended_well
}

@test "lighttpd-bin-path: one that is killed is replaced, and the other answers meanwhile" {
    local one
    one=$(lab_running certauthz | head -n 1)
    kill -KILL "$one"
    lab_await lab_gone "$one"
    works
    two_again() {
        [[ $(lab_running certauthz | wc -l) = 2 ]]
    }
    lab_await two_again || fail "nobody was started in its place"
    works
    everything_ended_well
}

@test "lighttpd-bin-path: without certauthz nothing is served" {
    local pid
    # Stopped ones are not replaced, and lighttpd waits for them.
    for pid in $(lab_running certauthz); do
        kill -STOP "$pid"
    done
    export LAB_PATIENCE=3
    talk good 1.3 "GET /secret.txt"
    no_secret_in "$replies"
    expect "status while they hang" "$(statuses)" 0
    LAB_PATIENCE=20
    for pid in $(lab_running certauthz); do
        kill -KILL "$pid"
    done
    talk none 1.3 "GET /secret.txt" "GET /public/file.txt"
    expect "statuses that are neither refusal nor failure" \
        "$(jq -r 'select(.status != 403 and .status != 0 and .status < 500 and .step != "GET /public/file.txt") | .status' <<<"$replies")" ""
    no_secret_in "$replies"
    everything_ended_well
}

# mod_gnutls ends lighttpd with a crash, before it has ended certauthz.
@test "lighttpd-bin-path: they leave when lighttpd with mod_gnutls is ended" {
    lab_stop lighttpd
    export LAB_LIGHTTPD_TLS=gnutls
    lab_start lighttpd
    LIGHTTPD=$(lab_pid lighttpd)
    kill -TERM "$LIGHTTPD"
    lab_await lab_gone "$LIGHTTPD"
    lab_await lab_no_leftovers || fail "left behind:" "$(lab_processes)"
}
