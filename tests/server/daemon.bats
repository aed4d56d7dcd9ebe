# certauthz as a process: its sockets, signals and log, and peers that behave badly. No web
# server takes part; fcgi_client.py speaks for it.

load support

setup_file() {
    open_lab
    cp -- "$LAB/etc/certauthz.conf" "$LAB/etc/patient.conf"
    change_config 'destination = "stderr"' 'destination = "../log/decisions.json"'
    change_config 'threads = 0' 'threads = 2'
    change_config 'read_timeout = 5' 'read_timeout = 1'
    change_config 'request_deadline = 10' 'request_deadline = 2'
    lab_start certauthz
}

teardown_file() {
    close_lab
}

setup() {
    SOCKET=$LAB/run/certauthz.sock
    LOG=$LAB/log/decisions.json
    GOOD=$LAB/pki/good.pem
    PID=$(lab_pid certauthz) || fail "certauthz does not run"
}

# Whatever a test did to it, the daemon has to be the same process and to answer.
teardown() {
    [[ $BATS_TEST_DESCRIPTION != *"ended when asked to"* ]] || return 0
    limit_descriptors 1024
    expect "process id" "$(lab_pid certauthz)" "$PID"
    ask
    expect "reason of a plain request afterwards" "$(found .reason)" no-certificate
}

# --- helpers ---------------------------------------------------------------------------

# at ADDRESS COMMAND...: see fcgi_client.py. Sets `answers`, one line of JSON each.
at() {
    answers=$("$HERE/fcgi_client.py" "$@")
}

ask() {
    at "$SOCKET" ask "$@"
}

found() {
    jq -r "$1" <<<"$answers"
}

refuses_connections() {
    ! "$HERE/fcgi_client.py" "$1" stall 0 >/dev/null 2>&1
}

accepts_connections() {
    "$HERE/fcgi_client.py" "$1" ask >/dev/null 2>&1
}

limit_descriptors() {
    (lab_become prlimit --pid "$PID" --nofile="$1:")
}

# spawn NAME OPTION...: another certauthz, as the laboratory's user. Sets `spawned`.
spawn() {
    local name=$1
    shift
    lab_spawn "$name" lab_become "$LAB/bin/certauthz" "$@"
    spawned=$!
}

# spawn_on NAME OPTION...: on a Unix socket of its own, with the shipped configuration.
spawn_on() {
    local name=$1
    shift
    rm -f "$LAB/log/$name.log"
    spawn "$name" -c "$LAB/etc/patient.conf" --listen "unix:$LAB/run/$name.sock" "$@"
    lab_await lab_listens "$LAB/run/$name.sock"
}

# spawn_tcp NAME HOST OPTION...: on a free port. Sets `address`.
spawn_tcp() {
    local name=$1 host=$2 attempt
    shift 2
    for attempt in {1..20}; do
        address=127.0.0.1:$((20000 + (RANDOM % 10000)))
        rm -f "$LAB/log/$name.log"
        spawn "$name" -c "$LAB/etc/patient.conf" --listen "$host:${address##*:}" "$@"
        lab_await says_or_gone "$name" "serves with"
        ! lab_pid "$name" >/dev/null || return 0
    done
    fail "no free port found in $attempt attempts"
}

says_or_gone() {
    grep -q "$2" "$LAB/log/$1.log" || ! lab_pid "$1" >/dev/null
}

# fails_to_start TEXT OPTION...: exit status 1 and a message with this text.
fails_to_start() {
    local text=$1 status=0 message
    shift
    message=$(cd / && lab_become timeout "$LAB_PATIENCE" "$LAB/bin/certauthz" "$@" 2>&1) || status=$?
    expect "exit status" "$status" 1
    expect_like message "$message" "*${text//[/\\[}*"
}

# ends_with STATUS PID: the process leaves by itself.
ends_with() {
    local status=0
    lab_await lab_gone "$2" || fail "process $2 does not leave"
    wait "$2" || status=$?
    expect "exit status" "$status" "$1"
}

# --- sockets ---------------------------------------------------------------------------

