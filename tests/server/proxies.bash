# shellcheck shell=bash
# Proxies that end TLS in front of a web server with certauthz, ask for a client certificate, and
# forward it in the header X-Client-Cert, as certauthz.conf(5), FORWARDED, has it. They connect
# from 127.0.0.2, while clients come from 127.0.0.1: $LAB_PROXY_ADDRESS.
#
#   lab_start front_nginx    forwards to port $LAB_FRONTED; format pem-escaped
#   lab_start front_apache   the same; format pem, none "(null)"
#
# Each sets LAB_PORT to its own. With LAB_PROXY_CERTIFICATE, a name in the PKI, it presents a
# certificate of its own to the web server behind it. LAB_FRONT_HEADER is another name of the header.

export LAB_PROXY_ADDRESS=127.0.0.2

lab_start_front_nginx() {
    lab_start_on_free_port front_nginx
}

lab_start_front_apache() {
    lab_start_on_free_port front_apache
}

lab_configure_front_nginx() {
    mkdir -p "$LAB/run/nginx"
    [[ $EUID -ne 0 ]] || chown "$LAB_USER:$LAB_GROUP" "$LAB/run/nginx"
    local own=
    [[ -z ${LAB_PROXY_CERTIFICATE-} ]] ||
        own="proxy_ssl_certificate $LAB/pki/$LAB_PROXY_CERTIFICATE.pem;
            proxy_ssl_certificate_key $LAB/pki/$LAB_PROXY_CERTIFICATE.key;"
    {
        [[ $EUID -ne 0 ]] || echo "user $LAB_USER $LAB_GROUP;"
        cat <<CONF
daemon off;
worker_processes 1;
pid $LAB/run/nginx/pid;
error_log $LAB/log/front_nginx-error.log;
events { }
http {
    access_log off;
    client_body_temp_path $LAB/run/nginx/body;
    proxy_temp_path $LAB/run/nginx/proxy;
    fastcgi_temp_path $LAB/run/nginx/fastcgi;
    uwsgi_temp_path $LAB/run/nginx/uwsgi;
    scgi_temp_path $LAB/run/nginx/scgi;
    server {
        listen 127.0.0.1:$LAB_PORT ssl;
        server_name localhost;
        ssl_certificate $LAB/pki/server.pem;
        ssl_certificate_key $LAB/pki/server.key;
        ssl_client_certificate $LAB/pki/server-ca.pem;
        ssl_verify_client optional_no_ca;
        location / {
            proxy_pass https://127.0.0.1:$LAB_FRONTED;
            proxy_bind $LAB_PROXY_ADDRESS;
            proxy_set_header Host localhost;
            proxy_set_header ${LAB_FRONT_HEADER:-X-Client-Cert} \$ssl_client_escaped_cert;
            $own
        }
    }
}
CONF
    } >"$LAB/etc/front-nginx.conf"
}

lab_spawn_front_nginx() {
    lab_spawn front_nginx "$(PATH=$PATH:/usr/local/sbin:/usr/sbin command -v nginx)" \
        -c "$LAB/etc/front-nginx.conf" -e "$LAB/log/front_nginx-error.log" -p "$LAB/run/nginx/"
}

lab_configure_front_apache() {
    local module modules=/usr/lib/apache2/modules own=
    [[ -e $modules ]] || modules=/usr/lib64/httpd/modules
    mkdir -p "$LAB/run/front-apache"
    if [[ -n ${LAB_PROXY_CERTIFICATE-} ]]; then
        cat "$LAB/pki/$LAB_PROXY_CERTIFICATE.pem" "$LAB/pki/$LAB_PROXY_CERTIFICATE.key" >"$LAB/etc/front-apache-own.pem"
        own="SSLProxyMachineCertificateFile $LAB/etc/front-apache-own.pem"
    fi
    {
        for module in mpm_event authn_core authz_core unixd log_config headers setenvif \
            socache_shmcb ssl proxy proxy_http; do
            [[ ! -e $modules/mod_$module.so ]] ||
                echo "LoadModule ${module}_module $modules/mod_$module.so"
        done
        cat <<CONF
ServerRoot $LAB
ServerName localhost
DefaultRuntimeDir $LAB/run/front-apache
PidFile $LAB/run/front-apache/pid
User $LAB_USER
Group $LAB_GROUP
Listen 127.0.0.1:$LAB_PORT
ErrorLog $LAB/log/front_apache-error.log
SSLEngine On
SSLCertificateFile $LAB/pki/server.pem
SSLCertificateKeyFile $LAB/pki/server.key
SSLCACertificateFile $LAB/pki/server-ca.pem
SSLVerifyClient optional_no_ca
SSLVerifyDepth 10
SSLProxyEngine On
SSLProxyVerify none
SSLProxyCheckPeerName off
$own
RequestHeader set ${LAB_FRONT_HEADER:-X-Client-Cert} "%{SSL_CLIENT_CERT}s"
ProxySourceAddress $LAB_PROXY_ADDRESS
ProxyPass / https://127.0.0.1:$LAB_FRONTED/
CONF
    } >"$LAB/etc/front-apache.conf"
}

lab_spawn_front_apache() {
    lab_spawn front_apache "$(PATH=$PATH:/usr/local/sbin:/usr/sbin command -v apache2 || command -v httpd)" \
        -DFOREGROUND -f "$LAB/etc/front-apache.conf"
}
