# The gate on lighttpd, by lighttpd-conf/gate.conf, and every way around it that we know. The folder
# /admin/ is protected, and everything else open.

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
    gate_install lighttpd admin
    gate_change certauthz.conf '"/members/"' '"/admin/"'
    # For other programs of the site, and none of the gate's business.
    # shellcheck disable=SC2016 # lighttpd's
    export LAB_GATE_URL=/admin LAB_LIGHTTPD_EXTRA='cgi.execute-x-only = "enable"
$HTTP["url"] =~ "^/plain/" { cgi.assign = ( ".cgi" => "" ) }'
    mkdir "$LAB/site/plain"
    settings_keep
    gate_start lighttpd
    export PORT_LIGHTTPD=$LAB_PORT
    # shellcheck disable=SC2016
    LAX_CONF=$LAB_SOURCE/lighttpd-conf/gate.conf LAX_EXTRA='server.modules += ( "mod_rewrite" )
url.rewrite-once = ( "^/members/(.*)" => "/admin/$1" )' lab_start_on_free_port lax
    export PORT_LAX=$LAB_PORT
}

teardown_file() {
    close_lab
}

setup() {
    behind lighttpd
}

teardown() {
    settings_restore
}

lax() {
    LAB_PORT=$PORT_LAX
}

@test "gate, lighttpd: without a certificate the file stays, and the reason is told" {
    refused none no-certificate
}

@test "gate, lighttpd: good certificates get the file" {
    granted good
    granted good-rsa
    granted via-intermediate
}

@test "gate, lighttpd: certificates of others, of another kind and expired ones stay outside" {
    refused untrusted no-path-to-trust-anchor
    refused self-signed-client certificate-type-not-allowed
    refused expired expired
}

@test "gate, lighttpd: what is not protected is open" {
    lab_request none /public/file.txt
    expect status "$reply_status" 200
}

@test "gate, lighttpd: a file comes whole, with its type, length and date, and not its place" {
    check_whole_file
    expect "header for lighttpd alone" "$(header X-Sendfile)" ""
}

@test "gate, lighttpd: parts of a file" {
    check_parts
}

@test "gate, lighttpd: conditions" {
    check_conditions
}

@test "gate, lighttpd: methods" {
    check_methods
}

@test "gate, lighttpd: folders and their index" {
    check_folders
}

@test "gate, lighttpd: no dot file, and no link that leads out" {
    check_hidden
}

@test "gate, lighttpd: a CGI program gets the claims, and nothing that was forged" {
    check_program cgi /admin/app/echo.cgi
}

@test "gate, lighttpd: so does PHP, by php-cgi" {
    check_program php /admin/app/echo.php
}

@test "gate, lighttpd: 100 MB arrive whole, and those that nobody reads hold nothing up" {
    check_bodies /admin/app/echo.cgi /admin/app/echo.php
}

@test "gate, lighttpd: a program starts as if lighttpd had started it" {
    check_state /plain/state.cgi
}

@test "gate, lighttpd: settings that are not right let nobody in" {
    check_failures
}

@test "gate, lighttpd: gate.conf can name a policy" {
    check_policy
}

@test "gate, lighttpd: without X-Sendfile the gate sends the file itself" {
    with_settings gate.conf 'x_sendfile = true' 'x_sendfile = false' sends_itself
}

sends_itself() {
    check_whole_file
    check_parts
    check_conditions
    check_multipart
}

@test "gate, lighttpd: one folder's gate does not serve another folder" {
    with_settings gate.conf "$LAB/site/admin" "$LAB/site/other" nothing_leaves_by /admin/secret.txt
    with_settings gate.conf "$LAB/site/admin" "$LAB/site/adm" nothing_leaves_by /admin/secret.txt
    with_settings gate.conf 'server = "lighttpd"' 'server = "apache"' \
        with_settings gate.conf 'x_sendfile = true' 'x_sendfile = false' \
        nothing_leaves_by /admin/secret.txt
}

@test "gate, lighttpd: the spellings of a path lead to it with a certificate alone" {
    ways_to_the_file | opens
    ways_to_the_file | stays_closed
    lax
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

@test "gate, lighttpd: no other spelling leads around it" {
    all_spellings
}

@test "gate, lighttpd: nor where lighttpd normalises nothing, and rewrites" {
    lax
    all_spellings
    lab_request none /members/secret.txt
    expect "what is rewritten, without a certificate" "$reply_status" 403
    lab_request good /members/secret.txt
    expect "what is rewritten" "$reply_body" "$SECRET"
}

@test "gate-lighttpd: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