@test "certauthz: its socket has mode 0660 and the group of the process by default" {
    spawn_on modest
    expect "mode and group" "$(stat -c '%a %G' "$LAB/run/modest.sock")" "660 $LAB_GROUP"
    lab_stop modest
}

@test "certauthz: its socket has the mode and the group that were asked for" {
    spawn_on moded --socket-mode 0600 --socket-group "$(id -g "$LAB_USER")"
    expect "mode and group" "$(stat -c '%a %G' "$LAB/run/moded.sock")" "600 $LAB_GROUP"
    lab_stop moded
    if [[ $EUID -eq 0 ]]; then
        # Only root may give it to a group that it is not in.
        lab_spawn grouped "$LAB/bin/certauthz" -c "$LAB/etc/patient.conf" \
            --listen "unix:$LAB/run/grouped.sock" --socket-mode 666 --socket-group daemon
        lab_await lab_listens "$LAB/run/grouped.sock"
        expect "mode and group" "$(stat -c '%a %G' "$LAB/run/grouped.sock")" "666 daemon"
        lab_stop grouped
        local said
        said=$(lab_become "$LAB/bin/certauthz" -c "$LAB/etc/patient.conf" \
            --listen "unix:$LAB/run/grouped.sock" --socket-group daemon 2>&1) || :
        expect "what it says" "$said" "certauthz: --socket-group daemon: $LAB/run/grouped.sock \
cannot be given to it: Operation not permitted; put the user that this runs as into that group"
    fi
}

@test "certauthz: a socket that a killed process left behind is replaced" {
    spawn_on stale
    kill -KILL "$spawned"
    lab_await lab_gone "$spawned"
    [[ -S $LAB/run/stale.sock ]] || fail "there is no stale socket to be replaced"
    spawn_on stale
    at "$LAB/run/stale.sock" ask
    expect reason "$(found .reason)" no-certificate
    lab_stop stale
}

@test "certauthz: a socket that another process listens on is left alone" {
    fails_to_start "$SOCKET: another process listens on it" \
        -c "$LAB/etc/patient.conf" --listen "unix:$SOCKET"
    ask
    expect reason "$(found .reason)" no-certificate
}

@test "certauthz: a file, a folder or a link in the socket's place is left alone" {
    local kind
    echo text >"$LAB/run/file"
    mkdir "$LAB/run/folder"
    ln -s "$SOCKET" "$LAB/run/link"
    for kind in file folder link; do
        fails_to_start "$LAB/run/$kind: exists and is not a socket" \
            -c "$LAB/etc/patient.conf" --listen "unix:$LAB/run/$kind"
    done
    expect "the file" "$(<"$LAB/run/file")" text
    expect "the link" "$(readlink "$LAB/run/link")" "$SOCKET"
}

@test "certauthz: it serves TCP on loopback, and leaves on SIGTERM" {
    spawn_tcp loopback 127.0.0.1
    at "$address" ask --certificate "$GOOD"
    expect status "$(found .status)" 200
    at "$address" parallel 16
    expect "statuses of 16 at a time" "$(found .status | sort -u)" 403
    kill -TERM "$spawned"
    ends_with 0 "$spawned"
}

@test "certauthz: it serves other addresses only if told to" {
    local port=$((20000 + (RANDOM % 10000))) host
    for host in 0.0.0.0 '[::]' 192.0.2.1; do
        fails_to_start "--listen $host:$port: not a loopback address, and FastCGI knows no authentication; use --allow-remote" \
            -c "$LAB/etc/patient.conf" --listen "$host:$port"
    done
    for host in localhost ":$port" "127.0.0.1:" "127.0.0.1:http" "localhost:$port"; do
        fails_to_start "--listen $host: unix:/path or address:port is wanted" \
            -c "$LAB/etc/patient.conf" --listen "$host"
    done
    spawn_tcp remote 0.0.0.0 --allow-remote
    at "$address" ask
    expect reason "$(found .reason)" no-certificate
    lab_stop remote
}

