# Which certificate gets what behind Apache, over TLS 1.2 and TLS 1.3.

load support

setup_file() {
    open_lab
    lab_start apache
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=apache
}

@test "Apache: without a certificate the file stays" {
    refused none no-certificate
}

@test "Apache: a good certificate gets the file" {
    granted good
}

@test "Apache: a good RSA certificate of another anchor gets the file" {
    granted good-rsa
}

@test "Apache: a certificate below an intermediate gets the file" {
    granted via-intermediate
}

@test "Apache: a certificate without an extended key usage gets the file" {
    granted no-eku
}

@test "Apache: a certificate for clients and servers gets the file" {
    granted both-eku
}

@test "Apache: a certificate with an empty subject gets the file" {
    granted empty-subject
}

@test "Apache: a certificate with HTML in its name gets the file" {
    granted html-name
}

@test "Apache: a certificate with a name beyond ASCII gets the file" {
    granted utf8-name
}

@test "Apache: a certificate with 200 names gets the file" {
    granted long-san
}

# The CA is one that Apache knows: these are certauthz's own findings.

@test "Apache: a certificate of a CA that only the server knows is refused" {
    refused untrusted no-path-to-trust-anchor
}

@test "Apache: a self-signed certificate is refused for its type" {
    refused self-signed-client certificate-type-not-allowed
}

@test "Apache: a self-signed certificate without an extended key usage is refused" {
    refused self-signed-no-eku certificate-type-not-allowed
}

# With `SSLVerifyClient optional` Apache tolerates no certificate, but no bad one: it ends
# the handshake, for public files too, and certauthz is not asked.

@test "Apache: an expired certificate ends the handshake" {
    ended expired SSLV3_ALERT_CERTIFICATE_EXPIRED
}

@test "Apache: a certificate that is not valid yet ends the handshake" {
    ended not-yet-valid SSLV3_ALERT_BAD_CERTIFICATE
}

@test "Apache: a certificate for servers only ends the handshake" {
    ended server-only SSLV3_ALERT_UNSUPPORTED_CERTIFICATE
}

@test "Apache: a certificate for any purpose ends the handshake" {
    ended any-eku SSLV3_ALERT_UNSUPPORTED_CERTIFICATE
}

@test "Apache: a certificate of another CA with the trusted one's name ends the handshake" {
    ended untrusted-same-name TLSV1_ALERT_UNKNOWN_CA
}

@test "Apache: a certificate below an expired intermediate ends the handshake" {
    ended via-expired-intermediate SSLV3_ALERT_CERTIFICATE_EXPIRED
}

@test "Apache: a certificate issued by an end entity ends the handshake" {
    ended via-not-a-ca TLSV1_ALERT_UNKNOWN_CA
}

@test "Apache: a certificate of a CA that may not sign certificates ends the handshake" {
    ended via-no-certsign-ca TLSV1_ALERT_UNKNOWN_CA
}

@test "Apache: a certificate below a path length that is used up ends the handshake" {
    ended via-pathlen0 TLSV1_ALERT_UNKNOWN_CA
}

@test "Apache: a self-signed certificate for servers only ends the handshake" {
    ended self-signed-server-only SSLV3_ALERT_UNSUPPORTED_CERTIFICATE
}

@test "Apache: an expired self-signed certificate ends the handshake" {
    ended self-signed-expired TLSV1_ALERT_UNKNOWN_CA
}

@test "Apache: a certificate with a 1024-bit RSA key ends the handshake" {
    ended weak-rsa1024 SSLV3_ALERT_BAD_CERTIFICATE
}

@test "Apache: a certificate signed with SHA-1 ends the handshake" {
    ended sha1-signed SSLV3_ALERT_BAD_CERTIFICATE
}

@test "Apache: a certificate with an unknown critical extension ends the handshake" {
    ended critical-unknown SSLV3_ALERT_CERTIFICATE_UNKNOWN
}

@test "Apache: where a certificate is optional, none will do and a bad one will not" {
    SECRET_PATH=/optional/file.txt
    refused untrusted no-path-to-trust-anchor
    talk none 1.3 "GET /optional/file.txt"
    expect status "$(statuses)" 200
}

@test "decisions-apache: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
