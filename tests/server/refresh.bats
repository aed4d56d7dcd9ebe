# certauthz-refresh --once: files, folders and URLs into the store, and what becomes of bad ones.
# The lists are OpenSSL's, and the web server is one that can misbehave.

load support
load revocation_pki

setup_file() {
    refresh_open_lab
    ca_make other
    ca_issue sub alice
    ca_issue sub bob
}

teardown_file() {
    close_lab
}

setup() {
    refresh_begin
    refresh_configure '"../lists/root.crl", "../lists/more", "URL/files/sub.crl"'
    mkdir -p "$LAB/lists/more"
    ca_crl root "$LAB/lists/root.crl"
    ca_crl sub "$WEB/sub.crl"
    ca_crl other "$LAB/lists/other.crl"
}

@test "once: a file, a folder and a URL are brought in without a word" {
    cp -- "$CA/root.pem" "$LAB/lists/more/certificate.pem"
    ca_crl root "$LAB/lists/more/again.crl"
    once
    expect status "$status" 0
    expect output "$output" ""
    holds "$LAB/lists/root.crl"
    holds "$LAB/lists/more/again.crl"
    holds "$WEB/sub.crl"
    once
    expect "status of the second" "$status" 0
    expect "output of the second" "$output" ""
}

@test "once: all lists of a PEM file count, and those that it holds no more go" {
    refresh_configure '"../lists/all.pem"'
    openssl crl -inform DER -in "$LAB/lists/root.crl" -out "$LAB/lists/all.pem"
    openssl crl -inform DER -in "$WEB/sub.crl" >>"$LAB/lists/all.pem"
    once
    expect status "$status" 0
    holds "$LAB/lists/root.crl"
    holds "$WEB/sub.crl"
    openssl crl -inform DER -in "$LAB/lists/root.crl" -out "$LAB/lists/all.pem"
    once
    expect status "$status" 0
    holds "$LAB/lists/root.crl"
    lacks "$WEB/sub.crl"
}

@test "once: lists that change their order in a PEM file are not lost when one is bad" {
    refresh_configure '"../lists/all.pem"'
    openssl crl -inform DER -in "$LAB/lists/root.crl" -out "$LAB/lists/all.pem"
    openssl crl -inform DER -in "$WEB/sub.crl" >>"$LAB/lists/all.pem"
    once
    expect status "$status" 0
    openssl crl -inform DER -in "$WEB/sub.crl" -out "$LAB/lists/all.pem"
    openssl crl -inform DER -in "$LAB/lists/other.crl" >>"$LAB/lists/all.pem"
    once
    expect "status with a bad one" "$status" 1
    holds "$LAB/lists/root.crl"
    holds "$WEB/sub.crl"
    openssl crl -inform DER -in "$WEB/sub.crl" -out "$LAB/lists/all.pem"
    once
    expect "status without it" "$status" 0
    lacks "$LAB/lists/root.crl"
    holds "$WEB/sub.crl"
}

@test "once: a folder that is gone loses no list, and status tells of it" {
    cp -- "$WEB/sub.crl" "$LAB/lists/more/sub.crl"
    refresh_configure '"../lists/more"'
    once
    expect status "$status" 0
    mv -- "$LAB/lists/more" "$LAB/lists/away"
    once
    expect "status while it is gone" "$status" 1
    expect_like output "$output" "*lists/more: cannot be opened: No such file or directory*"
    holds "$WEB/sub.crl"
    run "$LAB_BUILD/authorizer/certauthzctl" status -c "$LAB/etc/refresh.conf"
    expect_like "what status shows" "$output" "certauthz CRITICAL*lists/more: has given no list yet; the last try failed: cannot be opened: No such file or directory*"
    mv -- "$LAB/lists/away" "$LAB/lists/more"
    once
    expect "status when it is back" "$status" 0
    holds "$WEB/sub.crl"
    rm -- "$LAB/lists/more/sub.crl"
    once
    expect "status of an empty folder" "$status" 0
    lacks "$WEB/sub.crl"
}

