# The log of a running certauthz: destinations that are not there, fill up, move or go away. No
# web server takes part; fcgi_client.py speaks for it.

load support

setup_file() {
    open_lab
    cp -- "$LAB/etc/certauthz.conf" "$LAB/etc/plain.conf"
}

teardown_file() {
    close_lab
}

setup() {
    GOOD=$LAB/pki/good.pem
}

# --- helpers ---------------------------------------------------------------------------

# configure DESTINATION [REQUIRED]: writes certauthz.conf.
configure() {
    cp -- "$LAB/etc/plain.conf" "$LAB/etc/certauthz.conf"
    change_config 'destination = "stderr"' "destination = \"$1\""
    change_config 'required = false' "required = ${2:-false}"
}

# start DESTINATION [REQUIRED]: certauthz, with an empty log of what it says itself.
start() {
    rm -f "$LAB/log/certauthz.log"
    configure "$@"
    lab_start certauthz
}

ask() {
    answers=$("$HERE/fcgi_client.py" "$LAB/run/certauthz.sock" ask "$@")
}

# answer STATUS: what a request with a good certificate gets.
answer() {
    ask --certificate "$GOOD"
    expect "status" "$(jq -r .status <<<"$answers")" "$1"
}

# refuses_for_the_log: 500, with this reason and without a claim.
refuses_for_the_log() {
    answer 500
    expect "reason" "$(jq -r .reason <<<"$answers")" log-unavailable
    [[ $answers != *CERT_SUBJECT* && $answers != *REMOTE_USER* ]] || fail "a claim in a refusal"
}

# fails_to_start TEXT: exit status 1, a message with this text, and no socket.
fails_to_start() {
    local status=0 message
    message=$(cd / && lab_become timeout "$LAB_PATIENCE" "$LAB/bin/certauthz" \
        -c "$LAB/etc/certauthz.conf" --listen "unix:$LAB/run/failing.sock" 2>&1) || status=$?
    expect "exit status" "$status" 1
    expect_like message "$message" "*$1*"
    [[ ! -e $LAB/run/failing.sock ]] || fail "it made a socket all the same"
}

# log_daemon FILE: a socket at $LAB/run/log.sock, whose datagrams go into the file.
log_daemon() {
    lab_spawn log-daemon "$HERE/log_daemon.py" "$LAB/run/log.sock" "$1"
    lab_await test -S "$LAB/run/log.sock"
}

# as_cgi VARIABLE...: the reply, with this environment and no other.
as_cgi() {
    (lab_become env -i GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET REQUEST_URI=/secret.txt \
        "SSL_CLIENT_CERT=$(<"$GOOD")" SSL_CLIENT_VERIFY=SUCCESS \
        "CERTAUTHZ_CONFIG=$LAB/etc/certauthz.conf" "$LAB/bin/certauthz" </dev/null)
}

# --- the start -------------------------------------------------------------------------

@test "log: a destination that cannot be written keeps certauthz from starting" {
    configure no-such-folder/log
    fails_to_start "no-such-folder/log: cannot be opened for the log: No such file or directory; *"
    configure "syslog:$LAB/run/no-such.sock"
    fails_to_start "no-such.sock: cannot be connected to for the log: No such file or directory; see whether a syslog daemon runs, or choose another log.destination"
    configure "journal:$LAB/run/no-such.sock"
    fails_to_start "see whether systemd-journald runs, or choose another log.destination"
    configure stderr
    local status=0
    (lab_become timeout "$LAB_PATIENCE" "$LAB/bin/certauthz" -c "$LAB/etc/certauthz.conf" \
        --listen "unix:$LAB/run/failing.sock" 2</dev/null) || status=$?
    expect "exit status with a standard error for reading" "$status" 1
}

@test "log: as CGI the reply is a whole 500 then" {
    configure no-such-folder/log
    expect_like reply "$(as_cgi 2>/dev/null | tr -d '\r')" $'Status: 500 Internal Server Error\n*\n\n*'
}

# --- files -----------------------------------------------------------------------------

