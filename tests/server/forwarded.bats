# A proxy ends TLS and forwards the client's certificate in a header, to lighttpd and to Apache
# with certauthz: what it forwards counts, and what clients say in its place does not.
# shellcheck disable=SC2154 # reply_... are lab_request's

load support
load proxies

setup_file() {
    open_lab
    configure pem-escaped
    start_both
}

teardown_file() {
    close_lab
}

setup() {
    CTL=$LAB_BUILD/authorizer/certauthzctl
}

teardown() {
    lab_stop front_nginx
    lab_stop front_apache
    lab_stop nginx
}

# configure FORMAT [LINE...]: of the group `forwarded`.
configure() {
    local format=$1
    shift
    cat >"$LAB/etc/new.conf" <<CONF
trust: { anchors = [ "anchors.pem" ]; intermediates = [ "intermediates.pem" ]; };
server: { control = "../run/control"; };
rules = (
    { path = "/public/";  certificate = "none"; },
    { path = "/whoami/";  certificate = "optional"; name = "whoami"; },
    { path = "/";         certificate = "required"; name = "members"; }
);
forwarded: {
    header = "${LAB_FRONT_HEADER:-X-Client-Cert}"; format = "$format"; proxies = [ "$LAB_PROXY_ADDRESS" ];
    $*
};
CONF
    mv -- "$LAB/etc/new.conf" "$LAB/etc/certauthz.conf"
}

# reconfigure FORMAT [LINE...]: in force in every process when it returns.
reconfigure() {
    configure "$@"
    "$CTL" reload -c "$LAB/etc/certauthz.conf" >"$LAB/tmp/reload" || fail "$(<"$LAB/tmp/reload")"
}

# in_front PROXY SERVER: requests go to the proxy, which forwards them to the server.
in_front() {
    behind "$2"
    export LAB_FRONTED=$LAB_PORT
    lab_start "front_$1"
}

# asks CERTIFICATE REASON [CURL-OPTION...]: for the secret, which comes only with "granted".
asks() {
    local certificate=$1 reason=$2 before
    shift 2
    before=$(decision_count)
    lab_request "$certificate" /secret.txt "$@"
    expect "reason" "$(reason_since "$before")" "$reason"
    if [[ $reason = granted ]]; then
        expect "status" "$reply_status $reply_error" "200 "
        expect "body" "$reply_body" "$SECRET"
    else
        expect "status" "$reply_status $reply_error" "403 "
        no_secret_in "$reply_body"
    fi
}

last() {
    decisions | tail -n 1 | jq -r "$1"
}

fingerprint() {
    openssl x509 -in "$LAB/pki/$1.pem" -outform DER | sha256sum | cut -d ' ' -f 1
}

# Somebody else's certificate, as the proxies write it.
escaped() {
    jq -sRr @uri "$LAB/pki/$1.pem"
}

on_one_line() {
    tr '\n' ' ' <"$LAB/pki/$1.pem"
}

forwards() {
    in_front "$1" "$2"
    asks good granted
    expect "who it is" "$(last .sha256)" "$(fingerprint good)"
    expect "who forwarded it" "$(last .forwarded_by)" "$LAB_PROXY_ADDRESS"
    asks via-intermediate granted
    asks untrusted no-path-to-trust-anchor
    expect "who forwarded that" "$(last .forwarded_by)" "$LAB_PROXY_ADDRESS"
    asks none no-certificate
    expect "who forwarded nothing" "$(last .forwarded_by)" null
    lab_request none /public/file.txt
    expect "status of what is for everybody" "$reply_status" 200
}

@test "nginx forwards certificates to lighttpd" {
    forwards nginx lighttpd
}

@test "nginx forwards certificates to Apache" {
    forwards nginx apache
}

# replaces PROXY SERVER VALUE: a client that sends the header itself gains nothing.
replaces() {
    in_front "$1" "$2"
    asks none no-certificate --header "X-Client-Cert: $3"
    asks good-rsa granted --header "X-Client-Cert: $3"
    expect "who it is" "$(last .sha256)" "$(fingerprint good-rsa)"
    asks none no-certificate --header "X-Client-Cert: $3" --header "X-Client-Cert: $3"
}

