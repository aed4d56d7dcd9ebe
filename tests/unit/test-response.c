/* The reply, byte by byte. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "response/response.h"

#define ID "abc234"
#define HEADERS "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
#define SENTENCE "This resource needs a client certificate, and none was presented."
#define PLAIN SENTENCE "\n\nReason: no-certificate\nId: " ID "\n"
#define PROBLEM                                                                                    \
    "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,\"detail\":\"" SENTENCE      \
    "\",\"reason\":\"no-certificate\",\"id\":\"" ID "\"}\n"

static struct rule rule = {.name = (char *)(uintptr_t) "the rule", .path = (char *)(uintptr_t) "/"};

/* An assessment whose fields are "f0", "f1", …, and whose certificate has expired or not. */
static struct assessment *assessment_of(void) {
    struct assessment *assessment = cz_assessment_new();
    assessment->certificate = forge_certificate(
        &(struct forge){.subject = "x", .issuer = "y", .not_after = NOW + 3 * DAY - 1});
    assessment->validation.valid = true;
    for (size_t i = 0; i < IDENTITY_COUNT; i++) {
        assessment->identity.starts[i] = assessment->identity.text.len;
        cz_buffer_printf(&assessment->identity.text, "f%zu", i);
    }
    assessment->identity.starts[IDENTITY_COUNT] = assessment->identity.text.len;
    return assessment;
}

static struct decision decision_of(enum verdict verdict, enum reason reason) {
    struct decision decision;
    cz_decision_init(&decision);
    decision.verdict = verdict;
    decision.reason = reason;
    decision.rule = &rule;
    return decision;
}

static const char *render(const struct decision *decision, const char *accept) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_response_render(&out, decision, cz_bytes_of(accept), ID, NOW);
    return (const char *)support_keep(out.data, out.len).data;
}

static void test_granted(void) {
    CZ_CLEANUP(cz_decision_release)
    struct decision decision = decision_of(VERDICT_GRANTED, REASON_GRANTED);
    decision.assessment = assessment_of();
    tap_is(render(&decision, "text/html"),
           "Status: 200 OK\r\n"
           "Variable-CERTAUTHZ: granted\r\n"
           "Variable-CERTAUTHZ_RULE: the rule\r\n"
           "Variable-AUTH_TYPE: Certificate\r\n"
           "Variable-REMOTE_USER: f0\r\n"
           "Variable-CERT_SUBJECT: f1\r\n"
           "Variable-CERT_ISSUER: f2\r\n"
           "Variable-CERT_SERIAL: f3\r\n"
           "Variable-CERT_NAME: f4\r\n"
           "Variable-CERT_SHA1: f10\r\n"
           "Variable-CERT_SHA256: f11\r\n"
           "Variable-CERT_SPKI_SHA256: f12\r\n"
           "Variable-CERT_X5T_S256: f13\r\n"
           "Variable-CERT_NOT_BEFORE: f14\r\n"
           "Variable-CERT_NOT_AFTER: f15\r\n"
           "Variable-CERT_EMAIL: f5\r\n"
           "Variable-CERT_UPN: f6\r\n"
           "Variable-CERT_DNS: f7\r\n"
           "Variable-CERT_URI: f8\r\n"
           "Variable-CERT_IP: f9\r\n"
           "Variable-CERT_DAYS_LEFT: 2\r\n"
           "\r\n",
           "granted, with every claim and no body");
    decision.anonymous = true;
    tap_is(render(&decision, ""),
           "Status: 200 OK\r\n"
           "Variable-CERTAUTHZ: anonymous\r\n"
           "Variable-CERTAUTHZ_RULE: the rule\r\n"
           "\r\n",
           "anonymous, with no claim of a certificate");
}

/* The style is for the eye to judge; it has to be one, and whole. */
static const char *style_of(const char *page) {
    const char *start = strstr(page, "<style>\n");
    const char *end = start != NULL ? strstr(start, "</style>\n") : NULL;
    return end != NULL ? support_text("%.*s</style>\n", (int)(end - start), start) : "none";
}

static const char *html(const char *phrase, const char *sentence, const char *slug,
                        const char *style) {
    return support_text(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>%s</title>\n%s</head>\n<body>\n<main>\n<h1>%s</h1>\n<p>%s</p>\n<dl>\n"
        "<dt>Reason</dt><dd>%s</dd>\n<dt>Id</dt><dd>" ID "</dd>\n</dl>\n<footer>Whoever runs this "
        "site finds more about it in the log, by this id.</footer>\n</main>\n</body>\n</html>\n",
        phrase, style, phrase, sentence, slug);
}

static const char *denial(const char *type, const char *more, const char *body) {
    return support_text(
        "Status: 403 Forbidden\r\nContent-Type: %s\r\nContent-Length: %zu\r\n" HEADERS "%s\r\n%s",
        type, strlen(body), more, body);
}

