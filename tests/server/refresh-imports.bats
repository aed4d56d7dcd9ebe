# Imports of certauthz-refresh, each in a child process: what goes on meanwhile, and what becomes of
# one that is stopped in the middle of its work and then killed, abandoned, or left behind.

load support
load revocation_pki

setup_file() {
    refresh_open_lab
    ca_issue sub alice "crlDistributionPoints = URI:$URL/files/sub.crl"
}

teardown_file() {
    close_lab
}

setup() {
    refresh_begin
    refresh_configure '"../lists"' 'check = "end-certificate";'
    ca_crl root "$LAB/lists/root.crl"
    ca_crl sub "$WEB/sub.crl"
    cp -- "$LAB/lists/root.crl" "$LAB/good.crl"
    lab_spawn refresh lab_become "$LAB/bin/certauthz-refresh" -c "$LAB/etc/refresh.conf"
    lab_await lab_listens "$(realpath "$LAB/store")/refresh.socket" || fail "$(<"$LAB/log/refresh.log")"
    lab_await is_told_by_status good || fail "the first list was not taken"
}

teardown() {
    lab_stop refresh
}

# --- helpers ---------------------------------------------------------------------------

# The child that imports a large list, stopped in the middle of that.
stop_an_import() {
    big_list root 20000 "$LAB/lists/root.crl"
    child=$("$HERE/catch_child.py" "$(lab_pid refresh)" "$LAB_PATIENCE") || fail "no import was seen"
}

query() {
    answer=$({
        printf 'certauthz-query 1 wait - %d\n' "$(stat -c %s "$CA/$1.pem")"
        cat -- "$CA/$1.pem"
    } | lab_become "$LAB/bin/certauthz-refresh" -c "$LAB/etc/refresh.conf" --query)
}

is_told_by_status() {
    "$LAB_BUILD/authorizer/certauthzctl" status -c "$LAB/etc/refresh.conf" >"$LAB/tmp/status" 2>&1 || :
    grep -qF -- "$1" "$LAB/tmp/status"
}

# Field 41 of /proc/PID/stat; 5 is SCHED_IDLE.
policy_of() {
    local stat
    read -r stat <"/proc/$1/stat"
    awk '{ print $39 }' <<<"${stat##*) }"
}

# --- what goes on meanwhile ------------------------------------------------------------

@test "imports: questions are answered while a list is imported" {
    query alice
    expect "answer before" "$answer" "done"
    holds "$WEB/sub.crl"
    stop_an_import
    expect "its scheduling policy" "$(policy_of "$child")" 5
    query alice
    expect "answer meanwhile" "$answer" "done"
    lab_alive "$child" || fail "the import is over already"
    lacks "$LAB/lists/root.crl"
    holds "$LAB/good.crl"
    kill -CONT "$child"
    lab_await in_store "$LAB/lists/root.crl" || fail "the import does not go on"
}

@test "imports: one that is killed leaves the last good state, status says why, and it is tried again" {
    stop_an_import
    kill -KILL "$child"
    lab_await is_told_by_status "its import ended by signal 9 (Killed)" || fail "$(<"$LAB/tmp/status")"
    grep -qF "root.crl: its import ended by signal 9 (Killed)" "$LAB/log/refresh.log" || fail "the log does not"
    lab_await in_store "$LAB/lists/root.crl" || fail "it is not tried again"
    lab_await is_told_by_status good
    [[ ! -e $LAB/store/lists/new ]] || fail "something is left half done"
}

# --- what puts an end to it ------------------------------------------------------------

@test "imports: a configuration that is loaded again begins them anew" {
    : >"$LAB/log/refresh.log"
    stop_an_import
    kill -HUP "$(lab_pid refresh)"
    lab_await lab_gone "$child" || fail "the child goes on"
    lab_await in_store "$LAB/lists/root.crl" || fail "the list is not taken"
    ! grep -F "its import ended" "$LAB/log/refresh.log" || fail "that is told as a failure"
}

@test "imports: a file that goes while it is imported leaves nothing" {
    stop_an_import
    mv -- "$LAB/lists/root.crl" "$LAB/gone.crl"
    is_out() { ! is_told_by_status root.crl; }
    lab_await is_out || fail "$(<"$LAB/tmp/status")"
    kill -CONT "$child"
    lab_await lab_gone "$child"
    is_empty() { [[ -z $(ls "$LAB/store/lists") ]]; }
    lab_await is_empty || fail "$(ls "$LAB/store/lists")"
    is_out || fail "it has come back"
}

@test "imports: who is told to end does not wait for them" {
    stop_an_import
    lab_stop refresh
    lab_gone "$child" || fail "the child is still there"
    holds "$LAB/good.crl"
    [[ ! -e $LAB/store/lists/new ]] || fail "something is left half done"
    once
    expect status "$status" 0
    holds "$LAB/lists/root.crl"
}

@test "imports: none outlives a refresher that is killed, and another takes its place" {
    local pid
    stop_an_import
    pid=$(lab_pid refresh)
    kill -KILL "$pid"
    once
    expect status "$status" 0
    expect output "$output" ""
    lab_gone "$child" || fail "the child is still there"
    holds "$LAB/lists/root.crl"
}

@test "imports: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
