# Loading the configuration again without a restart: by signal, by certauthzctl, and by itself
# when a file changes; and that no request notices.

load support

setup_file() {
    open_lab
    mkdir "$LAB/etc/anchors" "$LAB/etc/first" "$LAB/etc/second"
    cp -- "$LAB/pki/root-ca.pem" "$LAB/etc/anchors/"
    echo 'rules = ( { path = "/"; certificate = "required"; name = "included"; } );' >"$LAB/etc/first/rules.conf"
    cp -- "$LAB/etc/first/rules.conf" "$LAB/etc/second/"
    ln -s first "$LAB/etc/current"
    write_config plain
    lab_start certauthz
}

teardown_file() {
    close_lab
}

setup() {
    SOCKET=$LAB/run/certauthz.sock
    GOOD=$LAB/pki/good.pem
    CTL=$LAB_BUILD/authorizer/certauthzctl
    PID=$(lab_pid certauthz) || fail "certauthz does not run"
    [[ $BATS_TEST_NUMBER = 1 ]] || restore
}

# --- helpers ---------------------------------------------------------------------------

# config NAME [LINE...]: a configuration whose one rule has this name.
config() {
    cat <<CONF
trust: { anchors = [ "anchors" ]; };
server: { threads = 2; control = "../run/control"; };
log: { level = "info"; };
rules = ( { path = "/"; certificate = "required"; name = "$1"; } );
CONF
    shift
    printf '%s\n' "$@"
}

# write_config NAME [LINE...]: into place at once, by rename.
write_config() {
    config "$@" >"$LAB/etc/new.conf"
    mv -- "$LAB/etc/new.conf" "$LAB/etc/certauthz.conf"
}

# with_include NAME: the rules from another file.
with_include() {
    config x | sed '/^rules/d' >"$LAB/etc/new.conf"
    echo "@include \"$1\"" >>"$LAB/etc/new.conf"
    mv -- "$LAB/etc/new.conf" "$LAB/etc/certauthz.conf"
}

# The state in which each test begins.
restore() {
    write_config plain
    "$CTL" reload -c "$LAB/etc/certauthz.conf" >/dev/null
    expect "rule at the beginning" "$(rule)" plain
}

# outcome CERTIFICATE: the rule that let it in, or the reason why not.
outcome() {
    "$HERE/fcgi_client.py" "$SOCKET" ask --certificate "$1" |
        jq -r 'if .status == 200 then .reply | capture("CERTAUTHZ_RULE: (?<rule>[^\r]*)").rule else .reason end'
}

rule() {
    outcome "$GOOD"
}

rule_is() {
    [[ $(rule) = "$1" ]]
}

outcome_is() {
    [[ $(outcome "$1") = "$2" ]]
}

# by_itself RULE: it comes into force without our doing.
by_itself() {
    lab_await rule_is "$1" || fail "the rule in force is $(rule), not $1"
}

status() {
    "$CTL" status -c "$LAB/etc/certauthz.conf" --json | jq -r "select(.pid) | $1"
}

generation() {
    status .generation
}

status_is() {
    [[ $(status "$1") = "$2" ]]
}

messages() {
    grep '"level"' "$LAB/log/certauthz.log" | jq -r '"\(.level): \(.message)"'
}

says() {
    messages | grep -qF -- "$1"
}

# --- what makes it reload --------------------------------------------------------------

@test "start: the log says that revocation is not checked, and what to write" {
    says "warning: $LAB/etc/certauthz.conf: revocation is not checked; add a group to the file, such as revocation: { crls = [ \"FILE-OR-URL\" ]; }; or, to leave it at that, revocation: { mode = \"none\"; };" ||
        fail "the log does not say so:" "$(messages)"
}

@test "reload: SIGHUP brings a new rule into force, and the log says so" {
    local before
    before=$(generation)
    write_config by-signal
    kill -HUP "$PID"
    by_itself by-signal
    says "info: loaded again (SIGHUP): $LAB/etc/certauthz.conf: good: 1 anchors, 0 intermediates, 0 pinned, 0 clients, 1 rules; revocation not checked; this is generation $((before + 1))" ||
        fail "the log does not say so:" "$(messages)"
    expect "process" "$(lab_pid certauthz)" "$PID"
    expect "generation in the last decision's line" \
        "$(grep '"verdict"' "$LAB/log/certauthz.log" | tail -n 1 | jq .generation)" $((before + 1))
}