@test "once: what the configuration names no more goes" {
    once
    holds "$WEB/sub.crl"
    refresh_configure '"../lists/root.crl"'
    once
    expect status "$status" 0
    holds "$LAB/lists/root.crl"
    lacks "$WEB/sub.crl"
}

@test "once: what is there is asked for by its ETag, and then not sent again" {
    once
    expect status "$status" 0
    web_set /files/sub.crl /unasked-304
    once
    expect status "$status" 0
    holds "$WEB/sub.crl"
    rm -rf -- "$LAB/store/lists" "$LAB/store/catalogue"
    once
    expect "status without a list" "$status" 1
    expect output "$output" \
        "certauthz-refresh: $URL/files/sub.crl: the server answered 304 Not Modified to a request without a condition"
}

@test "once: a newer list takes the place of an older one, and never the reverse" {
    cp -- "$WEB/sub.crl" "$LAB/old.crl"
    once
    holds "$LAB/old.crl"
    ca_revoke sub bob
    ca_crl sub "$WEB/sub.crl"
    once
    expect status "$status" 0
    holds "$WEB/sub.crl"
    lacks "$LAB/old.crl"
    cp -- "$WEB/sub.crl" "$LAB/new.crl"
    cp -- "$LAB/old.crl" "$WEB/sub.crl"
    once
    expect "status with the older one" "$status" 1
    expect_like output "$output" "certauthz-refresh: $URL/files/sub.crl: its * than that of the list in the store, which stays"
    holds "$LAB/new.crl"
    lacks "$LAB/old.crl"
}

@test "once: one source may be behind another" {
    refresh_configure '"../lists/more"'
    mv -- "$LAB/lists/root.crl" "$LAB/lists/more/b.crl"
    ca_crl root "$LAB/lists/more/a.crl"
    once
    expect output "$output" ""
    expect status "$status" 0
    holds "$LAB/lists/more/a.crl"
    lacks "$LAB/lists/more/b.crl"
    # alone it has fallen behind what the store has
    rm -- "$LAB/lists/more/a.crl"
    once
    expect "status alone" "$status" 1
    expect_like output "$output" "certauthz-refresh: */b.crl: its * than that of the list in the store, which stays"
}

@test "once: another CA's list from a server puts no end to ours, nor brings an older one back" {
    cp -- "$WEB/sub.crl" "$LAB/old.crl"
    ca_revoke sub alice
    ca_crl sub "$WEB/sub.crl"
    cp -- "$WEB/sub.crl" "$LAB/new.crl"
    refresh_configure '"URL/files/sub.crl"'
    once
    holds "$LAB/new.crl"
    cp -- "$LAB/lists/root.crl" "$WEB/sub.crl"
    once
    expect status "$status" 0
    expect output "$output" "certauthz-refresh: $URL/files/sub.crl: what comes from there now is another list (of CN=root) than before (of CN=sub), which stays until it ends"
    holds "$LAB/lists/root.crl"
    holds "$LAB/new.crl"
    cp -- "$LAB/old.crl" "$WEB/sub.crl"
    once
    expect "status with the older one" "$status" 1
    expect_like output "$output" "certauthz-refresh: $URL/files/sub.crl: its * than that of the list in the store, which stays"
    holds "$LAB/new.crl"
    lacks "$LAB/old.crl"
}

@test "once: an older list does not come back by a detour over another configuration" {
    cp -- "$WEB/sub.crl" "$LAB/old.crl"
    ca_crl sub "$WEB/sub.crl"
    cp -- "$WEB/sub.crl" "$LAB/new.crl"
    once
    holds "$LAB/new.crl"
    refresh_configure '"../lists/root.crl"'
    once
    lacks "$LAB/new.crl"
    cp -- "$LAB/old.crl" "$WEB/sub.crl"
    refresh_configure '"URL/files/sub.crl"'
    once
    expect status "$status" 1
    expect_like output "$output" "certauthz-refresh: $URL/files/sub.crl: its * than that of a list that was in the store before; see certauthz-refresh(8)"
    lacks "$LAB/old.crl"
    cp -- "$LAB/new.crl" "$WEB/sub.crl"
    once
    expect "status with the newer one" "$status" 0
    holds "$LAB/new.crl"
    # as the manual says where a CA has begun anew
    rm -- "$LAB/store/newest" "$LAB/store/catalogue"
    cp -- "$LAB/old.crl" "$WEB/sub.crl"
    once
    expect "status of a CA that began anew" "$status" 0
    holds "$LAB/old.crl"
}

