# The gate on Apache, put in place by .htaccess and FTP as apache-conf/shared-hosting/INSTALL says,
# and every way around it that we know. The folder /admin/ is protected, and everything else open.

# shellcheck disable=SC2154 # replies are set by lib.bash

load support
load targets
load downstream
load gate
load gate-checks

setup_file() {
    open_lab
    hide_admin
    fill_admin
    gate_install apache admin
    gate_change certauthz.conf '"/members/"' '"/admin/"'
    settings_keep
    gate_start apache
}

teardown_file() {
    close_lab
}

setup() {
    export SERVER=lighttpd # as there, the log is a file, and the client is told
}

teardown() {
    settings_restore
}

# below NAME LINE...: a folder in /admin/ with a secret, and an .htaccess of these lines.
below() {
    local folder=$LAB/site/admin/$1
    shift
    mkdir -p "$folder"
    echo "$SECRET" | tee "$folder/secret.txt" >"$folder/secret.php"
    printf '%s\n' "$@" >"$folder/.htaccess"
}

# guarded FOLDER: what lies there is neither sent nor run without a certificate, and the gate is
# what refuses it.
guarded() {
    local file
    for file in secret.txt secret.php secret "" secret.txt/more; do
        lab_request none "/admin/$1/$file"
        no_secret_in "$reply_body"
        [[ $reply_status == 40[34] || $reply_status == 500 ]] ||
            fail "/admin/$1/$file: status $reply_status"
    done
    SECRET_PATH=/admin/$1/secret.txt granted good
}

@test "gate, Apache: without a certificate the file stays, and the reason is told" {
    refused none no-certificate
}

@test "gate, Apache: good certificates get the file, with the CAs that the client sends" {
    granted good
    granted good-rsa
    granted via-intermediate
}

@test "gate, Apache: certificates of others, and of another kind, stay outside" {
    refused untrusted no-path-to-trust-anchor
    refused self-signed-client certificate-type-not-allowed
}

@test "gate, Apache: what is not protected is open, and Apache's own" {
    lab_request none /public/file.txt
    expect status "$reply_status" 200
}

@test "gate, Apache: a file comes whole, with its type, length and date" {
    check_whole_file
}

@test "gate, Apache: parts of a file" {
    check_parts
    check_multipart
}

@test "gate, Apache: conditions" {
    check_conditions
    asked /admin/digits.txt 412 -H 'If-Match: "other"'
    asked /admin/digits.txt 412 -H "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT"
}

@test "gate, Apache: methods" {
    check_methods
}

@test "gate, Apache: folders and their index" {
    check_folders
}

@test "gate, Apache: no dot file, and no link that leads out" {
    check_hidden
}

@test "gate, Apache: a CGI program gets the claims, and nothing that was forged" {
    check_program cgi /admin/app/echo.cgi
}

@test "gate, Apache: so does PHP, by php-cgi" {
    check_program php /admin/app/echo.php
}

@test "gate, Apache: 100 MB arrive whole, and those that nobody reads hold nothing up" {
    check_bodies /admin/app/echo.cgi /admin/app/echo.php
    # Apache waits for the body to be read, and would have the gate wait for its reply to be.
    lab_curl --cert "$LAB/pki/good.pem" --key "$LAB/pki/good.key" -X GET \
        -T "$LAB/site/admin/big.bin" "$(lab_url /admin/big.bin)" | cmp - "$LAB/site/admin/big.bin"
}

@test "gate, Apache: a program starts as if Apache had started it" {
    check_state /cgi-bin/state.cgi
}

@test "gate, Apache: settings that are not right let nobody in" {
    check_failures
}

@test "gate, Apache: gate.conf can name a policy" {
    check_policy
}

@test "gate, Apache: a file that may not be read is refused" {
    [[ $EUID -eq 0 ]] || skip "the web server is the same user"
    unreadable
}

@test "gate, Apache: what is decided on is the file that is served" {
    with_settings certauthz.conf 'rules = (' 'rules = (
    { path = "/admin/index/index.html"; action = "deny"; },
    { path = "/admin/open/"; certificate = "none"; },' check_decided
}