@test "reload: certauthzctl reload returns when the new rule is in force" {
    local before said
    before=$(generation)
    write_config by-command
    said=$("$CTL" reload -c "$LAB/etc/certauthz.conf")
    expect rule "$(rule)" by-command
    expect "what it said" "$said" \
        "process $PID: generation $((before + 1)): 1 anchors, 0 intermediates, 0 pinned, 0 clients, 1 rules"
    expect generation "$(generation)" $((before + 1))
}

@test "reload: a configuration that is edited in place is loaded by itself" {
    config edited >"$LAB/etc/certauthz.conf"
    by_itself edited
    says "loaded again (a file changed)"
}

@test "reload: one that is renamed over the old one is loaded by itself" {
    write_config renamed
    by_itself renamed
}

@test "reload: changes of an included file and of its folder's link are loaded by themselves" {
    with_include current/rules.conf
    by_itself included
    sed -i 's/included/changed/' "$LAB/etc/first/rules.conf"
    by_itself changed
    sed -i 's/included/switched/' "$LAB/etc/second/rules.conf"
    ln -sn second "$LAB/etc/next"
    mv -T -- "$LAB/etc/next" "$LAB/etc/current"
    by_itself switched
}

# Kubernetes makes the new contents in a folder and switches a link to it, to which the files
# are links themselves.
@test "reload: a volume of Kubernetes that is replaced is loaded by itself" {
    local volume=$LAB/etc/volume
    mkdir -p "$volume/..one"
    echo 'rules = ( { path = "/"; certificate = "required"; name = "one"; } );' >"$volume/..one/rules.conf"
    ln -s ..one "$volume/..data"
    ln -s ..data/rules.conf "$volume/rules.conf"
    with_include volume/rules.conf
    by_itself one
    mkdir "$volume/..two"
    sed 's/one/two/' "$volume/..one/rules.conf" >"$volume/..two/rules.conf"
    ln -s ..two "$volume/..data_tmp"
    mv -T -- "$volume/..data_tmp" "$volume/..data"
    rm -r "$volume/..one"
    by_itself two
}

@test "reload: anchors that are added, replaced and removed count by themselves" {
    local other=$LAB/pki/good-rsa.pem
    expect "before" "$(outcome "$other")" no-path-to-trust-anchor
    cp -- "$LAB/pki/rsa-root-ca.pem" "$LAB/etc/anchors/"
    lab_await outcome_is "$other" plain || fail "the new anchor does not count"
    rm "$LAB/etc/anchors/root-ca.pem"
    lab_await outcome_is "$GOOD" no-path-to-trust-anchor || fail "a removed anchor still counts"
    cp -- "$LAB/pki/root-ca.pem" "$LAB/etc/anchors/rsa-root-ca.pem"
    lab_await outcome_is "$GOOD" plain || fail "a replaced anchor does not count"
    expect "after" "$(outcome "$other")" no-path-to-trust-anchor
    mv -- "$LAB/etc/anchors/rsa-root-ca.pem" "$LAB/etc/anchors/root-ca.pem"
    lab_await status_is .ok true
}

@test "reload: neighbours of the files, and files that are only touched by readers, change nothing" {
    local before
    before=$(generation)
    echo text >"$LAB/etc/neighbour"
    cat "$LAB/etc/certauthz.conf" "$LAB/etc/anchors/"* >/dev/null
    # A later change is seen; what came before it was nothing.
    write_config later
    by_itself later
    expect generation "$(generation)" $((before + 1))
}

@test "reload: by itself when a signer of OCSP responses changes" {
    cp -- "$LAB/pki/root-ca.pem" "$LAB/etc/signer.pem"
    write_config signers 'revocation: { mode = "none"; ocsp: { signers = [ "signer.pem" ]; }; };'
    by_itself signers
    local before
    before=$(generation)
    cp -- "$LAB/pki/intermediate-ca.pem" "$LAB/etc/new.pem"
    mv -- "$LAB/etc/new.pem" "$LAB/etc/signer.pem"
    lab_await status_is .generation "$((before + 1))" || fail "generation $(generation) stays in force"
    echo garbage >"$LAB/etc/signer.pem"
    lab_await says "$LAB/etc/certauthz.conf:5: revocation.ocsp.signers: $LAB/etc/signer.pem: holds no certificate (PEM or DER is wanted)" ||
        fail "the log does not say so:" "$(messages)"
}

# --- what is bad -----------------------------------------------------------------------

