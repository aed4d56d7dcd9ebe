# certauthzctl probe: it finds nothing behind the shipped configurations, and each kind of hole
# behind broken ones.
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154 # what servers expand; each test is a subshell;
# lib.bash reads the LAB_..., and probing.bash sets what probe came to

load support
load probing

setup_file() {
    local folder
    open_lab
    # The folders of the broken servers; a path of its own for each hole.
    for folder in stuck certificates names paths methods parts http10 tls12 h2 resumed password satisfy left-out \
        claims shut; do
        mkdir "$LAB/site/$folder"
        echo "$SECRET" >"$LAB/site/$folder/secret.txt"
    done
}

teardown_file() {
    close_lab
}

setup() {
    unset LAB_APACHE_CONF LAB_APACHE_EXTRA LAB_LIGHTTPD_CONF LAB_LIGHTTPD_EXTRA
    probe_as_good
}

teardown() {
    local program
    for program in lighttpd apache certauthz whoami faulty; do
        [[ ! -e $LAB/pid/$program ]] || lab_stop "$program"
    done
}

# start_faulty OPTION...: a server that does what its path says; without options it asks for no
# certificate.
start_faulty() {
    [[ -p $LAB/tmp/hold ]] || mkfifo "$LAB/tmp/hold"
    : >"$LAB/tmp/port"
    "$HERE/faulty_server.py" --certificate "$LAB/pki/server.pem" --key "$LAB/pki/server.key" "$@" \
        <>"$LAB/tmp/hold" >"$LAB/tmp/port" 2>>"$LAB/log/faulty.log" 3>&- &
    echo $! >"$LAB/pid/faulty"
    has_port() {
        [[ -s $LAB/tmp/port ]]
    }
    lab_await has_port || fail "the faulty server did not start"
    LAB_PORT=$(<"$LAB/tmp/port")
}

# --- the shipped configurations --------------------------------------------------------

start_lighttpd() {
    lab_start certauthz
    lab_start whoami
    lab_start lighttpd
}

both_certificates() {
    DENIED=(--public /public/file.txt --deny-cert "$LAB/pki/untrusted.pem" --deny-key "$LAB/pki/untrusted.key")
}

@test "probe: nothing is found behind the shipped lighttpd, and every request is counted" {
    local before
    both_certificates
    start_lighttpd
    before=$(wc -l <"$LAB/log/lighttpd-access.log")
    probe /admin/secret.txt "${DENIED[@]}"
    finds_nothing
    lab_stop lighttpd
    # Those over no TLS, and those that are no HTTP to lighttpd, are not in its log.
    (($(jq .requests <<<"$report") >= $(wc -l <"$LAB/log/lighttpd-access.log") - before)) ||
        fail "more requests than were told"
    expect "requests" "$(jq .requests <<<"$report")" "$(jq '.tries | length' <<<"$report")"
}

@test "probe: nothing is found behind the shipped Apache, with HTTP/2 too" {
    both_certificates
    LAB_APACHE_EXTRA="LoadModule http2_module /usr/lib/apache2/modules/mod_http2.so
Protocols h2 http/1.1"
    lab_start apache
    probe /admin/secret.txt "${DENIED[@]}"
    finds_nothing
    expect "HTTP/2" "$(said HTTP/2)" "held 403 null"
}

@test "probe: an application that answers with another page each time is probed too" {
    start_lighttpd
    probe /whoami
    finds_nothing
}

@test "probe: a certificate that should be refused, and is not, is found once" {
    start_lighttpd
    probe /secret.txt --only names --deny-cert "$LAB/pki/good-rsa.pem" --deny-key "$LAB/pki/good-rsa.key"
    finds baseline "baseline: the certificate to be refused"
    expect "tries with it" "$(jq '[.tries[] | select(.certificate == "denied")] | length' <<<"$report")" 1
}

# --- lighttpd, broken ------------------------------------------------------------------

# broken_lighttpd SED-SCRIPT: the shipped configuration, changed.
broken_lighttpd() {
    sed "$1" "$LAB_SOURCE/lighttpd-conf/certauthz.conf" >"$LAB/etc/broken.conf"
    ! cmp -s "$LAB/etc/broken.conf" "$LAB_SOURCE/lighttpd-conf/certauthz.conf" ||
        fail "nothing was changed by $1"
    LAB_LIGHTTPD_CONF=$LAB/etc/broken.conf
    start_lighttpd
}

# ask_only_if CONDITION [SED-SCRIPT]: certauthz is asked where this holds, and static files are all
# there is.
ask_only_if() {
    broken_lighttpd "s/^include .* var\.certauthz_started .*/$1 {\n&\n}/
        /certauthz-applications/d
        ${2-}"
}

