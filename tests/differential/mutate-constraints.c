/*
 * Name constraints (RFC 5280 4.2.1.10): subtrees of every type on an issuer, permitted or excluded,
 * and names of the same type on the end certificate, most of them near the subtrees' edges.
 */
#include "mutation.h"

struct choices {
    const struct bytes *names, *bases;
    size_t name_count, base_count;
    uint8_t tag;
};

static const struct bytes dns_names[] = {
    CZ_BYTES("host.a.example"),
    CZ_BYTES("a.example"),
    CZ_BYTES("HOST.A.EXAMPLE"),
    CZ_BYTES("hosta.example"),
    CZ_BYTES("deep.host.a.example"),
    CZ_BYTES("host.b.example"),
    CZ_BYTES("*.a.example"),
    CZ_BYTES("*.example"),
    CZ_BYTES("h*.a.example"),
    CZ_BYTES("host.a.example."),
    CZ_BYTES(".a.example"),
    CZ_BYTES("host..a.example"),
    CZ_BYTES("host_1.a.example"),
    CZ_BYTES("a.example host.b.example"),
    CZ_BYTES("*"),
    CZ_BYTES("*.*.a.example"),
};
static const struct bytes dns_bases[] = {
    CZ_BYTES("a.example"),      CZ_BYTES(".a.example"), CZ_BYTES("A.Example"),
    CZ_BYTES("host.a.example"), CZ_BYTES(""),           CZ_BYTES("example"),
    CZ_BYTES("*.a.example"),    CZ_BYTES("a.example."), CZ_BYTES("."),
};
static const struct bytes email_names[] = {
    CZ_BYTES("user@a.example"),
    CZ_BYTES("USER@a.example"),
    CZ_BYTES("user@A.EXAMPLE"),
    CZ_BYTES("user@host.a.example"),
    CZ_BYTES("other@a.example"),
    CZ_BYTES("user@b.example"),
    CZ_BYTES("user"),
    CZ_BYTES("@a.example"),
    CZ_BYTES("user@"),
    CZ_BYTES("\"user@b.example\"@a.example"),
    CZ_BYTES("user@b.example@a.example"),
    CZ_BYTES("user@a.example@b.example"),
    CZ_BYTES("user@a.example."),
};
static const struct bytes email_bases[] = {
    CZ_BYTES("a.example"),      CZ_BYTES(".a.example"), CZ_BYTES("user@a.example"),
    CZ_BYTES("User@A.example"), CZ_BYTES(""),           CZ_BYTES("@a.example"),
    CZ_BYTES("example"),        CZ_BYTES("user@"),
};
/* Behind the first five OpenSSL reads the host wrongly; where it refuses for that, GnuTLS, which
 * refuses any excluded subtree of URIs, is no witness. */
#define URI_NAMES_PLAIN 5
static const struct bytes uri_names[] = {
    CZ_BYTES("https://a.example/x"),
    CZ_BYTES("https://host.a.example"),
    CZ_BYTES("https://A.EXAMPLE:8443/x"),
    CZ_BYTES("https://b.example/a.example"),
    CZ_BYTES("urn:a:example"),

    CZ_BYTES("https://b.example@a.example/"),
    CZ_BYTES("https://a.example@b.example/"),

    CZ_BYTES("https://b.example?.a.example"),
    CZ_BYTES("https://b.example#.a.example"),

    CZ_BYTES("https:///a.example"),
    CZ_BYTES("https://192.0.2.1/"),
    CZ_BYTES("https://[2001:db8::1]/"),
    CZ_BYTES("a.example"),
    CZ_BYTES("https://a.example."),
    CZ_BYTES("https://b.example\\.a.example"),
    CZ_BYTES("https://a.example:80@b.example/"),
};
static const struct bytes uri_bases[] = {
    CZ_BYTES("a.example"), CZ_BYTES(".a.example"), CZ_BYTES("A.Example"),
    CZ_BYTES(""),          CZ_BYTES("b.example"),  CZ_BYTES("https://a.example"),
};
static const struct bytes ip_names[] = {
    CZ_BYTES("\xc0\x00\x02\x01"),
    CZ_BYTES("\xc0\x00\x02\x81"),
    CZ_BYTES("\xc6\x33\x64\x01"),
    CZ_BYTES("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"),
    CZ_BYTES("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01"),
};
static const struct bytes ip_bases[] = {
    CZ_BYTES("\xc0\x00\x02\x00\xff\xff\xff\x00"),
    CZ_BYTES("\xc0\x00\x02\x80\xff\xff\xff\x80"),
    CZ_BYTES("\xc0\x00\x02\x7f\xff\xff\xff\x00"), /* an address inside, not the first */
    CZ_BYTES("\0\0\0\0\0\0\0\0"),
    CZ_BYTES("\xc0\x00\x02\x01\xff\xff\xff\xff"),
    CZ_BYTES("\xc0\x00\x02\x00\xff\xff\x00\xff"), /* a mask with a hole */
    CZ_BYTES("\xc0\x00\x02\x00\x00\xff\xff\xff"),
    CZ_BYTES("\xc0\x00\x02\x00"),
    CZ_BYTES("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0"
             "\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0"),
    CZ_BYTES(""),
};

