# Apache's front doors: what stands behind each is told the claims and nothing forged, clients are
# told none of them, and no way around leads past.

load support

# shellcheck source=tests/server/downstream.bash
source "$HERE/downstream.bash"

# Each has a laboratory of its own. The last is mod_fcgid as somebody might change it.
doors=(fcgid fcgid-htaccess authnz-fcgi fcgid-changed)

setup_file() {
    local door
    for door in "${doors[@]}"; do
        open_door "$door"
    done
}

teardown_file() {
    local door
    for door in "${doors[@]}"; do
        ! LAB=$(<"$BATS_FILE_TMPDIR/$door.lab") || close_lab
    done 2>/dev/null
}

open_door() {
    local door=$1
    open_lab
    echo "$LAB" >"$BATS_FILE_TMPDIR/$door.lab"
    write_rules '{ path = "/public/";   certificate = "none"; },
                 { path = "/app/";      certificate = "optional"; },
                 { path = "/whoami/";   certificate = "optional"; },
                 { path = "/backend/";  certificate = "optional"; },
                 { path = "/";          certificate = "required"; }'
    add_files
    export LAB_APACHE_EXTRA='Protocols h2 http/1.1
ErrorDocument 404 /secret.txt
ErrorDocument 403 /public/file.txt'
    [[ $door != fcgid-changed ]] || change_apache
    use_door "$door"
    door_start
    echo "$LAB_PORT" >"$BATS_FILE_TMPDIR/$door.port"
    unset LAB_APACHE_CONF LAB_APACHE_WHOAMI LAB_CERTAUTHZ_PORT LAB_BACKEND_PORT
}

# go.cgi sends Apache on to the path in its query.
add_files() {
    lab_add_applications
    cat >"$LAB/site/app/go.cgi" <<'PROGRAM'
#!/bin/sh
printf 'Location: %s\r\n\r\n' "$QUERY_STRING"
PROGRAM
    chmod 755 "$LAB/site/app/go.cgi"
    echo "$SECRET" >"$LAB/site/.htpasswd"
    echo "$SECRET" >"$LAB/site/admin/.htpasswd"
}

# The site's files may change what the section for its folder says, earlier sections open
# everything, encoded slashes are let through, and a Location asks for certificates by itself.
change_apache() {
    export LAB_APACHE_CONF=$LAB/etc/changed.conf
    sed -e 's/AllowOverride None/AllowOverride All/' -e 's/^    TraceEnable Off/&\n    AllowEncodedSlashes On/' \
        "$LAB_SOURCE/apache-conf/certauthz-fcgid.conf" >"$LAB_APACHE_CONF"
    grep -q 'AllowOverride All' "$LAB_APACHE_CONF"
    printf 'Require all granted\nSatisfy Any\nOrder allow,deny\nAllow from all\n' >"$LAB/site/.htaccess"
    cp "$LAB/site/.htaccess" "$LAB/site/admin/"
    LAB_APACHE_EXTRA+="
<Location /secret.txt>
    Require all granted
    Satisfy Any
</Location>
<Directory \"$LAB/site\">
    Require all granted
    Satisfy Any
</Directory>
<Location /admin/secret.txt>
    SSLVerifyClient require
</Location>"
}

# use_door DOOR: reads its file.
use_door() {
    # shellcheck disable=SC1090 # each of them
    source "$HERE/doors/${1%-changed}.bash"
}

# each CHECK...: through every door. What fails tells at its end which.
each() {
    for door in "${doors[@]}"; do
        echo "through $door:" >&2
        LAB=$(<"$BATS_FILE_TMPDIR/$door.lab")
        LAB_PORT=$(<"$BATS_FILE_TMPDIR/$door.port")
        export LAB LAB_PORT
        use_door "$door"
        "$@"
    done
}

# --- what stands behind ----------------------------------------------------------------

declare -gA paths=([cgi]=/app/echo.cgi [fastcgi]="/whoami?format=json" [php]=/app/echo.php [proxy]=/backend/x)

# By each of these names a client might say who it is: the claims', and those of the headers that
# parts/applications.conf makes of them, with hyphens and underscores; or, as a proxy tells it, by
# its certificate.
forged=()
for name in REMOTE_USER Remote-User CERT_SHA256 CERTAUTHZ AUTH_TYPE REDIRECT_REMOTE_USER SSL_CLIENT_CERT \
    Certauthz-{User,Rule,Roles,Subject,Sha256} Certauthz_{User,Rule,Roles,Subject,Sha256} \
    X-Remote-User X_Remote-User X-Remote_User X_Remote_User \
    {,X-Forwarded-}Client-Cert {,X_Forwarded_}Client_Cert Client-Cert-Chain Client_Cert_Chain; do
    forged+=("header $name: eve")