check_decided() {
    SECRET_PATH=/admin/index/ refused good denied-by-rule
    SECRET_PATH=/admin/index/index.html refused good denied-by-rule
    asked /admin/digits.txt 200
    mkdir -p "$LAB/site/admin/open"
    ln -sfn ../secret.txt "$LAB/site/admin/open/link.txt"
    lab_request none /admin/open/link.txt
    expect "a link inside is what its own path says" "$reply_status" 200
    lab_request none /admin/open/../secret.txt --path-as-is
    expect "status by dots" "$reply_status" 403
    rm "$LAB/site/admin/open/link.txt"
}

# --- around it ------------------------------------------------------------------------------

@test "gate, Apache: no direct call, whichever path it names" {
    local path before
    before=$(decision_count)
    for path in "" / /admin/secret.txt /admin/app/echo.cgi /public/file.txt /etc/passwd \
        /../admin/secret.txt //admin/secret.txt /admin/%2e%2e/admin/secret.txt; do
        lab_request good "/cgi-bin/gate.cgi$path" --path-as-is -H "Redirect-Status: 200" \
            -H "Redirect-Url: $path" -H "Path-Info: $path"
        [[ $reply_status == 4* ]] || fail "$path: status $reply_status"
        no_secret_in "$reply_body"
        lab_request good "/cgi-bin/gate.cgi$path?REDIRECT_STATUS=200" --path-as-is
        [[ $reply_status == 4* ]] || fail "$path: status $reply_status"
    done
    expect "direct calls that were decided on" "$(decision_count)" "$before"
    lab_request good /cgi-bin/gate.cgi/admin/secret.txt
    expect "reply" "$reply_body" "This program answers no direct calls."
    for path in .htaccess gate.conf ""; do
        lab_request good "/cgi-bin/$path"
        [[ $reply_status != 200 ]] || fail "/cgi-bin/$path is shown"
    done
}

@test "gate, Apache: a bare SetHandler in a folder below does not switch it off" {
    below sethandler "SetHandler none"
    guarded sethandler
    below sethandler "SetHandler default-handler"
    guarded sethandler
    below sethandler "<Files *>" "SetHandler None" "</Files>"
    guarded sethandler
    below sethandler "ForceType text/html" "AddHandler php-of-the-host .txt" "RemoveHandler .txt"
    guarded sethandler
}

@test "gate, Apache: nor does rewriting there" {
    below rewriting "RewriteEngine On"
    guarded rewriting
    below rewriting "RewriteEngine On" "RewriteRule ^nothing$ secret.txt"
    guarded rewriting
    lab_request none /admin/rewriting/nothing
    expect "status of what is rewritten" "$reply_status" 403
    no_secret_in "$reply_body"
    asked /admin/rewriting/nothing 200
    expect "what is rewritten" "$reply_body" "$SECRET"
}

@test "gate, Apache: nor content negotiation, nor another index" {
    below negotiation "Options +MultiViews"
    guarded negotiation
    below negotiation "DirectoryIndex secret.txt"
    guarded negotiation
    below negotiation "Options +Indexes"
    guarded negotiation
}

@test "gate, Apache: the host's own PHP does not get the files" {
    cp "$LAB/site/admin/app/echo.php" "$LAB/site/public/echo.php"
    lab_request none /public/echo.php
    expect "PHP of the host" "$(jq -r .by <<<"$reply_body")" php
    lab_request none /admin/app/echo.php
    expect "PHP behind the gate" "$reply_status" 403
}

@test "gate, Apache: an error document is no way in" {
    mkdir -p "$LAB/site/errors"
    printf '%s\n' "ErrorDocument 404 /cgi-bin/gate.cgi/admin/secret.txt" \
        "ErrorDocument 403 /admin/secret.txt" "<Files denied>" "Require all denied" "</Files>" \
        >"$LAB/site/errors/.htaccess"
    echo x >"$LAB/site/errors/denied"
    lab_request good /errors/missing
    no_secret_in "$reply_body"
    lab_request none /errors/denied
    no_secret_in "$reply_body"
}

