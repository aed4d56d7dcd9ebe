# What the application behind the decision is told, and what nobody else is told.

load support

setup_file() {
    open_lab
    # The application answers everybody, so that a forged claim would show.
    change_config '{ path = "/whoami/";   certificate = "required"; }' \
        '{ path = "/whoami/";   certificate = "optional"; }'
    # Claims of the configuration's choice, shown by a program that shows its environment.
    change_config 'rename = { };' 'rename = { CERT_DAYS_LEFT = "DAYS"; };'
    change_config 'add = { };' 'add = { TENANT = { constant = "blue"; }; UNIT = { certificate = "ou"; }; };'
    change_config 'dialects = [ ];' 'dialects = [ "kestrun", "rfc9440" ];'
    cat >"$LAB/site/environment.cgi" <<'PROGRAM'
#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
env | LC_ALL=C sort
PROGRAM
    chmod 755 "$LAB/site/environment.cgi"
    # What Apache answers in place of an error is asked for in a request of its own.
    export LAB_APACHE_EXTRA='ErrorDocument 403 /public/file.txt
ErrorDocument 404 /whoami?format=json
<Location "/environment.cgi">
    SetHandler cgi-script
    Options +ExecCGI
</Location>
Header always unset Variable-DAYS
Header always unset Variable-DAYS early
Header always unset Variable-TENANT
Header always unset Variable-TENANT early
Header always unset Variable-UNIT
Header always unset Variable-UNIT early'
    start_three
}

teardown_file() {
    close_lab
}

# whoami CERTIFICATE [STEP...]: what the application says it was told.
whoami() {
    local certificate=$1
    shift
    talk "$certificate" 1.3 "$@" "GET /whoami?format=json"
    expect status "$(statuses)" 200
    of 1 .body
}

# The headers that a client might try, those with a certificate of its own choice in them
# among them: the names are sent in portions, since a server takes so many bytes only.
forged_names="REMOTE_USER Remote-User REMOTE-USER CERT-SUBJECT CERT_SUBJECT Cert_Subject CERT-NAME
    CERT_DNS CERTAUTHZ CERTAUTHZ-RULE CERTAUTHZ_RULE CERTAUTHZ_ROLES AUTH_TYPE Variable-REMOTE_USER
    Variable-CERTAUTHZ Variable-CERT_SUBJECT Variable-CERTAUTHZ_ROLES X-Remote-User
    X-Forwarded-User X-SSL-Client-S-DN X-SSL-Client-Verify SSL_CLIENT_VERIFY SSL-Client-Verify
    REDIRECT_SSL_CLIENT_VERIFY REDIRECT_URI Redirect-Uri REQUEST_URI X-Original-URL X-Rewrite-URL
    X-Forwarded-Uri REDIRECT_STATUS FCGI_ROLE Proxy REQUEST_METHOD X-HTTP-Method-Override Status
    Authorization X-Forwarded-For HTTP_REMOTE_USER"
forged_certificate_names="SSL-Client-Cert SSL_CLIENT_CERT X-SSL-Client-Cert X-Client-Cert
    X-ARR-ClientCert X-Forwarded-Client-Cert Client-Cert SSL_CLIENT_CERT_CHAIN_0
    HTTP_SSL_CLIENT_CERT REDIRECT_SSL_CLIENT_CERT"

# forge_values VALUE and forge_certificates NAME...: set `forged`, the steps that send them.
forge_values() {
    local name
    forged=()
    for name in $forged_names; do
        forged+=("header $name: $1")
    done
}

forge_certificates() {
    local name pem
    forged=()
    pem=$(tr -d '\n' <"$LAB/pki/good.pem")
    for name in "$@"; do
        forged+=("header $name: $pem")
    done
}

