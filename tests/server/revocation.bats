# Certificates that are revoked or denied, and lists that expire, while traffic flows through
# lighttpd with a daemon, Apache with several processes of mod_fcgid, and CGI.

load support
load revocation_pki
load revocation_lab

setup_file() {
    open_revocation_lab
    client sub alice
    client sub bob
    client sub carol
    ca_crl root "$LAB/lists/root.crl"
    renew sub
    configure "crls = [ \"$LAB/lists\", \"URL/files/sub.crl\" ];" \
        "policies: { unchecked: { revocation: { mode = \"none\"; }; $RULES }; };"
    start_revocation_lab unchecked
    start_refresher
    lab_await in_store "$WEB/sub.crl"
}

teardown_file() {
    close_lab
}

setup() {
    CTL=$LAB_BUILD/authorizer/certauthzctl
    CONFIG=$LAB/etc/certauthz.conf
}

teardown() {
    lab_stop traffic
}

# --- helpers ---------------------------------------------------------------------------

deny() {
    "$CTL" "$1" -c "$CONFIG" "$CA/$2.pem" >/dev/null
}

# --- the tests -------------------------------------------------------------------------

@test "deny: in force in every process while traffic flows, and undeny ends it" {
    start_traffic alice bob
    local line
    line=$(by_process | wc -l)
    deny deny alice
    comes_to alice on-deny-list
    comes_to bob granted
    is_final alice "$line"
    deny undeny alice
    comes_to alice granted
    stop_traffic
    nobody_but alice
}

@test "deny: it holds in the mode \"none\" too" {
    start_traffic "alice?policy=unchecked" bob
    local line
    line=$(by_process | wc -l)
    deny deny alice
    comes_to alice on-deny-list
    stop_traffic
    is_final alice "$line"
    nobody_but alice
    deny undeny alice
}

# Without the group the store is the one of the build, of which a file system of its own is made
# here, for certauthz and certauthzctl alone.
@test "deny: it holds without the group \"revocation\" too" {
    unshare -m true 2>/dev/null || skip "needs the right to mount file systems"
    local store folder daemon
    sed '/^revocation: { store/,$d' "$CONFIG" >"$LAB/etc/plain.conf"
    change_config "control = \"$LAB/run/control\"" 'control = "off"' "$LAB/etc/plain.conf"
    store=$("$CTL" list -c "$LAB/etc/plain.conf" --json | jq -r .store)
    folder=$store
    until [[ -d $folder ]]; do
        folder=$(dirname -- "$folder")
    done
    lab_spawn plain unshare -m sh -c "mount -t tmpfs none '$folder' && mkdir -p '$store' && chmod 755 '$folder' &&
        exec '$LAB/bin/certauthz' -c '$LAB/etc/plain.conf' --listen 'unix:$LAB/run/plain.sock'"
    lab_await lab_listens_or_gone plain
    daemon=$(lab_pid plain)
    plain() {
        "$HERE/fcgi_client.py" "$LAB/run/plain.sock" ask --certificate "$CA/$1.pem" |
            jq -r 'if .status == 200 then "granted" else .reason end'
    }
    becomes() { [[ $(plain "$1") = "$2" ]]; }
    expect alice "$(plain alice)" granted
    nsenter --mount="/proc/$daemon/ns/mnt" "$CTL" deny -c "$LAB/etc/plain.conf" "$CA/alice.pem" >/dev/null
    lab_await becomes alice on-deny-list || fail "alice is not denied"
    expect bob "$(plain bob)" granted
    nsenter --mount="/proc/$daemon/ns/mnt" "$CTL" undeny -c "$LAB/etc/plain.conf" "$CA/alice.pem" >/dev/null
    lab_await becomes alice granted || fail "alice is still denied"
    lab_stop plain
    [[ ! -e $store || ! -e $store/deny ]] || fail "the machine's own store was touched"
}

# The clock of the decision and the list's own end are compared, and nobody's watch: whoever reads
# the list in time has to find it stale in the second of its nextUpdate.
@test "a list that expires is stale in that second, in every process" {
    local seconds end=0 line
    start_traffic alice bob
    for seconds in 6 12 24 48; do
        end=$(($(date +%s) + seconds))
        renew sub -crl_nextupdate "$(date -u -d "@$end" +%Y%m%d%H%M%SZ)"
        refresh_now
        lab_await in_store "$WEB/sub.crl" || fail "the list was not taken"
        line=$(line_of_log)
        (($(date +%s) > end - 3)) || break
    done
    comes_to alice revocation-stale
    comes_to bob revocation-stale
    stop_traffic
    nobody_but alice bob
    tail -n "+$((line + 1))" "$LAB/log/decisions" | grep -o '{.*"verdict".*' |
        jq -r 'select(.subject) | "\(.time) \(.reason)"' >"$LAB/tmp/times"
    expect "decisions before the end that say otherwise" "$(awk -v "end=$(date -u -d "@$end" +%FT%T)" \
        'substr($1, 1, 19) < end && $2 != "granted"' "$LAB/tmp/times")" ""
    expect "decisions from the end on that say otherwise" "$(awk -v "end=$(date -u -d "@$end" +%FT%T)" \
        'substr($1, 1, 19) >= end && $2 != "revocation-stale"' "$LAB/tmp/times")" ""
    grep -q granted "$LAB/tmp/times" || fail "nobody asked before the end"
    renew sub
    refresh_now
    lab_await in_store "$WEB/sub.crl"
}

@test "a revoked certificate is refused with the list's next fetch, everywhere, and nobody else" {
    start_traffic alice bob
    local line
    line=$(by_process | wc -l)
    ca_revoke sub alice
    renew sub
    refresh_now
    comes_to alice revoked
    comes_to bob granted
    stop_traffic
    is_final alice "$line"
    nobody_but alice
}

@test "a CA on a list in a folder that is watched: all below it is refused" {
    start_traffic bob carol
    local line
    line=$(by_process | wc -l)
    ca_revoke root sub cACompromise
    ca_crl root "$LAB/lists/root.crl"
    comes_to bob revoked
    comes_to carol revoked
    stop_traffic
    is_final bob "$line"
    nobody_but bob carol
}

@test "every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
