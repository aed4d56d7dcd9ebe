# A policy for a part of the site, as the shipped files show it: another CA and other clients
# there, chosen by the web server alone.

load support

setup_file() {
    open_lab
    mkdir "$LAB"/site/{partners,machines,nowhere}
    local folder
    for folder in partners machines nowhere; do
        cp "$LAB/site/secret.txt" "$LAB/site/$folder/"
    done
    # The policies' own rules say what they are for, so that no spelling of a path which the web
    # server and certauthz read in two ways opens anything.
    cat >"$LAB/etc/certauthz.conf" <<CONF
trust: { anchors = [ "anchors.pem" ]; };
clients = ( { id = "member"; credentials = ( { cn = "good client"; } ); } );
rules = (
    { path = "/public/";   certificate = "none"; },
    { path = "/partners/"; action = "deny"; name = "by-policy-only"; },
    { path = "/machines/"; action = "deny"; name = "by-policy-only, too"; },
    { path = "/whoami/";   certificate = "optional"; },
    { path = "/";          certificate = "required"; name = "members"; hosts = [ "localhost" ];
      from = [ "127.0.0.0/8" ]; }
);
policies: {
    partners: {
        trust: { anchors = [ "$LAB/pki/other-root-ca.pem" ]; };
        clients = ( { id = "acme"; roles = [ "partner" ]; credentials = ( { cn = "untrusted"; } ); } );
        rules = ( { path = "/partners/"; certificate = "required"; roles = [ "partner" ]; name = "partners"; } );
    };
    machines: {
        trust: { anchors = [ "$LAB/pki/rsa-root-ca.pem" ]; };
        clients = ( { id = "robot"; credentials = ( { cn = "good-rsa"; } ); } );
        rules = ( { path = "/machines/"; certificate = "required"; name = "machines"; } );
    };
};
CONF
    # The examples in the comments are tried as they stand.
    sed 's/^#\( *\$HTTP\["url"\]\)/\1/; s/^#\( *setenv\.add\)/\1/; s/^#}/}/' \
        "$LAB_SOURCE/lighttpd-conf/certauthz.conf" >"$LAB/etc/lighttpd-policies.conf"
    export LAB_APACHE_FILES=$LAB/etc/apache-conf
    cp -Rp "$LAB_SOURCE/apache-conf" "$LAB_APACHE_FILES"
    sed -i 's/^#\(SetEnvIfExpr .* CERTAUTHZ_POLICY=\)/\1/' "$LAB_APACHE_FILES/parts/tls.conf"
    expect "policies in Apache's example" \
        "$(sed -n 's/^SetEnvIfExpr .* CERTAUTHZ_POLICY=//p' "$LAB_APACHE_FILES/parts/tls.conf" | xargs)" "partners machines"
    grep -q '^ *setenv.add-environment = .*partners' "$LAB/etc/lighttpd-policies.conf"
    export LAB_LIGHTTPD_CONF=$LAB/etc/lighttpd-policies.conf
    export LAB_LIGHTTPD_EXTRA='$HTTP["url"] =~ "^/nowhere(/|$)" {
    setenv.add-environment = ( "CERTAUTHZ_POLICY" => "nowhere" )
}'
    export LAB_APACHE_EXTRA='SetEnvIfExpr "%{REQUEST_URI} =~ m#^/nowhere(/|$)#" CERTAUTHZ_POLICY=nowhere'
    export LAB_NGINX_EXTRA='location /partners/ { set $certauthz_policy partners; }
location /nowhere/ { set $certauthz_policy nowhere; }'
    start_three
}

teardown_file() {
    close_lab
}

# answers CERTIFICATE REASON [STEP...] for the path in SECRET_PATH.
answers() {
    local certificate=$1 reason=$2 before wanted=403
    shift 2
    [[ $reason != granted ]] || wanted=200
    before=$(decision_count)
    talk "$certificate" 1.3 "$@" "GET $SECRET_PATH"
    expect "status of $SECRET_PATH" "$(statuses)" "$wanted"
    expect "reason for $SECRET_PATH" "$(reason_since "$before")" "$reason"
    [[ $wanted = 200 ]] || no_secret_in "$replies"
}

another_ca_and_other_clients() {
    SECRET_PATH=/partners/secret.txt
    answers untrusted granted
    expect client "$(decisions | tail -n 1 | jq -r '[.policy, .rule, .client] | join(" ")')" "partners partners acme"
    answers good no-path-to-trust-anchor
    SECRET_PATH=/secret.txt
    answers good granted
    expect client "$(decisions | tail -n 1 | jq -r '[.policy, .rule, .client] | join(" ")')" " members member"
    answers untrusted no-path-to-trust-anchor
    answers good-rsa unknown-client
}

@test "lighttpd: another CA and other clients for a location" {
    behind lighttpd
    another_ca_and_other_clients
}

@test "Apache: another CA and other clients for a location" {
    behind apache
    another_ca_and_other_clients
}

# Each folder has its own CA and its own clients, and none of the others gets in.
@test "Apache: several locations, a policy for each" {
    behind apache
    SECRET_PATH=/machines/secret.txt
    answers good-rsa granted
    expect client "$(decisions | tail -n 1 | jq -r '[.policy, .rule, .client] | join(" ")')" "machines machines robot"
    answers good no-path-to-trust-anchor
    answers untrusted no-path-to-trust-anchor
    answers none no-certificate
    SECRET_PATH=/partners/secret.txt
    answers good-rsa no-path-to-trust-anchor
    answers untrusted granted
    SECRET_PATH=/secret.txt
    answers good granted
}

@test "nginx: another CA and other clients for a location" {
    behind nginx
    another_ca_and_other_clients
}

