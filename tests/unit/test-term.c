/* Terms: which facts of a certificate are told, and only where they are wished for. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "selector/vocabulary.h"

static const struct {
    const char *id;
    size_t domain; /* its end; 0: not a SPIFFE ID */
} spiffe_cases[] = {
    {"spiffe://a", 10},       {"spiffe://a.example/b/C-d_e.1", 18},
    {"spiffe://", 0},         {"spiffe:///a", 0},
    {"spiffe://A", 0},        {"SPIFFE://a", 0},
    {"spiffe://a/", 0},       {"spiffe://a//b", 0},
    {"spiffe://a/b/", 0},     {"spiffe://a/.", 0},
    {"spiffe://a/../b", 0},   {"spiffe://a/...", 10},
    {"spiffe://a:8080/b", 0}, {"spiffe://u@a/b", 0},
    {"spiffe://a/b?c", 0},    {"spiffe://a/b%20", 0},
    {"https://a/b", 0},       {"", 0},
};

static void test_spiffe(void) {
    for (size_t i = 0; i < CZ_COUNT(spiffe_cases); i++) {
        size_t domain = 0;
        bool good = cz_spiffe_valid(cz_bytes_of(spiffe_cases[i].id), &domain);
        tap_ok(good == (spiffe_cases[i].domain > 0) && (!good || domain == spiffe_cases[i].domain),
               "\"%s\" is %s SPIFFE ID", spiffe_cases[i].id, good ? "a" : "no");
    }
    size_t domain;
    struct bytes longest = JOIN(TEXT("spiffe://a/"), support_fill('b', 2048 - 11));
    tap_ok(cz_spiffe_valid(longest, &domain), "it has up to 2048 bytes");
    longest = JOIN(longest, TEXT("b"));
    tap_ok(!cz_spiffe_valid(longest, &domain), "and no more");
}

#define NAME(tag, text) DER(0x80 | (tag), TEXT(text))

struct count {
    unsigned of[TERM_KIND_COUNT];
};

static void count_term(void *context, struct bytes term) {
    struct count *count = context;
    count->of[cz_term_kind(term)]++;
}

static struct count terms_of(const struct certificate *certificate,
                             const struct term_wishes *wishes) {
    static const struct policies_found policies = {.any = true};
    struct count count = {0};
    tap_ok(cz_terms_visit(certificate, &policies, wishes, count_term, &count), "terms are visited");
    return count;
}

static struct certificate *with_names(struct bytes names) {
    const struct bytes more[] = {support_extension(OID_SUBJECT_ALT_NAME, false, names), {0}};
    return forge_certificate(&(struct forge){.subject = "c", .issuer = "r", .more = more});
}

static void test_visit(void) {
    struct term_wishes all;
    memset(&all, 0xff, sizeof all);
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *certificate = with_names(
        DER(DER_SEQUENCE, NAME(2, "a.b.example."), NAME(2, "*.c.example"), NAME(2, "host"),
            NAME(1, "x@y"), NAME(6, "spiffe://a/b/c"), NAME(7, "\xc0\x00\x02\x07")));
    struct count count = terms_of(certificate, &all);
    tap_ok(count.of[TERM_DNS] == 3 && count.of[TERM_DNS_BELOW] == 1,
           "three DNS names, of which one lies below another");
    tap_ok(count.of[TERM_SPIFFE] == 1 && count.of[TERM_SPIFFE_BELOW] == 2,
           "a SPIFFE ID lies below its trust domain and its path");
    tap_ok(count.of[TERM_SUBJECT] == 3 && count.of[TERM_ISSUER] == 3 &&
               count.of[TERM_ATTRIBUTE] == 2,
           "names in each way of comparing");
    tap_ok(count.of[TERM_POLICY] == 0, "any policy at all is none that could be named");
    struct term_wishes none = {{0}};
    count = terms_of(certificate, &none);
    unsigned sum = 0;
    for (size_t i = 0; i < TERM_KIND_COUNT; i++)
        sum += count.of[i];
    tap_ok(sum == 0, "what nobody wishes for is not told");
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *two =
        with_names(DER(DER_SEQUENCE, NAME(6, "spiffe://a/b"), NAME(6, "urn:x")));
    count = terms_of(two, &all);
    tap_ok(count.of[TERM_URI] == 2 && count.of[TERM_SPIFFE] == 0 &&
               count.of[TERM_SPIFFE_BELOW] == 0,
           "two URIs are no SPIFFE ID");
}

/* A kind, and no other, makes a term: the same text in two kinds is two terms. */
static void test_kinds(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer dns = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer below = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer email = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer upper = {0};
    cz_term_folded(&dns, TERM_DNS, TEXT("A.B"));
    cz_term_folded(&below, TERM_DNS_BELOW, TEXT("a.b"));
    tap_ok(!cz_bytes_equal(cz_buffer_view(&dns), cz_buffer_view(&below)), "the kind counts");
    cz_buffer_clear(&below);
    cz_term_folded(&below, TERM_DNS, TEXT("a.b"));
    tap_ok(cz_bytes_equal(cz_buffer_view(&dns), cz_buffer_view(&below)), "the case does not");
    cz_term_email(&email, TEXT("A@b@C"));
    cz_term_email(&upper, TEXT("A@b@c"));
    tap_ok(cz_bytes_equal(cz_buffer_view(&email), cz_buffer_view(&upper)),
           "a mailbox's host begins behind the last @");
    cz_buffer_clear(&upper);
    cz_term_email(&upper, TEXT("A@B@c"));
    tap_ok(!cz_bytes_equal(cz_buffer_view(&email), cz_buffer_view(&upper)),
           "and what stands before it counts by its case");
    CZ_CLEANUP(cz_buffer_release) struct buffer one = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer other = {0};
    cz_term_extension(&one, TERM_EXTENSION, TEXT("\x2a"), TEXT("\x03\x04"));
    cz_term_extension(&other, TERM_EXTENSION, TEXT("\x2a\x03"), TEXT("\x04"));
    tap_ok(!cz_bytes_equal(cz_buffer_view(&one), cz_buffer_view(&other)),
           "an OID and a value do not run together");
}

int main(void) {
    test_spiffe();
    test_visit();
    test_kinds();
    return tap_done();
}