# told_by_hand TEXT: what the gate says when it is started by hand ends with this.
told_by_hand() {
    run "$LAB/home/certauthz/gate"
    expect "status" "$status" 0
    expect_like "what is told" "$output" "*; $1"
}

@test "gate, Apache: what INSTALL says of revocation turns it on" {
    local line
    line=$(sed -n 's/^ *\(store = ".*";\)$/\1/p' "$LAB_SOURCE/apache-conf/shared-hosting/INSTALL")
    [[ -n $line ]] || fail "INSTALL has no line with a store"
    told_by_hand "revocation not checked"
    gate_change certauthz.conf 'mode = "none";' "${line//\/home\/me\//$LAB/home/}"
    told_by_hand "revocation online, *"
    [[ $(<"$LAB_SOURCE/apache-conf/shared-hosting/INSTALL") == *'"revocation not checked"'* ]] ||
        fail "INSTALL no longer says what must not be told"
}

# Apache looks for an index by a subrequest, and in that way SetEnv reaches the gate.
@test "gate, Apache: no other folder's .htaccess brings a certificate along" {
    local line certificate
    certificate=$(jq -rRs @uri "$LAB/pki/good.pem")
    mkdir -p "$LAB/site/others"
    for line in DirectoryIndex FallbackResource "ErrorDocument 404"; do
        printf '%s\n' "SetEnv REDIRECT_STATUS 200" "SetEnv REDIRECT_URL /admin/secret.txt" \
            "SetEnv SSL_CLIENT_VERIFY SUCCESS" "SetEnv SSL_CLIENT_CERT $certificate" \
            "$line /cgi-bin/gate.cgi/admin/secret.txt" >"$LAB/site/others/.htaccess"
        nothing_leaves_by /others/
        nothing_leaves_by /others/missing
    done
}

# Apache looks for the file by a subrequest, in which the .htaccess of the path's folder counts anew.
# There, "false" is what the gate's own handler stands in the way of.
own_lookup() {
    printf '%s\n' "Action cert-gate /cgi-bin/gate.cgi virtual" "<If \"%{IS_SUBREQ} == 'false'\">" \
        "SetHandler cert-gate" "</If>" "SetEnv DOCUMENT_ROOT $LAB/site/admin" \
        "SetEnv CONTEXT_DOCUMENT_ROOT $LAB/site/admin" "$@"
}

# nobody_gets PATH...: the secret, without a certificate.
nobody_gets() {
    local path
    for path in "$@"; do
        lab_request none "$path"
        [[ $reply_status == 4* ]] || fail "$path: status $reply_status"
        no_secret_in "$reply_body"
    done
}