@test "certauthz: FCGI_WEB_SERVER_ADDRS says who may connect over TCP, and does not matter for Unix sockets" {
    export FCGI_WEB_SERVER_ADDRS
    FCGI_WEB_SERVER_ADDRS=192.0.2.1,192.0.2.2
    spawn_tcp others 127.0.0.1
    at "$address" ask --certificate "$GOOD"
    expect "reply to one who is not on the list" "$(found '"\(.reply)|\(.ended)"')" "|false"
    lab_stop others
    spawn_on elsewhere
    at "$LAB/run/elsewhere.sock" ask
    expect "reason over a Unix socket" "$(found .reason)" no-certificate
    lab_stop elsewhere

    FCGI_WEB_SERVER_ADDRS=192.0.2.1,127.0.0.1
    spawn_tcp listed 127.0.0.1
    at "$address" ask --certificate "$GOOD"
    expect "status for one who is on the list" "$(found .status)" 200
    lab_stop listed

    FCGI_WEB_SERVER_ADDRS=127.0.0.1,everybody
    fails_to_start "FCGI_WEB_SERVER_ADDRS: a list of up to 16 IP addresses" \
        -c "$LAB/etc/patient.conf" --listen "unix:$LAB/run/nowhere.sock"
}

@test "certauthz: it serves a listening socket that it finds as descriptor 0, and leaves it in place" {
    lab_spawn inherited lab_become "$HERE/listen_on_stdin.py" "$LAB/run/inherited.sock" \
        "$LAB/bin/certauthz" -c "$LAB/etc/patient.conf"
    spawned=$!
    lab_await accepts_connections "$LAB/run/inherited.sock"
    at "$LAB/run/inherited.sock" ask --certificate "$GOOD"
    expect status "$(found .status)" 200
    kill -TERM "$spawned"
    ends_with 0 "$spawned"
    [[ -S $LAB/run/inherited.sock ]] || fail "the socket of somebody else was removed"
}

@test "certauthz: started as nothing in particular it says what it needs" {
    local status=0 message
    message=$(lab_become "$LAB/bin/certauthz" -c "$LAB/etc/patient.conf" 2>&1 </dev/null) || status=$?
    expect "exit status" "$status" 2
    expect_like message "$message" "*nothing to serve: use --listen*"
}

# --- signals ---------------------------------------------------------------------------

# half_a_request SOCKET: leaves a request half sent; finish_request sends the rest and sets
# `answers`.
half_a_request() {
    mkfifo "$LAB/tmp/half.in" "$LAB/tmp/half.out"
    "$HERE/fcgi_client.py" "$1" halves --certificate "$GOOD" <"$LAB/tmp/half.in" >"$LAB/tmp/half.out" 3>&- &
    exec {half_in}>"$LAB/tmp/half.in" {half_out}<"$LAB/tmp/half.out"
    local line
    read -r -t "$LAB_PATIENCE" line <&"$half_out"
    expect "the client says" "$line" half
}

finish_request() {
    echo >&"$half_in"
    read -r -t "$LAB_PATIENCE" answers <&"$half_out"
    exec {half_in}>&- {half_out}<&-
    rm -f "$LAB/tmp/half.in" "$LAB/tmp/half.out"
}

@test "certauthz: on SIGTERM it finishes the request at hand, takes no other, and leaves with status 0" {
    spawn_on drained
    half_a_request "$LAB/run/drained.sock"
    kill -TERM "$spawned"
    lab_await refuses_connections "$LAB/run/drained.sock"
    lab_alive "$spawned" || fail "it left with a request at hand"
    finish_request
    expect "status of the request at hand" "$(found .status)" 200
    ends_with 0 "$spawned"
    [[ ! -e $LAB/run/drained.sock ]] || fail "its socket is left behind"
    grep -q "has finished its requests and leaves" "$LAB/log/drained.log"
}

# wait_on_tcp COUNT: so many connections wait at $address to be accepted.
wait_on_tcp() {
    local at waiting
    printf -v at '0100007F:%04X' "${address##*:}"
    waiting=$(awk -v at="$at" '$2 == at && $4 == "0A" { split($5, queue, ":"); print queue[2] }' /proc/net/tcp)
    ((0x${waiting:-0} == $1))
}

