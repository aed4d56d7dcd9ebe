# nginx, which asks by auth_request: which certificate gets what, and what stands behind it.

load support
load downstream

setup_file() {
    open_lab
    lab_add_applications
    # Applications that answer everybody, so that a forged claim would show.
    change_config '{ path = "/whoami/";   certificate = "required"; }' \
        '{ path = "/whoami/"; certificate = "required"; },
         { path = "/app/"; certificate = "optional"; }, { path = "/backend/"; certificate = "optional"; }'
    change_config 'rename = { };' 'rename = { CERT_DAYS_LEFT = "DAYS"; };'
    change_config 'add = { };' 'add = { TENANT = { constant = "blue"; }; };'
    lab_start certauthz
    lab_start whoami
    lab_start php
    lab_start backend
    # As the comments in certauthz.conf say of claims with names of one's own.
    export LAB_NGINX_EXTRA='auth_request_set $claim_tenant $upstream_http_variable_tenant;
auth_request_set $claim_days $upstream_http_variable_days;
fastcgi_param TENANT $claim_tenant if_not_empty;
fastcgi_param DAYS   $claim_days   if_not_empty;
proxy_set_header X-Tenant $claim_tenant;'
    lab_start nginx
    export PORT_NGINX=$LAB_PORT
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=nginx
    LAB_PORT=$PORT_NGINX
}

@test "nginx: good certificates get the file" {
    local certificate
    for certificate in good good-rsa no-eku both-eku empty-subject html-name utf8-name long-san; do
        granted "$certificate"
    done
}

@test "nginx: a certificate below an intermediate that certauthz knows gets the file" {
    granted via-intermediate
}

@test "nginx: without a certificate the file stays" {
    refused none no-certificate
}

@test "nginx: a certificate of a CA that only nginx knows is refused" {
    refused untrusted no-path-to-trust-anchor
}

@test "nginx: a certificate of another CA with the trusted one's name is refused for its signature" {
    refused untrusted-same-name bad-signature
}

@test "nginx: a self-signed certificate is refused for its type" {
    refused self-signed-client certificate-type-not-allowed
    refused self-signed-no-eku certificate-type-not-allowed
}

# nginx tolerates an issuer that it does not know, and nothing else that OpenSSL finds.
@test "nginx: what it finds fault with itself it answers with 400, and nobody is asked" {
    local certificate tls before
    before=$(decision_count)
    for certificate in expired not-yet-valid server-only any-eku \
        via-expired-intermediate via-not-a-ca via-no-certsign-ca via-pathlen0 self-signed-expired \
        weak-rsa1024 critical-unknown sha1-signed; do
        for tls in 1.2 1.3; do
            talk "$certificate" "$tls" "GET /secret.txt" "GET /public/file.txt"
            expect "status with $certificate over TLS $tls" "$(statuses)" "400 400"
            expect_like "body with $certificate" "$(of 1 .body)" "*SSL certificate error*"
            no_secret_in "$replies"
        done
    done
    expect decisions "$(decision_count)" "$before"
}

@test "nginx: a certificate of an unknown CA takes nothing from what anybody may see" {
    talk untrusted 1.3 "GET /public/file.txt"
    expect status "$(statuses)" 200
}

@test "nginx: the log has what was asked for, from where, and of which host" {
    local before
    before=$(decision_count)
    talk good 1.3 "HEAD /admin//secret.txt?x=%2f"
    lab_await more_decisions_than "$before" || fail "no decision was logged"
    expect "what was logged" \
        "$(decisions | tail -n 1 | jq -r '[.method, .path, .host, .address] | join(" ")')" \
        "HEAD /admin/secret.txt localhost 127.0.0.1"
}

# --- what stands behind -----------------------------------------------------------------

# variables CERTIFICATE PATH [STEP...]: what the application there was given, as JSON.
variables() {
    local certificate=$1 path=$2
    shift 2
    talk "$certificate" 1.3 "$@" "GET $path"
    expect "status of $path" "$(statuses)" 200
    of 1 '.body | fromjson | .variables'
}

@test "nginx: an application is given every claim that certauthz sends, as it is" {
    "$HERE/fcgi_client.py" "$LAB/run/certauthz.sock" ask --certificate "$LAB/pki/good.pem" \
        REQUEST_URI=/app/echo.php SERVER_NAME=localhost REMOTE_ADDR=127.0.0.1 |
        jq -r .reply | tr -d '\r' | sed -n 's/^Variable-//p' | sort >"$LAB/tmp/sent"
    (($(wc -l <"$LAB/tmp/sent") > 15))
    variables good /app/echo.php >"$LAB/tmp/given"
    jq -r 'to_entries[] | "\(.key): \(.value)"' "$LAB/tmp/given" | sort >"$LAB/tmp/lines"
    expect "claims that were not given" "$(comm -23 "$LAB/tmp/sent" "$LAB/tmp/lines")" ""
    expect "one with a name of one's own" "$(jq -r .TENANT "$LAB/tmp/given")" blue
    expect "one that was renamed" "$(jq -r .CERT_DAYS_LEFT "$LAB/tmp/given")" null
}

