# The store comes to harm while everybody runs: it is gone, no folder, damaged, of another version,
# or its writer is killed in the middle of its work.

load support
load revocation_pki
load revocation_lab

setup_file() {
    open_revocation_lab
    client sub alice
    client sub bob
    client sub carol
    client sub dave
    ca_revoke sub alice
    ca_crl root "$LAB/lists/root.crl"
    renew sub
    configure "crls = [ \"$LAB/lists\", \"URL/files/sub.crl\" ];"
    "$LAB_BUILD/authorizer/certauthzctl" deny -c "$LAB/etc/certauthz.conf" "$CA/dave.pem" >/dev/null
    # before the others, so that each process begins with what is good
    start_refresher
    lab_await in_store "$WEB/sub.crl"
    start_revocation_lab
}

teardown_file() {
    close_lab
}

setup() {
    CTL=$LAB_BUILD/authorizer/certauthzctl
}

teardown() {
    lab_stop traffic
}

# --- helpers ---------------------------------------------------------------------------

# The last good state: in force wherever it was read before.
is_as_before() {
    gets bob /secret.txt 200 granted lighttpd apache
    gets alice /secret.txt 403 revoked lighttpd apache
    gets dave /secret.txt 403 on-deny-list lighttpd apache
}

# survives MESSAGE COMMAND...: what the command does to the store is told once by the daemon,
# nothing changes but for who starts anew, and when it is undone that is told too.
survives() {
    local message=$1 daemon before
    shift
    daemon=$(lab_pid certauthz)
    is_as_before
    lab_stop refresh
    rm -rf -- "$LAB/kept"
    cp -Rp -- "$LAB/store" "$LAB/kept"
    before=$(told "$message" "$daemon")
    "$@"
    tells() {
        gets bob /secret.txt 200 granted lighttpd
        (($(told "$message" "$daemon") > before))
    }
    lab_await tells || fail "nobody is told: $message" "$(grep -F "[$daemon]" "$LAB/log/decisions" | grep level | tail)"
    sleep 1.1 # the time after which what could not be read is tried again
    is_as_before
    expect "lines of the daemon about it" "$(($(told "$message" "$daemon") - before))" 1
    at cgi bob
    [[ $status = 403 || $status = 500 ]] || fail "who starts anew lets somebody in: $status"
    before=$(told "the revocation store can be read again" "$daemon")
    rm -rf -- "$LAB/store"
    mv -- "$LAB/kept" "$LAB/store"
    is_back() {
        gets bob /secret.txt 200 granted lighttpd
        (($(told "the revocation store can be read again" "$daemon") > before))
    }
    lab_await is_back || fail "nobody is told that it is back"
    gets bob /secret.txt 200 granted cgi
    expect "the daemon" "$(lab_pid certauthz)" "$daemon"
}

put_in_place() {
    chmod 644 "$LAB/tmp/catalogue"
    mv -- "$LAB/tmp/catalogue" "$LAB/store/catalogue"
}

# At once: what is removed file by file is told piece by piece.
no_store() {
    mv -- "$LAB/store" "$LAB/tmp/gone"
    rm -rf -- "$LAB/tmp/gone"
}

# As `rm -r` comes by the deny list before it comes by the rest.
no_list_and_then_no_store() {
    rm -- "$LAB/store/deny"
    gets dave /secret.txt 403 on-deny-list lighttpd
    no_store
}

no_folder() {
    rm -rf -- "$LAB/store"
    echo "this is no folder" >"$LAB/store"
}

damaged() {
    flip "$LAB/store/catalogue" -40 "$LAB/tmp/catalogue"
    put_in_place
}

another_version() {
    sed '1s/ 1$/ 2/' "$LAB/store/catalogue" >"$LAB/tmp/catalogue"
    put_in_place
}

cut_off() {
    head -c 100 "$LAB/store/catalogue" >"$LAB/tmp/catalogue"
    put_in_place
}

# --- the tests -------------------------------------------------------------------------

@test "the store is gone: the last good state is in force, and the log is told once" {
    survives "catalogue: it is not there any more; what it said before stays in force" no_store
}

@test "the store is gone: whom its list denied stays denied, and the log is told once" {
    survives "deny: it is not there any more; the deny list that was read before stays in force" no_store
}

@test "the store is removed, beginning with the deny list" {
    survives "deny: it is not there any more; the deny list that was read before stays in force" \
        no_list_and_then_no_store
}

@test "the store is no folder" {
    survives "catalogue: cannot be opened: Not a directory; what it said before stays in force" no_folder
}

@test "the store is damaged" {
    survives "catalogue: it is damaged: its checksum does not fit; what it said before stays in force" damaged
}

@test "the store is cut off" {
    survives "catalogue: it is damaged: its checksum does not fit; what it said before stays in force" cut_off
}

@test "the store is of another version" {
    survives "catalogue: it has form 2 and this program reads form 1: certauthz and certauthz-refresh have to be of one version; what it said before stays in force" \
        another_version
}

@test "the refresher begins a damaged store anew" {
    damaged
    start_refresher
    lab_await is_told "catalogue: it is damaged" "$(lab_pid refresh)" ||
        fail "nobody is told" "$(grep -F "[$(lab_pid refresh)]" "$LAB/log/decisions" | tail)"
    lab_await in_store "$WEB/sub.crl" || fail "the list does not come back"
    comes_back() {
        at cgi bob
        [[ $status = 200 ]]
    }
    lab_await comes_back || fail "as CGI: $status"
    is_as_before
}

# The larger list revokes carol. The first death comes while the list is being fetched, each other a
# little later after it was asked for.
@test "the refresher is killed again and again in the middle of an import, and no request fails" {
    local i hits line
    ca_revoke sub carol
    big_list sub 10000 "$WEB/large"
    mv -- "$WEB/large" "$WEB/sub.crl"
    start_traffic bob
    web_set /files/sub.crl /slow
    for i in 0 1 2 3; do
        lab_pid refresh >/dev/null || start_refresher
        hits=$(web_hits /files/sub.crl)
        refresh_now
        is_asked() { (($(web_hits /files/sub.crl) > hits)); }
        lab_await is_asked || fail "the list is not asked for"
        sleep "0.$((i * 10 + 10))"
        kill -KILL "$(lab_pid refresh)"
        lab_await lab_gone "$(<"$LAB/pid/refresh")"
        [[ $i != 0 ]] || ! in_store "$WEB/sub.crl" || fail "the first death came too late"
        web_set /files/sub.crl ""
        gets bob /secret.txt 200 granted lighttpd apache cgi
        gets alice /secret.txt 403 revoked lighttpd apache cgi
    done
    start_refresher
    lab_await in_store "$WEB/sub.crl" || fail "the larger list does not come"
    is_refused() {
        at "$1" carol
        [[ $status = 403 ]]
    }
    for i in lighttpd apache cgi; do
        lab_await is_refused "$i" || fail "carol gets in at $i"
    done
    stop_traffic
    nobody_but nobody
}

@test "every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
