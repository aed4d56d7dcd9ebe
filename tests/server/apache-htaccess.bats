# Shared hosting: certauthz in an .htaccess file of one folder, and what that cannot hold.

load support

# shellcheck source=tests/server/downstream.bash
source "$HERE/downstream.bash"
# shellcheck source=tests/server/doors/fcgid-htaccess.bash
source "$HERE/doors/fcgid-htaccess.bash"

setup_file() {
    open_lab
    write_rules '{ path = "/members/open/"; certificate = "none"; },
                 { path = "/members/";      certificate = "required"; }'
    mkdir -p "$LAB"/site/members/{open,closed}
    for file in secret.txt open/secret.txt closed/secret.txt closed/index.html; do
        echo "$SECRET" >"$LAB/site/members/$file"
    done
    echo "the open file" >"$LAB/site/members/open/file.txt"
    door_start
    mv "$LAB/site/.htaccess" "$LAB/site/members/"
}

teardown_file() {
    rm -f "$LAB"/site/members/*/.htaccess
    close_lab
}

setup() {
    SERVER=apache
}

@test ".htaccess: its folder is closed and those below it, and nothing else" {
    local path
    for path in /members/secret.txt /members/closed/secret.txt /members/closed/ /members/closed /members/; do
        SECRET_PATH=$path refused none no-certificate
        SECRET_PATH=$path refused untrusted no-path-to-trust-anchor
    done
    talk good 1.3 "GET /members/secret.txt" "GET /members/closed/" "GET /members/closed/secret.txt"
    expect "statuses" "$(statuses)" "200 200 200"
    talk none 1.3 "GET /members/open/file.txt" "GET /public/file.txt"
    expect "statuses of what is open" "$(statuses)" "200 200"
}

@test ".htaccess: TRACE, which is answered before, shows nothing of the site" {
    talk none 1.3 "header X-Mark: mine" "TRACE /members/secret.txt"
    expect "status" "$(statuses)" 200
    no_secret_in "$replies"
    expect_like "body" "$(of 1 .body | tr -d '\r' | tr '\n' ' ')" "TRACE /members/secret.txt *X-Mark: mine*"
}

# Each claim once, and to nobody but the program, even where a folder's index is asked for.
@test ".htaccess: no claim reaches the client" {
    talk good 1.3 "GET /members/secret.txt" "GET /members/closed/" "HEAD /members/closed/secret.txt" "GET /members/open/file.txt"
    expect "statuses" "$(statuses)" "200 200 200 200"
    expect "headers that tell claims" \
        "$(jq -r '.header_names[]' <<<"$replies" | grep -iE 'variable|cert|remote|auth' | xargs)" ""
}

# elsewhere LINE...: an .htaccess file outside, with which a file of the folder is asked for.
elsewhere() {
    local index
    for index in DirectoryIndex FallbackResource; do
        printf '%s\n' "$@" "$index /members/secret.txt" >"$LAB/site/public/.htaccess"
        talk none 1.3 "GET /public/" "GET /public/missing"
        rm "$LAB/site/public/.htaccess"
        expect_like "statuses with $index, $1" "$(statuses)" "@(403|404) @(403|404)"
        no_secret_in "$replies"
    done
}

@test ".htaccess: what other folders set does not count in this one" {
    elsewhere "SetEnv SSL_CLIENT_CERT $(jq -rRs @uri "$LAB/pki/good.pem")" "SetEnv SSL_CLIENT_VERIFY SUCCESS" \
        "SetEnv REDIRECT_URI /members/secret.txt"
    elsewhere "SetEnv REDIRECT_URI /members/open/file.txt"
    elsewhere "SetEnv REDIRECT_URI /members/open/../secret.txt"
    elsewhere "SetEnv REDIRECT_URI \"/members/open/ /members/\""
    elsewhere "SetEnv CERTAUTHZ granted"
    elsewhere "SetEnvIf Request_Method . CERTAUTHZ=granted"
}

# below LINE...: an .htaccess file in the folder "closed". What is asked then, without a certificate.
below() {
    printf '%s\n' "$@" >"$LAB/site/members/closed/.htaccess"
    talk none 1.3 "GET /members/closed/secret.txt"
    rm "$LAB/site/members/closed/.htaccess"
}

@test ".htaccess: a file below that says something else leaves the folder closed" {
    local line
    for line in "Satisfy All" "SetEnvIf Request_URI . SSL_CLIENT_VERIFY=SUCCESS" "Require env CERT_SHA256" \
        "FcgidAccessCheckerAuthoritative On" "RewriteEngine On" "ErrorDocument 403 /public/file.txt" \
        "DirectoryIndex secret.txt" "Header always unset X" "SSLVerifyClient require"; do
        below "$line"
        expect_like "status below $line" "$(statuses)" "@(0|401|403|500)"
        no_secret_in "$replies"
    done
}

# The file says so. The status is still that of the refusal, which mod_fcgid has set.
@test ".htaccess: who can write below can open, which the file warns of" {
    local line
    for line in "Satisfy Any" "Require all granted"; do
        below "$line"
        expect_like "what comes below $line" "$(of 1 .body)" "$SECRET*"
        grep -qF "\"$line\"" "$LAB_SOURCE/apache-conf/htaccess-fcgid/.htaccess"
    done
}

# redirecting LINE: the same by an internal redirect.
redirecting() {
    printf '%s\n' "$1" "ErrorDocument 404 /members/secret.txt" >"$LAB/site/public/.htaccess"
    talk none 1.3 "GET /public/missing"
    rm "$LAB/site/public/.htaccess"
    expect_like "status by a redirect, $1" "$(statuses)" "@(403|404)"
    no_secret_in "$replies"
}

@test ".htaccess: a certificate that a proxy forwards counts, and none that another folder sets" {
    local certificate line
    certificate=$(jq -rRs @uri "$LAB/pki/good.pem")
    lab_stop apache
    cp "$LAB/etc/certauthz.conf" "$LAB/etc/certauthz.kept"
    echo 'forwarded: { header = "X-Client-Cert"; format = "pem-escaped"; proxies = [ "127.0.0.1" ]; };' \
        >>"$LAB/etc/certauthz.conf"
    lab_start apache
    talk none 1.3 "header X-Client-Cert: $certificate" "GET /members/secret.txt" "GET /members/closed/"
    expect "statuses" "$(statuses)" "200 200"
    for line in "SetEnv HTTP_X_CLIENT_CERT $certificate" "SetEnv HTTP_X-CLIENT.CERT $certificate" \
        "RequestHeader set X-Client-Cert ${certificate//%/%%}"; do
        elsewhere "$line" "SetEnv SSL_CLIENT_VERIFY NONE" "SetEnv REDIRECT_URI /members/secret.txt"
        redirecting "$line"
    done
    mv "$LAB/etc/certauthz.kept" "$LAB/etc/certauthz.conf"
}

@test ".htaccess: a server that does not let it, or asks for no certificate, serves nothing" {
    local change
    for change in 's/AllowOverride FileInfo AuthConfig/AllowOverride AuthConfig/' \
        's/AllowOverride FileInfo AuthConfig/AllowOverride FileInfo/' 's/^ *SSLVerifyClient .*//'; do
        lab_stop apache
        cp "$LAB_APACHE_CONF" "$LAB/etc/hosting.whole"
        sed -i "$change" "$LAB_APACHE_CONF"
        ! cmp -s "$LAB_APACHE_CONF" "$LAB/etc/hosting.whole" || fail "nothing was changed by $change"
        lab_start apache
        mv "$LAB/etc/hosting.whole" "$LAB_APACHE_CONF"
        for certificate in none good; do
            talk "$certificate" 1.3 "GET /members/secret.txt"
            expect_like "status with $certificate after $change" "$(statuses)" "@(403|500)"
            no_secret_in "$replies"
        done
    done
}

@test "apache-htaccess: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