done
forged+=("header Connection: keep-alive, Certauthz-User, certauthz-sha256 ,X-REMOTE-USER")

# told NAME: what the application says it was told.
told() {
    of 1 .body | jq -r --arg name "$1" '(.variables // .claims)[$name] // "none"'
}

# Nothing that begins with HTTP_, which is how the environment has headers, says who somebody is.
no_word_of_eve() {
    expect "told of what was forged" "$(of 1 .body |
        jq -r '(.variables // .claims) | to_entries[] | select(.key | startswith("HTTP_") | not) |
            select(.key | test("^(remote.user|auth.type|redirect.remote.user|ssl.client.cert|cert.sha256)$") | not) |
            select(.value == "eve") | .key' | xargs)" ""
}

applications_are_told_who_it_is() {
    local downstream user sha256
    sha256=$(openssl x509 -in "$LAB/pki/good.pem" -outform DER | sha256sum | cut -d ' ' -f 1)
    user="CN=good client,OU=production,O=Example"
    for downstream in "${DOOR_DOWNSTREAMS[@]:1}"; do
        talk good 1.3 "${forged[@]}" "GET ${paths[$downstream]}"
        expect "status of $downstream" "$(statuses)" 200
        no_word_of_eve
        if [[ $downstream = proxy ]]; then
            expect "user told to $downstream" "$(told certauthz-user) $(told x-remote-user)" "$user $user"
            expect "digest told to $downstream" "$(told certauthz-sha256)" "$sha256"
            expect "subject and rule told to $downstream" "$(told certauthz-subject) $(told certauthz-rule)" "$user /backend/"
        else
            expect "user told to $downstream" "$(told REMOTE_USER) $(told AUTH_TYPE)" "$user Certificate"
            expect "digest told to $downstream" "$(told CERT_SHA256) $(told CERTAUTHZ)" "$sha256 granted"
        fi
    done
}

# mod_authnz_fcgi has to have a name for everybody.
applications_are_told_of_nobody() {
    local downstream nobody=none
    [[ $door != authnz-fcgi ]] || nobody=anonymous
    for downstream in "${DOOR_DOWNSTREAMS[@]:1}"; do
        talk none 1.3 "${forged[@]}" "GET ${paths[$downstream]}"
        expect "status of $downstream" "$(statuses)" 200
        no_word_of_eve
        if [[ $downstream = proxy ]]; then
            expect "headers told to $downstream" "$(of 1 .body |
                jq -r '.variables | keys[] | select(test("certauthz|x.remote"))' | xargs)" "certauthz certauthz-rule"
        else
            expect "user told to $downstream" "$(told REMOTE_USER) $(told CERTAUTHZ)" "$nobody anonymous"
            expect "digest told to $downstream" "$(told CERT_SHA256)" none
        fi
    done
}

@test "Apache's doors: each application is told who it is, whatever the client's headers say" {
    each applications_are_told_who_it_is
}

@test "Apache's doors: without a certificate each application is told of nobody" {
    each applications_are_told_of_nobody
}

# A certificate of some 50 KB, which as a variable is more than mod_proxy_fcgi passes on.
large_certificates_pass() {
    local downstream
    printf '[leaf]\nextendedKeyUsage = clientAuth\nsubjectAltName = @names\n[names]\n' >"$LAB/tmp/large.cnf"
    printf 'DNS.%d = a-rather-long-name-among-very-many-others.example.org\n' {1..700} >>"$LAB/tmp/large.cnf"
    cp -- "$LAB/pki/good.key" "$LAB/pki/large.key"
    openssl req -new -key "$LAB/pki/large.key" -subj "/O=Example/CN=large" -out "$LAB/tmp/large.csr"
    openssl x509 -req -in "$LAB/tmp/large.csr" -CA "$LAB/pki/root-ca.pem" -CAkey "$LAB/pki/root-ca.key" \
        -days 365 -extfile "$LAB/tmp/large.cnf" -extensions leaf -out "$LAB/pki/large.pem" 2>"$LAB/tmp/large.log"
    (($(wc -c <"$LAB/pki/large.pem") > 50000)) || fail "the certificate is not large"
    for downstream in "${DOOR_DOWNSTREAMS[@]:1}"; do
        talk large 1.3 "GET ${paths[$downstream]}"
        if [[ $door = authnz-fcgi ]]; then
            # It leaves such a variable out, and certauthz finds that something is missing.
            expect "status of $downstream" "$(statuses)" 403
            expect_like "body" "$(of 1 .body)" "*Reason: inconsistent-server-variables*"
        else
            expect "status of $downstream" "$(statuses)" 200
            expect_like "subject told to $downstream" "$(told CERT_SUBJECT) $(told certauthz-subject)" "@(CN=large,O=Example none|none CN=large,O=Example)"
        fi
    done
}

