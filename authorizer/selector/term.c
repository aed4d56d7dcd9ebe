#include "selector/term.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/oid.h"

#include <gnutls/crypto.h>

#define SPIFFE_SCHEME "spiffe://"
#define SPIFFE_SIZE_MAX 2048 /* bytes; SPIFFE ID specification, section 2.3 */
#define SHA1_SIZE 20

static void begin(struct buffer *out, enum term_kind kind, enum name_comparison how) {
    cz_buffer_putc(out, (char)kind);
    cz_buffer_putc(out, (char)how);
}

void cz_term_bytes(struct buffer *out, enum term_kind kind, struct bytes value) {
    begin(out, kind, NAME_NORMALISED);
    cz_buffer_bytes(out, value);
}

void cz_term_name(struct buffer *out, enum term_kind kind, enum name_comparison how,
                  struct bytes name) {
    begin(out, kind, how);
    cz_name_comparable(out, name, how);
}

void cz_term_attribute(struct buffer *out, enum name_comparison how, struct bytes type,
                       struct bytes utf8) {
    how = how == NAME_EXACT ? NAME_EXACT : NAME_NORMALISED;
    begin(out, TERM_ATTRIBUTE, how);
    cz_attribute_comparable(out, type, utf8, how == NAME_EXACT);
}

void cz_term_extension(struct buffer *out, enum term_kind kind, struct bytes oid,
                       struct bytes value) {
    begin(out, kind, NAME_NORMALISED);
    cz_buffer_putc(out, (char)oid.len); /* at most CZ_OID_SIZE_MAX */
    cz_buffer_bytes(out, oid);
    cz_buffer_bytes(out, value);
}