@test "reload: a bad configuration changes nothing, is told, and its correction is loaded by itself" {
    local before status=0 said
    before=$(generation)
    write_config bad "rulez = ( );"
    lab_await status_is .ok false || fail "it was not noticed"
    expect rule "$(rule)" plain
    expect generation "$(generation)" "$before"
    expect_like error "$(status .error)" "$LAB/etc/certauthz.conf:5: rulez: unknown group; there are *"
    expect_like "time of the failure" "$(status .failed)" "20*Z"
    says "error: not loaded again (a file changed): $LAB/etc/certauthz.conf:5: rulez: unknown group; there are" ||
        fail "the log does not say so:" "$(messages)"
    said=$("$CTL" status -c "$LAB/etc/certauthz.conf") || status=$?
    expect "exit status of status" "$status" 1
    expect_like "what it says" "$said" "*process $PID: the last reload failed, 20*Z: $LAB/etc/certauthz.conf:5: rulez: *"
    status=0
    said=$("$CTL" reload -c "$LAB/etc/certauthz.conf") || status=$?
    expect "exit status of reload" "$status" 1
    expect_like "what it says" "$said" \
        "process $PID: not reloaded, generation $before stays in force: $LAB/etc/certauthz.conf:5: rulez: *"
    write_config corrected
    by_itself corrected
    expect "whether the last was good" "$(status .ok)" true
    "$CTL" status -c "$LAB/etc/certauthz.conf" >/dev/null
}

@test "reload: a file that cannot be understood at all does not hide the status" {
    local status=0
    config x | sed 's/^trust/@trust/' >"$LAB/etc/certauthz.conf"
    lab_await status_is .ok false
    expect rule "$(rule)" plain
    "$CTL" status --control "$LAB/run/control" >/dev/null || status=$?
    expect "exit status with --control" "$status" 1
    write_config corrected
    by_itself corrected
}

@test "reload: an anchor that is broken, and a configuration that is removed, change nothing until they are mended" {
    echo "no certificate" >"$LAB/etc/anchors/root-ca.pem"
    lab_await status_is .ok false
    expect rule "$(rule)" plain
    expect_like error "$(status .error)" "*/anchors/root-ca.pem: holds no certificate*"
    cp -- "$LAB/pki/root-ca.pem" "$LAB/etc/anchors/"
    lab_await status_is .ok true || fail "its correction was not loaded"
    rm "$LAB/etc/certauthz.conf"
    failing() { ! "$CTL" status --control "$LAB/run/control" >/dev/null; }
    lab_await failing
    expect rule "$(rule)" plain
    write_config back
    by_itself back
}

@test "reload: what counts from the next start on is told" {
    write_config plain
    sed -i 's/threads = 2/threads = 5/' "$LAB/etc/certauthz.conf"
    "$CTL" reload -c "$LAB/etc/certauthz.conf" >/dev/null
    says "warning: server.threads: takes effect at the next start"
    expect "threads that serve" "$(grep -c . < <(ls "/proc/$PID/task"))" 4
}

@test "reload: the log's level changes at once" {
    local before
    sed -i 's/level = "info"/level = "warning"/' "$LAB/etc/certauthz.conf"
    "$CTL" reload -c "$LAB/etc/certauthz.conf" >/dev/null
    before=$(grep -c '"granted"' "$LAB/log/certauthz.log") || :
    rule >/dev/null
    outcome "$LAB/pki/expired.pem" >/dev/null
    last_is_expired() { [[ $(tail -n 1 "$LAB/log/certauthz.log" | jq -r .reason) = expired ]]; }
    lab_await last_is_expired
    expect "grants in the log" "$(grep -c '"granted"' "$LAB/log/certauthz.log")" "$before"
}

# --- the control socket ----------------------------------------------------------------

@test "control: status tells what a monitor wants to know" {
    local before said
    before=$(status '"\(.granted) \(.refused)"')
    rule >/dev/null
    outcome "$LAB/pki/expired.pem" >/dev/null
    expect "requests" "$(status '"\(.granted) \(.refused)"')" "$((${before% *} + 1)) $((${before#* } + 1))"
    expect members "$(status 'del(.failed, .error) | keys_unsorted | join(" ")')" \
        "ok pid version started file generation loaded anchors intermediates pinned clients rules policies granted refused log_lost revocation store store_revision store_lists refresher queries queries_timed_out queries_failed"
    said=$("$CTL" status -c "$LAB/etc/certauthz.conf")
    expect_like "for people" "$said" \
        "certauthz OK: revocation is not checked; 1 process"$'\n'"process $PID: certauthz * since 20*Z: generation * of $LAB/etc/certauthz.conf, loaded 20*Z: 1 anchors, 0 intermediates, 0 pinned, 0 clients, 1 rules; * granted, * refused, 0 lines of the log lost*"
}