@test "nginx in front of lighttpd: its header takes the place of a client's" {
    replaces nginx lighttpd "$(escaped good)"
}

@test "nginx in front of Apache: its header takes the place of a client's" {
    replaces nginx apache "$(escaped good)"
}

# spells_otherwise PROXY SERVER VALUE NONE OWN: the reasons without a certificate and with one.
spells_otherwise() {
    local name
    in_front "$1" "$2"
    for name in X_Client_Cert X-Client_Cert X.Client.Cert 'X!Client-Cert' 'X~Client~Cert'; do
        asks none "$4" --header "$name: $3"
        asks good-rsa "$5" --header "$name: $3"
        [[ $5 != granted ]] || expect "who it is" "$(last .sha256)" "$(fingerprint good-rsa)"
    done
}

@test "nginx in front of lighttpd: other spellings of the header do not get through" {
    spells_otherwise nginx lighttpd "$(escaped good)" no-certificate granted
}

@test "nginx in front of Apache: other spellings of the header do not get through" {
    spells_otherwise nginx apache "$(escaped good)" no-certificate granted
}

# A client that reaches the web server itself.
strangers() {
    behind "$1"
    asks none no-certificate --header "X-Client-Cert: $(escaped good)"
    expect "who forwarded it" "$(last .forwarded_by)" null
    asks good-rsa granted --header "X-Client-Cert: $(escaped good)"
    expect "who it is" "$(last .sha256)" "$(fingerprint good-rsa)"
    asks good granted --header "X-Client-Cert: nonsense"
}

warnings() {
    cat "$LAB/log/certauthz.log" "$LAB/log/apache-error.log" | grep -c 'not among forwarded.proxies'
}

@test "lighttpd: a client's own header is ignored, and the log says so once" {
    local before
    before=$(warnings) || :
    strangers lighttpd
    expect "warnings" "$(($(warnings) - before))" 1
    strangers lighttpd
    expect "warnings after more" "$(($(warnings) - before))" 1
}

@test "Apache: a client's own header is ignored, and each process says so once" {
    local before more
    before=$(warnings) || :
    strangers apache
    strangers apache
    more=$(($(warnings) - before))
    ((more == 1 || more == 2)) || fail "$more warnings of 2 processes"
}

# What comes from the proxy's address, with every header as it is sent.
@test "lighttpd: a header that comes twice is refused, in any spelling" {
    behind lighttpd
    local value proxy=(--interface "$LAB_PROXY_ADDRESS")
    value=$(escaped good)
    asks none granted "${proxy[@]}" --header "X-Client-Cert: $value"
    asks none granted "${proxy[@]}" --header "x-client-cert: $value"
    asks none malformed-certificate "${proxy[@]}" --header "X-Client-Cert: $value" --header "X-Client-Cert: $value"
    asks none inconsistent-server-variables "${proxy[@]}" --header "X-Client-Cert: $value" --header "X_Client_Cert: $value"
    asks none inconsistent-server-variables "${proxy[@]}" --header "X.Client.Cert: $value" --header "X-Client-Cert: $value"
    asks none malformed-certificate "${proxy[@]}" --header "X-Client-Cert: ${value:0:500}"
    expect "the check" "$(last .check)" forwarded
}

@test "Apache: a header that comes twice is refused, and other spellings are none" {
    behind apache
    local value proxy=(--interface "$LAB_PROXY_ADDRESS")
    value=$(escaped good)
    asks none granted "${proxy[@]}" --header "X-Client-Cert: $value"
    asks none malformed-certificate "${proxy[@]}" --header "X-Client-Cert: $value" --header "X-Client-Cert: $value"
    asks none no-certificate "${proxy[@]}" --header "X_Client_Cert: $value"
    asks none no-certificate "${proxy[@]}" --header "X.Client.Cert: $value"
}