a_client_chooses_no_policy() {
    local name
    local -a steps=()
    for name in CERTAUTHZ_POLICY Certauthz-Policy HTTP_CERTAUTHZ_POLICY REDIRECT_CERTAUTHZ_POLICY Variable-CERTAUTHZ_POLICY; do
        steps+=("header $name: partners")
    done
    SECRET_PATH=/secret.txt
    answers untrusted no-path-to-trust-anchor "${steps[@]}" "header Cookie: CERTAUTHZ_POLICY=partners"
    answers good granted "${steps[@]}"
    SECRET_PATH="/secret.txt?CERTAUTHZ_POLICY=partners"
    answers untrusted no-path-to-trust-anchor
    SECRET_PATH="/secret.txt?/partners/"
    answers untrusted no-path-to-trust-anchor
    SECRET_PATH=/partners/secret.txt
    answers good no-path-to-trust-anchor "header CERTAUTHZ_POLICY: x" "header Certauthz-Policy: x"
}

@test "lighttpd: a client cannot choose the policy" {
    behind lighttpd
    a_client_chooses_no_policy
}

@test "Apache: a client cannot choose the policy" {
    behind apache
    a_client_chooses_no_policy
}

@test "nginx: a client cannot choose the policy" {
    behind nginx
    a_client_chooses_no_policy
}

# Whichever policy the server takes for such a path: the partner gets nothing but its folder,
# the member nothing of it.
no_spelling_opens_anything() {
    local path
    for path in /partners/../secret.txt /partners/%2e%2e/secret.txt //secret.txt /./secret.txt \
        /partners/./../secret.txt; do
        talk untrusted 1.3 "GET $path"
        no_secret_in "$replies"
    done
    for path in /%70artners/secret.txt //partners/secret.txt /./partners/secret.txt \
        /x/../partners/secret.txt /partners//secret.txt /PARTNERS/secret.txt; do
        talk good 1.3 "GET $path"
        no_secret_in "$replies"
    done
}

@test "lighttpd: no spelling of a path opens another policy's part" {
    behind lighttpd
    no_spelling_opens_anything
}

@test "Apache: no spelling of a path opens another policy's part" {
    behind apache
    no_spelling_opens_anything
}

@test "nginx: no spelling of a path opens another policy's part" {
    behind nginx
    no_spelling_opens_anything
}

an_unknown_policy_refuses() {
    SECRET_PATH=/nowhere/secret.txt
    answers good unknown-policy
    expect "policy in the log" "$(decisions | tail -n 1 | jq -r .policy)" nowhere
    answers none unknown-policy
}

@test "lighttpd: an unknown policy refuses" {
    behind lighttpd
    an_unknown_policy_refuses
}

@test "Apache: an unknown policy refuses" {
    behind apache
    an_unknown_policy_refuses
}

@test "nginx: an unknown policy refuses" {
    behind nginx
    an_unknown_policy_refuses
}

# SERVER_NAME is the client's Host header in these two, so a rule's hosts tell no friends from foes.
the_host_is_the_clients_word() {
    local before
    before=$(decision_count)
    lab_request good /secret.txt --header "Host: elsewhere.example"
    expect "status" "$reply_status" 403
    expect "reason" "$(reason_since "$before")" no-rule
}

@test "lighttpd: SERVER_NAME is the client's Host header" {
    behind lighttpd
    the_host_is_the_clients_word
}

@test "Apache: SERVER_NAME is the client's Host header" {
    behind apache
    the_host_is_the_clients_word
}

@test "nginx: SERVER_NAME is the name in its configuration, whatever the Host header says" {
    behind nginx
    lab_request good /secret.txt --header "Host: elsewhere.example"
    expect "status" "$reply_status" 200
    expect "host in the log" "$(decisions | tail -n 1 | jq -r .host)" localhost
}

# reason_by SOCKET CERTIFICATE VARIABLE...: of the decision on a request for /partners/x.
reason_by() {
    local socket=$1 certificate=$2
    shift 2
    "$HERE/fcgi_client.py" "$socket" ask --certificate "$LAB/pki/$certificate.pem" \
        REQUEST_URI=/partners/x SERVER_NAME=localhost REMOTE_ADDR=127.0.0.1 "$@" |
        jq -r 'if .status == 200 then "granted" else .reason end'
}

@test "certauthz -p: the policy of requests for which none is named" {
    local socket=$LAB/run/chosen.sock
    lab_spawn chosen lab_become "$LAB/bin/certauthz" -c "$LAB/etc/certauthz.conf" -p partners --listen "unix:$socket"
    lab_await lab_listens "$socket"
    expect "by the policy of -p" "$(reason_by "$socket" untrusted)" granted
    expect "a stranger to it" "$(reason_by "$socket" good)" no-path-to-trust-anchor
    expect "a name that is not there" "$(reason_by "$socket" untrusted CERTAUTHZ_POLICY=nowhere)" unknown-policy
    lab_stop chosen
}

@test "certauthz -p: a policy that is not configured keeps it from starting" {
    local status=0 message
    message=$(lab_become "$LAB/bin/certauthz" -c "$LAB/etc/certauthz.conf" -p nobody -t 2>&1) || status=$?
    expect "exit status" "$status" 1
    expect message "$message" "certauthz: -p nobody: $LAB/etc/certauthz.conf has no policy of this name"
    status=0
    (lab_become timeout "$LAB_PATIENCE" "$LAB/bin/certauthz" -c "$LAB/etc/certauthz.conf" -p nobody \
        --listen "unix:$LAB/run/nobody.sock" 2>/dev/null) || status=$?
    expect "exit status of the daemon" "$status" 1
    [[ ! -e $LAB/run/nobody.sock ]] || fail "it made a socket all the same"
}

@test "everything ended well" {
    everything_ended_well
}