static const struct choices all_choices[] = {
    {email_names, email_bases, CZ_COUNT(email_names), CZ_COUNT(email_bases), DER_CONTEXT(1)},
    {dns_names, dns_bases, CZ_COUNT(dns_names), CZ_COUNT(dns_bases), DER_CONTEXT(2)},
    {uri_names, uri_bases, CZ_COUNT(uri_names), CZ_COUNT(uri_bases), DER_CONTEXT(6)},
    {ip_names, ip_bases, CZ_COUNT(ip_names), CZ_COUNT(ip_bases), DER_CONTEXT(7)},
};

static struct bytes subtree(struct bytes base) {
    return DER(DER_SEQUENCE, base);
}

static void constrain(struct plan_certificate *issuer, bool excluded, struct bytes subtrees) {
    plan_set(issuer, OID_NAME_CONSTRAINTS, random_chance(70),
             DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(excluded ? 1 : 0), subtrees)));
}

static struct bytes pick(const struct bytes *from, size_t count) {
    /* the first ones are the likely ones */
    return from[random_chance(40) ? random_below(3) : random_below((unsigned)count)];
}

static struct bytes draw_subtrees(const struct choices *choices) {
    struct bytes all = NOTHING;
    for (unsigned i = 1 + random_below(2); i > 0; i--)
        all = JOIN(all, subtree(DER(choices->tag, pick(choices->bases, choices->base_count))));
    return all;
}

/* The end certificate's names of this type, and only them, are drawn anew. */
static void draw_names(struct plan_certificate *end, const struct choices *choices, bool excluded) {
    struct bytes all = NOTHING;
    size_t count = excluded && choices->names == uri_names ? URI_NAMES_PLAIN : choices->name_count;
    for (unsigned i = 1 + random_below(2); i > 0; i--)
        all = JOIN(all, DER(choices->tag, pick(choices->names, count)));
    plan_set(end, OID_SUBJECT_ALT_NAME, random_chance(20), DER(DER_SEQUENCE, all));
}

static void subtrees(struct plan *plan, unsigned number) {
    const struct choices *choices = &all_choices[number / 2];
    draw_names(&plan->certificates[0], choices, number % 2 != 0);
    constrain(plan_issuer(plan), number % 2 != 0, draw_subtrees(choices));
}

/* Permitted and excluded at once, or on two issuers. */
static void both_subtrees(struct plan *plan, unsigned unused) {
    const struct choices *choices = &all_choices[random_below(CZ_COUNT(all_choices))];
    (void)unused;
    draw_names(&plan->certificates[0], choices, true);
    if (random_chance(50)) {
        constrain(plan_issuer(plan), false, draw_subtrees(choices));
        constrain(plan_issuer(plan), true, draw_subtrees(choices));
        return;
    }
    plan_set(plan_issuer(plan), OID_NAME_CONSTRAINTS, true,
             DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(0), draw_subtrees(choices)),
                 DER(DER_CONTEXT_CONSTRUCTED(1), draw_subtrees(choices))));
}