@test "probe: lighttpd's check-local lets everybody to the applications" {
    LAB_LIGHTTPD_EXTRA='status.status-url = "/status"'
    broken_lighttpd 's/"check-local"     => "disable"/"check-local" => "enable"/
        s/"mod_accesslog",/"mod_status", &/'
    probe /status
    finds baseline "baseline: no certificate"
    probe /secret.txt --only names
    expect "status of a file" "$status" 0
}

@test "probe: a module in front of lighttpd's mod_fastcgi answers without asking" {
    LAB_LIGHTTPD_EXTRA='status.status-url = "/status"'
    broken_lighttpd 's/"mod_indexfile",/"mod_status", "mod_indexfile",/'
    probe /status
    finds baseline "baseline: no certificate"
}

@test "probe: a condition on the path is got around by another case" {
    ask_only_if '$HTTP["url"] =~ "^\/admin\/"' 's/^\(server.force-lowercase-filenames = \).*/\1"enable"/'
    probe /admin/secret.txt
    finds paths "*GET /ADMIN/SECRET.TXT*"
    finds paths "*GET /Admin/secret.txt*"
    expect "what is told of it" "$(said 'GET /Admin/secret.txt')" "hole 200 the page itself is in the reply"
}

@test "probe: a condition on a header opens the door" {
    ask_only_if '$REQUEST_HEADER["Authorization"] != "Bearer certauthz-probe"'
    probe /secret.txt --only passwords
    finds passwords "passwords: Authorization: Bearer certauthz-probe"
}

# --- Apache, broken --------------------------------------------------------------------

# broken_apache LINES [SED-SCRIPT]: the shipped virtual host, with these lines at its end.
broken_apache() {
    {
        sed -e '/^<\/VirtualHost>/,$d' -e "${2-}" "$LAB_SOURCE/apache-conf/certauthz-fcgid.conf"
        printf '%s\n</VirtualHost>\n' "$1"
    } >"$LAB/etc/broken.conf"
    LAB_APACHE_CONF=$LAB/etc/broken.conf
    lab_start apache
}

# open_if FOLDER EXPRESSION: a section that admits everybody where it holds.
open_if() {
    printf '%s\n' "<Location \"/$1/\">" "<If \"$2\">" "Require all granted" "</If>" "</Location>"
}

@test "probe: what opens Apache's door on some requests is found, each by its own group" {
    LAB_APACHE_EXTRA="LoadModule http2_module /usr/lib/apache2/modules/mod_http2.so
Protocols h2 http/1.1"
    broken_apache "
SetEnvIfExpr \"%{REQUEST_URI} =~ m#^/certificates/# && %{HTTP:X-SSL-CERT} =~ /(.+)/\" SSL_CLIENT_CERT=\$1
SetEnvIfExpr \"%{REQUEST_URI} =~ m#^/certificates/# && %{HTTP:X-SSL-Client-Verify} =~ /(.+)/\" SSL_CLIENT_VERIFY=\$1
$(open_if names "%{HTTP:X-Remote-User} == 'admin'")
$(open_if methods "%{REQUEST_METHOD} == 'HEAD'")
$(open_if paths "%{THE_REQUEST} !~ m#^[A-Z]+ /paths/#")
$(open_if parts "-n %{HTTP:Range}")
$(open_if http10 "%{SERVER_PROTOCOL} == 'HTTP/1.0'")
$(open_if tls12 "%{SSL_PROTOCOL} == 'TLSv1.2'")
$(open_if h2 "%{SERVER_PROTOCOL} == 'HTTP/2.0'")
$(open_if resumed "%{SSL_SESSION_RESUMED} == 'Resumed'")
<Location \"/left-out/\">
    Require all granted
</Location>
<Location \"/satisfy/\">
    Allow from all
    Satisfy Any
</Location>"

    probe /certificates/secret.txt
    finds certificates "*X-SSL-CERT: <the good certificate as PEM with blanks>*"
    probe /names/secret.txt
    finds names "names: X-Remote-User: admin"
    probe /methods/secret.txt --only methods,parts
    finds methods "methods: HEAD"
    probe /paths/secret.txt --only paths,methods --public /public/file.txt
    finds paths "*GET //paths/secret.txt*"
    finds paths "*GET /%70aths/secret.txt*"
    finds paths "*GET /certauthz-probe/../paths/secret.txt*"
    finds paths "*GET /public/../paths/secret.txt*"
    finds paths "*GET https://localhost:$LAB_PORT/paths/secret.txt*"
    probe /parts/secret.txt --only certificates,parts
    finds parts "*Range: bytes=0-0*"
    probe /http10/secret.txt --only protocols
    finds protocols "protocols: HTTP/1.0*"
    probe /tls12/secret.txt --only protocols
    finds protocols "*TLS 1.2*"
    probe /h2/secret.txt --only protocols
    finds protocols "*protocols: HTTP/2*"
    probe /resumed/secret.txt --only connections
    finds connections "*session is resumed*"
    probe /left-out/secret.txt
    finds baseline "baseline: no certificate"
    probe /satisfy/secret.txt
    finds baseline "baseline: no certificate"
    expect "requests where all are let in" "$(jq .requests <<<"$report")" 4
    probe /shut/secret.txt
    finds_nothing
}