static void test_denials(void) {
    struct decision decision = decision_of(VERDICT_REFUSED, REASON_NO_CERTIFICATE);
    const char *plain = denial("text/plain; charset=utf-8", "", PLAIN);
    const char *page = denial(
        "text/html; charset=utf-8",
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n",
        html("Forbidden", SENTENCE, "no-certificate", style_of(render(&decision, "text/html"))));
    const char *problem = denial("application/problem+json", "", PROBLEM);
    tap_is(render(&decision, ""), plain, "no Accept gives text");
    tap_is(render(&decision, "*/*"), plain, "so does */*");
    tap_is(render(&decision, "image/png"), plain, "and a type that there is not");
    tap_is(render(&decision, "\n\r\x01;;q=,"), plain, "and nonsense");
    tap_is(render(&decision, "text/html,application/xhtml+xml,*/*;q=0.8"), page, "a browser");
    tap_is(render(&decision, "application/problem+json"), problem, "a problem document");
    tap_is(render(&decision, "application/json"), problem, "JSON is the problem document");
    tap_is(render(&decision, "text/plain;q=0.1,application/json;q=0.5"), problem, "by quality");
    const char *padded = support_text("%1100s, text/html", "text/plain;q=0.1");
    tap_is(render(&decision, padded), plain, "what stands beyond a kilobyte is not read");
}

/* Every reason that is not granted: a complete refusal that carries no claim. */
static void test_every_reason(void) {
    static const char *const accepts[] = {"", "text/html", "application/json"};
    for (enum reason reason = 0; reason < REASON_COUNT; reason++) {
        if (reason == REASON_GRANTED)
            continue;
        struct decision decision = decision_of(VERDICT_REFUSED, reason);
        decision.assessment = assessment_of();
        const struct reason_info *info = cz_reason_info(reason);
        for (size_t i = 0; i < CZ_COUNT(accepts); i++) {
            const char *reply = render(&decision, accepts[i]);
            const char *status = support_text("Status: %d %s\r\n", info->status, info->phrase);
            const char *end = strstr(reply, "\r\n\r\n");
            tap_ok(strncmp(reply, status, strlen(status)) == 0 && end != NULL &&
                       strstr(end, info->slug) != NULL && strstr(end, ID) != NULL &&
                       strstr(reply, "Variable") == NULL && info->status != 200,
                   "%s as \"%s\" is complete and has no claim", info->slug, accepts[i]);
        }
        cz_decision_release(&decision);
    }
}

/* What contradicts itself is an internal error. */
static void test_contradictions(void) {
    static const struct {
        enum verdict verdict;
        enum reason reason;
        const char *status, *slug;
    } cases[] = {
        {VERDICT_REFUSED, REASON_GRANTED, "Status: 500 Internal Server Error\r\n",
         "internal-error"},
        {VERDICT_UNDECIDED, REASON_GRANTED, "Status: 500 Internal Server Error\r\n",
         "internal-error"},
        {VERDICT_GRANTED, REASON_EXPIRED, "Status: 500 Internal Server Error\r\n",
         "internal-error"},
        {VERDICT_GRANTED, REASON_UNDECIDED, "Status: 500 Internal Server Error\r\n",
         "internal-error"},
        {VERDICT_UNDECIDED, REASON_UNDECIDED, "Status: 500 Internal Server Error\r\n", "undecided"},
        {VERDICT_REFUSED, REASON_UNDECIDED, "Status: 500 Internal Server Error\r\n", "undecided"},
        {VERDICT_REFUSED, (enum reason)999, "Status: 500 Internal Server Error\r\n",
         "internal-error"},
        {(enum verdict)77, REASON_GRANTED, "Status: 500 Internal Server Error\r\n",
         "internal-error"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct decision decision = decision_of(cases[i].verdict, cases[i].reason);
        const char *reply = render(&decision, "");
        tap_ok(strncmp(reply, cases[i].status, strlen(cases[i].status)) == 0 &&
                   strstr(reply, support_text("Reason: %s\n", cases[i].slug)) != NULL,
               "%s for %s is %s", cz_verdict_name(cases[i].verdict),
               cz_reason_info(cases[i].reason)->slug, cases[i].slug);
    }
}

static void test_failure(void) {
    tap_is(cz_response_failure(),
           "Status: 500 Internal Server Error\r\n"
           "Content-Type: text/plain; charset=utf-8\r\n"
           "Cache-Control: no-store\r\n"
           "\r\n"
           "The authorization service failed; access is refused.\n",
           "the reply when nothing else can be made");
    struct decision decision = decision_of(VERDICT_REFUSED, REASON_NO_CERTIFICATE);
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {.failed = true};
    cz_response_render(&out, &decision, TEXT(""), ID, NOW);
    tap_is(cz_buffer_text(&out), cz_response_failure(), "takes the place of one that failed");
    decision = decision_of(VERDICT_GRANTED, REASON_GRANTED);
    decision.anonymous = true;
    out.failed = true;
    out.len = 0;
    cz_response_render(&out, &decision, TEXT(""), ID, NOW);
    tap_is(cz_buffer_text(&out), cz_response_failure(), "even of one that grants");
}

int main(void) {
    test_granted();
    test_denials();
    test_every_reason();
    test_contradictions();
    test_failure();
    return tap_done();
}