/* The names of a CA below must obey too. */
static void on_a_ca(struct plan *plan, unsigned excluded) {
    const struct choices *choices = &all_choices[random_below(CZ_COUNT(all_choices))];
    plan_remove(&plan->certificates[0], OID_SUBJECT_ALT_NAME);
    draw_names(plan_intermediate(plan), choices, excluded != 0);
    constrain(&plan->certificates[plan->anchor], excluded != 0, draw_subtrees(choices));
}

/* --- directoryName --- */

static struct bytes directory_base(unsigned which) {
    struct bytes o = plan_rdn(OID_ORGANIZATION, DER_UTF8_STRING, TEXT("Differential Test"));
    struct bytes respelt =
        plan_rdn(OID_ORGANIZATION, DER_PRINTABLE_STRING, TEXT("differential  TEST "));
    struct bytes ou = plan_rdn(OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING, TEXT("Unit One"));
    struct bytes shorter = plan_rdn(OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING, TEXT("Unit"));
    switch (which) {
    case 0:
        return DER(DER_SEQUENCE, o);
    case 1:
        return DER(DER_SEQUENCE, o, ou);
    case 2:
        return DER(DER_SEQUENCE, respelt, ou);
    case 3:
        return DER(DER_SEQUENCE, o, shorter);
    case 4:
        return DER(DER_SEQUENCE, ou);
    case 5:
        return DER(DER_SEQUENCE, NOTHING);
    default:
        return plan_name(0);
    }
}

static void directory(struct plan *plan, unsigned excluded) {
    struct bytes all = NOTHING;
    for (unsigned i = 1 + random_below(2); i > 0; i--)
        all = JOIN(all, subtree(DER(DER_CONTEXT_CONSTRUCTED(4), directory_base(random_below(7)))));
    if (random_chance(30))
        plan_set(
            &plan->certificates[0], OID_SUBJECT_ALT_NAME, false,
            DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(4), directory_base(random_below(7)))));
    constrain(plan_issuer(plan), excluded != 0, all);
}

/* --- what a subject's attributes say, without an alternative name of the form --- */

static void subject_email(struct plan *plan, unsigned excluded) {
    struct plan_certificate *end = &plan->certificates[0];
    const struct choices *choices = &all_choices[0];
    end->subject = DER(DER_SEQUENCE, plan_rdn(OID_EMAIL_ADDRESS,
                                              random_chance(80) ? DER_IA5_STRING : DER_UTF8_STRING,
                                              pick(choices->names, choices->name_count)));
    if (random_chance(70))
        plan_remove(end, OID_SUBJECT_ALT_NAME);
    constrain(plan_issuer(plan), excluded != 0, draw_subtrees(choices));
}

static void subject_host(struct plan *plan, unsigned excluded) {
    struct plan_certificate *end = &plan->certificates[0];
    const struct choices *choices = &all_choices[1];
    end->subject = DER(DER_SEQUENCE, plan_rdn(OID_COMMON_NAME, DER_UTF8_STRING,
                                              pick(choices->names, choices->name_count)));
    plan_remove(end, OID_SUBJECT_ALT_NAME);
    if (random_chance(50)) /* GnuTLS looks at it where the certificate may be a server's */
        plan_remove(end, OID_EXTENDED_KEY_USAGE);
    constrain(plan_issuer(plan), excluded != 0, draw_subtrees(choices));
}

/* --- forms --- */

