# shellcheck shell=bash disable=SC2034
# Shared hosting with Apache: the server is somebody else's, certauthz is in an .htaccess file.

# shellcheck source=tests/server/doors/fcgid.bash
source "$LAB_SOURCE/tests/server/doors/fcgid.bash"

# A proxy cannot be configured there, but the folder of its responder can be protected.
DOOR_DOWNSTREAMS=(static cgi fastcgi php)
# TraceEnable is the server's; no .htaccess file is read before that.
DOOR_HOLES=$'methods: TRACE\nmethods: TRACE with the good certificate'

# What the hoster has: it asks for certificates, opens everything, and lets .htaccess files close
# it. The responder is the user's own, and its file says only which program is meant.
door_start() {
    lab_add_applications
    export LAB_APACHE_CONF=$LAB/etc/hosting.conf
    cat >"$LAB_APACHE_CONF" <<'CONF'
<VirtualHost ${CERTAUTHZ_ADDRESS}:${CERTAUTHZ_PORT}>
    ServerName ${CERTAUTHZ_SERVER_NAME}
    DocumentRoot "${CERTAUTHZ_DOCUMENT_ROOT}"
    Include "${CERTAUTHZ_FILES}/parts/applications.conf"
    SSLEngine On
    SSLCertificateFile "${CERTAUTHZ_SERVER_CERTIFICATE}"
    SSLCertificateKeyFile "${CERTAUTHZ_SERVER_KEY}"
    SSLVerifyClient ${CERTAUTHZ_VERIFY_CLIENT}
    SSLVerifyDepth 10
    SSLCACertificateFile "${CERTAUTHZ_CLIENT_CA}"
    <Directory "${CERTAUTHZ_DOCUMENT_ROOT}">
        AllowOverride FileInfo AuthConfig Indexes
        Require all granted
    </Directory>
    <FilesMatch "^\.ht">
        Require all denied
    </FilesMatch>
    FcgidIOTimeout ${CERTAUTHZ_TIMEOUT}
    CustomLog "${CERTAUTHZ_ACCESS_LOG}" "%h %{REMOTE_USER}e %t \"%r\" %>s %b"
</VirtualHost>
CONF
    door_add_htaccess
    lab_start php && lab_start apache
}

door_add_htaccess() {
    sed -e "s|/home/you/bin|$LAB/bin|; s|/home/you/etc|$LAB/etc|" \
        "$LAB_SOURCE/apache-conf/htaccess-fcgid/.htaccess" >"$LAB/site/.htaccess"
}