@test "control: the folder and the socket are for their user alone" {
    expect "folder" "$(stat -c '%a %U' "$LAB/run/control")" "700 $LAB_USER"
    expect "socket" "$(stat -c '%a %U' "$LAB/run/control/$PID.sock")" "600 $LAB_USER"
}

# explain OPTION...: the decision on a request of good.pem, as `certauthzctl explain` has it.
explain() {
    "$CTL" explain -c "$LAB/etc/certauthz.conf" --cert "$GOOD" --uri /x --json "$@" |
        jq -r '"\(.decision.reason) \(.rule.name)"'
}

@test "control: whoever may not ask is told so in the line for a monitor" {
    [[ $EUID -eq 0 ]] || skip "only root can become somebody else"
    local said
    chmod 755 "$LAB/run/control"
    said=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$LAB/bin/certauthzctl" status \
        --control "$LAB/run/control" -c "$LAB/etc/certauthz.conf" 2>/dev/null) || :
    chmod 700 "$LAB/run/control"
    expect "first line" "${said%%$'\n'*}" "certauthz CRITICAL: 1 of 1 processes do not answer: \
process $PID: $LAB/run/control/$PID.sock: Permission denied; \
call this as the user of certauthz, or as root"
}

@test "control: explain --running asks what is in force, not what lies on the disk" {
    local status=0 said
    expect "running" "$(explain --running)" "granted plain"
    echo nonsense >>"$LAB/etc/certauthz.conf"
    "$CTL" explain -c "$LAB/etc/certauthz.conf" --uri /x >/dev/null 2>&1 && fail "a broken file was explained"
    expect "running, with a broken file" \
        "$(explain --running --control "$LAB/run/control")" "granted plain"
    said=$("$CTL" explain --running --control "$LAB/run/control" --cert "$LAB/pki/expired.pem" \
        --uri /x --color never) || status=$?
    expect "exit status" "$status" 1
    expect_like "for people" "$said" "*expired*"
    status=0
    said=$("$CTL" explain --running --control "$LAB/run" --uri /x 2>&1) || status=$?
    expect "exit status where nothing runs" "$status" 2
    expect "message" "$said" \
        "certauthzctl: no process of certauthz answers; without --running the configuration on the disk is asked"
}

@test "control: several processes of one configuration are all asked" {
    local said second
    rm -f "$LAB/log/second.log"
    lab_spawn second lab_become "$LAB/bin/certauthz" -c "$LAB/etc/certauthz.conf" --listen "unix:$LAB/run/second.sock"
    second=$!
    lab_await lab_listens "$LAB/run/second.sock"
    two_answer() { [[ $("$CTL" status -c "$LAB/etc/certauthz.conf" | grep -c "^process ") = 2 ]]; }
    lab_await two_answer
    said=$("$CTL" reload -c "$LAB/etc/certauthz.conf")
    expect_like "what it said" "$said" "process *: generation *"$'\n'"process *: generation *"
    kill -KILL "$second"
    lab_await lab_gone "$second"
    [[ -S $LAB/run/control/$second.sock ]] || fail "there is no stale socket to be passed over"
    said=$("$CTL" reload -c "$LAB/etc/certauthz.conf")
    expect_like "what it said afterwards" "$said" "process $PID: generation *"
    lab_spawn second lab_become "$LAB/bin/certauthz" -c "$LAB/etc/certauthz.conf" --listen "unix:$LAB/run/second.sock"
    lab_await two_answer
    [[ ! -e $LAB/run/control/$second.sock ]] || fail "the stale socket is still there"
    second=$(lab_pid second)
    lab_stop second
    [[ ! -e $LAB/run/control/$second.sock ]] || fail "a process left its socket behind"
}

@test "control: a peer that hangs keeps neither reloads nor others from going on" {
    local hang
    "$HERE/fcgi_client.py" "$LAB/run/control/$PID.sock" hold 3 < <(sleep 60) >"$LAB/tmp/hanging" 3>&- &
    hang=$!
    lab_await grep -q held "$LAB/tmp/hanging"
    write_config beside
    kill -HUP "$PID"
    by_itself beside
    expect "whether status answers" "$(status .ok)" true
    kill "$hang"
    wait "$hang" || :
}

