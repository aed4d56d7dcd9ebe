/* What a client can claim in headers: whose certificate it has, or who it is. */
#include "base/cleanup.h"
#include "base/text.h"
#include "ctl/probe.h"
#include "pem/pem.h"

#define HAS(form) (1u << (form))

static const char *const said[FORM_COUNT] = {
    [FORM_BASE64] = "<the good certificate in base64>",
    [FORM_SEQUENCE] = "<the good certificate in base64 between colons>",
    [FORM_HEX] = "<the good certificate in hexadecimal>",
    [FORM_ESCAPED] = "<the good certificate as percent-encoded PEM>",
    [FORM_BLANKS] = "<the good certificate as PEM with blanks>",
    [FORM_TABS] = "<the good certificate as PEM with tabs>",
    [FORM_XFCC] = "<the good certificate as Envoy writes it>",
    [FORM_SUBJECT] = "<the good certificate's subject>",
};

/* Each with its twin: servers make the same variable of '-' and '_', or throw one of them away. */
static const struct {
    const char *names[2];
    unsigned forms;
} certificates[] = {
    {{"SSL_CLIENT_CERT", "SSL-Client-Cert"},
     HAS(FORM_BASE64) | HAS(FORM_HEX) | HAS(FORM_ESCAPED) | HAS(FORM_BLANKS) | HAS(FORM_TABS)},
    {{"X-SSL-CERT", "X_SSL_CERT"},
     HAS(FORM_BASE64) | HAS(FORM_HEX) | HAS(FORM_ESCAPED) | HAS(FORM_BLANKS) | HAS(FORM_TABS)},
    {{"X-SSL-Client-Cert", "X_SSL_CLIENT_CERT"},
     HAS(FORM_BASE64) | HAS(FORM_HEX) | HAS(FORM_ESCAPED) | HAS(FORM_BLANKS) | HAS(FORM_TABS)},
    {{"X-Client-Cert", "X_CLIENT_CERT"},
     HAS(FORM_BASE64) | HAS(FORM_HEX) | HAS(FORM_ESCAPED) | HAS(FORM_BLANKS) | HAS(FORM_TABS)},
    {{"X-Forwarded-Client-Cert", "X_FORWARDED_CLIENT_CERT"},
     HAS(FORM_BASE64) | HAS(FORM_ESCAPED) | HAS(FORM_XFCC)},
    {{"Client-Cert", "CLIENT_CERT"}, HAS(FORM_BASE64) | HAS(FORM_SEQUENCE)},
    {{"X-ARR-ClientCert", "X_ARR_CLIENTCERT"}, HAS(FORM_BASE64)},
    {{"X-Amzn-Mtls-Clientcert-Leaf", "X_AMZN_MTLS_CLIENTCERT_LEAF"}, HAS(FORM_ESCAPED)},
    {{"X-Amzn-Mtls-Clientcert", "X_AMZN_MTLS_CLIENTCERT"}, HAS(FORM_ESCAPED)},
    {{"HTTP_SSL_CLIENT_CERT", "HTTP-SSL-Client-Cert"}, HAS(FORM_BASE64) | HAS(FORM_BLANKS)},
    {{"REDIRECT_SSL_CLIENT_CERT", "Redirect-SSL-Client-Cert"}, HAS(FORM_BASE64) | HAS(FORM_BLANKS)},
    {{"SSL_CLIENT_S_DN", "SSL-Client-S-DN"}, HAS(FORM_SUBJECT)},
    {{"X-SSL-Client-S-DN", "X_SSL_CLIENT_S_DN"}, HAS(FORM_SUBJECT)},
};

/* Goes with each: as if the server or a proxy in front had verified it, and the proxy were here. */
static const struct probe_header companions[] = {
    {.name = "SSL_CLIENT_VERIFY", .value = "SUCCESS"},
    {.name = "X-SSL-Client-Verify", .value = "SUCCESS"},
    {.name = "X-Forwarded-For", .value = "127.0.0.1"},
};

