# lighttpd, where a path takes a certificate or a password, and one takes both, by the shipped
# files.

load support
source "$HERE/downstream.bash"

setup_file() {
    local folder
    open_lab
    lab_add_applications
    for folder in members vault; do
        mkdir "$LAB/site/$folder"
        cp -p "$LAB/site/secret.txt" "$LAB/site/app/echo.cgi" "$LAB/site/$folder/"
        echo "welcome" >"$LAB/site/$folder/login"
    done
    sed -i '/^rules = (/,/^);/d' "$LAB/etc/certauthz.conf"
    cat "$LAB_SOURCE/lighttpd-conf/passwords-rules.conf" >>"$LAB/etc/certauthz.conf"
    PASSWORD=$(openssl rand -hex 12)
    export PASSWORD
    echo "alice:$(openssl passwd -5 "$PASSWORD")" >"$LAB/etc/passwords"
    export LAB_LIGHTTPD_EXTRA="var.certauthz_password_file = \"$LAB/etc/passwords\"
include \"certauthz-passwords.conf\""
    lab_start certauthz
    lab_start backend
    lab_start lighttpd
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=lighttpd
}

# basic USER PASSWORD: what a browser sends.
basic() {
    printf 'Basic %s' "$(printf '%s:%s' "$1" "$2" | base64 -w 0)"
}

# The table has, for each path and with the password or without, the status with a certificate and
# the one without.
@test "passwords-lighttpd: a certificate or a password, and both" {
    local path password with without
    local -a steps
    while read -r path password with without; do
        steps=("GET $path")
        [[ $password = none ]] || steps=("header Authorization: $(basic alice "$PASSWORD")" "${steps[@]}")
        talk good 1.3 "${steps[@]}"
        expect "$path, password $password, with a certificate" "$(statuses)" "$with"
        talk none 1.2 "${steps[@]}"
        expect "$path, password $password, without" "$(statuses)" "$without"
        [[ $without = 200 ]] || no_secret_in "$replies"
    done <<'TABLE'
/public/file.txt    none 200 200
/public/file.txt    good 200 200
/members/secret.txt none 200 403
/members/secret.txt good 200 200
/vault/secret.txt   none 403 403
/vault/secret.txt   good 200 403
/secret.txt         none 200 403
/secret.txt         good 200 403
/members/login      none 401 401
/members/login      good 200 200
TABLE
}

@test "passwords-lighttpd: a wrong password gets nothing, with a certificate or without" {
    local certificate user path
    for certificate in good none; do
        for user in "alice wrong" "alice " "eve $PASSWORD" " $PASSWORD" "alice $PASSWORD!"; do
            for path in /members/secret.txt /vault/secret.txt /public/file.txt /members/login; do
                # shellcheck disable=SC2086 # the name and the password
                talk "$certificate" 1.3 "header Authorization: $(basic $user)" "GET $path"
                expect "status of $path for $user" "$(statuses)" 401
                expect_like "what is asked for" "$(of 1 '.headers["www-authenticate"]')" 'Basic realm="members"*'
                no_secret_in "$replies"
            done
        done
    done
}

@test "passwords-lighttpd: a password does not make a bad certificate good" {
    local certificate
    for certificate in expired server-only; do
        talk "$certificate" 1.3 "header Authorization: $(basic alice "$PASSWORD")" \
            "GET /members/secret.txt" "GET /vault/secret.txt" "GET /public/file.txt"
        expect "statuses with $certificate" "$(statuses)" "403 403 200"
        no_secret_in "$replies"
    done
}

# Whatever lighttpd takes for a password it has checked.
@test "passwords-lighttpd: no way to write the header gets the policy without a right password" {
    local value wrong
    wrong=$(basic alice wrong)
    for value in "${wrong,,}" "BASIC ${wrong#Basic }" "Basic" "Basic " "Basic =" "Basic:${wrong#Basic }" \
        $'Basic\t'"${wrong#Basic }" "Bearer x, $wrong" "$wrong, Bearer x" "Digest username=\"alice\"" \
        "Bearer x" "Negotiate x" "BasicX x" "\"$wrong\"" "x $wrong"; do
        for path in /members/secret.txt /vault/secret.txt; do
            talk none 1.3 "header Authorization: $value" "GET $path"
            expect_like "status with $value" "$(statuses)" "@(400|401|403)"
            no_secret_in "$replies"
        done
    done
    talk none 1.3 "header Authorization: Bearer x" "header Authorization: $wrong" "GET /members/secret.txt"
    expect_like "status with two of them" "$(statuses)" "@(400|401|403)"
    talk none 1.3 "header CERTAUTHZ_POLICY: password" "header Certauthz-Policy: password" \
        "header X-Remote-User: alice" "GET /members/secret.txt"
    expect "status with the policy's name" "$(statuses)" 403
}