@test "certauthz: on SIGTERM connections that wait on TCP are still answered" {
    spawn_tcp queued 127.0.0.1
    kill -STOP "$spawned"
    "$HERE/fcgi_client.py" "$address" parallel 24 --certificate "$GOOD" >"$LAB/tmp/queued" 3>&- &
    local client=$!
    lab_await wait_on_tcp 24
    kill -TERM "$spawned"
    kill -CONT "$spawned"
    wait "$client"
    answers=$(<"$LAB/tmp/queued")
    expect "number of whole grants" "$(found 'select(.ended and .status == 200) | .status' | wc -l)" 24
    ends_with 0 "$spawned"
}

@test "certauthz: SIGINT ends it in order too" {
    spawn_on interrupted
    kill -INT "$spawned"
    ends_with 0 "$spawned"
    [[ ! -e $LAB/run/interrupted.sock ]] || fail "its socket is left behind"
}

@test "certauthz: a silent peer does not keep it from leaving" {
    spawn deaf -c "$LAB/etc/certauthz.conf" --listen "unix:$LAB/run/deaf.sock"
    lab_await lab_listens "$LAB/run/deaf.sock"
    half_a_request "$LAB/run/deaf.sock"
    kill -TERM "$spawned"
    ends_with 0 "$spawned"
    finish_request
    expect "whether the half request was answered" "$(found .ended)" false
}

@test "certauthz: peers that do not wait for their reply do it no harm" {
    at "$SOCKET" abandon 200
    ask --certificate "$GOOD"
    expect status "$(found .status)" 200
}

# --- peers that behave badly -----------------------------------------------------------

@test "certauthz: a peer that stops in the middle is cut off without a reply" {
    local bytes
    for bytes in 1 8 16 24 100 -9 -8; do
        at "$SOCKET" stall "$bytes" --certificate "$GOOD"
        expect "what a peer got that stopped after $bytes bytes" "$(found '"\(.reply)|\(.ended)"')" "|false"
    done
}

@test "certauthz: a peer that sends a byte now and then is cut off" {
    at "$SOCKET" dribble
    expect_like "how it ended" "$(found .error)" "@(closed|*reset*|*roken pipe*)"
}

@test "certauthz: silent peers, even on every thread, delay others only until they are cut off" {
    local count holder
    for count in 1 2 6; do
        mkfifo "$LAB/tmp/hold.in"
        "$HERE/fcgi_client.py" "$SOCKET" hold "$count" <"$LAB/tmp/hold.in" >"$LAB/tmp/held" 3>&- &
        holder=$!
        exec {hold_in}>"$LAB/tmp/hold.in"
        lab_await grep -q held "$LAB/tmp/held"
        ask --certificate "$GOOD"
        expect "status beside $count silent peers" "$(found .status)" 200
        exec {hold_in}>&-
        wait "$holder"
        rm "$LAB/tmp/hold.in" "$LAB/tmp/held"
    done
}

@test "certauthz: a peer that reads slowly gets its whole reply" {
    at "$SOCKET" slowly --certificate "$GOOD"
    expect "status and end" "$(found '"\(.status)|\(.ended)"')" "200|true"
}

@test "certauthz: management records are refused, whatever they repeat" {
    local count
    for count in 1 3 100 3000; do
        at "$SOCKET" get-values "$count"
        expect "reply after $count names" "$(found '"\(.reply)|\(.ended)"')" "|false"
    done
}

@test "certauthz: random bytes get no approval and do no harm" {
    at "$SOCKET" garbage 200 "$RANDOM"
    expect "number of replies" "$(wc -l <<<"$answers")" 200
    expect "statuses" "$(found '.status // empty' | grep -v '^403$' | sort -u)" ""
}

@test "certauthz: parameters that claim to be 2 GB long get no approval" {
    at "$SOCKET" huge
    expect "number of replies" "$(wc -l <<<"$answers")" 3
    expect "statuses" "$(found '.status // empty' | grep -v '^403$' | sort -u)" ""
}

# libfcgi ends the process where it cannot allocate, so what counts is that nothing is approved
# and that it can be started again.
@test "certauthz: a parameter that claims to be 4 GB long gets no approval" {
    ASAN_OPTIONS=allocator_may_return_null=1 spawn_on brittle
    at "$LAB/run/brittle.sock" monstrous
    expect "reply" "$(found .reply)" ""
    lab_stop brittle
    spawn_on brittle
    at "$LAB/run/brittle.sock" ask
    expect reason "$(found .reason)" no-certificate
    lab_stop brittle
}