claims_are_those_of_the_certificate() {
    local told pem=$LAB/pki/good.pem
    told=$(whoami good)
    claim() {
        expect "$1" "$(jq -r "$1" <<<"$told")" "$2"
    }
    claim .authenticated true
    claim .user "$(openssl x509 -in "$pem" -noout -subject -nameopt RFC2253 | sed 's/^subject=//')"
    claim .claims.CERTAUTHZ granted
    claim .claims.CERTAUTHZ_RULE /whoami/
    claim .claims.AUTH_TYPE Certificate
    claim .claims.CERT_SUBJECT "CN=good client,OU=production,O=Example"
    claim .claims.CERT_ISSUER "$(openssl x509 -in "$pem" -noout -issuer -nameopt RFC2253 | sed 's/^issuer=//')"
    claim .claims.CERT_SERIAL "$(openssl x509 -in "$pem" -noout -serial | sed 's/^serial=//' | tr A-F a-f)"
    claim .claims.CERT_NAME "good client"
    claim .claims.CERT_SHA1 "$(openssl x509 -in "$pem" -outform DER | sha1sum | cut -d ' ' -f 1)"
    claim .claims.CERT_SHA256 "$(openssl x509 -in "$pem" -outform DER | sha256sum | cut -d ' ' -f 1)"
    claim .claims.CERT_SPKI_SHA256 \
        "$(openssl x509 -in "$pem" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d ' ' -f 1)"
    claim .claims.CERT_X5T_S256 \
        "$(openssl x509 -in "$pem" -outform DER | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d =)"
    claim '.cnf."x5t#S256"' "$(jq -r .claims.CERT_X5T_S256 <<<"$told")"
    claim .claims.CERT_NOT_BEFORE 2021-01-01T00:00:00Z
    claim .claims.CERT_NOT_AFTER 2044-01-01T00:00:00Z
    claim '.claims.CERT_DNS | join(" ")' "good.example good.internal.example"
    claim '.claims.CERT_EMAIL | join(" ")' good@example.org
    claim '.claims.CERT_UPN | join(" ")' good@corp.example
    claim '.claims.CERT_URI | join(" ")' spiffe://example.org/good
    claim '.claims.CERT_IP | join(" ")' 192.0.2.7
    claim .request.uri "/whoami?format=json"
}

# The application is told the same with the forged headers as without, and nothing opens.
forged_headers_change_nothing_now() {
    local what=$1
    expect "claims beside $what" "$(whoami good "${forged[@]}")" "$(whoami good)"
    expect "claims of a caller with nothing but $what" "$(whoami none "${forged[@]}")" "$(whoami none)"
    talk none 1.3 "${forged[@]}" "GET /secret.txt"
    expect "status with $what" "$(statuses)" 403
    no_secret_in "$replies"
}

forged_headers_change_nothing() {
    local value names
    expect "anonymous caller" \
        "$(whoami none | jq -c '[.authenticated, .user, .claims.CERTAUTHZ]')" '[false,null,"anonymous"]'
    for value in CN=eve granted SUCCESS /public/file.txt; do
        forge_values "$value"
        forged_headers_change_nothing_now "$value in headers"
    done
    read -r -d '' -a names <<<"$forged_certificate_names" || :
    forge_certificates "${names[@]:0:5}"
    forged_headers_change_nothing_now "certificates in headers"
    forge_certificates "${names[@]:5}"
    forged_headers_change_nothing_now "certificates in other headers"
}

names_arrive_as_they_are() {
    local told
    told=$(whoami html-name)
    expect name "$(jq -r .claims.CERT_NAME <<<"$told")" '<script>alert(1)</script> & "co"'
    expect user "$(jq -r .user <<<"$told")" 'CN=\<script\>alert(1)\</script\> & \"co\"'
    told=$(whoami utf8-name)
    expect name "$(jq -r .claims.CERT_NAME <<<"$told")" 'Žofie Łukasiewicz 山田'
    expect user "$(jq -r .user <<<"$told")" 'CN=Žofie Łukasiewicz 山田'
    told=$(whoami empty-subject)
    expect "e-mail of an empty subject" "$(jq -r '.claims.CERT_EMAIL[0]' <<<"$told")" nobody@example.org
    told=$(whoami long-san)
    expect "number of names" "$(jq '.claims.CERT_DNS | length' <<<"$told")" 200
    expect "last name" "$(jq -r '.claims.CERT_DNS[199]' <<<"$told")" host-200.long-list.example
}