@test "log: a file that was moved away is followed by a new one" {
    local end=$((SECONDS + LAB_PATIENCE)) log=$LAB/log/moved.json
    start "$log"
    answer 200
    lab_await grep -q '"granted"' "$log"
    mv -- "$log" "$log.1"
    until [[ -e $log ]]; do
        ((SECONDS < end)) || fail "no new file was made"
        answer 200
    done
    answer 200
    lab_await grep -q '"granted"' "$log"
    jq -e . "$log" "$log.1" >/dev/null || fail "a line is not JSON"
    lab_stop certauthz
}

@test "log: SIGUSR1 makes a new file at once, and ends nothing" {
    local log=$LAB/log/rotated.json pid
    start "$log"
    answer 200
    lab_await grep -q '"granted"' "$log"
    pid=$(<"$LAB/pid/certauthz")
    mv -- "$log" "$log.1"
    kill -USR1 "$pid"
    lab_await test -e "$log" # no request has come that could have had it made
    answer 200
    lab_await grep -q '"granted"' "$log"
    expect "the process" "$(<"$LAB/pid/certauthz")" "$pid"
    lab_alive "$pid" || fail "it has left"
    lab_stop certauthz
}

@test "log: on a full disk decisions go on, and the loss is told" {
    start /dev/full
    answer 200
    ask
    expect "reason" "$(jq -r .reason <<<"$answers")" no-certificate
    expect "what standard error says" "$(<"$LAB/log/certauthz.log")" \
        "certauthz: /dev/full: a line of the log was lost: No space left on device; how many follow is told there when it can be written again"
    lab_stop certauthz
}

@test "log: on a full disk nothing is granted where the log is required" {
    start /dev/full true
    refuses_for_the_log
    ask REQUEST_URI=/public/file.txt
    expect "reason of what anybody may see" "$(jq -r .reason <<<"$answers")" log-unavailable
    lab_stop certauthz
}

@test "log: as CGI it is the same" {
    configure /dev/full
    expect_like reply "$(as_cgi 2>/dev/null)" "Status: 200 OK*REMOTE_USER*"
    configure /dev/full true
    expect_like reply "$(as_cgi 2>/dev/null)" "Status: 500 Internal Server Error*log-unavailable*"
}

@test "log: as CGI, a standard error that nobody reads costs no reply" {
    local gone
    configure stderr
    exec {gone}> >(:)
    wait "$!"
    expect_like reply "$(as_cgi 2>&"$gone")" "Status: 200 OK*REMOTE_USER*"
    configure stderr true
    expect_like reply "$(as_cgi 2>&"$gone")" "Status: 500 Internal Server Error*log-unavailable*"
    exec {gone}>&-
}

# --- daemons ---------------------------------------------------------------------------

@test "log: syslog gets a line for each decision, and lost ones are told when it is back" {
    local got=$LAB/log/syslog
    log_daemon "$got"
    start "syslog:$LAB/run/log.sock"
    answer 200
    lab_await grep -qE '^<86>[A-Z][a-z]{2} [ 123][0-9] [0-9:]{8} certauthz\[[0-9]+\]: \{"time".*"granted"' "$got"
    ask
    lab_await grep -qE '^<85>.*"no-certificate"' "$got"
    lab_stop log-daemon
    answer 200
    answer 200
    lab_await grep -q "a line of the log was lost" "$LAB/log/certauthz.log"
    log_daemon "$got"
    answer 200
    lab_await grep -qE '^<83>.*"message":"2 lines of the log were lost: (No such file or directory|Connection refused)"' "$got"
    lab_stop certauthz
    lab_stop log-daemon
}

@test "log: where it is required, nothing is granted while the daemon is away" {
    local got=$LAB/log/journal
    log_daemon "$got"
    start "journal:$LAB/run/log.sock" true
    answer 200
    # the line is there before the reply, so it needs no waiting for
    lab_await grep -qa '^MESSAGE=granted GET /' "$got"
    lab_stop log-daemon
    refuses_for_the_log
    refuses_for_the_log
    log_daemon "$got"
    answer 200
    lab_await grep -qa '^MESSAGE=2 lines of the log were lost: ' "$got"
    lab_stop certauthz
    lab_stop log-daemon
}

@test "log: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