@test "certauthz: a request of more than 256 KiB is refused" {
    local large
    large=$(head -c 100000 /dev/zero | tr '\0' x)
    ask --certificate "$GOOD" "HTTP_A=$large" "HTTP_B=$large"
    expect "status of a large request" "$(found .status)" 200
    ask --certificate "$GOOD" "HTTP_A=$large" "HTTP_B=$large" "HTTP_C=$large"
    expect "reason for a larger one" "$(found '"\(.status) \(.reason)"')" "403 request-too-large"
}

# nginx sends no body with its question; one that comes all the same is not waited for.
@test "certauthz: a responder is answered by the path that it tells, whatever its body" {
    local size where
    spawn_tcp responder 127.0.0.1
    for where in "$SOCKET" "$address"; do
        for size in 0 1 100000 500000; do
            at "$where" respond "$size" REQUEST_URI=/public/x --certificate "$GOOD"
            expect "reply to a body of $size bytes" "$(found '[.status, .ended] | join(" ")')" "200 true"
        done
        at "$where" respond 0 REQUEST_URI=/public/x
        expect "reason without a certificate" "$(found .reason)" no-certificate
        at "$where" respond 0 CERTAUTHZ_PATH= --certificate "$GOOD"
        expect "reason without a path" "$(found .reason)" missing-server-variable
        at "$where" ask --certificate "$GOOD" CERTAUTHZ_PATH=/public/x
        expect "reason in another role" "$(found .reason)" inconsistent-server-variables
    done
    lab_stop responder
}

@test "certauthz: 64 requests at a time are all answered, each for itself" {
    at "$SOCKET" parallel 64
    expect "number of whole replies" "$(found 'select(.ended) | .reason' | grep -c '^no-certificate$')" 64
    expect "number of ids" "$(found .id | sort -u | wc -l)" 64
    at "$SOCKET" parallel 64 --certificate "$GOOD"
    expect "number of grants" "$(found .status | grep -c '^200$')" 64
}

@test "certauthz: out of descriptors it approves nothing, says so, and recovers" {
    local limit client
    # A connection that is still being closed has descriptors too.
    idle() {
        [[ $(grep -c " $SOCKET\$" /proc/net/unix) = 1 ]]
    }
    lab_await idle
    limit=0
    while [[ -e /proc/$PID/fd/$limit ]]; do
        limit=$((limit + 1))
    done

    # The kernel keeps a descriptor ready for each thread that waits for a connection, so the
    # first ones are still taken, and have to be dropped; the others wait in the backlog.
    limit_descriptors "$limit"
    "$HERE/fcgi_client.py" "$SOCKET" parallel 6 --certificate "$GOOD" >"$LAB/tmp/starved" 3>&- &
    client=$!
    lab_await grep -q "no connection can be accepted: Too many open files" "$LOG"
    limit_descriptors 1024
    wait "$client"
    answers=$(<"$LAB/tmp/starved")
    expect "number of outcomes" "$(wc -l <<<"$answers")" 6
    expect "outcomes that are neither a whole reply nor none" \
        "$(found 'select(([.reply == "", .ended] != [true, false]) and ([.status, .ended] != [200, true]))')" ""
    expect "whether some got none" "$(found .ended | sort -u | xargs)" "false true"
}

# --- decisions without a web server's opinion ------------------------------------------

@test "certauthz: by itself it finds the fault of each certificate" {
    local certificate reason
    while read -r certificate reason; do
        ask --certificate "$LAB/pki/$certificate.pem"
        expect "outcome of $certificate" "$(found 'if .status == 200 then "granted" else .reason end')" "$reason"
    done <<'TABLE'
good granted
good-rsa granted
via-intermediate granted
no-eku granted
both-eku granted
empty-subject granted
html-name granted
utf8-name granted
long-san granted
expired expired
not-yet-valid not-yet-valid
server-only not-for-client-authentication
untrusted no-path-to-trust-anchor
untrusted-same-name bad-signature
via-expired-intermediate expired
via-not-a-ca issuer-not-a-ca
via-no-certsign-ca issuer-not-a-ca
via-pathlen0 path-too-long
self-signed-client certificate-type-not-allowed
self-signed-expired certificate-type-not-allowed
weak-rsa1024 weak-key
sha1-signed weak-signature
critical-unknown unsupported-critical-extension
server-ca malformed-certificate
TABLE
}