static void put_folded(struct buffer *out, struct bytes value) {
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.data[i];
        cz_buffer_putc(out, (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
    }
}

void cz_term_folded(struct buffer *out, enum term_kind kind, struct bytes value) {
    begin(out, kind, NAME_NORMALISED);
    put_folded(out, value);
}

/* The local part is the host's business (RFC 5280 7.5): its case counts. */
void cz_term_email(struct buffer *out, struct bytes mailbox) {
    const uint8_t *at = mailbox.len > 0 ? memrchr(mailbox.data, '@', mailbox.len) : NULL;
    size_t local = at != NULL ? (size_t)(at - mailbox.data) : mailbox.len;
    begin(out, TERM_EMAIL, NAME_NORMALISED);
    cz_buffer_bytes(out, (struct bytes){.data = mailbox.data, .len = local});
    put_folded(out, (struct bytes){.data = mailbox.data + local, .len = mailbox.len - local});
}

void cz_term_wish(struct term_wishes *wishes, struct bytes term) {
    wishes->how[term.data[0]] |= (uint8_t)(1u << term.data[1]);
}

/* One certificate on its way through the kinds. */
struct visit {
    const struct certificate *certificate;
    const struct policies_found *policies;
    const struct term_wishes *wishes;
    void (*visit)(void *context, struct bytes term);
    void *context;
    struct buffer term; /* owned; the one at hand */
    bool failed;
};

static bool wants(const struct visit *visit, enum term_kind kind) {
    return visit->wishes->how[kind] != 0;
}

static bool wants_how(const struct visit *visit, enum term_kind kind, enum name_comparison how) {
    return (visit->wishes->how[kind] >> how & 1) != 0;
}

static void hand_over(struct visit *visit) {
    if (visit->term.failed)
        visit->failed = true;
    else
        visit->visit(visit->context, cz_buffer_view(&visit->term));
    cz_buffer_clear(&visit->term);
}

static void visit_bytes(struct visit *visit, enum term_kind kind, struct bytes value) {
    if (!wants(visit, kind))
        return;
    cz_term_bytes(&visit->term, kind, value);
    hand_over(visit);
}

static void visit_digest(struct visit *visit, enum term_kind kind,
                         gnutls_digest_algorithm_t algorithm, struct bytes data, size_t size) {
    uint8_t digest[CZ_SHA256_SIZE];
    if (!wants(visit, kind))
        return;
    if (gnutls_hash_fast(algorithm, data.data, data.len, digest) < 0)
        visit->failed = true;
    else
        visit_bytes(visit, kind, (struct bytes){.data = digest, .len = size});
}

static void visit_names(struct visit *visit) {
    static const enum name_comparison ways[] = {NAME_NORMALISED, NAME_EXACT, NAME_ANY_ORDER};
    const struct certificate *certificate = visit->certificate;
    for (size_t i = 0; i < CZ_COUNT(ways); i++) {
        if (wants_how(visit, TERM_SUBJECT, ways[i])) {
            cz_term_name(&visit->term, TERM_SUBJECT, ways[i], certificate->subject);
            hand_over(visit);
        }
        if (wants_how(visit, TERM_ISSUER, ways[i])) {
            cz_term_name(&visit->term, TERM_ISSUER, ways[i], certificate->issuer);
            hand_over(visit);
        }
    }
}

static void visit_attributes(struct visit *visit) {
    static const enum name_comparison ways[] = {NAME_NORMALISED, NAME_EXACT};
    struct name_attribute attribute;
    if (!wants(visit, TERM_ATTRIBUTE))
        return;
    struct name_walk walk = cz_name_walk(visit->certificate->subject);
    while (cz_name_next(&walk, &attribute)) {
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        bool readable = cz_name_value_utf8(&text, &attribute);
        visit->failed |= text.failed;
        for (size_t i = 0; readable && i < CZ_COUNT(ways); i++) {
            if (!wants_how(visit, TERM_ATTRIBUTE, ways[i]))
                continue;
            cz_term_attribute(&visit->term, ways[i], attribute.type, cz_buffer_view(&text));
            hand_over(visit);
        }
    }
}

/* A wildcard is no single host, so it lies below none. */
static void visit_dns(struct visit *visit, struct bytes host) {
    if (host.len > 0 && host.data[host.len - 1] == '.')
        host.len--;
    const uint8_t *dot = memchr(host.data, '.', host.len);
    if (wants(visit, TERM_DNS)) {
        cz_term_folded(&visit->term, TERM_DNS, host);
        hand_over(visit);
    }
    if (!wants(visit, TERM_DNS_BELOW) || dot == NULL || dot == host.data ||
        memchr(host.data, '*', (size_t)(dot - host.data)) != NULL)
        return;
    size_t label = (size_t)(dot - host.data) + 1;
    cz_term_folded(&visit->term, TERM_DNS_BELOW,
                   (struct bytes){.data = host.data + label, .len = host.len - label});
    hand_over(visit);
}

static bool is_spiffe_domain(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

static bool is_spiffe_segment(struct bytes segment) {
    for (size_t i = 0; i < segment.len; i++)
        if (!is_spiffe_domain(segment.data[i]) &&
            !(segment.data[i] >= 'A' && segment.data[i] <= 'Z'))
            return false;
    return segment.len > 0 && !cz_bytes_equal(segment, CZ_BYTES(".")) &&
           !cz_bytes_equal(segment, CZ_BYTES(".."));
}

bool cz_spiffe_valid(struct bytes id, size_t *domain_length) {
    size_t at = strlen(SPIFFE_SCHEME);
    if (id.len <= at || id.len > SPIFFE_SIZE_MAX || memcmp(id.data, SPIFFE_SCHEME, at) != 0)
        return false;
    size_t begin_domain = at;
    while (at < id.len && is_spiffe_domain(id.data[at]))
        at++;
    *domain_length = at;
    if (at == begin_domain)
        return false;
    while (at < id.len) {
        if (id.data[at] != '/')
            return false;
        const uint8_t *start = id.data + at + 1;
        const uint8_t *end = memchr(start, '/', id.len - at - 1);
        size_t len = end != NULL ? (size_t)(end - start) : id.len - at - 1;
        if (!is_spiffe_segment((struct bytes){.data = start, .len = len}))
            return false;
        at += 1 + len;
    }
    return true;
}

/* An X.509-SVID holds exactly one URI (X509-SVID, section 2). */
static void visit_spiffe(struct visit *visit, struct bytes id, size_t uri_count) {
    size_t domain;
    if (uri_count != 1 || !cz_spiffe_valid(id, &domain))
        return;
    visit_bytes(visit, TERM_SPIFFE, id);
    for (size_t i = domain; i < id.len; i++)
        if (id.data[i] == '/')
            visit_bytes(visit, TERM_SPIFFE_BELOW, (struct bytes){.data = id.data, .len = i});
}

static void visit_upn(struct visit *visit, const struct general_name *name) {
    struct bytes rest = name->value, text;
    if (!wants(visit, TERM_UPN) || !cz_bytes_equal(name->other_type, OID_UPN) ||
        !cz_der_take(&rest, DER_UTF8_STRING, &text))
        return;
    cz_term_folded(&visit->term, TERM_UPN, text);
    hand_over(visit);
}

static void visit_general_name(struct visit *visit, const struct general_name *name,
                               size_t uri_count) {
    switch (name->type) {
    case GENERAL_NAME_DNS:
        visit_dns(visit, name->value);
        break;
    case GENERAL_NAME_EMAIL:
        if (wants(visit, TERM_EMAIL)) {
            cz_term_email(&visit->term, name->value);
            hand_over(visit);
        }
        break;
    case GENERAL_NAME_URI:
        visit_bytes(visit, TERM_URI, name->value);
        visit_spiffe(visit, name->value, uri_count);
        break;
    case GENERAL_NAME_IP:
        visit_bytes(visit, TERM_IP, name->value);
        break;
    case GENERAL_NAME_OTHER:
        visit_upn(visit, name);
        break;
    default:
        break;
    }
}

static void visit_general_names(struct visit *visit) {
    const struct certificate *certificate = visit->certificate;
    size_t uri_count = 0;
    for (size_t i = 0; i < certificate->name_count; i++)
        uri_count += certificate->names[i].type == GENERAL_NAME_URI;
    for (size_t i = 0; i < certificate->name_count; i++)
        visit_general_name(visit, &certificate->names[i], uri_count);
}

static void visit_extension(struct visit *visit, const struct extension *extension) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    struct bytes rest = extension->value;
    struct der_element element;
    if (extension->oid.len > CZ_OID_SIZE_MAX)
        return;
    if (wants(visit, TERM_EXTENSION)) {
        cz_term_extension(&visit->term, TERM_EXTENSION, extension->oid, extension->value);
        hand_over(visit);
    }
    if (!wants(visit, TERM_EXTENSION_TEXT) || !cz_der_next(&rest, &element) || rest.len > 0)
        return;
    struct name_attribute string = {.value_tag = element.tag, .value = element.content};
    if (cz_name_value_utf8(&text, &string)) {
        cz_term_extension(&visit->term, TERM_EXTENSION_TEXT, extension->oid, cz_buffer_view(&text));
        hand_over(visit);
    }
    visit->failed |= text.failed;
}

bool cz_terms_visit(const struct certificate *certificate, const struct policies_found *policies,
                    const struct term_wishes *wishes,
                    void (*visit)(void *context, struct bytes term), void *context) {
    struct visit state = {.certificate = certificate,
                          .policies = policies,
                          .wishes = wishes,
                          .visit = visit,
                          .context = context};
    visit_bytes(&state, TERM_SHA256,
                (struct bytes){.data = certificate->sha256, .len = CZ_SHA256_SIZE});
    visit_digest(&state, TERM_SHA1, GNUTLS_DIG_SHA1, certificate->der, SHA1_SIZE);
    visit_digest(&state, TERM_SPKI_SHA256, GNUTLS_DIG_SHA256, certificate->spki, CZ_SHA256_SIZE);
    visit_bytes(&state, TERM_SERIAL, certificate->serial);
    visit_names(&state);
    visit_attributes(&state);
    visit_general_names(&state);
    for (size_t i = 0; i < certificate->extension_count; i++)
        visit_extension(&state, &certificate->extensions[i]);
    for (size_t i = 0; i < policies->count; i++)
        visit_bytes(&state, TERM_POLICY, policies->oids[i]);
    cz_buffer_release(&state.term);
    return !state.failed;
}