open_beside_closed() {
    local index
    lab_request none /wiki/page.txt
    expect "status of the open folder" "$reply_status" 200
    for index in DirectoryIndex FallbackResource; do
        own_lookup "$index /admin/secret.txt" >"$LAB/site/wiki/.htaccess"
        nobody_gets /wiki/ /wiki/missing /wiki/secret.txt /wiki/sub/ /wiki/sub/missing
    done
    grep -qF "its path is that of another file" "$LAB"/log/*error.log* || fail "nobody says why"
    own_lookup "RewriteEngine On" "RewriteRule ^ /cgi-bin/gate.cgi/wiki/sub/" >"$LAB/site/wiki/.htaccess"
    printf '%s\n' "DirectoryIndex /admin/secret.txt" "RewriteEngine Off" >"$LAB/site/wiki/sub/.htaccess"
    nobody_gets /wiki/sub/ /wiki/ /wiki/missing
}

@test "gate, Apache: an open folder's .htaccess leads to no other folder's file" {
    mkdir -p "$LAB/site/wiki/sub"
    cp "$LAB/site/admin/.htaccess" "$LAB/site/wiki/"
    echo page >"$LAB/site/wiki/page.txt"
    with_settings gate.conf "\"$LAB/site/admin\"" "\"$LAB/site/admin\", \"$LAB/site/wiki\"" \
        with_settings certauthz.conf 'rules = (' 'rules = (
    { path = "/wiki/"; certificate = "none"; },' open_beside_closed
}

@test "gate, Apache: one folder's handler does not serve another folder" {
    mkdir -p "$LAB/site/elsewhere"
    cp "$LAB/site/admin/.htaccess" "$LAB/site/elsewhere/"
    echo "$SECRET" >"$LAB/site/elsewhere/secret.txt"
    nothing_leaves_by /elsewhere/secret.txt
    ln -sfn ../admin "$LAB/site/elsewhere/admin"
    nothing_leaves_by /elsewhere/admin/secret.txt
}

@test "gate, Apache: the spellings of a path lead to it with a certificate alone" {
    ways_to_the_file | opens
    ways_to_the_file | stays_closed
}

all_spellings() {
    local spellings
    for spellings in dot_segments escapes queries_and_parameters lookalikes strange_targets \
        long_targets; do
        "$spellings" | stays_closed
    done
}

@test "gate, Apache: no other spelling leads around it" {
    all_spellings
}

@test "gate, Apache: under suexec, which takes most variables away" {
    # what its safe_env_lst keeps, of what Apache sets here
    cat >"$LAB/site/cgi-bin/gate.cgi" <<SH
#!/bin/bash
kept='^(SSL_.*|HTTP_.*|AUTH_TYPE|CONTENT_LENGTH|CONTENT_TYPE|CONTEXT_DOCUMENT_ROOT|CONTEXT_PREFIX'
kept+='|DOCUMENT_ROOT|GATEWAY_INTERFACE|HTTPS|PATH_INFO|PATH_TRANSLATED|QUERY_STRING|REMOTE_.*'
kept+='|REDIRECT_(HANDLER|QUERY_STRING|STATUS|URL)|REQUEST_METHOD|REQUEST_URI|REQUEST_SCHEME'
kept+='|SCRIPT_.*|SERVER_.*|TZ)$'
while IFS= read -r name; do
    [[ \$name =~ \$kept ]] || unset "\$name"
done < <(compgen -e)
export PATH=/usr/local/bin:/usr/bin:/bin
exec "$LAB/home/certauthz/gate"
SH
    granted good
    refused none no-certificate
    check_program php /admin/app/echo.php
    gate_place "$LAB_SOURCE/apache-conf/shared-hosting/cgi-bin/gate.cgi" "$LAB/site/cgi-bin/gate.cgi"
    granted good
}

@test "gate, Apache: encoded slashes, whatever the host makes of them" {
    local slashes
    for slashes in On NoDecode; do
        lab_stop apache
        SHARED_HOST_SLASHES=$slashes gate_start apache
        escapes | stays_closed
        granted good
    done
}

by_alias() {
    SECRET_PATH=/~me/secret.txt granted good
    SECRET_PATH=/~me/secret.txt refused none no-certificate
    lab_request good /~me/index
    expect_like "place of the folder" "$(header Location)" "*/~me/index/"
    asked /~me/index/ 200
    expect index "$reply_body" "an index"
    granted good
}

@test "gate, Apache: an Alias has to stand in gate.conf" {
    lab_stop apache
    LAB_APACHE_EXTRA="Alias /~me $LAB/site/admin" gate_start apache
    with_settings certauthz.conf '"/admin/"' '"/"' nothing_leaves_by /~me/secret.txt /~me/
    with_settings certauthz.conf '"/admin/"' '"/"' with_settings gate.conf 'index =' \
        "aliases = ( { url = \"/~me\"; folder = \"$LAB/site/admin\"; } ); index =" by_alias
}

@test "gate, Apache: without the modules it needs, nobody gets in" {
    lab_stop apache
    GATE_MODULES="alias cgid negotiation rewrite" gate_start apache
    lab_request good /admin/secret.txt
    expect "status without mod_actions" "$reply_status" 500
    lab_stop apache
    GATE_MODULES="actions alias cgid negotiation" gate_start apache
    lab_request good /admin/secret.txt
    expect "status without mod_rewrite" "$reply_status" 500
    no_secret_in "$reply_body"
}

@test "gate-apache: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