@test "certauthz: what the web server says counts only if it can be true" {
    ask SSL_CLIENT_VERIFY=SUCCESS
    expect "SUCCESS without a certificate" "$(found .reason)" inconsistent-server-variables
    ask --certificate "$GOOD" SSL_CLIENT_VERIFY=NONE
    expect "NONE with a certificate" "$(found .reason)" inconsistent-server-variables
    ask --certificate "$GOOD" SSL_CLIENT_VERIFY=perhaps
    expect "anything else" "$(found .reason)" inconsistent-server-variables
    ask --certificate "$GOOD" "SSL_CLIENT_VERIFY=FAILED:certificate revoked"
    expect "FAILED with a certificate" "$(found .reason)" server-verification-failed
    ask REQUEST_URI=
    expect "no path" "$(found .reason)" missing-server-variable
    ask "HTTP_SSL_CLIENT_CERT=$(<"$GOOD")" HTTP_SSL_CLIENT_VERIFY=SUCCESS
    expect "a client's own headers" "$(found .reason)" no-certificate
}

# --- the log ---------------------------------------------------------------------------

@test "log: each decision is a line of JSON with its fields, under the id that the client is told" {
    local line
    ask --certificate "$GOOD"
    line() { grep -F "\"$1\"" "$LOG"; }
    lab_await line "$(openssl x509 -in "$GOOD" -noout -serial | sed 's/^serial=//' | tr A-F a-f)" >/dev/null
    line=$(grep '"verdict":"granted"' "$LOG" | tail -n 1)
    expect fields "$(jq -r 'del(.remembered) | keys_unsorted | join(" ")' <<<"$line")" \
        "time id verdict reason status method path rule subject issuer serial sha256 generation microseconds"
    expect values "$(jq -r '[.reason, .status, .method, .path, .rule] | join(" ")' <<<"$line")" \
        "granted 200 GET /secret.txt read-only"
    expect_like time "$(jq -r .time <<<"$line")" "20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z"

    ask REQUEST_METHOD=DELETE
    lab_await line "$(found .id)" >/dev/null || fail "the id that the client was told is not in the log"
    line=$(line "$(found .id)")
    expect values "$(jq -r '[.verdict, .reason, .status, .method, .path] | join(" ")' <<<"$line")" \
        "refused method-not-allowed 403 DELETE /secret.txt"
}

@test "log: what a client sends cannot break a line, and no certificate stands in it" {
    local before id
    before=$(wc -l <"$LOG")
    ask --certificate "$GOOD" 'REQUEST_URI=/a"b\c' $'REQUEST_METHOD=GE\nT'
    ask $'REQUEST_URI=/one\n{"verdict":"granted"}\r\x01\x1b[31m\x7f\xff\xfe'
    id=$(found .id)
    lab_await grep -qF "$id" "$LOG"
    expect "further lines" "$(($(wc -l <"$LOG") - before))" 2
    jq -e . "$LOG" >"$LAB/tmp/parsed" || fail "a line is not JSON"
    ! LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f]' "$LOG" || fail "control characters in the log"
    iconv -f UTF-8 -t UTF-8 "$LOG" >/dev/null || fail "the log is not UTF-8"
    ! grep -E 'BEGIN|CERTIFICATE|MII' "$LOG" || fail "a certificate in the log"
    expect "mode" "$(stat -c %a "$LOG")" 640
}

