/* Which of the server's variables are read, and which never. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "request/request.h"

static struct request read_all(const char *const *variables) {
    struct request request;
    memset(&request, 0xa5, sizeof request);
    cz_request_read(&request, variables);
    return request;
}

#define READ(...) read_all((const char *const[]){__VA_ARGS__, NULL})

static void is_text(struct bytes got, const char *expected, const char *name) {
    tap_ok(got.data != NULL && cz_bytes_equal(got, cz_bytes_of(expected)), "%s", name);
}

static void test_read(void) {
    struct request request =
        READ("SERVER_NAME=x", "REQUEST_METHOD=GET", "REQUEST_URI=/a?b=c", "REDIRECT_URI=/a",
             "FCGI_ROLE=RESPONDER", "CERTAUTHZ_PATH=/a%20", "CERTAUTHZ_POLICY=partners",
             "SSL_CLIENT_CERT=pem=", "SSL_CLIENT_VERIFY=SUCCESS", "HTTP_ACCEPT=text/html",
             "SSL_CLIENT_CERT_CHAIN_0=first", "SSL_CLIENT_CERT_CHAIN_9=last");
    is_text(request.method, "GET", "the method");
    is_text(request.uri, "/a?b=c", "the target, up to the last equals sign");
    is_text(request.redirect_uri, "/a", "lighttpd's target");
    is_text(request.role, "RESPONDER", "the role");
    is_text(request.path, "/a%20", "nginx's path");
    is_text(request.policy, "partners", "the policy");
    is_text(request.certificate, "pem=", "the certificate");
    is_text(request.verify, "SUCCESS", "the verification");
    is_text(request.accept, "text/html", "the accepted types");
    is_text(request.chain[0], "first", "the chain's first");
    is_text(request.chain[9], "last", "the chain's last");
    bool gaps = true;
    for (size_t i = 1; i < 9; i++)
        gaps &= request.chain[i].data == NULL && request.chain[i].len == 0;
    tap_ok(gaps, "what is not set in the chain is empty");
    tap_ok(!request.too_large && request.repeated == NULL, "and nothing is wrong with it");
}

static void test_nothing(void) {
    struct request request = read_all((const char *const[]){NULL});
    struct request zero = {0};
    tap_ok(memcmp(&request.method, &zero.method, sizeof request.method) == 0 &&
               request.certificate.data == NULL && request.uri.data == NULL && !request.too_large &&
               request.repeated == NULL,
           "no variables leave everything empty");
    request = READ("REQUEST_METHOD", "=GET", "", "REQUEST_URI=", "SSL_CLIENT_CERT=");
    tap_ok(request.method.data == NULL, "an entry without an equals sign is passed over");
    tap_ok(request.uri.data != NULL && request.uri.len == 0, "a variable that is set and empty");
    tap_ok(request.certificate.data != NULL && request.certificate.len == 0,
           "so an empty certificate");
}

/* None of these may say who somebody is or what was asked for. */
static const char *const strangers[] = {
    "HTTP_SSL_CLIENT_CERT=x",
    "HTTP_X_SSL_CLIENT_CERT=x",
    "HTTP_X_CLIENT_CERT=x",
    "HTTP_SSL_CLIENT_VERIFY=x",
    "HTTP_REQUEST_URI=x",
    "HTTP_X_ARR_CLIENTCERT=x",
    "HTTP_CERTAUTHZ_PATH=x",
    "HTTP_FCGI_ROLE=x",
    "REDIRECT_CERTAUTHZ_PATH=x",
    "REDIRECT_SSL_CLIENT_CERT=x",
    "REDIRECT_SSL_CLIENT_VERIFY=x",
    "REDIRECT_REQUEST_URI=x",
    "REDIRECT_REDIRECT_URI=x",
    "REDIRECT_URL=x",
    "SSL_CLIENT_CERT2=x",
    "SSL_CLIENT_CER=x",
    "SSL_CLIENT_CERT_=x",
    "SSL_CLIENT_CERT_CHAIN=x",
    "SSL_CLIENT_CERT_CHAIN_=x",
    "SSL_CLIENT_CERT_CHAIN_10=x",
    "SSL_CLIENT_CERT_CHAIN_00=x",
    "SSL_CLIENT_CERT_CHAIN_a=x",
    "SSL_CLIENT_CERT_CHAIN_:=x",
    "SSL_CLIENT_CERT_CHAIN_/=x",
    "SSL_CLIENT_CERT_CHAIN_-1=x",
    "ssl_client_cert=x",
    "Ssl_Client_Cert=x",
    "SSL_CLIENT_CERT =x",
    " SSL_CLIENT_CERT=x",
    "SSL-CLIENT-CERT=x",
    "SSL_CLIENT_CERT\t=x",
    "SSL_SERVER_CERT=x",
    "SSL_CLIENT_VERIFYX=x",
    "REQUEST_METHOD_=x",
    "REQUEST_URI2=x",
    "REQUEST_=x",
    "request_method=x",
    "SCRIPT_NAME=x",
    "PATH_INFO=x",
    "HTTP_ACCEPT_LANGUAGE=x",
    "HTTP_=x",
    "CERTAUTHZ_PATH2=x",
    "CERTAUTHZ=x",
    "FCGI_ROLES=x",
    "R=x",
    "S=x",
    "C=x",
    "F=x",
    "H=x",
};