@test "Apache's doors: a certificate of 50 KB is passed on by mod_fcgid, and refused elsewhere" {
    each large_certificates_pass
}

# --- what clients are told -------------------------------------------------------------

# Apache's own pages for an error keep what mod_fcgid added; see claims.bats.
no_claim_leaks() {
    local certificate steps=("GET /secret.txt" "HEAD /secret.txt" "GET /admin/" "GET /public/file.txt"
        "GET /app/echo.cgi" "GET /app/echo.php" "GET /whoami" "POST /app/echo.cgi")
    [[ $door = fcgid-htaccess ]] || steps+=("GET /backend/" "GET /app/go.cgi?/secret.txt")
    [[ $door != authnz-fcgi ]] || steps+=("GET /admin" "GET /secret.txt/x")
    for certificate in good none; do
        talk "$certificate" 1.3 "${steps[@]}"
        expect "number of replies" "$(statuses | wc -w)" "${#steps[@]}"
        expect "headers that tell claims to $certificate" \
            "$(jq -r '.header_names[]' <<<"$replies" | grep -iE 'variable|cert|remote|auth' | xargs)" ""
    done
}

@test "Apache's doors: no claim reaches the client in a header" {
    each no_claim_leaks
}

# --- ways around -----------------------------------------------------------------------

# leads_nowhere STEP...: nothing of it yields the secret, without a certificate or with a bad one.
leads_nowhere() {
    local certificate
    for certificate in none untrusted; do
        talk "$certificate" 1.3 "$@"
        [[ -n $replies ]] || fail "nothing was asked"
        no_secret_in "$replies"
        expect "statuses with $certificate" \
            "$(jq -r 'select(.status < 400 or .status >= 500) | "\(.step): \(.status)"' <<<"$replies")" ""
    done
}

# What is under a rule of its own is not opened by the approval for what led there.
sent_on_by_the_site() {
    local target steps=()
    for target in /secret.txt /admin/ /public/../secret.txt /public/%2e%2e/secret.txt //secret.txt; do
        steps+=("GET /app/go.cgi?$target")
    done
    leads_nowhere "${steps[@]}" "POST /app/go.cgi?/secret.txt"
    talk good 1.3 "${steps[@]}"
    expect "what a good certificate gets" "$(jq -r '"\(.status) \(.body)"' <<<"$replies" | sort -u | xargs)" "200 $SECRET"
    # An ErrorDocument is the secret; that in place of a refusal is public, and changes no status.
    leads_nowhere "GET /public/nothing" "GET /secret.txt" "GET /nothing"
    talk none 1.3 "GET /app/go.cgi?/public/file.txt"
    expect "what was sent on to a public file" "$(statuses) $(of 1 .body)" "200 the public file"
}

@test "Apache's doors: where the site itself sends a request on to is authorized by itself" {
    each sent_on_by_the_site
}

folders_and_paths_behind_programs() {
    leads_nowhere "GET /admin/" "GET /admin/index.html" "GET /secret.txt/x" "GET /secret.txt/../public/file.txt/" \
        "GET /public%2f..%2fsecret.txt" "GET /public/..%2fsecret.txt" "GET /public/%2e%2e%2fsecret.txt" \
        "GET /admin%2fsecret.txt" "GET /public/%252e%252e/secret.txt" "GET /public%5c..%5csecret.txt"
    talk none 1.3 "GET /app/echo.cgi/%252e%252e/%252e%252e/secret.txt" "GET /app/echo.cgi/secret.txt"
    expect "statuses of a program with a path behind it" "$(statuses)" "200 200"
    # By its path behind the program it looks like a public one.
    change_config 'path = "/app/";      certificate = "optional"' 'path = "/app/";      certificate = "required"'
    seen() { talk none 1.3 "GET /app/echo.cgi" && [[ $(statuses) = 403 ]]; }
    lab_await seen
    leads_nowhere "GET /app/echo.cgi/%252e%252e/%252e%252e/public/file.txt" \
        "GET /app/echo.cgi/..%2f..%2fpublic/file.txt" "GET /app/echo.cgi?/../../public/file.txt" \
        "GET /app/echo.cgi/%3f/../../../public/../app/echo.cgi"
}