@test "log: level warning has refusals only, level error neither" {
    local level
    for level in warning error; do
        cp -- "$LAB/etc/certauthz.conf" "$LAB/etc/$level.conf"
        change_config 'level = "info"' "level = \"$level\"" "$LAB/etc/$level.conf"
        change_config ../log/decisions.json "../log/$level.json" "$LAB/etc/$level.conf"
        spawn "$level" -c "$LAB/etc/$level.conf" --listen "unix:$LAB/run/$level.sock"
        lab_await lab_listens "$LAB/run/$level.sock"
        at "$LAB/run/$level.sock" ask --certificate "$GOOD"
        at "$LAB/run/$level.sock" ask
        lab_stop "$level"
    done
    expect "verdicts at level warning" "$(jq -r '.verdict // empty' "$LAB/log/warning.json" | xargs)" refused
    expect "verdicts at level error" "$(jq -r '.verdict // empty' "$LAB/log/error.json" | xargs)" ""
}

@test "log: a destination that cannot be opened keeps certauthz from starting" {
    cp -- "$LAB/etc/certauthz.conf" "$LAB/etc/unwritable.conf"
    change_config ../log/decisions.json no-such-folder/log "$LAB/etc/unwritable.conf"
    fails_to_start "$LAB/etc/no-such-folder/log: cannot be opened for the log" \
        -c "$LAB/etc/unwritable.conf" --listen "unix:$LAB/run/unwritable.sock"
    [[ ! -e $LAB/run/unwritable.sock ]] || fail "it made a socket all the same"
}

@test "certauthz: it does not start on a configuration with an error, and says where that is" {
    cp -- "$LAB/etc/certauthz.conf" "$LAB/etc/broken.conf"
    change_config 'threads = 2' 'thread = 2' "$LAB/etc/broken.conf"
    fails_to_start "server.thread: unknown key; server knows: " \
        -c "$LAB/etc/broken.conf" --listen "unix:$LAB/run/broken.sock"
    [[ ! -e $LAB/run/broken.sock ]] || fail "it made a socket all the same"
}

# --- CGI -------------------------------------------------------------------------------

# as_cgi VARIABLE...: the reply, with this environment and no other.
as_cgi() {
    (lab_become env -i GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 REQUEST_METHOD=GET \
        HTTP_ACCEPT=application/problem+json "CERTAUTHZ_CONFIG=${config:-$LAB/etc/certauthz.conf}" \
        "$@" "$LAB/bin/certauthz" </dev/null)
}

@test "CGI: one request is answered from the environment, with a whole reply" {
    local reply
    reply=$(as_cgi REQUEST_URI=/secret.txt "SSL_CLIENT_CERT=$(<"$GOOD")" SSL_CLIENT_VERIFY=SUCCESS | tr -d '\r')
    expect_like reply "$reply" $'Status: 200 OK\n*Variable-REMOTE_USER: CN=good client,OU=production,O=Example\n*'
    reply=$(as_cgi REQUEST_URI=/secret.txt | tr -d '\r')
    expect_like reply "$reply" $'Status: 403 Forbidden\n*\n\n{*"reason":"no-certificate"*}*'
    [[ $reply != *Variable-* ]] || fail "a claim in a refusal"
    grep -qF "\"$(sed -n '/^{/p' <<<"$reply" | jq -r .id)\"" "$LOG" || fail "the refusal is not in the log"
    reply=$(as_cgi REQUEST_URI=/public/file.txt | tr -d '\r')
    expect_like reply "$reply" $'Status: 200 OK\n*Variable-CERTAUTHZ: anonymous\n*'
}

@test "CGI: arguments, which come from the query there, are not looked at" {
    local reply
    reply=$(lab_become env -i GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET REQUEST_URI=/secret.txt \
        "CERTAUTHZ_CONFIG=$LAB/etc/certauthz.conf" "$LAB/bin/certauthz" -c "$LAB/etc/patient.conf" -t </dev/null)
    expect_like reply "$reply" "Status: 403 Forbidden*"
}

@test "CGI: with a broken configuration the reply is a whole 500" {
    local reply
    cp -- "$LAB/etc/certauthz.conf" "$LAB/etc/broken.conf"
    change_config 'threads = 2' 'thread = 2' "$LAB/etc/broken.conf"
    reply=$(config=$LAB/etc/broken.conf as_cgi REQUEST_URI=/secret.txt "SSL_CLIENT_CERT=$(<"$GOOD")" 2>/dev/null) || :
    expect_like reply "$(tr -d '\r' <<<"$reply")" $'Status: 500 Internal Server Error\n*\n\n*'
}

@test "daemon: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