@test "probe: an answer to TRACE is found" {
    broken_apache "" 's/TraceEnable Off/TraceEnable On/'
    probe /secret.txt --only methods
    # Apache answers TRACE before it asks anybody.
    finds methods "methods: TRACE"$'\n'"methods: TRACE with the good certificate"
}

@test "probe: claims that reach the client are found" {
    broken_apache "" '/parts\/claims\.conf/d'
    probe /secret.txt --only names
    finds baseline "*the good certificate*"
    expect_like "which" "$(said "the good certificate")" "hole 200 the reply tells the client Variable-*"
}

@test "probe: a password in the certificate's place is found, and the question for one is told" {
    local module
    echo "admin:$(openssl passwd -apr1 admin)" >"$LAB/etc/passwords"
    for module in auth_basic authn_file authz_user; do
        LAB_APACHE_EXTRA+="LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"$'\n'
    done
    broken_apache "
<Location \"/password/\">
    AuthType Basic
    AuthName x
    AuthUserFile \"$LAB/etc/passwords\"
    <RequireAny>
        Require env CERTAUTHZ
        Require valid-user
    </RequireAny>
</Location>"
    probe /password/secret.txt --only passwords
    finds passwords "passwords: Authorization: Basic admin:admin"
    expect_like "what is told of 401" "$(said "no certificate")" "note 401 it asks for a password (Basic realm=\"x\")*"
}

@test "probe: another virtual host with the same files is found, and one without TLS" {
    LAB_APACHE_EXTRA='
Listen 127.0.0.2:${CERTAUTHZ_PORT}
<VirtualHost 127.0.0.2:${CERTAUTHZ_PORT}>
    DocumentRoot ${CERTAUTHZ_DOCUMENT_ROOT}
    <Location "/">
        Require all granted
    </Location>
</VirtualHost>
<VirtualHost 127.0.0.1:${CERTAUTHZ_PORT}>
    ServerName other.example
    DocumentRoot ${CERTAUTHZ_DOCUMENT_ROOT}
    SSLEngine On
    SSLCertificateFile ${CERTAUTHZ_SERVER_CERTIFICATE}
    SSLCertificateKeyFile ${CERTAUTHZ_SERVER_KEY}
    <Location "/">
        Require all granted
    </Location>
</VirtualHost>'
    lab_start apache
    probe /secret.txt --only hosts
    finds hosts "hosts: another name in the TLS handshake, and the same Host"
    probe /secret.txt --only plain --http "http://127.0.0.2:$LAB_PORT/secret.txt"
    finds plain "*plain: HTTP without TLS*"
}

# A server that ends the handshake has refused, and one that hangs has not.
@test "probe: a connection that ends was refused, and one that hangs is not taken for it" {
    start_faulty
    LAB_APACHE_EXTRA="LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so"
    broken_apache "
SSLProxyEngine On
SSLProxyVerify none
<Location \"/stuck/\">
    <If \"%{HTTP:X-Remote-User} == 'admin' || %{SSL_SESSION_RESUMED} == 'Resumed'\">
        Require all granted
        SetHandler \"proxy:https://localhost:$LAB_PORT/hang/\"
    </If>
</Location>"
    probe /secret.txt --only connections --deny-cert "$LAB/pki/expired.pem" --deny-key "$LAB/pki/expired.key"
    expect "status" "$status" 0
    expect_like "a session that is none" \
        "$(said "a TLS 1.3 session is resumed (denied certificate)")" "held no reply *"
    probe /stuck/secret.txt --only names --timeout 8
    expect "status" "$status" 2
    expect "untried" "$(tries untried)" "names: X-Remote-User: admin"
    probe /stuck/secret.txt --only connections --timeout 8
    expect "status" "$status" 2
    expect "untried" "$(tries untried)" "connections: a TLS 1.2 session is resumed"
}

@test "probe: a server that decides once for all of a connection is found" {
    start_faulty --client-ca "$LAB/pki/root-ca.pem"
    probe /decided-once --only connections --public /open-first
    finds connections "connections: the second of the same connection
connections: the third of the same connection"
}

@test "probe: refusals of a server that refuses everybody say nothing" {
    start_faulty --client-ca "$LAB/pki/root-ca.pem"
    probe /until/20 --only names,parts
    expect "status" "$status" 2
    expect "holes" "$(tries hole)" ""
    expect "untried" "$(tries untried)" "names: the good certificate still
parts: the good certificate still"
    expect_like "why" "$(said "the good certificate still")" \
        "untried 429 it was admitted before, so refusals since then say nothing: *group by group*"
    probe /until/1000 --only names,parts
    finds_no_hole
}

