# Ways around certauthz that lighttpd offers: what answers without asking, what is sent from inside,
# and what a client can make an application believe.

load support
source "$HERE/downstream.bash"

setup_file() {
    open_lab
    change_config 'methods = [ "GET", "HEAD" ]; ' ''
    # The names of its folder are for anybody, but not what the programs in it may point to.
    change_config '{ path = "/public/";   certificate = "none"; }' \
        '{ path = "/public/";   certificate = "none"; }, { path = "/backend/public/"; certificate = "none"; }'
    lab_add_applications
    # Nothing but this header: so lighttpd would take Location for a path of its own.
    cat >"$LAB/site/public/sends.cgi" <<'PROGRAM'
#!/bin/sh
printf '%s\r\n\r\n' "$(echo "$QUERY_STRING" | sed 's/+/ /g')"
PROGRAM
    chmod 755 "$LAB/site/public/sends.cgi"
    # shellcheck disable=SC2016 # PHP's own variable
    echo '<?php header(strtr($_SERVER["QUERY_STRING"], "+", " ")); echo "nothing\n";' >"$LAB/site/public/sends.php"
    export LAB_LIGHTTPD_EXTRA='server.modules += ( "mod_rewrite" )
url.rewrite-once = ( "^/public/once/(.*)" => "/$1" )
url.rewrite-repeat = ( "^/public/repeat/(.*)" => "/$1" )'
    lab_start certauthz
    lab_start whoami
    lab_start php
    lab_start backend
    lab_start lighttpd
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=lighttpd
}

# What would answer by itself, were it asked first or alone.
places() {
    cat <<'TARGETS'
/
/secret.txt
/does-not-exist
/does-not-exist/
/admin
/admin/
/admin/empty/
/app/echo.cgi
/app/echo.cgi/more
/app/does-not-exist.cgi
/app/echo.php
/app/echo.php/more
/app/does-not-exist.php
/secret.txt/x.php
/whoami
/whoami/more
/whoamianything
/backend/
/backend/x
/backend/../backend/x
//backend/x
/%62ackend/x
/BACKEND/x
/server-status
/server-config
/server-statistics
/~root/
/index.html
TARGETS
}

@test "lighttpd-around: whatever would answer, certauthz is asked first" {
    local certificate before
    places >"$LAB/tmp/targets"
    for certificate in none untrusted; do
        before=$(decision_count)
        talk "$certificate" 1.3 "targets $LAB/tmp/targets"
        expect "statuses" "$(statuses | tr ' ' '\n' | sort -u)" 403
        lab_await more_decisions_than $((before + $(places | wc -l) - 1)) || fail "not every request was decided"
        no_secret_in "$replies"
    done
    talk none 1.3 "OPTIONS /backend/x" "body 10" "POST /backend/x" "body 10" "POST /app/echo.php" \
        "PUT /app/new.txt" "PROPFIND /backend/" "TRACE /backend/x" "HEAD /backend/x"
    expect_like "statuses of other methods" "$(statuses | tr ' ' '\n' | sort -u | xargs)" "403?( 405)?( 501)"
    # This one is about lighttpd itself, which answers it.
    talk none 1.3 "OPTIONS *"
    expect "status and body of OPTIONS *" "$(statuses) $(of 1 .body)" "200 "
}

@test "lighttpd-around: with a certificate each of them answers" {
    local path status
    while read -r path status; do
        talk good 1.3 "GET $path"
        expect "status of $path" "$(statuses)" "$status"
    done <<'TABLE'
/app/echo.cgi           200
/app/echo.php           200
/whoami                 200
/backend/x              200
/does-not-exist         404
/app/does-not-exist.php 404
/server-status          404
TABLE
}

# A program's source is nobody's, even if nobody runs it.
@test "lighttpd-around: the source of a program is not sent" {
    lab_stop php
    talk good 1.3 "GET /app/echo.php" "GET /app/echo.php/" "GET /app/echo.php?x" "GET /app/echo.cgi/"
    no_source() { [[ $replies != *"hash_init"* && $replies != *"use strict"* ]]; }
    no_source || fail "a source left" "$replies"
    lab_start php
    lab_await php_answers
}

# lighttpd tries a dead one again after a second or two.
php_answers() {
    talk good 1.3 "GET /app/echo.php"
    [[ $(statuses) = 200 ]]
}

@test "lighttpd-around: HTTP/2, which can lose bodies, is not offered" {
    lab_request good /secret.txt --http2
    expect_like "version" "$reply_headers" "HTTP/1.1 200*"
    local offered
    offered=$(openssl s_client -connect "127.0.0.1:$LAB_PORT" -alpn h2,http/1.1 </dev/null 2>/dev/null | grep ALPN)
    expect "protocol that is agreed on" "$offered" "ALPN protocol: http/1.1"
}

