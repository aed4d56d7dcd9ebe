# Certificates of which the store tells nothing, in the mode "online": who asks certauthz-refresh,
# who waits for it, and that nobody else does. The refresher here learns nothing, so that every
# question is decided by revocation.on in the end.

load support

# None of these is in any store; each names a responder, since the configuration does.
FIRST_SEEN=(good-renewed good-rsa html-name both-eku many-names long-san hostile-name name-permitted)

setup_file() {
    open_lab
    mkdir "$LAB/run/store"
    [[ $EUID -ne 0 ]] || chown "$LAB_USER:$LAB_GROUP" "$LAB/run/store"
    write_config
    lab_start certauthz
}

teardown_file() {
    close_lab
}

setup() {
    SOCKET=$LAB/run/certauthz.sock
    CONFIG=$LAB/etc/certauthz.conf
    CTL=$LAB_BUILD/authorizer/certauthzctl
    ASKING=()
    lab_pid certauthz >/dev/null || lab_start certauthz
}

teardown() {
    lab_stop refresher
    rm -f "$LAB/bin/certauthz-refresh"
}

# --- helpers ---------------------------------------------------------------------------

# The time that requests wait is longer than any test: none of them counts on it.
write_config() {
    cat >"$LAB/etc/certauthz.conf" <<'CONF'
trust: { anchors = [ "anchors.pem" ]; intermediates = [ "intermediates.pem" ]; };
certificates: { strength = "low"; };
server: { threads = 2; request_deadline = 600; control = "../run/control"; };
log: { level = "info"; destination = "../log/decisions.json"; };
revocation: {
    mode = "online";
    store = "../run/store";
    time_budget = 60;
    ocsp: { responders = [ "http://127.0.0.1:1/" ]; };
};
rules = ( { path = "/"; certificate = "required"; } );
policies: { known: {
    revocation: { mode = "none"; };
    rules = ( { path = "/"; certificate = "required"; } );
}; };
CONF
}

# start_refresher MODE: see refresher.py. Its output tells what it was asked.
start_refresher() {
    : >"$LAB/log/refresher.log"
    lab_spawn refresher lab_become "$HERE/refresher.py" "$LAB/run/store/refresh.socket" "$1"
    lab_await grep -q listens "$LAB/log/refresher.log"
}

release() {
    kill -USR1 "$(lab_pid refresher)"
}

asked() {
    grep -c '^asked$' "$LAB/log/refresher.log" || :
}

asked_are() {
    [[ $(asked) -ge $1 ]]
}

# ask NAME [NAME=VALUE...]: one request; its reason, "granted" where it was let in.
ask() {
    local name=$1
    shift
    LAB_PATIENCE=100 "$HERE/fcgi_client.py" "$SOCKET" ask --certificate "$LAB/pki/$name.pem" "$@" |
        jq -r 'if .status == 200 then "granted" else .reason end'
}

# ask_later NAME: in the background; what came of it is in $LAB/tmp/NAME.
ask_later() {
    rm -f "$LAB/tmp/$1"
    { ask "$1" >"$LAB/tmp/$1.new" && mv -- "$LAB/tmp/$1.new" "$LAB/tmp/$1"; } 3>&- &
    ASKING+=($!)
}

await_answers() {
    wait "${ASKING[@]}"
}

status() {
    "$CTL" status -c "$CONFIG" --json | jq -r "select(.pid) | $1"
}

told() {
    grep -cF -- "$1" "$LAB/log/decisions.json" || :
}

# --- the tests -------------------------------------------------------------------------

@test "eight first-seen certificates wait for a refresher that hangs, and others are served" {
    start_refresher hang
    local name i
    for name in "${FIRST_SEEN[@]}"; do
        ask_later "$name"
    done
    lab_await asked_are 8
    for i in {1..20}; do
        expect "request $i of a known certificate" "$(ask good CERTAUTHZ_POLICY=known)" granted
    done
    for name in "${FIRST_SEEN[@]}"; do
        [[ ! -e $LAB/tmp/$name ]] || fail "$name did not wait: $(<"$LAB/tmp/$name")"
    done
    release
    await_answers
    for name in "${FIRST_SEEN[@]}"; do
        expect "$name in the end" "$(<"$LAB/tmp/$name")" revocation-unknown
    done
    expect "questions" "$(asked)" 8
}

