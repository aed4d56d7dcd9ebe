# Which certificate gets what behind lighttpd, over TLS 1.2 and TLS 1.3.

load support

setup_file() {
    open_lab
    lab_start certauthz
    lab_start whoami
    lab_start lighttpd
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=lighttpd
}

@test "lighttpd: without a certificate the file stays, and the reason is told" {
    refused none no-certificate
}

@test "lighttpd: a good certificate gets the file" {
    granted good
}

@test "lighttpd: a good RSA certificate of another anchor gets the file" {
    granted good-rsa
}

@test "lighttpd: a certificate below an intermediate gets the file" {
    granted via-intermediate
}

@test "lighttpd: a certificate without an extended key usage gets the file" {
    granted no-eku
}

@test "lighttpd: a certificate for clients and servers gets the file" {
    granted both-eku
}

@test "lighttpd: a certificate with an empty subject gets the file" {
    granted empty-subject
}

@test "lighttpd: a certificate with HTML in its name gets the file" {
    granted html-name
}

@test "lighttpd: a certificate with a name beyond ASCII gets the file" {
    granted utf8-name
}

@test "lighttpd: a certificate with 200 names gets the file" {
    granted long-san
}

# The CA is one that lighttpd knows: these are certauthz's own findings.

@test "lighttpd: a certificate of a CA that only the server knows is refused" {
    refused untrusted no-path-to-trust-anchor
}

@test "lighttpd: a self-signed certificate is refused for its type" {
    refused self-signed-client certificate-type-not-allowed
}

@test "lighttpd: a self-signed certificate without an extended key usage is refused" {
    refused self-signed-no-eku certificate-type-not-allowed
}

# What lighttpd itself finds fault with it does not hand over; it tells OpenSSL's number for
# the fault, from which certauthz names the reason.

@test "lighttpd: an expired certificate is refused" {
    refused expired expired
}

@test "lighttpd: a certificate that is not valid yet is refused" {
    refused not-yet-valid not-yet-valid
}

@test "lighttpd: a certificate for servers only is refused" {
    refused server-only not-for-client-authentication
}

@test "lighttpd: a certificate for any purpose is refused" {
    refused any-eku not-for-client-authentication
}

@test "lighttpd: a certificate of another CA with the trusted one's name is refused" {
    refused untrusted-same-name no-path-to-trust-anchor
}

@test "lighttpd: a certificate below an expired intermediate is refused" {
    refused via-expired-intermediate expired
}

@test "lighttpd: a certificate issued by an end entity is refused" {
    refused via-not-a-ca issuer-not-a-ca
}

@test "lighttpd: a certificate of a CA that may not sign certificates is refused" {
    refused via-no-certsign-ca issuer-not-a-ca
}

@test "lighttpd: a certificate below a path length that is used up is refused" {
    refused via-pathlen0 path-too-long
}

@test "lighttpd: a self-signed certificate for servers only is refused" {
    refused self-signed-server-only not-for-client-authentication
}

@test "lighttpd: an expired self-signed certificate is refused" {
    refused self-signed-expired expired
}

@test "lighttpd: a certificate with a 1024-bit RSA key is refused" {
    refused weak-rsa1024 weak-key
}

@test "lighttpd: a certificate signed with SHA-1 is refused" {
    refused sha1-signed weak-signature
}

@test "lighttpd: a certificate with an unknown critical extension is refused" {
    refused critical-unknown unsupported-critical-extension
}

@test "lighttpd: a bad certificate takes nothing from what anybody may see" {
    local certificate
    for certificate in expired untrusted self-signed-expired weak-rsa1024; do
        talk "$certificate" 1.3 "GET /public/file.txt"
        expect "status with $certificate" "$(statuses)" 200
    done
}

@test "lighttpd: where a certificate is optional, none will do and a bad one will not" {
    SECRET_PATH=/optional/file.txt
    refused untrusted no-path-to-trust-anchor
    refused expired expired
    talk none 1.3 "GET /optional/file.txt"
    expect status "$(statuses)" 200
}

@test "decisions-lighttpd: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