# Where files are looked for in lower case, /SECRET.TXT is /secret.txt.
@test "lighttpd-around: another case is another path" {
    talk good 1.3 "GET /SECRET.TXT" "GET /Secret.txt" "GET /ADMIN/secret.txt"
    expect statuses "$(statuses)" "404 404 404"
    grep -q '^server.force-lowercase-filenames = "disable"' "$LAB_SOURCE/lighttpd-conf/certauthz.conf"
}

# What a program behind an open path names must not be sent in its place.
@test "lighttpd-around: no program has a file sent, or another path answered, that was not granted" {
    local header program
    for program in cgi php; do
        for header in "X-Sendfile:+$LAB/site/secret.txt" "X-LIGHTTPD-send-file:+$LAB/site/secret.txt" \
            "X-Sendfile2:+$LAB/site/secret.txt+0-99" "X-Accel-Redirect:+/secret.txt" \
            "X-Reproxy-URL:+/secret.txt" "Location:+/secret.txt"; do
            talk none 1.3 "GET /public/sends.$program?$header"
            expect_like "status with $header of $program" "$(statuses)" "@(200|302)"
            no_secret_in "$replies"
        done
    done
}

@test "lighttpd-around: a rewritten path is decided as what it became" {
    local way
    for way in once repeat; do
        talk none 1.3 "GET /public/$way/secret.txt" "GET /public/$way/whoami" "GET /public/$way/backend/x" \
            "GET /public/$way/admin/" "GET /public/$way//secret.txt"
        expect "statuses of $way without a certificate" "$(statuses | tr ' ' '\n' | sort -u)" 403
        no_secret_in "$replies"
        talk good 1.3 "GET /public/$way/secret.txt"
        expect "body of $way with one" "$(of 1 .body)" "$SECRET"
    done
}

# spellings NAME: with each underscore as it is or as a hyphen.
spellings() {
    local -a found=("$1") next
    local at name
    for ((at = 0; at < ${#1}; at++)); do
        [[ ${1:at:1} = _ ]] || continue
        next=()
        for name in "${found[@]}"; do
            next+=("$name" "${name:0:at}-${name:at+1}")
        done
        found=("${next[@]}")
    done
    printf '%s\n' "${found[@]}"
}

claims() {
    sed -n '/send = \[/,/\]/p' "$LAB/etc/certauthz.conf" | grep -o '"[A-Z0-9_]*"' | tr -d '"'
}

@test "lighttpd-around: no header of a client reaches the proxied server as a claim" {
    local claim name count=0
    local -a forged=()
    for claim in $(claims) X_REMOTE_USER X_FORWARDED_USER X_FORWARDED_FOR FORWARDED \
        CLIENT_CERT CLIENT_CERT_CHAIN X_FORWARDED_CLIENT_CERT; do
        forged=()
        for name in $(spellings "$claim"); do
            forged+=("header $name: forged-$name" "header ${name,,}: forged-$name")
        done
        talk none 1.3 "${forged[@]}" "GET /backend/public/x"
        expect "status with $claim" "$(statuses)" 200
        [[ $(of 1 .body) != *forged-* ]] || fail "a forged header arrived:" "$(of 1 .body)"
        count=$((count + ${#forged[@]}))
    done
    ((count > 165)) || fail "only $count headers were tried"
    talk none 1.3 "header X-Forwarded-For: forged-1" "header X-Forwarded-Proto: forged-2" "header X-Host: forged-3" \
        "header X-Forwarded-Host: forged-4" "header Kept: forged-5" "GET /backend/public/x"
    expect "the headers that arrive" "$(of 1 .body | grep -o 'forged-[0-9]')" forged-5
}

@test "lighttpd-around: the proxied server is told who it is, and only where somebody is" {
    told() { of 1 .body | jq -r .variables.forwarded; }
    talk good 1.3 'header Forwarded: for=192.0.2.66;remote_user="eve"' "GET /backend/x"
    expect "what it is told" "$(told)" \
        'for=127.0.0.1;proto=https;host="localhost";remote_user="CN=good client,OU=production,O=Example"'
    talk none 1.3 'header Forwarded: for=192.0.2.66;remote_user="eve"' "GET /backend/public/x"
    expect "what it is told of nobody" "$(told)" 'for=127.0.0.1;proto=https;host="localhost"'
    # Quotes in a name are escaped, so that they end nothing.
    talk html-name 1.3 "GET /backend/x"
    expect "what it is told of quotes" "$(told)" \
        'for=127.0.0.1;proto=https;host="localhost";remote_user="CN=\\<script\\>alert(1)\\</script\\> & \\\"co\\\""'
}

@test "lighttpd-around: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
