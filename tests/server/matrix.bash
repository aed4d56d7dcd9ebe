# shellcheck shell=bash
# The tests of one front door: see matrix.bats.in, of which `run` makes a file for each of doors/,
# and matrix.py, which makes the requests. Each test of a fault mends it, and then everything has
# to be as before.

# shellcheck source=tests/server/support.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/support.bash"
# shellcheck source=tests/server/downstream.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/downstream.bash"
# shellcheck source=tests/server/probing.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/probing.bash"

open_door() {
    open_lab
    lab_add_applications
    lab_add_big_file
    # Posted to are the applications; and a stuck decision does not take long.
    change_config '{ path = "/optional/"' \
        '{ path = "/app/"; certificate = "required"; }, { path = "/backend/"; certificate = "required"; },
    { path = "/optional/"'
    change_config 'request_deadline = 10' 'request_deadline = 3'
    change_config 'read_timeout = 5' 'read_timeout = 3'
    export LAB_AUTHORIZER_TIMEOUT=4
    # mod_fcgid starts a program that ended too often only after some time, unless told otherwise;
    # and a connection is kept as long as a busy machine needs for the next request.
    export LAB_LIGHTTPD_EXTRA="server.max-keep-alive-idle := 60"
    export LAB_APACHE_EXTRA="KeepAliveTimeout 60
<IfModule mod_fcgid.c>
    FcgidSpawnScoreUpLimit 100000
    FcgidErrorScanInterval 1
    FcgidZombieScanInterval 1
</IfModule>"
    at_door "$1"
    door_start
}

# at_door DOOR: its functions, and its words to the environment.
at_door() {
    local word
    DOOR_PROGRAM=$LAB/bin/certauthz
    DOOR_GIVES_UP=soon
    # shellcheck disable=SC2034 # by its name, below
    DOOR_REASONS=(no-certificate no-path-to-trust-anchor)
    # shellcheck source=/dev/null
    source "$HERE/doors/$1.bash"
    for word in DOOR_TLS DOOR_DOWNSTREAMS DOOR_REASONS; do
        declare -n words=$word
        export "MATRIX_${word#DOOR_}=${words[*]}"
    done
    export MATRIX_DENIAL=$DOOR_DENIAL MATRIX_WITHOUT=$DOOR_WITHOUT MATRIX_GIVES_UP=$DOOR_GIVES_UP
}

# all_well PHASE: see matrix.py.
all_well() {
    rm -f "$LAB/tmp/$1"
    "$HERE/matrix.py" "$1" >"$LAB/tmp/$1" 2>&1 || fail "cells of this door that are not as they should be:" \
        "$(grep -v '^ok ' "$LAB/tmp/$1")"
}

# By certauthzctl probe.
probed() {
    probe_as_good
    probe /secret.txt
    expect "holes" "$(tries hole)" "${DOOR_HOLES-}"
    expect "untried" "$(tries untried)" ""
    (($(jq '.tries | length' <<<"$report") > 100)) || fail "hardly anything was tried:" "$complaints"
}

# Where the door takes longer to give up than a test should, the asking ends before.
nothing_leaves() {
    [[ $DOOR_GIVES_UP = soon ]] || local -x LAB_PATIENCE=4
    all_well unanswered
}

serves_again() {
    "$HERE/matrix.py" serves >/dev/null
}

# --- faults ----------------------------------------------------------------------------

# What certauthz was started as, and what was started since in its place.
door_processes() {
    door_pids
    lab_processes | awk -v program="$DOOR_PROGRAM" '$3 == program { print $1 }'
}

kill_all() {
    local pid
    for pid in "$@"; do
        kill -KILL "$pid" 2>/dev/null || :
    done
}

kill_and_await() {
    local pid
    kill_all "$@"
    for pid in "$@"; do
        lab_await lab_gone "$pid"
    done
}

# put_in_place FILE|none: as certauthz's program; renamed, since the old one may run.
put_in_place() {
    local program=$DOOR_PROGRAM
    [[ -e $LAB/tmp/program ]] || cp -p -- "$program" "$LAB/tmp/program"
    rm -f -- "$program"
    [[ $1 = none ]] || { cp -p -- "$1" "$program.new" && mv -- "$program.new" "$program"; }
}

# put_fault hang|crash
put_fault() {
    echo "$1" >"$LAB/etc/fault"
    put_in_place "$HERE/faulty_authorizer.py"
}

# After every test: what it broke.
mend() {
    local pids
    [[ -e $LAB/tmp/program ]] || return 0
    put_in_place "$LAB/tmp/program"
    mapfile -t pids < <(door_processes)
    kill_and_await "${pids[@]}"
    door_revive
    lab_await serves_again || fail "it does not recover"
    rm "$LAB/tmp/program"
}

is_stopped() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    [[ ${stat##*) } == [TtZX]* ]]
}

# nobody_decides STOP|KILL: until none is left that runs; a web server may just start another.
nobody_decides() {
    local pid again=true
    while $again; do
        again=false
        for pid in $(door_pids); do
            ! is_stopped "$pid" || [[ $1 != STOP ]] || continue
            again=true
            kill "-$1" "$pid" 2>/dev/null || :
        done
        sleep 0.1
    done
}

certauthz_is_down() {
    put_in_place none
    nobody_decides KILL
    nothing_leaves
}

certauthz_crashes() {
    put_fault crash
    nobody_decides KILL
    door_revive
    nothing_leaves
}

# The requests at hand end by the server's time limit, where that is short; then certauthz is
# killed with the rest of them at hand.
certauthz_hangs() {
    local pids asker
    put_fault hang
    nobody_decides STOP
    (nothing_leaves) >"$LAB/tmp/hanging" 2>&1 3>&- &
    asker=$!
    [[ $DOOR_GIVES_UP = late ]] || lab_await grep -qs . "$LAB/tmp/unanswered" ||
        fail "no request ended by the time limit"
    while lab_alive "$asker"; do
        sleep 0.5
        mapfile -t pids < <(door_processes)
        kill_all "${pids[@]}"
    done
    wait "$asker" || fail "$(<"$LAB/tmp/hanging")"
}