@test "nginx: a back end is given the claims as headers" {
    variables good /backend/x >"$LAB/tmp/given"
    expect claims "$(jq -r '[."x-remote-user", ."x-certauthz", ."x-cert-name", ."x-tenant"] | join("|")' "$LAB/tmp/given")" \
        "CN=good client,OU=production,O=Example|granted|good client|blue"
    variables utf8-name /backend/x >"$LAB/tmp/given"
    expect "a name beyond ASCII" "$(jq -r '."x-cert-name"' "$LAB/tmp/given" | iconv -f utf-8 -t latin1)" \
        'Žofie Łukasiewicz 山田'
}

@test "nginx: what a client sends by the names of claims reaches nobody" {
    local name path
    local -a names forged=("header Authorization: Basic $(printf 'eve:x' | base64)")
    mapfile -t names < <(sed -n 's/^proxy_set_header \([A-Za-z0-9-]*\).*/\1/p' "$LAB_SOURCE/packaging/nginx/certauthz.conf")
    for name in "${names[@]}"; do
        forged+=("header $name: eve" "header ${name//-/_}: eve" "header ${name,,}: eve")
    done
    ((${#forged[@]} > 40))
    for name in Client-Cert Client-Cert-Chain X-Forwarded-Client-Cert; do
        forged+=("header $name: eve")
    done
    forged+=("header REMOTE_USER: eve" "header CERT_SUBJECT: eve" "header X-Tenant: eve")
    for path in /app/echo.php /backend/x; do
        variables none "$path" "${forged[@]}" >"$LAB/tmp/given"
        expect "forged at $path, without a certificate" \
            "$(jq -r 'to_entries[] | select(.key | test("^HTTP_|^PHP_") | not) | select(.value == "eve") | .key' "$LAB/tmp/given" | xargs)" ""
        expect "who it is at $path" "$(jq -r '.REMOTE_USER // ."x-remote-user"' "$LAB/tmp/given")" null
        variables good "$path" "${forged[@]}" >"$LAB/tmp/given"
        expect "who it is at $path, with a certificate" \
            "$(jq -r '.REMOTE_USER // ."x-remote-user"' "$LAB/tmp/given")" "CN=good client,OU=production,O=Example"
    done
}

@test "nginx: a body reaches PHP and a back end whole, over HTTP/1.1 and HTTP/2" {
    local path version
    head -c 3000000 /dev/urandom >"$LAB/tmp/body-sent"
    for path in /app/echo.php /backend/x; do
        for version in --http1.1 --http2; do
            lab_request good "$path" "$version" --data-binary "@$LAB/tmp/body-sent"
            expect "status of $path with $version" "$reply_status" 200
            expect "what arrived at $path with $version" "$(jq -r .body_sha256 <<<"$reply_body")" \
                "$(sha256sum "$LAB/tmp/body-sent" | cut -d ' ' -f 1)"
            lab_request none "/secret.txt" "$version" --data-binary "@$LAB/tmp/body-sent"
            expect "status of a refused body with $version" "$reply_status" 403
        done
    done
}

@test "nginx: the access log names the client and the rule" {
    talk good 1.3 "GET /secret.txt?access-log"
    logged() { grep -F 'GET /secret.txt?access-log' "$LAB/log/nginx-access.log"; }
    lab_await logged
    expect_like line "$(logged)" '127.0.0.1 CN=good client,OU=production,O=Example *" 200 * rule="read-only" sha256=*'
}

# --- the manual -------------------------------------------------------------------------

# The site in certauthz(8), as it stands there.
lab_configure_manual() {
    sed -n '/^\.Sh NGINX/,/^\.Ed/p' "$LAB_SOURCE/authorizer/certauthz.8" | sed '1,/^\.Bd/d;/^\.Ed/,$d' >"$LAB/tmp/manual"
    lab_substitute "$LAB/tmp/manual" \
        /run/certauthz/authorizer.sock "$LAB/run/certauthz.sock" \
        "listen 443 " "listen 127.0.0.1:$LAB_PORT " \
        /var/www/html "$LAB/site" \
        /etc/ssl/certs/ssl-cert-snakeoil.pem "$LAB/pki/server.pem" \
        /etc/ssl/private/ssl-cert-snakeoil.key "$LAB/pki/server.key" \
        /etc/certauthz/client-ca.pem "$LAB/pki/server-ca.pem" \
        /etc/nginx/certauthz.conf "$LAB_SOURCE/packaging/nginx/certauthz.conf" \
        127.0.0.1:8080 "127.0.0.1:$LAB_BACKEND_PORT" >"$LAB/etc/manual-site.conf" &&
        lab_include_nginx_site manual
}

lab_spawn_manual() {
    lab_spawn_nginx manual
}

# Debian's package brings no index.html, and what the README shows is the first page of all.
@test "nginx: the page that Debian's package brings is a folder's index" {
    local folder=$LAB/site/as-installed
    mkdir "$folder"
    echo "$SECRET" >"$folder/index.nginx-debian.html"
    SECRET_PATH=/as-installed/ granted good
    SECRET_PATH=/as-installed/ refused none no-certificate
}

@test "nginx: the site in the manual works" {
    lab_start_on_free_port manual
    talk good 1.3 "GET /secret.txt" "GET /backend/x"
    expect "statuses with a certificate" "$(statuses)" "200 200"
    expect "who it is" "$(of 2 '.body | fromjson | .variables."x-remote-user"')" \
        "CN=good client,OU=production,O=Example"
    talk none 1.3 "GET /secret.txt" "GET /public/file.txt"
    expect "statuses without" "$(statuses)" "403 200"
    lab_stop manual
}

@test "nginx: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
