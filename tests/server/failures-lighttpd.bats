# lighttpd while certauthz is gone, dead, stuck or starved: 5xx or a closed connection, and never
# a file, not even a public one, since nobody can say that it is one.

load support

setup_file() {
    open_lab
    export LAB_AUTHORIZER_TIMEOUT=2
    change_config 'request_deadline = 10' 'request_deadline = 2'
    change_config 'read_timeout = 5' 'read_timeout = 1'
    change_config 'threads = 0' 'threads = 2'
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

# What a test broke is mended here, and then everything has to be as before: lighttpd tries a
# dead socket again after disable-time.
teardown() {
    local pid
    [[ $BATS_TEST_DESCRIPTION != *"ended when asked to"* ]] || return 0
    if pid=$(lab_pid certauthz); then
        kill -CONT "$pid"
        (lab_become prlimit --pid "$pid" --nofile=1024:)
    else
        lab_start certauthz
    fi
    lab_await serves_again || fail "it does not recover:" "$replies"
    talk none 1.3 "GET /secret.txt"
    expect "status without a certificate afterwards" "$(statuses)" 403
}

serves_again() {
    talk good 1.3 "GET /secret.txt"
    [[ $(statuses) = 200 && $(of 1 .body) = "$SECRET" ]]
}

# fails_closed: each reply is 5xx, or there is none at all.
fails_closed() {
    expect "statuses that are no failure" \
        "$(jq -r 'select(.status != 0 and .status < 500) | "\(.status) \(.step)"' <<<"$replies")" ""
    no_secret_in "$replies"
    [[ $replies != *"the public file"* ]] || fail "a file left that nobody had approved"
}

certauthz_is_gone() {
    ! lab_pid certauthz >/dev/null
}

nothing_is_served() {
    local certificate
    for certificate in good none; do
        talk "$certificate" 1.3 "GET /secret.txt" "GET /public/file.txt" "GET /whoami" \
            "HEAD /secret.txt" "body 1000" "POST /whoami" "GET /does-not-exist"
        expect "number of replies to $certificate" "$(statuses | wc -w)" 6
        fails_closed
    done
}

# Connections to the authorizer's socket that it has not taken yet, or has taken and not closed.
connected() {
    [[ $(grep -c " 0000[0-9]* [0-9]* 0[23] .* $SOCKET\$" /proc/net/unix) -ge $1 ]]
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

@test "lighttpd: without certauthz's socket nothing is served" {
    lab_stop certauthz
    [[ ! -e $SOCKET ]]
    nothing_is_served
}

@test "lighttpd: with a socket that nobody listens on nothing is served" {
    kill -KILL "$(lab_pid certauthz)"
    lab_await certauthz_is_gone
    [[ -S $SOCKET ]]
    nothing_is_served
}

@test "lighttpd: with a socket that it may not connect to nothing is served" {
    chmod 000 "$SOCKET"
    nothing_is_served
    chmod 660 "$SOCKET"
}

@test "lighttpd: while certauthz hangs requests end in 5xx after the time limit" {
    kill -STOP "$(lab_pid certauthz)"
    ask_in_background 3 good
    collect
    expect "number of replies" "$(wc -l <<<"$replies")" 3
    fails_closed
    ask_in_background 2 none
    collect
    fails_closed
}

@test "lighttpd: requests at hand when certauthz is killed end in 5xx" {
    kill -STOP "$(lab_pid certauthz)"
    ask_in_background 4 good
    lab_await connected 4
    kill -KILL "$(lab_pid certauthz)"
    collect
    expect "number of replies" "$(wc -l <<<"$replies")" 4
    fails_closed
}

@test "lighttpd: while certauthz is ended and started again no refused request slips through" {
    local round
    for round in 1 2 3; do
        ask_in_background 6 none
        kill -TERM "$(lab_pid certauthz)"
        lab_await certauthz_is_gone
        lab_start certauthz
        collect
        no_secret_in "$replies"
        expect "statuses in round $round that are neither refusal nor failure" \
            "$(jq -r 'select(.status != 0 and .status != 403 and .status < 500) | .status' <<<"$replies")" ""
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
    no_secret_in "$replies"
    expect "statuses that are neither refusal nor failure" \
        "$(jq -r 'select(.status != 0 and .status != 403 and .status < 500) | .status' <<<"$replies")" ""
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
