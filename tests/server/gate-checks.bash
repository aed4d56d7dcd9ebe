# shellcheck shell=bash disable=SC2154
# What the gate does the same way on every server: tests of gate-apache.bats and gate-lighttpd.bats,
# which protect /admin/ alone. On top of support.bash, downstream.bash and gate.bash.

export SECRET_PATH=/admin/secret.txt

# fill_admin: programs, and what must not leave even so.
fill_admin() {
    lab_add_applications
    mv "$LAB/site/app" "$LAB/site/admin/app"
    lab_add_big_file
    mv "$LAB/site/big.bin" "$LAB/site/admin/big.bin"
    mkdir "$LAB/site/admin/index" "$LAB/site/admin/.git" "$LAB/outside"
    printf '0123456789' >"$LAB/site/admin/digits.txt"
    echo "an index" >"$LAB/site/admin/index/index.html"
    echo "$SECRET" | tee "$LAB/outside/secret.txt" "$LAB/site/admin/.hidden" >"$LAB/site/admin/.git/config"
    ln -s "$LAB/outside/secret.txt" "$LAB/site/admin/absolute.txt"
    ln -s ../../outside/secret.txt "$LAB/site/admin/outside.txt"
    ln -s ../../outside "$LAB/site/admin/way-out"
    ln -s digits.txt "$LAB/site/admin/link.txt"
    cat >"$LAB/site/admin/app/state.cgi" <<'SH'
#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
pwd
grep SigIgn /proc/self/status
ls /proc/$$/fd | tr '\n' ' '
printf '%s arguments\n' $#
SH
    chmod 755 "$LAB/site/admin/app/state.cgi"
}

# header NAME: of the last reply.
header() {
    sed -n "s/^$1: //Ip" <<<"$reply_headers"
}

# asked PATH STATUS [CURL-OPTION...]: with a good certificate.
asked() {
    local path=$1 status=$2
    shift 2
    lab_request good "$path" "$@"
    expect "status of $path $*" "$reply_status" "$status"
}

# variable NAME: of those that echo.cgi and echo.php were given.
variable() {
    jq -r ".variables.$1" <<<"$reply_body"
}

nothing_leaves_by() {
    local path
    for path in "$@"; do
        lab_request good "$path" --path-as-is
        [[ $reply_status == 4* ]] || fail "$path: status $reply_status"
        no_secret_in "$reply_body"
    done
}

check_whole_file() {
    asked /admin/digits.txt 200
    expect type "$(header Content-Type)" "text/plain; charset=utf-8"
    expect length "$(header Content-Length)" 10
    expect body "$reply_body" 0123456789
    expect ranges "$(header Accept-Ranges)" bytes
    expect caches "$(header Cache-Control)" "private, no-cache"
    expect_like "entity-tag" "$(header ETag)" '"*"'
    expect "date of the file" "$(date -d "$(header Last-Modified)" +%s)" \
        "$(stat -c %Y "$LAB/site/admin/digits.txt")"
    asked /admin/digits.txt 200 --head
    expect "length for HEAD" "$(header Content-Length)" 10
    asked /admin/link.txt 200
    expect "body by a link inside" "$reply_body" 0123456789
    lab_curl --cert "$LAB/pki/good.pem" --key "$LAB/pki/good.key" "$(lab_url /admin/big.bin)" |
        cmp - "$LAB/site/admin/big.bin"
}

check_parts() {
    asked /admin/digits.txt 206 -r 2-4
    expect part "$reply_body" 234
    expect range "$(header Content-Range)" "bytes 2-4/10"
    expect length "$(header Content-Length)" 3
    asked /admin/digits.txt 206 -r -2
    expect "last bytes" "$reply_body" 89
    asked /admin/digits.txt 416 -r 10-
    asked /admin/digits.txt 200 -H "Range: digits=1-2"
    expect "body for another unit" "$reply_body" 0123456789
}

