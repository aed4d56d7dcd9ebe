/*
 * Whence the values of claims: the claims with names of their own (certauthz's and those of the
 * dialects that other systems speak), and what a configuration may send under names of its choice.
 */
#ifndef CERTAUTHZ_RESPONSE_CLAIM_SOURCES_H
#define CERTAUTHZ_RESPONSE_CLAIM_SOURCES_H

#include "decision/decision.h"

/* What a value is made of: a granted decision, and when. */
struct claim_facts {
    const struct decision *decision;
    int64_t now;
};

enum claim_dialect {
    DIALECT_OWN = 0, /* certauthz's own claims */
    DIALECT_ASPNET,
    DIALECT_KESTRUN,
    DIALECT_XFCC,
    DIALECT_RFC9440,
    DIALECT_COUNT
};

struct claim_source {
    const char *name;
    struct bytes line; /* of a claim with a name of its own: "Variable-NAME: " */
    /* Appends the value, one line without controls; nothing where there is none. `argument` is the
     * plan's. NULL: it is written last, by cz_claims_append itself. */
    void (*put)(struct buffer *out, const struct claim_facts *facts,
                const struct claim_source *source, struct bytes argument);
    struct bytes argument; /* what plans give it */
    enum identity_field field;
    enum claim_dialect dialect;
    bool always;    /* servers and handlers rely on it: neither left out nor renamed */
    bool anonymous; /* it says nothing of a certificate */
    bool follows;   /* of no use without the one before it */
};

/* In the order of sending. Static, like all that follow. */
const struct claim_source *cz_claim_sources(size_t *count);
/* What `certificate = NAME` sends; NULL where there is none of this name. */
const struct claim_source *cz_certificate_source(const char *name);
/* The names for it, separated by commas, for messages. */
void cz_name_certificate_sources(struct buffer *out);
/* NULL for DIALECT_OWN. */
const char *cz_dialect_name(enum claim_dialect dialect);

/* The argument is the constant; the name of the claim that the client carries; the OID's content
 * of the attribute's type, or of the extension. */
extern const struct claim_source cz_constant_source, cz_client_claim_source, cz_client_id_source,
    cz_attribute_source, cz_extension_source;

#endif