@test "control: without server.control both commands say what to do" {
    local status=0 said
    echo 'rules = ( { path = "/"; certificate = "none"; } );' >"$LAB/etc/uncontrolled.conf"
    for command in reload status; do
        status=0
        said=$("$CTL" "$command" -c "$LAB/etc/uncontrolled.conf" 2>&1 >/dev/null) || status=$?
        expect "exit status of $command" "$status" 2
        expect "what $command says" "$said" "certauthzctl: $LAB/etc/uncontrolled.conf: server.control is off: set it to a folder and start certauthz again, or send SIGHUP to its processes to have them reload"
    done
    mkdir "$LAB/etc/nobody"
    status=0
    said=$("$CTL" status --control "$LAB/etc/nobody" 2>&1 >/dev/null) || status=$?
    expect "exit status where nobody answers" "$status" 2
    expect "what it says" "$said" "certauthzctl: $LAB/etc/nobody: no process of certauthz answers there"
}

# --- other ways to be started ----------------------------------------------------------

@test "reload: a process with an inherited socket reloads by itself too" {
    local spawned
    lab_spawn inherited lab_become "$HERE/listen_on_stdin.py" "$LAB/run/inherited.sock" \
        "$LAB/bin/certauthz" -c "$LAB/etc/certauthz.conf"
    spawned=$!
    SOCKET=$LAB/run/inherited.sock
    lab_await rule_is plain 2>/dev/null
    write_config inherited
    by_itself inherited
    kill -HUP "$spawned"
    said_so() { grep -qF "loaded again (SIGHUP)" "$LAB/log/inherited.log"; }
    lab_await said_so
    kill -TERM "$spawned"
    lab_await lab_gone "$spawned"
}

@test "reload: what mod_fcgid started is asked and reloads" {
    local pid
    lab_start apache
    sed -i 's/"plain"/"behind-apache"/' "$LAB/etc/certauthz.conf"
    "$CTL" reload -c "$LAB/etc/certauthz.conf" >"$LAB/tmp/reloaded"
    (($(wc -l <"$LAB/tmp/reloaded") >= 2)) || fail "only these were asked:" "$(<"$LAB/tmp/reloaded")"
    lab_request good /secret.txt
    expect status "$reply_status" 200
    rule_in_log() { grep '"verdict"' "$LAB/log/apache-error.log" | tail -n 1 | grep -qF '"rule":"behind-apache"'; }
    lab_await rule_in_log
    lab_stop apache
}

# --- under load ------------------------------------------------------------------------

# A sanitizer keeps what was freed for a while; little of it, so that memory tells something.
@test "reload: 1,000 reloads under load fail no request, come into force at once, and take no memory" {
    local found pid
    config @RULE@ >"$LAB/etc/load.conf.in"
    config start | sed 's/level = "info"/level = "error"/' >"$LAB/etc/load.conf"
    sed -i 's/level = "info"/level = "error"/' "$LAB/etc/load.conf.in"
    ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64 \
        lab_spawn load lab_become "$LAB/bin/certauthz" -c "$LAB/etc/load.conf" --listen "unix:$LAB/run/load.sock"
    lab_await lab_listens "$LAB/run/load.sock"
    pid=$(lab_pid load)
    lab_await test -S "$LAB/run/control/$pid.sock"
    found=$("$HERE/reload_under_load.py" "$LAB/run/load.sock" "$LAB/run/control/$pid.sock" "$pid" \
        "$LAB/etc/load.conf.in" 1000 "$GOOD")
    echo "# $found" >&3
    expect "requests that failed" "$(jq -c .failed <<<"$found")" "[]"
    expect "reloads that failed" "$(jq -c .bad_reloads <<<"$found")" "[]"
    expect "reloads that came into force late" "$(jq .late <<<"$found")" 0
    (($(jq .requests <<<"$found") > 2000)) || fail "there was no load: $found"
    (($(jq .generation <<<"$found") >= 1001)) || fail "these were no 1,000 reloads: $found"
    expect "whether memory after 1,000 is less than a fifth above that after 200" \
        "$(jq '.late_pages < .early_pages * 1.2' <<<"$found")" true
    lab_stop load
}

@test "reload: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