static void test_strangers(void) {
    for (size_t i = 0; i < CZ_COUNT(strangers); i++) {
        struct request request = READ(strangers[i]);
        bool none = request.method.data == NULL && request.uri.data == NULL &&
                    request.redirect_uri.data == NULL && request.certificate.data == NULL &&
                    request.verify.data == NULL && request.accept.data == NULL &&
                    request.role.data == NULL && request.path.data == NULL &&
                    request.policy.data == NULL && request.repeated == NULL;
        for (size_t j = 0; j < CZ_REQUEST_CHAIN_MAX; j++)
            none &= request.chain[j].data == NULL;
        tap_ok(none, "%s is not taken", strangers[i]);
    }
    struct request request =
        READ("SSL_CLIENT_CERT=real", "HTTP_SSL_CLIENT_CERT=forged", "HTTP_HTTP_ACCEPT=x");
    is_text(request.certificate, "real", "a client header changes no variable of the server");
    tap_ok(request.repeated == NULL, "nor does it count as a repetition");
}

static void test_repeated(void) {
    static const char *const names[] = {"REQUEST_METHOD",    "REQUEST_URI",    "REDIRECT_URI",
                                        "FCGI_ROLE",         "CERTAUTHZ_PATH", "CERTAUTHZ_POLICY",
                                        "SSL_CLIENT_VERIFY", "HTTP_ACCEPT",    "SSL_CLIENT_CERT"};
    for (size_t i = 0; i < CZ_COUNT(names); i++) {
        struct request request =
            READ(support_text("%s=a", names[i]), "A=", support_text("%s=b", names[i]));
        tap_is(request.repeated, names[i], "a variable that comes twice is told");
        request = READ(support_text("%s=", names[i]), support_text("%s=", names[i]));
        tap_is(request.repeated, names[i], "even where it is empty");
    }
    struct request request = READ("SSL_CLIENT_CERT_CHAIN_3=a", "SSL_CLIENT_CERT_CHAIN_3=a");
    tap_is(request.repeated, "SSL_CLIENT_CERT_CHAIN_n", "so is one of the chain");
    request = READ("SSL_CLIENT_CERT_CHAIN_3=a", "SSL_CLIENT_CERT_CHAIN_4=a");
    tap_ok(request.repeated == NULL, "two of the chain are no repetition");
    request = READ("FCGI_ROLE=AUTHORIZER", "A=", "FCGI_ROLE=AUTHORIZER");
    tap_ok(request.repeated == NULL, "nor the same role, in the record and as a parameter");
    request = READ("OTHER=a", "OTHER=a");
    tap_ok(request.repeated == NULL, "what is not read may come twice");
}