@test "Apache's doors: neither a folder's index, nor PATH_INFO, nor an encoded slash is a way around" {
    each folders_and_paths_behind_programs
}

# Debian's rule for them is one more Require that certauthz's own replaces.
no_files_of_the_servers() {
    talk good 1.3 "GET /.htpasswd" "GET /admin/.htpasswd" "GET //.htpasswd" "GET /admin/../.htpasswd" "GET /.htaccess"
    expect "what a good certificate gets, in place of them" "$(jq -r .body <<<"$replies" | sort -u | xargs)" "the public file"
}

@test "Apache's doors: files of Apache's own, .ht..., are for nobody" {
    each no_files_of_the_servers
}

over_http_2() {
    local certificate
    for certificate in none untrusted; do
        lab_request "$certificate" /secret.txt --http2 --header "Certauthz: granted" --header "CERTAUTHZ: granted"
        expect_like "reply over HTTP/2 with $certificate" "$reply_headers" "HTTP/2 403*"
        no_secret_in "$reply_body"
    done
    lab_request good /secret.txt --http2
    expect_like "reply over HTTP/2" "$reply_headers" "HTTP/2 200*"
    expect "body over HTTP/2" "$reply_body" "$SECRET"
    # One connection for all of them.
    lab_request none /public/file.txt --http2 "$(lab_url /secret.txt)" "$(lab_url /admin/)" "$(lab_url /public/file.txt)"
    no_secret_in "$reply_body"
}

@test "Apache's doors: HTTP/2 is no way around" {
    each over_http_2
}

kept_and_resumed() {
    local tls
    for tls in 1.2 1.3; do
        talk none "$tls" "GET /public/file.txt" "GET /secret.txt" resume "GET /secret.txt" "GET /public/file.txt"
        expect "statuses over TLS $tls without a certificate" "$(statuses)" "200 403 403 200"
        talk untrusted "$tls" "GET /public/file.txt" "GET /secret.txt" resume "GET /secret.txt"
        expect "statuses over TLS $tls with a bad one" "$(statuses)" "200 403 403"
        no_secret_in "$replies"
        talk good "$tls" "GET /secret.txt" resume "GET /secret.txt" reconnect "GET /secret.txt"
        expect "statuses over TLS $tls with a good one" "$(statuses)" "200 200 200"
    done
}

@test "Apache's doors: connections that are kept and sessions that are resumed open nothing" {
    each kept_and_resumed
}

# It asks for one in the middle of a connection, or never; certauthz goes by what is there.
@test "Apache's doors: a Location that asks for certificates by itself opens nothing" {
    local tls certificate
    doors=(fcgid-changed)
    each :
    for tls in 1.2 1.3; do
        for certificate in none untrusted; do
            talk "$certificate" "$tls" "GET /public/file.txt" "GET /admin/secret.txt" "GET /admin/secret.txt"
            no_secret_in "$replies"
            expect_like "statuses over TLS $tls with $certificate" "$(statuses)" "200 @(0 0|403 403)"
        done
    done
}

# Basic authentication, too, which nobody has asked for.
forged_headers_open_nothing() {
    local pem
    pem=$(tr -d '\n' <"$LAB/pki/good.pem")
    leads_nowhere "${forged[@]}" "header Authorization: Basic Z29vZDpnb29k" \
        "header SSL-Client-Cert: $pem" "header SSL_CLIENT_CERT: $pem" "header REDIRECT_SSL_CLIENT_CERT: $pem" \
        "header REDIRECT_STATUS: 403" "header REDIRECT_URI: /public/file.txt" "header Redirect-Uri: /public/file.txt" \
        "GET /secret.txt"
}

@test "Apache's doors: no header of the client opens anything" {
    each forged_headers_open_nothing
}

@test "Apache's doors: every process ended when asked to, and no sanitizer complained" {
    each everything_ended_well
}
