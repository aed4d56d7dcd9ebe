# What mod_authnz_fcgi can do and Apache's other modules cannot: certauthz's own reply of a refusal,
# and a user that Apache knows.

load support

# shellcheck source=tests/server/downstream.bash
source "$HERE/downstream.bash"
# shellcheck source=tests/server/doors/authnz-fcgi.bash
source "$HERE/doors/authnz-fcgi.bash"

setup_file() {
    open_lab
    export LAB_APACHE_EXTRA="<Location /admin>
    ErrorDocument 403 /public/file.txt
</Location>"
    door_start
}

teardown_file() {
    close_lab
}

decision_since() {
    lab_await more_than "$1" || fail "no decision was logged"
    lab_decisions | tail -n 1
}

more_than() {
    (($(lab_decisions | wc -l) > $1))
}

@test "mod_authnz_fcgi: a refusal arrives with its status, reason and id, in the form asked for" {
    local before accept
    for accept in application/problem+json text/html text/plain; do
        before=$(lab_decisions | wc -l)
        talk none 1.3 "header Accept: $accept" "GET /secret.txt"
        expect "status" "$(statuses)" 403
        expect_like "reason as $accept" "$(of 1 .body)" "*no-certificate*"
        expect_like "id as $accept" "$(of 1 .body)" "*$(decision_since "$before" | jq -r .id)*"
        expect "header that forbids to keep it" "$(of 1 '.headers["cache-control"]')" no-store
    done
    talk untrusted 1.2 "header Accept: application/problem+json" "GET /secret.txt"
    expect "reason of a bad certificate" "$(statuses) $(of 1 .body | jq -r .reason)" "403 no-path-to-trust-anchor"
    talk none 1.3 "HEAD /secret.txt" "GET /public/file.txt"
    expect "statuses of HEAD, and of what follows" "$(statuses)" "403 200"
    expect "body of HEAD" "$(of 1 .body)" ""
}

@test "mod_authnz_fcgi: a refusal tells no claim, and nothing asks for a password" {
    local certificate
    for certificate in none untrusted good; do
        talk "$certificate" 1.3 "GET /secret.txt" "GET /admin/" "GET /admin/file.txt" "GET /does-not-exist" "GET /admin"
        expect "headers that tell claims, or ask for a password" \
            "$(jq -r '.header_names[]' <<<"$replies" | grep -iE 'variable|cert|remote|auth' | xargs)" ""
    done
}

# access_log PATH: the last line about it.
access_log() {
    lab_await grep -qF "GET $1 " "$LAB/log/apache-access.log"
    grep -F "GET $1 " "$LAB/log/apache-access.log" | tail -n 1
}

@test "mod_authnz_fcgi: Apache's user is the certificate's, and never that of a password nobody asked for" {
    local eve
    eve="header Authorization: Basic $(printf eve:x | base64)"
    talk good 1.3 "$eve" "GET /secret.txt?good"
    expect "status" "$(statuses)" 200
    expect_like "line" "$(access_log '/secret.txt?good')" \
        '127.0.0.1 CN=good client,OU=production,O=Example \[*" 200 * rule="read-only" sha256=*'
    talk none 1.3 "$eve" "GET /secret.txt?none" "GET /public/file.txt?none" "GET /optional/file.txt?none"
    expect "statuses" "$(statuses)" "403 200 200"
    expect_like "line of a refusal" "$(access_log '/secret.txt?none')" '127.0.0.1 - \[*" 403 *'
    expect_like "line of a public file" "$(access_log '/public/file.txt?none')" '127.0.0.1 anonymous \[*" 200 *'
    expect_like "line of an optional file" "$(access_log '/optional/file.txt?none')" '127.0.0.1 anonymous \[*" 200 *'
}

@test "mod_authnz_fcgi: an attacker's requests find nothing" {
    "$LAB/bin/certauthzctl" probe --ca "$LAB/pki/root-ca.pem" --cert "$LAB/pki/good.pem" --key "$LAB/pki/good.key" \
        "$(lab_url /secret.txt)" >"$LAB/tmp/probe" || fail "what it found:" "$(grep -v '^held' "$LAB/tmp/probe")"
}

@test "mod_authnz_fcgi: while certauthz is gone nothing is served, and afterwards everything is" {
    local path
    lab_stop certauthz
    for path in /secret.txt /public/file.txt /admin/ "/whoami?format=json"; do
        talk good 1.3 "GET $path"
        expect_like "status of $path" "$(statuses)" "50[03]"
        no_secret_in "$replies"
        [[ $replies != *"the public file"* ]] || fail "a file left that nobody had approved"
    done
    door_revive
    talk good 1.3 "GET /secret.txt"
    expect "status afterwards" "$(statuses)" 200
}

# A program that speaks no FastCGI, and one that approves half of the way.
@test "mod_authnz_fcgi: what answers in certauthz's place without approving opens nothing" {
    lab_stop certauthz
    lab_spawn stranger python3 -c "
import socket
listener = socket.create_server(('127.0.0.1', $LAB_CERTAUTHZ_PORT))
answers = [b'', b'HTTP/1.1 200 OK\r\n\r\n', b'\x01\x06\x00\x01\x00\x10\x00\x00Status: 200 OK\r\n',
           b'\x01\x06\x00\x01\x00\x12\x00\x00Status: 200 OK\r\n\r\n']
while True:
    connection, _ = listener.accept()
    connection.recv(65536)
    connection.sendall(answers[0])
    answers.append(answers.pop(0))
    connection.close()"
    lab_await door_listens_to stranger
    talk good 1.3 "GET /secret.txt" "GET /secret.txt" "GET /secret.txt" "GET /secret.txt"
    expect "number of replies" "$(statuses | wc -w)" 4
    no_secret_in "$replies"
    lab_stop stranger
    door_revive
    talk good 1.3 "GET /secret.txt"
    expect "status afterwards" "$(statuses)" 200
}

@test "apache-authnz-fcgi: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
