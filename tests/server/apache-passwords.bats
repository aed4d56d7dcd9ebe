# Apache with passwords beside certificates: parts/passwords.conf.

load support

# shellcheck source=tests/server/downstream.bash
source "$HERE/downstream.bash"

setup_file() {
    open_lab
    write_rules '{ path = "/public/"; certificate = "none"; },
                 { path = "/either/"; certificate = "optional"; },
                 { path = "/both/";   certificate = "required"; },
                 { path = "/";        certificate = "required"; }'
    printf 'alice:%s\n' "$(openssl passwd -apr1 wonder)" >"$LAB/etc/passwords"
    lab_add_applications
    local folder
    for folder in either both; do
        mkdir "$LAB/site/$folder"
        cp "$LAB/site/app/echo.cgi" "$LAB/site/secret.txt" "$LAB/site/$folder/"
    done
    export LAB_APACHE_EXTRA='<LocationMatch "^/(either|both)/echo\.cgi$">
    SetHandler cgi-script
    Options +ExecCGI
</LocationMatch>'
    lab_start apache
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=apache
}

right="header Authorization: Basic $(printf alice:wonder | base64)"
wrong="header Authorization: Basic $(printf alice:guess | base64)"
certificate_user="CN=good client,OU=production,O=Example"

# answers PATH CERTIFICATE STATUS [STEP]: and the secret comes with 200, and with nothing else.
answers() {
    local path=$1 certificate=$2 status=$3
    shift 3
    talk "$certificate" 1.3 "$@" "GET $path"
    expect "status of $path with $certificate and $*" "$(statuses)" "$status"
    if [[ $status = 200 ]]; then
        expect "what comes" "$(of 1 .body)" "$SECRET"
    else
        no_secret_in "$replies"
    fi
    expect "whether $path with $certificate and $* asks for a password" \
        "$(of 1 '.headers["www-authenticate"] != null')" "$([[ $status = 401 ]] && echo true || echo false)"
}

# told PATH CERTIFICATE [STEP]: who it is for the program there.
told() {
    local path=$1 certificate=$2
    shift 2
    talk "$certificate" 1.3 "$@" "GET $path"
    of 1 .body | jq -r '.variables | [.REMOTE_USER, .AUTH_TYPE, .CERTAUTHZ, .CERT_SUBJECT] | map(. // "-") | join(" | ")'
}

@test "Apache with passwords: a certificate or a password opens the one folder" {
    answers /either/secret.txt good 200
    answers /either/secret.txt good 200 "$wrong"
    answers /either/secret.txt none 200 "$right"
    answers /either/secret.txt none 401
    answers /either/secret.txt none 401 "$wrong"
    answers /either none 401
}

@test "Apache with passwords: a password does not make a bad certificate good" {
    answers /either/secret.txt untrusted 403
    answers /either/secret.txt untrusted 403 "$right"
}

@test "Apache with passwords: a certificate and a password open the other folder, and neither alone" {
    answers /both/secret.txt good 200 "$right"
    answers /both/secret.txt good 401
    answers /both/secret.txt good 401 "$wrong"
    answers /both/secret.txt none 403 "$right"
    answers /both/secret.txt untrusted 403 "$right"
    answers /both/secret.txt none 403
}

@test "Apache with passwords: elsewhere a password opens nothing" {
    local path
    for path in /secret.txt /admin/ /either/../secret.txt /either/%2e%2e/secret.txt /public/../both/secret.txt \
        //secret.txt /eitherx /either%2f../secret.txt; do
        talk none 1.3 "$right" "GET $path"
        expect_like "status of $path" "$(statuses)" "40[34]"
        no_secret_in "$replies"
        talk untrusted 1.2 "$right" "GET $path"
        no_secret_in "$replies"
    done
    talk none 1.3 "GET /either/secret.txt" "$right" "GET /either/secret.txt" "GET /secret.txt" "GET /both/secret.txt"
    expect "statuses on one connection" "$(statuses)" "401 200 403 403"
}

@test "Apache with passwords: REMOTE_USER is of the one that let the client in" {
    expect "by certificate" "$(told /either/echo.cgi good)" \
        "$certificate_user | Certificate | granted | $certificate_user"
    expect "by certificate, beside a password" "$(told /either/echo.cgi good "$right")" \
        "$certificate_user | Certificate | granted | $certificate_user"
    expect "by password" "$(told /either/echo.cgi none "$right")" "alice | Basic | anonymous | -"
    expect "by both" "$(told /both/echo.cgi good "$right")" "alice | Basic | granted | $certificate_user"
}

# Whom a rule lets in without a certificate is nobody; a mistake in the rules opens nothing.
@test "Apache with passwords: where certauthz lets everybody in a password is needed all the same" {
    change_config '{ path = "/both/";   certificate = "required"; }' '{ path = "/both/";   certificate = "none"; }'
    change_config '{ path = "/either/"; certificate = "optional"; }' '{ path = "/either/"; certificate = "none"; }'
    in_force() { talk untrusted 1.3 "$right" "GET /either/secret.txt" && [[ $(statuses) = 200 ]]; }
    lab_await in_force
    answers /either/secret.txt none 401
    answers /both/secret.txt none 403 "$right"
}

@test "Apache with passwords: with certauthz gone a password opens nothing" {
    local pid
    mv "$LAB/bin/certauthz" "$LAB/bin/certauthz-elsewhere"
    for pid in $(lab_leftovers); do
        kill -KILL "$pid"
    done
    answers /either/secret.txt none 403 "$right"
    answers /either/secret.txt good 403 "$right"
    mv "$LAB/bin/certauthz-elsewhere" "$LAB/bin/certauthz"
}

@test "apache-passwords: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