the_page_is_escaped() {
    talk html-name 1.3 "header Accept: text/html" "GET /whoami"
    expect status "$(statuses)" 200
    expect type "$(of 1 '.headers["content-type"]')" "text/html; charset=utf-8"
    expect_like page "$(of 1 .body)" "*&lt;script&gt;alert(1)&lt;/script&gt; &amp; *"
    [[ $(of 1 .body) != *"<script"* ]] || fail "a script in the page"
    talk utf8-name 1.3 "header Accept: text/html" "GET /whoami"
    expect_like page "$(of 1 .body)" "*Žofie Łukasiewicz 山田*"
}

# told NAME: what the program found in its environment.
told() {
    of 1 .body | sed -n "s/^$1=//p"
}

claims_of_ones_own_arrive() {
    talk good 1.3 "header Tenant: red" "header TENANT: red" "header Unit: eve" \
        "header CLIENT-CERT: :eve=:" "header Variable-UNIT: eve" "GET /environment.cgi"
    expect status "$(statuses)" 200
    expect "an added constant" "$(told TENANT)" blue
    expect "an added attribute" "$(told UNIT)" production
    expect_like "a renamed claim" "$(told DAYS)" '[1-9]*([0-9])'
    expect "its own name" "$(told CERT_DAYS_LEFT)" ""
    expect "a dialect's subject" "$(told KESTRUN_NAME)" "CN=good client, OU=production, O=Example"
    expect "a dialect's certificate" "$(told CLIENT_CERT)" \
        ":$(openssl x509 -in "$LAB/pki/good.pem" -outform DER | base64 -w 0):"
    expect "a dialect's chain" "$(told CLIENT_CERT_CHAIN)" \
        ":$(openssl x509 -in "$LAB/pki/root-ca.pem" -outform DER | base64 -w 0):"
    expect "headers that tell claims" \
        "$(jq -r '.header_names[]' <<<"$replies" | grep -iE 'variable|cert|tenant|unit|days|kestrun' | xargs)" ""
}

# nothing_leaks_to_the_client STEP...
nothing_leaks_to_the_client() {
    local certificate
    for certificate in good none long-san; do
        talk "$certificate" 1.3 "$@"
        expect "number of replies" "$(statuses | wc -w)" $#
        expect "headers that tell claims to $certificate" \
            "$(jq -r '.header_names[]' <<<"$replies" | grep -iE 'variable|cert|remote|auth' | xargs)" ""
    done
}

# Granted, refused, a folder's index, an application, public.
common_replies=("GET /secret.txt" "GET /" "GET /public/file.txt" "GET /optional/file.txt"
    "GET /whoami" "HEAD /secret.txt" "POST /secret.txt" "PUT /admin/secret.txt" "OPTIONS /whoami")

@test "lighttpd: the claims are those of the certificate" {
    behind lighttpd
    claims_are_those_of_the_certificate
}

@test "Apache: the claims are those of the certificate" {
    behind apache
    claims_are_those_of_the_certificate
}

@test "nginx: the claims are those of the certificate" {
    behind nginx
    claims_are_those_of_the_certificate
}

@test "lighttpd: claims of one's own and those of a dialect arrive, and only there" {
    behind lighttpd
    claims_of_ones_own_arrive
}

@test "Apache: claims of one's own and those of a dialect arrive, and only there" {
    behind apache
    claims_of_ones_own_arrive
}

@test "lighttpd: what a client writes into headers changes nothing" {
    behind lighttpd
    forged_headers_change_nothing
}

@test "Apache: what a client writes into headers changes nothing" {
    behind apache
    forged_headers_change_nothing
}

@test "nginx: what a client writes into headers changes nothing" {
    behind nginx
    forged_headers_change_nothing
}