static const struct bytes forms[] = {
    CZ_BYTES("\x30\x00"),
    CZ_BYTES("\x30\x02\xa0\x00"),
    CZ_BYTES("\x30\x04\xa0\x02\x30\x00"),
    CZ_BYTES("\x30\x0a\xa0\x08\x30\x06\x82\x01"
             "a\x80\x01\x00"), /* minimum 0, written */
    CZ_BYTES("\x30\x0a\xa0\x08\x30\x06\x82\x01"
             "a\x80\x01\x01"), /* minimum 1 */
    CZ_BYTES("\x30\x0a\xa0\x08\x30\x06\x82\x01"
             "a\x81\x01\x01"), /* a maximum */
    CZ_BYTES("\x30\x07\xa2\x05\x30\x03\x82\x01"
             "a"),
    CZ_BYTES("\x30\x07\xa1\x05\x30\x03\x88\x01\x2a"), /* excluded registeredID */
    CZ_BYTES("\x30\x07\xa0\x05\x30\x03\x88\x01\x2a"),
    CZ_BYTES("\x30\x07\xa0\x05\x30\x03\x89\x01\x2a"),
    CZ_BYTES("\x30\x07\xa0\x05\x30\x03\x82\x01\xe9"),
    CZ_BYTES("\xa0\x05\x30\x03\x82\x01"
             "a"),
};

static void form(struct plan *plan, unsigned on_the_end) {
    plan_set(on_the_end ? &plan->certificates[0] : plan_issuer(plan), OID_NAME_CONSTRAINTS,
             random_chance(70), forms[random_below(CZ_COUNT(forms))]);
}

static void on_the_end(struct plan *plan, unsigned unused) {
    (void)unused;
    constrain(&plan->certificates[0], false, draw_subtrees(&all_choices[random_below(4)]));
}

/* A form that we cannot compare, among the end's names and the subtrees. */
static void other_form(struct plan *plan, unsigned excluded) {
    struct bytes upn =
        JOIN(DER(DER_OID, OID_UPN),
             DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_UTF8_STRING, TEXT("user@a.example"))));
    struct bytes name = random_chance(50) ? DER(DER_CONTEXT_CONSTRUCTED(0), upn)
                                          : DER(DER_CONTEXT(8), TEXT("\x2a\x03"));
    plan_set(&plan->certificates[0], OID_SUBJECT_ALT_NAME, false, DER(DER_SEQUENCE, name));
    constrain(plan_issuer(plan), excluded != 0,
              subtree(random_chance(50) ? name : DER(DER_CONTEXT(2), TEXT("a.example"))));
}

static const struct mutation constraints[] = {
    {"constraints/e-mail permitted", subtrees, 0, BLINDS_OPENSSL},
    {"constraints/e-mail excluded", subtrees, 1, BLINDS_GNUTLS},
    {"constraints/dNSName permitted", subtrees, 2, BLINDS_OPENSSL},
    {"constraints/dNSName excluded", subtrees, 3, BLINDS_GNUTLS},
    {"constraints/URI permitted", subtrees, 4, BLINDS_OPENSSL},
    {"constraints/URI excluded", subtrees, 5, BLINDS_GNUTLS},
    {"constraints/address permitted", subtrees, 6, BLINDS_OPENSSL},
    {"constraints/address excluded", subtrees, 7, BLINDS_GNUTLS},
    {"constraints/permitted and excluded", both_subtrees, 0, BLINDS_OPENSSL},
    {"constraints/on a CA, permitted", on_a_ca, 0, BLINDS_OPENSSL},
    {"constraints/on a CA, excluded", on_a_ca, 1, BLINDS_OPENSSL},
    {"constraints/directoryName permitted", directory, 0, BLINDS_NONE},
    {"constraints/directoryName excluded", directory, 1, BLINDS_GNUTLS},
    {"constraints/subject's e-mail permitted", subject_email, 0, BLINDS_OPENSSL},
    {"constraints/subject's e-mail excluded", subject_email, 1, BLINDS_OPENSSL},
    {"constraints/subject's host permitted", subject_host, 0, BLINDS_OPENSSL},
    {"constraints/subject's host excluded", subject_host, 1, BLINDS_OPENSSL},
    {"constraints/form", form, 0, BLINDS_GNUTLS},
    {"constraints/form, on the end", form, 1, BLINDS_GNUTLS},
    {"constraints/on the end", on_the_end, 0, BLINDS_OPENSSL},
    {"constraints/other forms permitted", other_form, 0, BLINDS_OPENSSL},
    {"constraints/other forms excluded", other_form, 1, BLINDS_GNUTLS},
};

const struct mutation_family constraints_family = {"constraints", constraints,
                                                   CZ_COUNT(constraints)};