@test "passwords-lighttpd: with a password alone, no spelling of a path opens what is for certificates" {
    local path
    for path in /members/../secret.txt /members/%2e%2e/secret.txt /members/..%2fsecret.txt //secret.txt \
        /members/../vault/secret.txt /vault/../vault/secret.txt /members//../secret.txt \
        /members/x/../../secret.txt /members/.%2e/vault/secret.txt /%76ault/secret.txt /VAULT/secret.txt; do
        talk none 1.3 "header Authorization: $(basic alice "$PASSWORD")" "GET $path"
        expect_like "status of $path" "$(statuses)" "@(400|403|404)"
        no_secret_in "$replies"
    done
    for path in /vault/secret.txt /%76ault/secret.txt //vault/secret.txt /members/../vault/secret.txt; do
        talk good 1.3 "GET $path"
        expect "status of $path without a password" "$(statuses)" 403
        no_secret_in "$replies"
    done
}

@test "passwords-lighttpd: a request on a connection that had a password needs its own" {
    local url
    url=$(lab_url /members/secret.txt)
    expect "statuses and connections" "$(lab_curl --user "alice:$PASSWORD" -o /dev/null -w '%{http_code} %{num_connects} ' "$url" \
        --next --silent --cacert "$LAB/pki/root-ca.pem" -o "$LAB/tmp/body" -w '%{http_code} %{num_connects}' "$url")" "200 1 403 0"
    talk none 1.3 "GET /members/secret.txt" "header Authorization: $(basic alice "$PASSWORD")" \
        "GET /members/secret.txt" "GET /vault/secret.txt"
    expect statuses "$(statuses)" "403 200 403"
}

# told NAME: what the CGI program found in its environment.
told() {
    of 1 .body | jq -r ".variables.$1"
}

@test "passwords-lighttpd: the application is told who it is, by which of them" {
    talk none 1.3 "header Authorization: $(basic alice "$PASSWORD")" "GET /members/echo.cgi"
    expect user "$(told REMOTE_USER) $(told AUTH_TYPE) $(told CERTAUTHZ)" "alice Basic anonymous"
    talk good 1.3 "header Authorization: $(basic alice "$PASSWORD")" "GET /vault/echo.cgi"
    expect user "$(told REMOTE_USER) $(told AUTH_TYPE) $(told CERTAUTHZ)" "alice Basic granted"
    expect subject "$(told CERT_SUBJECT)" "CN=good client,OU=production,O=Example"
    talk good 1.3 "GET /members/echo.cgi"
    expect user "$(told REMOTE_USER), $(told AUTH_TYPE)" "CN=good client,OU=production,O=Example, Certificate"
}

@test "passwords-lighttpd: a back end is told by lighttpd's own Forwarded alone" {
    local -a forged=()
    local name
    for name in Forwarded X-Forwarded-For Remote-User X-Remote_User Cert-Subject Certauthz_Roles; do
        forged+=("header $name: 192.0.2.1;remote_user=eve")
    done
    talk good 1.3 "${forged[@]}" "header Connection: Forwarded" "GET /backend/x"
    expect status "$(statuses)" 200
    expect_like "what it is told" "$(of 1 .body | jq -r .variables.forwarded)" \
        'for=127.0.0.1;proto=https;host="*";remote_user="CN=good client,OU=production,O=Example"'
    expect_like "all that it is told" "$(of 1 .body)" "!(*eve*)"
}

# What is closed to a wrong password is closed because certauthz says so, too.
@test "passwords-lighttpd: without certauthz a password opens nothing" {
    lab_stop certauthz
    talk none 1.3 "header Authorization: $(basic alice "$PASSWORD")" "GET /members/secret.txt" "GET /members/login"
    expect statuses "$(statuses)" "503 503"
    no_secret_in "$replies"
}

@test "passwords-lighttpd: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