@test "lighttpd: many names, names in HTML and names beyond ASCII arrive as they are" {
    behind lighttpd
    names_arrive_as_they_are
}

@test "Apache: many names, names in HTML and names beyond ASCII arrive as they are" {
    behind apache
    names_arrive_as_they_are
}

@test "nginx: many names, names in HTML and names beyond ASCII arrive as they are" {
    behind nginx
    names_arrive_as_they_are
}

@test "lighttpd: a name that is HTML does not become part of the page" {
    behind lighttpd
    the_page_is_escaped
}

@test "Apache: a name that is HTML does not become part of the page" {
    behind apache
    the_page_is_escaped
}

@test "nginx: a name that is HTML does not become part of the page" {
    behind nginx
    the_page_is_escaped
}

@test "lighttpd: no claim reaches the client in a header" {
    behind lighttpd
    nothing_leaks_to_the_client "${common_replies[@]}" "GET /does-not-exist" "GET /admin" "GET /public/"
}

@test "Apache: no claim reaches the client in a header" {
    behind apache
    nothing_leaks_to_the_client "${common_replies[@]}" "GET /does-not-exist" "GET /public/"
}

# The 301 that mod_dir writes, and any error without an ErrorDocument of its own: there Apache
# keeps the headers of the approval where no Header directive reaches them.
@test "nginx: no claim reaches the client in a header" {
    behind nginx
    nothing_leaks_to_the_client "${common_replies[@]}" "GET /does-not-exist" "GET /public/"
}

# The 301 that mod_dir writes, and any error without an ErrorDocument of its own: there Apache
# keeps the headers of the approval where no Header directive reaches them.
@test "Apache: where it writes an answer itself after an approval, it tells claims to their owner only" {
    behind apache
    local path
    for path in /admin /secret.txt/x; do
        talk none 1.3 "GET $path"
        expect "headers that tell claims to nobody" \
            "$(jq -r '.header_names[]' <<<"$replies" | grep -iE 'variable|cert|remote|auth' | xargs)" ""
        talk good 1.3 "GET $path"
        expect_like "subject told to its owner" "$(of 1 '.headers["variable-cert_subject"] // ""')" \
            "@(|CN=good client,OU=production,O=Example)"
    done
}

@test "Apache: a page in place of a missing file is authorized again, with each claim once" {
    behind apache
    talk good 1.3 "GET /does-not-exist?format=json"
    expect status "$(statuses)" 200
    expect user "$(of 1 .body | jq -r .user)" "CN=good client,OU=production,O=Example"
    expect claims "$(of 1 .body | jq -cS '.claims | del(.CERTAUTHZ_RULE)')" \
        "$(whoami good | jq -cS '.claims | del(.CERTAUTHZ_RULE)')"
}

# Of a refusal certauthz sees what the client asked for, not the page; so it stays one.
@test "Apache: a page in place of a refusal is refused like what was asked for" {
    behind apache
    talk none 1.3 "GET /secret.txt"
    expect status "$(statuses)" 403
    expect_like body "$(of 1 .body)" "*403 Forbidden*"
    no_secret_in "$replies"
}

@test "lighttpd: the access log names the client and the rule" {
    behind lighttpd
    talk good 1.3 "GET /secret.txt?access-log"
    logged() { grep -F 'GET /secret.txt?access-log' "$LAB/log/lighttpd-access.log"; }
    lab_await logged
    expect_like line "$(logged)" '127.0.0.1 CN=good client,OU=production,O=Example *" 200 * rule="read-only" sha256=*'
}

@test "Apache: the access log names the client and the rule" {
    behind apache
    talk good 1.3 "GET /secret.txt?access-log"
    logged() { grep -F 'GET /secret.txt?access-log' "$LAB/log/apache-access.log"; }
    lab_await logged
    expect_like line "$(logged)" '127.0.0.1 CN=good client,OU=production,O=Example *" 200 * rule="read-only" sha256=*'
}

@test "claims: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
