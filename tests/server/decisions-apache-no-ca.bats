# Which certificate gets what behind Apache with `SSLVerifyClient optional_no_ca`, over TLS 1.2
# and TLS 1.3. What that is for: Apache knows one CA, and which others count is for certauthz
# to say. Neither of them is configured with an intermediate: only what clients send is there.

load support

setup_file() {
    open_lab
    export LAB_APACHE_VERIFY_CLIENT=optional_no_ca
    cp -- "$LAB/pki/root-ca.pem" "$LAB/pki/server-ca.pem"
    change_config 'intermediates = [ "intermediates.pem" ]' 'intermediates = [ ]'
    lab_start apache
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=apache
}

@test "Apache, optional_no_ca: without a certificate the file stays" {
    refused none no-certificate
}

@test "Apache, optional_no_ca: a good certificate gets the file" {
    granted good
}

@test "Apache, optional_no_ca: a certificate of an anchor that Apache does not know gets the file" {
    granted good-rsa
}

@test "Apache, optional_no_ca: a certificate gets the file by the intermediate that the client sends" {
    granted via-intermediate
}

@test "Apache, optional_no_ca: a certificate without an extended key usage gets the file" {
    granted no-eku
}

@test "Apache, optional_no_ca: a certificate with 200 names gets the file" {
    granted long-san
}

# certauthz says why.

@test "Apache, optional_no_ca: a certificate of a CA that nobody trusts is refused" {
    refused untrusted no-path-to-trust-anchor
}

@test "Apache, optional_no_ca: a certificate of another CA with the trusted one's name is refused for its signature" {
    refused untrusted-same-name bad-signature
}

@test "Apache, optional_no_ca: a certificate signed with SHA-1 is refused for its signature" {
    refused sha1-signed weak-signature
}

@test "Apache, optional_no_ca: a self-signed certificate is refused for its type" {
    refused self-signed-client certificate-type-not-allowed
}

@test "Apache, optional_no_ca: a self-signed certificate without an extended key usage is refused" {
    refused self-signed-no-eku certificate-type-not-allowed
}

# Only an unknown CA is tolerated: any other fault still ends the handshake.

@test "Apache, optional_no_ca: an expired certificate ends the handshake" {
    ended expired SSLV3_ALERT_CERTIFICATE_EXPIRED
}

@test "Apache, optional_no_ca: a certificate that is not valid yet ends the handshake" {
    ended not-yet-valid SSLV3_ALERT_BAD_CERTIFICATE
}

@test "Apache, optional_no_ca: a certificate for servers only ends the handshake" {
    ended server-only SSLV3_ALERT_UNSUPPORTED_CERTIFICATE
}

@test "Apache, optional_no_ca: a certificate below an expired intermediate ends the handshake" {
    ended via-expired-intermediate SSLV3_ALERT_CERTIFICATE_EXPIRED
}

@test "Apache, optional_no_ca: a certificate issued by an end entity ends the handshake" {
    ended via-not-a-ca TLSV1_ALERT_UNKNOWN_CA
}

@test "Apache, optional_no_ca: a certificate of a CA that may not sign certificates ends the handshake" {
    ended via-no-certsign-ca TLSV1_ALERT_UNKNOWN_CA
}

@test "Apache, optional_no_ca: a certificate below a path length that is used up ends the handshake" {
    ended via-pathlen0 TLSV1_ALERT_UNKNOWN_CA
}

@test "Apache, optional_no_ca: an expired self-signed certificate ends the handshake" {
    ended self-signed-expired SSLV3_ALERT_CERTIFICATE_EXPIRED
}

@test "Apache, optional_no_ca: a certificate with a 1024-bit RSA key ends the handshake" {
    ended weak-rsa1024 SSLV3_ALERT_BAD_CERTIFICATE
}

@test "Apache, optional_no_ca: a certificate with an unknown critical extension ends the handshake" {
    ended critical-unknown SSLV3_ALERT_CERTIFICATE_UNKNOWN
}

@test "Apache, optional_no_ca: an unknown CA takes nothing from what anybody may see" {
    talk untrusted-same-name 1.3 "GET /public/file.txt"
    expect status "$(statuses)" 200
}

@test "decisions-apache-no-ca: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