static const struct probe_header names[] = {
    {.name = "REMOTE_USER", .value = "admin"},
    {.name = "Remote-User", .value = "admin"},
    {.name = "X-Remote-User", .value = "admin"},
    {.name = "X_REMOTE_USER", .value = "admin"},
    {.name = "X-Forwarded-User", .value = "admin"},
    {.name = "X-Auth-Request-User", .value = "admin"},
    {.name = "X-WebAuth-User", .value = "admin"},
    {.name = "AUTH_TYPE", .value = "Certificate"},
    {.name = "Auth-Type", .value = "Certificate"},
    {.name = "CERTAUTHZ", .value = "granted"},
    {.name = "CERTAUTHZ_CLIENT", .value = "admin"},
    {.name = "CERTAUTHZ-Client", .value = "admin"},
    {.name = "CERTAUTHZ_ROLES", .value = "admin"},
    {.name = "CERTAUTHZ_POLICY", .value = "public"},
    {.name = "CERTAUTHZ-Policy", .value = "public"},
    {.name = "Variable-CERTAUTHZ", .value = "granted"},
    {.name = "Variable_CERTAUTHZ", .value = "granted"},
    {.name = "Variable-REMOTE_USER", .value = "admin"},
    {.name = "Variable-Remote-User", .value = "admin"},
    {.name = "Variable-AUTH_TYPE", .value = "Certificate"},
    {.name = "SSL_CLIENT_VERIFY", .value = "SUCCESS"},
    {.name = "SSL-Client-Verify", .value = "SUCCESS"},
    {.name = "X-SSL-Client-Verify", .value = "SUCCESS"},
    {.name = "X-Client-Verify", .value = "SUCCESS"},
    {.name = "Status", .value = "200 OK"},
    {.name = "FCGI_ROLE", .value = "RESPONDER"},
    {.name = "REDIRECT_STATUS", .value = "200"},
    {.name = "X-Forwarded-For", .value = "127.0.0.1"},
    {.name = "X-Real-IP", .value = "127.0.0.1"},
    {.name = "X-Client-IP", .value = "127.0.0.1"},
    {.name = "Forwarded", .value = "for=127.0.0.1;proto=https"},
    {.name = "X-Forwarded-Proto", .value = "https"},
    {.name = "X-Forwarded-Port", .value = "80"},
    {.name = "X-Sendfile", .value = "/"},
    {.name = "Connection", .value = "close, X-SSL-Client-Verify, X-Forwarded-For"},
};

/* RFC 3986 section 2.3: all but what is unreserved. */
static void put_escaped(struct buffer *out, const struct buffer *text) {
    for (const char *c = cz_buffer_text(text); *c != '\0'; c++)
        if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
            strchr("-._~", *c) != NULL)
            cz_buffer_putc(out, *c);
        else
            cz_buffer_printf(out, "%%%02X", (unsigned char)*c);
}

static void put_joined(struct buffer *out, const struct buffer *pem, char with) {
    for (const char *c = cz_buffer_text(pem); *c != '\0'; c++)
        if (*c != '\n')
            cz_buffer_putc(out, *c);
        else if (c[1] != '\0')
            cz_buffer_putc(out, with);
}

void cz_probe_forms(struct probe_plan *plan, struct bytes der, struct bytes subject) {
    CZ_CLEANUP(cz_buffer_release) struct buffer pem = {0};
    struct buffer *forms = plan->forms;
    cz_pem_append(&pem, der);
    cz_base64(&forms[FORM_BASE64], der);
    cz_buffer_printf(&forms[FORM_SEQUENCE], ":%s:", cz_buffer_text(&forms[FORM_BASE64]));
    cz_buffer_hex(&forms[FORM_HEX], der);
    put_escaped(&forms[FORM_ESCAPED], &pem);
    put_joined(&forms[FORM_BLANKS], &pem, ' ');
    put_joined(&forms[FORM_TABS], &pem, '\t');
    cz_buffer_bytes(&forms[FORM_SUBJECT], subject);
    cz_buffer_printf(&forms[FORM_XFCC], "By=x;Cert=\"%s\"", cz_buffer_text(&forms[FORM_ESCAPED]));
    plan->failed |= pem.failed;
    for (size_t i = 0; i < FORM_COUNT; i++)
        plan->failed |= forms[i].failed;
}

void cz_probe_plan_certificates(struct probe_plan *plan, const struct probe_page *page) {
    for (size_t i = 0; i < CZ_COUNT(certificates); i++)
        for (size_t at = 0; at < 2 * FORM_COUNT; at++) {
            size_t form = at / 2;
            if ((certificates[i].forms & HAS(form)) == 0 || plan->forms[form].len == 0)
                continue;
            struct probe_try try = {
                .group = PROBE_CERTIFICATES,
                .headers = {{.name = certificates[i].names[at % 2],
                             .value = cz_buffer_text(&plan->forms[form]),
                             .said = said[form]}},
            };
            memcpy(try.headers + 1, companions, sizeof companions);
            cz_probe_add_both(plan, page, &try);
        }
}

void cz_probe_plan_names(struct probe_plan *plan, const struct probe_page *page) {
    for (size_t i = 0; i < CZ_COUNT(names); i++)
        cz_probe_add_both(plan, page,
                          &(struct probe_try){.group = PROBE_NAMES, .headers = {names[i]}});
}
