# shellcheck shell=bash disable=SC2154
# Ways to spell a path, for tests in which everything is open but /admin/, so that whatever the
# guard and the server understand differently would let the secret out. On top of support.bash.

# hide_admin: secrets in and below /admin/, and nowhere else.
hide_admin() {
    local file
    echo "nothing special" >"$LAB/site/secret.txt"
    mkdir "$LAB/site/admin/public" "$LAB/site/admin/empty/public"
    for file in public/file.txt empty/public/file.txt public/secret.txt; do
        echo "$SECRET" >"$LAB/site/admin/$file"
    done
}

# lab_start_on_free_port lax: lighttpd as somebody might run it who did not copy our
# server.http-parseopts: nothing is normalised or refused before it is asked who may. LAX_CONF is in
# the place of lighttpd-conf/certauthz.conf, LAX_EXTRA are further lines.
lab_configure_lax() {
    sed -e '/^server.http-parseopts = (/,/^)/d' \
        "${LAX_CONF:-$LAB_SOURCE/lighttpd-conf/certauthz.conf}" >"$LAB/etc/lax.conf"
    cat >>"$LAB/etc/lax.conf" <<CONF
server.http-parseopts = (
    "header-strict"       => "disable",
    "host-strict"         => "disable",
    "host-normalize"      => "disable",
    "url-normalize"       => "disable",
    "url-ctrls-reject"    => "disable",
)
${LAX_EXTRA-}
CONF
    LAB_LIGHTTPD_CONF=$LAB/etc/lax.conf lab_configure_lighttpd
    mv "$LAB/etc/lighttpd" "$LAB/etc/lax"
}

lab_spawn_lax() {
    lab_spawn lax "$(PATH=$PATH:/usr/local/sbin:/usr/sbin command -v lighttpd)" -D -f "$LAB/etc/lax/example-site.conf"
}

# stays_closed: none of the targets on standard input yields the secret without a certificate,
# and the server is there afterwards.
stays_closed() {
    local count
    cat >"$LAB/tmp/targets"
    count=$(wc -l <"$LAB/tmp/targets")
    talk none 1.3 "targets $LAB/tmp/targets"
    expect "number of replies" "$(wc -l <<<"$replies")" "$count"
    no_secret_in "$replies"
    expect "requests that timed out" "$(jq -r 'select(.error // "" | test("timed out")) | .step' <<<"$replies")" ""
    talk untrusted 1.2 "targets $LAB/tmp/targets"
    no_secret_in "$replies"
    talk none 1.3 "GET /public/file.txt"
    expect "status of a public file afterwards" "$(statuses)" 200
}

# opens: with a good certificate each of the targets on standard input yields the secret, so
# that these are indeed ways to the file.
opens() {
    cat >"$LAB/tmp/targets"
    talk good 1.3 "targets $LAB/tmp/targets"
    expect "targets without the secret" \
        "$(jq -r --arg secret "$SECRET" 'select(.body // "" | contains($secret) | not) | .step' <<<"$replies")" ""
}

ways_to_the_file() {
    cat <<'TARGETS'
/admin/secret.txt
/admin/
/public/../admin/secret.txt
/%61dmin/secret.txt
/%61%64%6d%69%6e/%73ecret.txt
//admin/secret.txt
/admin//secret.txt
/./admin/./secret.txt
/public/%2e%2e/admin/secret.txt
/public/.%2e/admin/secret.txt
/public/..//admin/secret.txt
/does-not-exist/../admin/secret.txt
/admin/secret.txt?/public/file.txt
/admin/secret.txt?
/admin/../admin/secret.txt
https://localhost/admin/secret.txt
TARGETS
}

dot_segments() {
    cat <<'TARGETS'
/public/../admin/secret.txt
/public/../admin/
/public/..//admin/secret.txt
/public//../admin/secret.txt
/public/x//../../admin/secret.txt
/public/x///../../../admin/secret.txt
/public/./../admin/secret.txt
/./admin/secret.txt
/././././admin/secret.txt
/admin/./secret.txt
/admin/../admin/secret.txt
/admin/.././admin/secret.txt
/../admin/secret.txt
/../../../../admin/secret.txt
/public/../../admin/secret.txt
/..//admin/secret.txt
/.../admin/secret.txt
/public/.../admin/secret.txt
/public/..
/public/../admin
/public/../admin/.
/public/../admin/index.html
/admin/.
/admin/..
/admin/public/..
/admin/public/../secret.txt
/does-not-exist/../admin/secret.txt
/public/file.txt/../../admin/secret.txt
/admin//../public/file.txt
/admin//../public/secret.txt
/admin/.//../public/secret.txt
/admin/empty//../public/secret.txt
/admin/empty//../../public/file.txt
/admin/empty///../../../public/file.txt
/admin//..//public/secret.txt
/admin/%2f../public/secret.txt
TARGETS
}