@test "once: a list that has expired is taken, since freshness is judged when it is asked" {
    ca_crl sub "$WEB/sub.crl" -crl_lastupdate 20250101000000Z -crl_nextupdate 20250201000000Z
    once
    expect status "$status" 0
    holds "$WEB/sub.crl"
}

# refuses WHAT MESSAGE: a bad list in place of a good one, which stays.
refuses() {
    web_set /files/sub.crl ""
    cp -- "$WEB/sub.crl" "$LAB/good.crl"
    once
    expect "status before" "$status" 0
    cp -- "$1" "$WEB/bad.crl"
    web_set /files/sub.crl /files/bad.crl
    once
    expect status "$status" 1
    expect_like output "$output" "certauthz-refresh: $URL/files/sub.crl: $2"
    holds "$LAB/good.crl"
    holds "$LAB/lists/root.crl"
}

@test "once: a flipped bit in the signature" {
    flip "$WEB/sub.crl" -1 "$LAB/bad"
    refuses "$LAB/bad" "*signature*"
}

@test "once: another authority's list" {
    refuses "$LAB/lists/other.crl" "*CN=other*"
}

@test "once: garbage, and a list that is cut off" {
    head -c 1000 /dev/urandom >"$LAB/bad"
    refuses "$LAB/bad" "it holds no CRL, neither in DER nor in PEM"
    head -c 100 "$WEB/sub.crl" >"$LAB/bad"
    refuses "$LAB/bad" "*malformed*"
}

@test "once: servers that fail are told of, each, and what is good is taken all the same" {
    refresh_configure '"URL/status/503", "URL/closed", "URL/early", "URL/loop", "URL/bytes/2000000",
        "URL/lie-long/2000000", "../lists/none.crl", "URL/files/sub.crl"'
    once
    expect status "$status" 1
    expect "lines" "$(wc -l <<<"$output")" 7
    local line
    for line in "$URL/status/503: the server answered 503 Service Unavailable" "$URL/closed: *" \
        "$URL/early: *" "$URL/loop (redirected to $URL/loop/5): more than 5 redirects" "$URL/bytes/2000000: the server sent more than 1 MiB" \
        "$URL/lie-long/2000000: *" "$LAB/etc/../lists/none.crl: cannot be opened: No such file or directory"; do
        expect_like output "|${output//$'\n'/|}|" "*|certauthz-refresh: $line|*"
    done
    holds "$WEB/sub.crl"
}

@test "once: only the hosts that are allowed are asked" {
    local before
    before=$(web_hits /files/sub.crl)
    refresh_configure '"URL/files/sub.crl"' 'hosts = [ "crl.example" ];'
    once
    expect status "$status" 1
    expect_like output "$output" "certauthz-refresh: $URL/files/sub.crl: *revocation.hosts*"
    expect hits "$(web_hits /files/sub.crl)" "$before"
}

@test "once: whoever calls it by hand is told of each failure, and not only of the first" {
    local i
    refresh_configure '"URL/status/503"'
    for i in 1 2 3; do
        once
        expect "status of call $i" "$status" 1
        expect "output of call $i" "$output" \
            "certauthz-refresh: $URL/status/503: the server answered 503 Service Unavailable"
    done
}