@test "explain takes a line of the log for what the proxy forwarded" {
    in_front nginx lighttpd
    asks untrusted no-path-to-trust-anchor
    "$CTL" explain -c "$LAB/etc/certauthz.conf" --cert "$LAB/pki/untrusted.pem" \
        --log "$(decisions | tail -n 1)" >"$LAB/tmp/explained" || :
    grep -q '^  passed *forwarded$' "$LAB/tmp/explained" || fail "$(<"$LAB/tmp/explained")"
    grep -q 'then and now no-path-to-trust-anchor' "$LAB/tmp/explained" || fail "$(<"$LAB/tmp/explained")"
}

# With the one more line of certauthz.conf(5), FORWARDED.
@test "nginx, where it asks certauthz: what the proxy forwards counts, and nothing else" {
    local value proxy=(--interface "$LAB_PROXY_ADDRESS")
    # shellcheck disable=SC2016 # nginx's
    sed 's/^    fastcgi_param SSL_CLIENT_CERT /    fastcgi_param HTTP_X_CLIENT_CERT $http_x_client_cert;\n&/' \
        "$LAB_SOURCE/packaging/nginx/certauthz.conf" >"$LAB/etc/nginx-forwarded.conf"
    grep -q HTTP_X_CLIENT_CERT "$LAB/etc/nginx-forwarded.conf"
    value=$(escaped good)
    # its certauthz is lighttpd's, and so is the log
    behind lighttpd
    LAB_NGINX_CONF=$LAB/etc/nginx-forwarded.conf lab_start nginx
    asks none granted "${proxy[@]}" --header "X-Client-Cert: $value"
    expect "who it is" "$(last .sha256)" "$(fingerprint good)"
    asks good-rsa inconsistent-server-variables "${proxy[@]}" --header "X-Client-Cert: $value"
    asks none no-certificate --header "X-Client-Cert: $value"
    asks none no-certificate "${proxy[@]}" --header "X_Client_Cert: $value"
    asks none no-certificate "${proxy[@]}" --header "X.Client.Cert: $value"
}

# --- the proxy has a certificate of its own --------------------------------------------

has_its_own() {
    export LAB_PROXY_CERTIFICATE=good-rsa
    reconfigure pem-escaped
    in_front nginx "$1"
    asks good inconsistent-server-variables
    asks none inconsistent-server-variables
    asks good-rsa granted
    reconfigure pem-escaped 'agreement = "override";'
    asks good granted
    expect "who it is" "$(last .sha256)" "$(fingerprint good)"
    asks none no-certificate
    asks untrusted no-path-to-trust-anchor
}

@test "lighttpd: a proxy with a certificate of its own" {
    has_its_own lighttpd
}

@test "Apache: a proxy with a certificate of its own" {
    has_its_own apache
}

# --- Apache as the proxy ---------------------------------------------------------------

@test "Apache forwards certificates to lighttpd" {
    reconfigure pem 'none = "(null)";'
    forwards apache lighttpd
}

@test "Apache forwards certificates to Apache" {
    reconfigure pem 'none = "(null)";'
    forwards apache apache
}

@test "Apache in front of lighttpd: its header takes the place of a client's" {
    reconfigure pem 'none = "(null)";'
    replaces apache lighttpd "$(on_one_line good)"
}

@test "Apache in front of Apache: its header takes the place of a client's" {
    reconfigure pem 'none = "(null)";'
    replaces apache apache "$(on_one_line good)"
}

# Apache passes them on, and lighttpd takes them for the same.
@test "Apache in front of lighttpd: other spellings are refused beside its own" {
    reconfigure pem 'none = "(null)";'
    spells_otherwise apache lighttpd "$(on_one_line good)" \
        inconsistent-server-variables inconsistent-server-variables
}

@test "Apache in front of lighttpd: a name without hyphens has no other spelling" {
    export LAB_FRONT_HEADER=XClientCert
    reconfigure pem 'none = "(null)";'
    spells_otherwise apache lighttpd "$(on_one_line good)" no-certificate granted
}

@test "a proxy that leaves its header out is refused where it says none in words" {
    reconfigure pem-escaped 'none = "-";'
    in_front nginx lighttpd
    asks none inconsistent-server-variables
    asks good granted
}

@test "every server and every proxy ends as it should" {
    everything_ended_well
}