escapes() {
    cat <<'TARGETS'
/%61dmin/secret.txt
/%61%64%6d%69%6e/secret.txt
/%41dmin/secret.txt
/admin/%73ecret.txt
/admin%2fsecret.txt
/admin%2Fsecret.txt
/%2fadmin/secret.txt
/%2fadmin%2fsecret.txt
/public/%2e%2e/admin/secret.txt
/public/%2E%2E/admin/secret.txt
/public/.%2e/admin/secret.txt
/public/%2e./admin/secret.txt
/public/..%2fadmin/secret.txt
/public/%2e%2e%2fadmin%2fsecret.txt
/public%2f..%2fadmin%2fsecret.txt
/public/%252e%252e/admin/secret.txt
/public/..%252fadmin/secret.txt
/%2561dmin/secret.txt
/public/..%5cadmin/secret.txt
/public/..%5c..%5cadmin%5csecret.txt
/admin%5csecret.txt
/public/..\admin\secret.txt
\admin\secret.txt
/\admin/secret.txt
/%u0061dmin/secret.txt
/public/%c0%ae%c0%ae/admin/secret.txt
/public/..%c0%afadmin/secret.txt
/public/%e0%80%ae%e0%80%ae/admin/secret.txt
/public/%f0%80%80%ae%f0%80%80%ae/admin/secret.txt
/%c1%a1dmin/secret.txt
/admin%c0%afsecret.txt
/admin/secret.txt%00
/admin%00/secret.txt
/%00/admin/secret.txt
/public/file.txt%00/../../admin/secret.txt
/admin/secret.txt%00.html
/admin/secret.txt%20
/admin/secret.txt%0a
/admin%0d%0a/secret.txt
/admin/secret.txt%
/admin/secret.txt%7
/admin/%zzsecret.txt
/%/admin/secret.txt
/%%36%31dmin/secret.txt
/public/%3f/../../admin/secret.txt
/public/%23/../../admin/secret.txt
/%3fx/../admin/secret.txt
/%e2%80%ae/../admin/secret.txt
/%ef%bd%81dmin/secret.txt
TARGETS
}

queries_and_parameters() {
    cat <<'TARGETS'
/admin/secret.txt?
/admin/secret.txt?/public/file.txt
/admin/secret.txt?x=/../public/
/admin?/../public/
/admin/?x
/public/?/../admin/secret.txt
/?/admin/secret.txt
?/admin/secret.txt
/public/#/../../admin/secret.txt
/admin/secret.txt#/public/
/admin/secret.txt#
/admin#/secret.txt
/#/../admin/secret.txt
/admin/secret.txt;x
/admin/secret.txt;/../../public/file.txt
/admin;x=1/secret.txt
/;/admin/secret.txt
/public;/../admin/secret.txt
/public/..;/admin/secret.txt
/public/..;x=1/admin/secret.txt
/public/..%3b/admin/secret.txt
/admin/secret.txt,
/admin/secret.txt&
/admin/secret.txt/
/admin/secret.txt/x
/admin/secret.txt/../secret.txt
/admin/secret.txt//
/admin
/admin/
/admin//
/admin/index.html
TARGETS
}

lookalikes() {
    cat <<'TARGETS'
/ADMIN/secret.txt
/Admin/secret.txt
/aDMIN/SECRET.TXT
/admin./secret.txt
/admin/secret.txt.
/admin /secret.txt
/admin/secret.txt 
/ admin/secret.txt
/admin/secret.txt::$DATA
/admin~1/secret.txt
/admin/secret.txt~
/public/admin/secret.txt
/public/public/../../admin/secret.txt
/*/secret.txt
/{admin}/secret.txt
/"admin"/secret.txt
TARGETS
}

# Request lines that no browser would send.
strange_targets() {
    cat <<'TARGETS'
https://localhost/admin/secret.txt
http://localhost/admin/secret.txt
HTTPS://LOCALHOST/admin/secret.txt
https://example.org/admin/secret.txt
https://localhost/public/../admin/secret.txt
https://localhost//admin/secret.txt
https://localhost:443/admin/secret.txt
https://user@localhost/admin/secret.txt
https://localhost/public/@localhost/../../admin/secret.txt
https:///admin/secret.txt
https:/admin/secret.txt
https:admin/secret.txt
https://localhost?/admin/secret.txt
https://localhost#/admin/secret.txt
https://localhost\admin\secret.txt
ftp://localhost/admin/secret.txt
file:///admin/secret.txt
//localhost/admin/secret.txt
///admin/secret.txt
////admin////secret.txt
admin/secret.txt
./admin/secret.txt
../admin/secret.txt
*
*/admin/secret.txt
/admin/secret.txt\x00
/\x00/admin/secret.txt
/admin\x00/secret.txt
/admin/secret.txt\x09
/\x09admin/secret.txt
\x09/admin/secret.txt
 /admin/secret.txt
/admin/secret.txt x
/admin/secret.txt\x0bHTTP/1.1
/admin/secret.txt\x0d
/\xe1dmin/secret.txt
/public/\xc0\xae\xc0\xae/admin/secret.txt
/\xff/../admin/secret.txt
/admin/secret.txt\x7f
TARGETS
}

long_targets() {
    printf '/%sadmin/secret.txt\n' "$(printf './%.0s' {1..1500})"
    printf '%s/admin/secret.txt\n' "$(printf '/%.0s' {1..3000})"
    printf '/public%s/admin/secret.txt\n' "$(printf '/x%.0s' {1..500})$(printf '/..%.0s' {1..501})"
    printf '/public%s/admin/secret.txt\n' "$(printf '/..%.0s' {1..1000})"
    printf '/admin/secret.txt?%s\n' "$(printf 'x%.0s' {1..5000})"
    printf '/%s\n' "$(printf '%%2561%.0s' {1..1000})"
    printf '/admin/secret.txt?%s\n' "$(head -c 20000 /dev/zero | tr '\0' x)"
}