@test "once: a store that belongs to somebody else, and a folder that cannot be made" {
    [[ $EUID -eq 0 ]] || skip "only root can give folders to others"
    mkdir "$LAB/theirs"
    refresh_configure ''
    sed -i 's|store = "../store"|store = "../theirs/store"|' "$LAB/etc/refresh.conf"
    once
    expect status "$status" 1
    expect output "$output" "certauthz-refresh: $LAB/etc/../theirs/store: the folder cannot be made: \
Permission denied; make the store's folder as root, and give it to the user of certauthz-refresh"
    mkdir -p "$LAB/theirs/store"/{lists,ocsp}
    once
    expect "status where it is there" "$status" 1
    expect output "$output" "certauthz-refresh: $LAB/etc/../theirs/store/lock: cannot be opened: \
Permission denied; call this as the user whose folder it is"
    rm -r -- "$LAB/theirs"
}

@test "once: only one writes the store, and the other says who" {
    once
    exec 8>>"$LAB/store/lock"
    flock 8
    once
    exec 8>&-
    expect status "$status" 1
    expect_like output "$output" "certauthz-refresh: $LAB/*/store/lock: another certauthz-refresh holds it*"
}

@test "once: a disk that is full leaves the last good state" {
    once
    expect status "$status" 0
    cp -- "$WEB/sub.crl" "$LAB/good.crl"
    big_list sub 10000 "$WEB/sub.crl"
    status=0
    output=$(lab_become prlimit --fsize=100000 "$LAB/bin/certauthz-refresh" -c "$LAB/etc/refresh.conf" --once 2>&1) ||
        status=$?
    expect status "$status" 1
    expect_like output "$output" "*File too large*"
    holds "$LAB/good.crl"
    once
    expect "status with room" "$status" 0
    holds "$WEB/sub.crl"
}

@test "once: what is damaged in the store is told of, and made good" {
    local list
    once
    list=$(echo "$LAB"/etc/../store/lists/*)
    list=${list%% *}
    printf 'x' | dd of="$list" bs=1 seek=200 conv=notrunc status=none
    once
    expect status "$status" 0
    expect output "$output" "certauthz-refresh: $list: it is damaged: the checksum of its header \
does not fit; the list is left out and asked for again"
    echo damaged >"$LAB/store/catalogue"
    once
    expect "status without a catalogue" "$status" 0
    expect output "$output" \
        "certauthz-refresh: $LAB/etc/../store/catalogue: it is no catalogue of certauthz; the store is begun anew"
    holds "$LAB/lists/root.crl"
    holds "$WEB/sub.crl"
}

@test "once: killed at any moment, it leaves a good store" {
    local i pid
    once
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
        big_list sub 10000 "$WEB/sub.crl"
        (lab_become "$LAB/bin/certauthz-refresh" -c "$LAB/etc/refresh.conf" --once >/dev/null 2>&1 3>&-) &
        pid=$!
        sleep "0.0$((i * 7))"
        kill -KILL "$pid" 2>/dev/null || :
        wait "$pid" || :
        [[ -s $LAB/store/catalogue ]] || fail "the catalogue is gone"
    done
    once
    expect status "$status" 0
    holds "$LAB/lists/root.crl"
    holds "$WEB/sub.crl"
}

@test "options: what cannot be done is said" {
    refresh --once --query
    expect status "$status" 2
    expect_like output "$output" "certauthz-refresh: only one of --once, --query and -t is wanted*"
    refresh --socket-mode 999
    expect status "$status" 2
    expect_like output "$output" "certauthz-refresh: --socket-mode 999: an octal number up to 0777 is wanted"
    refresh somewhere
    expect status "$status" 2
    expect_like output "$output" "certauthz-refresh: unexpected argument: somewhere*"
    refresh --nothing
    expect status "$status" 2
    refresh -V
    expect status "$status" 0
    expect_like output "$output" "certauthz-refresh * (GnuTLS *)"$'\n'"libcurl *http,https*"
    refresh -t
    expect status "$status" 0
    expect_like output "$output" "$LAB/etc/refresh.conf: good: *"
    sed -i '/^revocation/d' "$LAB/etc/refresh.conf"
    refresh --once
    expect status "$status" 1
    expect_like output "$output" "certauthz-refresh: $LAB/etc/refresh.conf: has no group \`revocation\`*"
}

@test "refresh: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