# --- where nothing can be said ---------------------------------------------------------

# says_nothing COMPLAINT: it ended with 2, and this is why.
says_nothing() {
    expect "status" "$status" 2
    expect_like "complaint" "$complaints" "certauthzctl: $1"
}

@test "probe: where the good certificate is not admitted, nothing is said of the rest" {
    start_lighttpd
    PROBE[1]=$LAB/pki/untrusted.pem PROBE[3]=$LAB/pki/untrusted.key
    probe /secret.txt
    says_nothing "$(lab_url /secret.txt): nothing can be said, since the good certificate is answered with 403: *"
    expect "requests" "$(jq .requests <<<"$report")" 1
    PROBE[1]=$LAB/pki/good.pem PROBE[3]=$LAB/pki/good.key
    probe /no-such-page
    says_nothing "*answered with 404: *"
    lab_stop lighttpd
    probe /secret.txt
    says_nothing "*there is no answer to the good certificate: *"
}

@test "probe: a redirect is not followed, and not probed" {
    start_faulty
    probe "/redirect?to=$(lab_url /good)"
    says_nothing "*is answered with a redirect (302): give the URL that it leads to"
    lab_request none "/hits?path=/good"
    # shellcheck disable=SC2154 # which lab_request sets
    expect "requests for where it leads" "$reply_body" 0
}

@test "probe: a server that nobody vouches for is not given a word" {
    start_faulty
    PROBE[5]=$LAB/pki/untrusted.pem
    probe /good
    says_nothing "*there is no answer to the good certificate: *; the URL needs a name of the server's certificate, and --ca its CA"
}

@test "probe: it ends in time when a server does not answer, and says so" {
    start_faulty
    probe /hang --timeout 1
    says_nothing "*there is no answer to the good certificate: *"
    probe /good
    finds baseline "baseline: no certificate"
}

@test "probe: what is not tried for want of time is told" {
    start_faulty
    probe /slow --timeout 1
    expect "status" "$status" 2
    expect "out of time" "$(jq .out_of_time <<<"$report")" true
}

@test "probe: the table for people names each hole, and says what to do" {
    start_faulty
    run "$LAB/bin/certauthzctl" probe "${PROBE[@]}" "$(lab_url /good)"
    expect "status" "$status" 1
    expect_like "the row" "$output" "*HOLE    baseline     no certificate *refused       200*"
    expect_like "the advice" "$output" "*baseline: the server does not ask certauthz for this page*"
    expect_like "the summary" "${lines[-1]}" "4 requests in * s: 1 hole, 0 notes, 3 held, 0 skipped, 0 untried"
}

@test "probe: wrong arguments are named" {
    local url=https://localhost:1/x arguments complaint
    cp "$LAB/pki/good.pem" "$LAB/tmp/not-a-key"
    while IFS='|' read -r arguments complaint; do
        # shellcheck disable=SC2086 # words
        run "$LAB/bin/certauthzctl" probe $arguments
        expect "status of $arguments" "$status" 2
        expect_like "complaint about $arguments" "$output" "certauthzctl: $complaint"
    done <<WRONG
$url|probe: --cert and --key name a certificate that is admitted
--cert $LAB/pki/good.pem $url|probe: --cert and --key go together
--cert $LAB/pki/good.pem --key $LAB/pki/good-rsa.key $url|--cert *, --key *: a certificate and its key in PEM*
--cert $LAB/pki/good.pem --key $LAB/tmp/not-a-key $url|--cert *, --key *: a certificate and its key in PEM*
${PROBE[*]} --deny-cert $LAB/pki/good.pem $url|probe: --deny-cert and --deny-key go together
${PROBE[*]} --timeout 0 $url|--timeout 0: 1 to 3600 seconds are wanted
${PROBE[*]} --timeout 5s $url|--timeout 5s: 1 to 3600 seconds are wanted
${PROBE[*]} --only paths,spells $url|--only: spells is no group; there are certificates, names, paths, *
${PROBE[*]} --public x $url|--public x: a path such as /public/page.html is wanted
${PROBE[*]} --public /ü $url|--public /ü: a path such as /public/page.html is wanted
${PROBE[*]} http://localhost/|http://localhost/: a URL such as https://www.example.org/page is wanted
${PROBE[*]} https://a:b@localhost/|https://a:b@localhost/: a URL such as *
${PROBE[*]} --http https://localhost/ $url|https://localhost/: a URL such as http://www.example.org/page is wanted
${PROBE[*]}|probe needs a file*
WRONG
}

@test "probe: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
