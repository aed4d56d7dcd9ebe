/*
 * Terms: the single facts about a certificate that selectors name, such as "its SHA-256 is …",
 * "a dNSName is …", "its issuer is …". A term is a run of bytes, kind first, made in the same way
 * from a certificate and from the configuration, so that a certificate fits a selector exactly
 * if it has a term of equal bytes. Looking for clients is then a look-up and not a comparison.
 */
#ifndef CERTAUTHZ_SELECTOR_TERM_H
#define CERTAUTHZ_SELECTOR_TERM_H

#include "certificate/certificate.h"
#include "certificate/name.h"
#include "validate/policies.h"

enum term_kind {
    TERM_SHA256 = 0,
    TERM_SHA1,
    TERM_SPKI_SHA256,
    TERM_SUBJECT,
    TERM_ISSUER,
    TERM_SERIAL,
    TERM_SPIFFE,       /* the whole SPIFFE ID */
    TERM_SPIFFE_BELOW, /* a SPIFFE ID below this trust domain or path */
    TERM_URI,
    TERM_EMAIL,
    TERM_UPN,
    TERM_IP,
    TERM_DNS,
    TERM_DNS_BELOW, /* a dNSName one label below this one: *.example.org */
    TERM_ATTRIBUTE, /* of the subject: type and value */
    TERM_EXTENSION, /* OID and value, DER */
    TERM_EXTENSION_TEXT,
    TERM_POLICY,
    TERM_KIND_COUNT
};

/* Each appends the term to `out`. The texts are the configuration's. */
void cz_term_bytes(struct buffer *out, enum term_kind kind, struct bytes value);
void cz_term_name(struct buffer *out, enum term_kind kind, enum name_comparison how,
                  struct bytes name);
void cz_term_attribute(struct buffer *out, enum name_comparison how, struct bytes type,
                       struct bytes utf8);
/* `value` is the extension's, DER or the text that a single string in it holds. */
void cz_term_extension(struct buffer *out, enum term_kind kind, struct bytes oid,
                       struct bytes value);
/* Letters of A to Z folded: for dNSName, userPrincipalName and the host of a mailbox. */
void cz_term_folded(struct buffer *out, enum term_kind kind, struct bytes value);
void cz_term_email(struct buffer *out, struct bytes mailbox);

/* The kind of a term that one of these made. */
static inline enum term_kind cz_term_kind(struct bytes term) {
    return (enum term_kind)term.data[0];
}

/* Which terms are looked for at all: a set of how (1 << enum name_comparison) for each kind. */
struct term_wishes {
    uint8_t how[TERM_KIND_COUNT];
};
void cz_term_wish(struct term_wishes *wishes, struct bytes term);

/*
 * Calls `visit` with each term of the kinds wished for that the certificate has; terms may come
 * twice. `policies` are those that hold for its path. False when out of memory or where a digest
 * is not to be had: then some may not have been visited, and nothing may be concluded.
 */
bool cz_terms_visit(const struct certificate *certificate, const struct policies_found *policies,
                    const struct term_wishes *wishes,
                    void (*visit)(void *context, struct bytes term), void *context);

/*
 * A SPIFFE ID (SPIFFE ID specification, section 2): spiffe://trust-domain/path. True where it is
 * well-formed; *domain_length is the length up to the end of the trust domain.
 */
bool cz_spiffe_valid(struct bytes id, size_t *domain_length);

#endif