check_multipart() {
    asked /admin/digits.txt 206 -r 0-1,8-9
    expect_like "type of several parts" "$(header Content-Type)" "multipart/byteranges; boundary=*"
    expect_like "two parts" "$reply_body" \
        "--*Content-Range: bytes 0-1/10*01*Content-Range: bytes 8-9/10*89*--*--*"
    expect "length of several parts" "$(header Content-Length)" "$(wc -c <"$LAB/tmp/body")"
    asked /admin/digits.txt 416 -r 10-
    expect "range that there is" "$(header Content-Range)" "bytes */10"
}

check_conditions() {
    local tag modified
    asked /admin/digits.txt 200
    tag=$(header ETag) modified=$(header Last-Modified)
    asked /admin/digits.txt 304 -H "If-None-Match: $tag"
    expect "body of what is known" "$reply_body" ""
    asked /admin/digits.txt 304 -H "If-Modified-Since: $modified"
    asked /admin/digits.txt 200 -H 'If-None-Match: "other"'
    asked /admin/digits.txt 206 -r 1-2 -H "If-Range: $tag"
    asked /admin/digits.txt 200 -r 1-2 -H 'If-Range: "other"'
    printf '0123456789' >"$LAB/site/admin/new"
    mv "$LAB/site/admin/new" "$LAB/site/admin/digits.txt"
    # lighttpd looks at a file once a second
    lab_await is_other_than "$tag" || fail "the new file has the old one's entity-tag"
}

is_other_than() {
    lab_request good /admin/digits.txt -H "If-None-Match: $1"
    [[ $reply_status = 200 ]]
}

check_methods() {
    local method
    for method in POST PUT DELETE PATCH PROPFIND; do
        asked /admin/secret.txt 405 -X "$method" -d ""
        expect "methods allowed" "$(header Allow)" "GET, HEAD"
        no_secret_in "$reply_body"
        lab_request none /admin/secret.txt -X "$method" -d ""
        expect "$method without a certificate" "$reply_status" 403
    done
    for method in OPTIONS TRACE FOO; do
        lab_request none /admin/secret.txt -X "$method"
        [[ $reply_status != 2* ]] || no_secret_in "$reply_body"
        no_secret_in "$reply_body"
    done
}

check_folders() {
    asked /admin/index/ 200
    expect index "$reply_body" "an index"
    asked /admin/index 301
    expect_like "place of the folder" "$(header Location)" "*/admin/index/"
    lab_request good /admin/app/
    [[ $reply_status == 40[34] ]] || fail "a folder without an index: $reply_status"
    [[ $reply_body != *echo* ]] || fail "the folder is listed"
}

check_hidden() {
    nothing_leaves_by /admin/.hidden /admin/.git/config /admin/absolute.txt /admin/outside.txt \
        /admin/way-out/secret.txt /admin/way-out/ /admin/.htaccess /admin/secret.txt/more
}

# check_program cgi|php PATH: with claims, and the variables of a program that the server started.
check_program() {
    local by=$1 path=$2
    asked "$path/a%20b?c=d" 200 -H "Cert-Subject: CN=forged" -H "Remote-User: forged" \
        -H "Redirect-Status: 200" -H "Certauthz: granted"
    expect by "$(jq -r .by <<<"$reply_body")" "$by"
    expect REMOTE_USER "$(variable REMOTE_USER)" "CN=good client,OU=production,O=Example"
    expect CERT_SUBJECT "$(variable CERT_SUBJECT)" "CN=good client,OU=production,O=Example"
    expect CERTAUTHZ "$(variable CERTAUTHZ)" granted
    expect AUTH_TYPE "$(variable AUTH_TYPE)" Certificate
    expect_like SSL_CLIENT_CERT "$(variable SSL_CLIENT_CERT)" "-----BEGIN CERTIFICATE-----*"
    expect PATH_INFO "$(variable PATH_INFO)" "/a b"
    expect QUERY_STRING "$(variable QUERY_STRING)" "c=d"
    expect SCRIPT_NAME "$(variable SCRIPT_NAME)" "$path"
    expect SCRIPT_FILENAME "$(variable SCRIPT_FILENAME)" "$LAB/site$path"
    expect REQUEST_URI "$(variable REQUEST_URI)" "$path/a%20b?c=d"
    expect "left of the redirect" \
        "$(jq -r '.variables | keys[] | select(startswith("REDIRECT_")) | select(. != "REDIRECT_STATUS")' <<<"$reply_body")" ""
    lab_request none "$path"
    expect "status without a certificate" "$reply_status" 403
    asked "$path" 200 --head
}