static void test_forwarded(void) {
    static const struct forwarded_variables both = {
        .certificate = (char *)(uintptr_t) "HTTP_CLIENT_CERT",
        .chain = (char *)(uintptr_t) "HTTP_CLIENT_CERT_CHAIN"};
    static const struct forwarded_variables one = {.certificate =
                                                       (char *)(uintptr_t) "HTTP_CLIENT_CERT"};
    static const struct forwarded_variables none = {0};
    const char *const variables[] = {"HTTP_CLIENT_CERT=:a=:",
                                     "XHTTP_CLIENT_CERT=x",
                                     "HTTP_CLIENT_CERT_CHAIN=:b:",
                                     "HTTP_CLIENT_CERTX=x",
                                     "HTTP_CLIENT_CERT",
                                     "SSL_CLIENT_CERT=own",
                                     NULL};
    struct request request = read_all(variables);
    tap_ok(request.forwarded.certificate.data == NULL && !request.is_der,
           "without a name nothing is read");
    cz_request_read_forwarded(&request, &none, variables);
    tap_ok(request.forwarded.certificate.data == NULL && request.forwarded.chain.data == NULL,
           "nor with none");
    cz_request_read_forwarded(&request, &one, variables);
    is_text(request.forwarded.certificate, ":a=:", "the proxy's header");
    tap_ok(request.forwarded.chain.data == NULL, "and no chain that was not named");
    request = read_all(variables);
    cz_request_read_forwarded(&request, &both, variables);
    is_text(request.forwarded.chain, ":b:", "and the chain");
    tap_ok(!request.forwarded.repeated && request.repeated == NULL, "each of them once");
    is_text(request.certificate, "own", "the connection's own is another matter");
}

static void test_forwarded_twice(void) {
    static const struct forwarded_variables names = {
        .certificate = (char *)(uintptr_t) "HTTP_CLIENT_CERT",
        .chain = (char *)(uintptr_t) "HTTP_CLIENT_CERT_CHAIN"};
    static const char *const repeated[][3] = {
        {"HTTP_CLIENT_CERT=a", "HTTP_CLIENT_CERT=a"},
        {"HTTP_CLIENT_CERT=", "HTTP_CLIENT_CERT=a"},
        {"HTTP_CLIENT_CERT=a", "HTTP_CLIENT_CERT="},
        {"HTTP_CLIENT_CERT_CHAIN=a", "HTTP_CLIENT_CERT_CHAIN=b"},
    };
    for (size_t i = 0; i < CZ_COUNT(repeated); i++) {
        struct request request = read_all(repeated[i]);
        cz_request_read_forwarded(&request, &names, repeated[i]);
        tap_ok(request.forwarded.repeated && request.repeated == NULL,
               "%s, %s: told apart from the server's own", repeated[i][0], repeated[i][1]);
    }
}

static const char *filler(size_t len) {
    char *text = (char *)support_fill('x', len).data;
    memcpy(text, "X=", 2);
    return text;
}

static void test_size(void) {
    static const char method[] = "REQUEST_METHOD=GET";
    size_t room = CZ_REQUEST_SIZE_MAX - (sizeof method - 1);
    tap_ok(!READ(method, filler(room)).too_large, "256 KiB of variables are read");
    tap_ok(READ(method, filler(room + 1)).too_large, "one byte more is too large");
    tap_ok(READ(filler(room / 2 + 1), filler(room / 2 + 1), method).too_large,
           "all of them count, whether they are read or not");
    is_text(READ(filler(room + 1), method).method, "GET", "what is too large is read all the same");
}

int main(void) {
    test_read();
    test_nothing();
    test_strangers();
    test_repeated();
    test_forwarded();
    test_forwarded_twice();
    test_size();
    return tap_done();
}
