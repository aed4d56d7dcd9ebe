# apache-conf/example-site.conf, with this laboratory's values in place of Debian's: the site, and
# port 80 beside it, which is this port at another loopback address here.

load support

setup_file() {
    open_lab
    lab_substitute "$LAB_SOURCE/apache-conf/example-site.conf" \
        "FILES /etc/apache2/certauthz" "FILES $LAB_SOURCE/apache-conf" \
        "ADDRESS *" "ADDRESS 127.0.0.1" \
        "Define CERTAUTHZ_PORT 443" "" \
        "SERVER_NAME www.example.org" "SERVER_NAME localhost" \
        /var/www/html "$LAB/site" \
        /etc/ssl/certs/ssl-cert-snakeoil.pem "$LAB/pki/server.pem" \
        /etc/ssl/private/ssl-cert-snakeoil.key "$LAB/pki/server.key" \
        /etc/certauthz/client-ca.pem "$LAB/pki/server-ca.pem" \
        /usr/sbin/certauthz "$LAB/bin/certauthz" \
        /etc/certauthz/certauthz.conf "$LAB/etc/certauthz.conf" \
        /usr/libexec/certauthz/whoami "$LAB/bin/whoami" \
        "\${APACHE_LOG_DIR}/error.log" "$LAB/log/apache-site-error.log" \
        "\${APACHE_LOG_DIR}/access.log" "$LAB/log/apache-access.log" \
        "<VirtualHost \${CERTAUTHZ_ADDRESS}:80>" "Listen 127.0.0.2:\${CERTAUTHZ_PORT}
<VirtualHost 127.0.0.2:\${CERTAUTHZ_PORT}>" >"$LAB/etc/example-site.conf"
    export LAB_APACHE_CONF=$LAB/etc/example-site.conf
    lab_start apache
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=apache
}

@test "Apache's example site: a good certificate is admitted, and nobody else" {
    refused none no-certificate
    talk good 1.3 "GET /secret.txt" "GET /whoami"
    expect "statuses" "$(statuses)" "200 200"
}

@test "Apache's example site: without TLS nothing comes but the way to TLS" {
    local path host
    for path in /secret.txt /admin/ /./secret.txt //secret.txt /public/../secret.txt /does-not-exist; do
        for host in localhost 127.0.0.1 www.example.org; do
            lab_curl --path-as-is -i -H "Host: $host" "http://127.0.0.2:$LAB_PORT$path" >"$LAB/tmp/plain"
            expect_like "reply to $host about $path" "$(tr -d '\r' <"$LAB/tmp/plain")" \
                "HTTP/1.1 301 *Location: https://localhost/*"
            no_secret_in "$(<"$LAB/tmp/plain")"
        done
    done
}

@test "Apache's example site: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