# check_bodies PATH...: 100 MB to each, which arrive whole.
check_bodies() {
    local path sum
    sum=$(sha256sum <"$LAB/site/admin/big.bin")
    for path in "$@"; do
        asked "$path" 200 -X POST -T "$LAB/site/admin/big.bin"
        expect "bytes for $path" "$(jq -r .body_bytes <<<"$reply_body")" 100000000
        expect "sum for $path" "$(jq -r .body_sha256 <<<"$reply_body")" "${sum%% *}"
    done
    asked /admin/digits.txt 405 -X POST -T "$LAB/site/admin/big.bin"
    lab_request none "$1" -X POST -T "$LAB/site/admin/big.bin"
    expect "status for a body without a certificate" "$reply_status" 403
}

# check_state PATH: the program finds itself as it does at this path, where the server starts it
# without the gate. But it gets no argument from a query, and a pipe that nobody reads ends it.
check_state() {
    local state
    cp -p "$LAB/site/admin/app/state.cgi" "$LAB/site$1"
    lab_request none "$1"
    state=$reply_body
    expect_like "state without the gate" "$state" "$LAB/site/*SigIgn*"
    asked "/admin/app/state.cgi?-s+/etc/passwd" 200
    expect "folder" "$(sed -n 1p <<<"$reply_body")" "$LAB/site/admin/app"
    # SIGPIPE and SIGXFSZ
    expect "ignored signals" "$((16#$(sed -n 's/^SigIgn:.//p' <<<"$reply_body") & 16#1001000))" 0
    expect_like "arguments" "$reply_body" "* 0 arguments"
    expect "descriptors that the server does not leave open" \
        "$(comm -23 <(descriptors <<<"$reply_body") <(descriptors <<<"$state"))" ""
    asked "/admin/app/echo.php?-s" 200
    expect "what php-cgi makes of a query" "$(jq -r .by <<<"$reply_body")" php
}

descriptors() {
    sed -n 3p | sed 's/ [0-9]* arguments$//' | tr ' ' '\n' | sort
}

# with_settings FILE OLD NEW COMMAND...: while the file has the new for the old. settings_restore
# belongs into teardown, for commands that fail.
with_settings() {
    gate_change "$1" "$2" "$3"
    shift 3
    "$@"
    settings_restore
}

settings_keep() {
    cp -Rp "$LAB/home/certauthz" "$LAB/home/kept"
}

settings_restore() {
    cp -p "$LAB"/home/kept/*.conf "$LAB/home/certauthz/"
}

failed_closed() {
    asked "$1" 500
    no_secret_in "$reply_body"
    grep -qF -- "$2" "$LAB"/log/*error.log* || fail "not in the server's log: $2"
}

check_failures() {
    with_settings gate.conf "folders" "folder" failed_closed /admin/secret.txt "unknown key"
    with_settings gate.conf '"php"' '"a/b"' failed_closed /admin/secret.txt "without a dot is wanted"
    with_settings certauthz.conf "rules" "rulez" failed_closed /admin/secret.txt "unknown group"
    with_settings certauthz.conf '"anchors.pem"' '"none.pem"' failed_closed /admin/secret.txt none.pem
    with_settings gate.conf /usr/bin/php-cgi /nonexistent/php \
        failed_closed /admin/app/echo.php "/nonexistent/php cannot be run: No such file"
    chmod 644 "$LAB/site/admin/app/state.cgi"
    failed_closed /admin/app/state.cgi "state.cgi cannot be run: Permission denied"
    chmod 755 "$LAB/site/admin/app/state.cgi"
    granted good
}

check_policy() {
    with_settings gate.conf 'index =' 'policy = "closed"; index =' \
        with_settings certauthz.conf 'log:' 'policies: { closed: { rules = ( { path = "/"; action = "deny"; } ); }; };
log:' refused good denied-by-rule
}

unreadable() {
    chmod 600 "$LAB/site/admin/digits.txt"
    asked /admin/digits.txt 403
    chmod 644 "$LAB/site/admin/digits.txt"
}