@test "what was asked in vain a moment ago is not asked again" {
    start_refresher answer
    expect "reason" "$(ask good)" revocation-unknown
    expect "and again" "$(ask good)" revocation-unknown
    expect "questions" "$(asked)" 1
}

@test "without a refresher the store decides at once, and the log is told so once" {
    local name
    lab_stop certauthz
    : >"$LAB/log/decisions.json"
    lab_start certauthz
    rm -f "$LAB/run/store/refresh.socket"
    for name in good good-rsa both-eku; do
        expect "reason" "$(ask "$name")" revocation-unknown
    done
    expect "lines about it" "$(told 'certauthz-refresh does not run: start it')" 1
    start_refresher answer
    ask long-san
    expect "lines about its return" "$(told 'certauthz-refresh runs again')" 1
}

@test "certauthzctl status --json tells of the store and of the refresher" {
    lab_stop certauthz
    lab_start certauthz
    expect "refresher" "$(status .refresher)" "not asked"
    start_refresher answer
    ask good
    expect "refresher" "$(status .refresher)" answers
    expect "queries" "$(status '[.queries, .queries_timed_out, .queries_failed] | join(" ")')" "1 0 0"
    expect "store" "$(status .store)" "$LAB/run/store"
    expect "its revision and lists" "$(status '[.store_revision, .store_lists] | join(" ")')" "0 0"
    expect "mode" "$(status .revocation)" "revocation as each policy says"
    expect "problem" "$(status .store_problem)" null
}

@test "requests that wait when it is ended are answered" {
    start_refresher hang
    ask_later good-rsa
    lab_await asked_are 1
    kill -TERM "$(lab_pid certauthz)"
    release
    await_answers
    expect "reason" "$(<"$LAB/tmp/good-rsa")" revocation-unknown
    lab_await lab_gone "$(<"$LAB/pid/certauthz")"
    lab_stop certauthz
}

# run_cgi NAME: one request as CGI; prints the reason.
run_cgi() {
    env -i PATH="$PATH" CERTAUTHZ_CONFIG="$CONFIG" GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET \
        REQUEST_URI=/secret.txt HTTP_ACCEPT=application/problem+json HTTP_PROXY=http://evil.example \
        SSL_CLIENT_CERT="$(<"$LAB/pki/$1.pem")" "$LAB/bin/certauthz" </dev/null |
        sed '1,/^\r$/d' | jq -r .reason
}

# program TEXT: what is started in place of certauthz-refresh.
program() {
    printf '#!/bin/sh\n%s\n' "$1" >"$LAB/bin/certauthz-refresh"
    chmod 755 "$LAB/bin/certauthz-refresh"
}

@test "as CGI, certauthz-refresh --query is started where none runs" {
    program "echo \"\$@\" >$LAB/tmp/arguments; env >$LAB/tmp/environment; head -n 1 >$LAB/tmp/question; echo done"
    expect "reason" "$(run_cgi good)" revocation-unknown
    expect "arguments" "$(<"$LAB/tmp/arguments")" "--query -c $CONFIG"
    expect_like "question" "$(<"$LAB/tmp/question")" "certauthz-query 1 wait - +([0-9])"
    expect "what the client set" "$(grep -c HTTP_ "$LAB/tmp/environment" || :)" 0
}

@test "as CGI, a refresher that runs is asked instead" {
    program "touch $LAB/tmp/started; echo done"
    start_refresher answer
    expect "reason" "$(run_cgi good)" revocation-unknown
    expect "questions" "$(asked)" 1
    [[ ! -e $LAB/tmp/started ]] || fail "the program was started all the same"
}

@test "as CGI, a program that hangs is ended with its time" {
    change_config 'time_budget = 60' 'time_budget = 1'
    program "echo \$\$ >$LAB/tmp/pid; exec sleep 1000"
    expect "reason" "$(run_cgi good)" revocation-unknown
    lab_gone "$(<"$LAB/tmp/pid")" || fail "it is still there"
    write_config
}

@test "everything ended well" {
    everything_ended_well
}
