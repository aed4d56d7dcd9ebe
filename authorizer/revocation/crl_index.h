/*
 * Look-up of a certificate among the entries of one CRL: an interface, and the one that keeps its
 * records in memory. The records are plain and hold the whole serial, so a search touches no byte
 * of the list before it has found something, and they can lie as they are in a mapped file or be
 * the keys of a store: big-endian, compared as bytes.
 */
#ifndef CERTAUTHZ_REVOCATION_CRL_INDEX_H
#define CERTAUTHZ_REVOCATION_CRL_INDEX_H

#include "certificate/certificate.h"
#include "revocation/crl.h"

/* The zero value is a failure, of a store, say: then the list tells nothing. */
enum crl_lookup_result { CRL_LOOKUP_FAILED = 0, CRL_LOOKUP_ABSENT, CRL_LOOKUP_FOUND };

/*
 * `issuer_canonical` and `serial` are those of the certificate, as struct certificate has them.
 * Fills *entry where it is found, its certificate_issuer being left empty.
 */
typedef enum crl_lookup_result crl_lookup_function(const void *context,
                                                   struct bytes issuer_canonical,
                                                   struct bytes serial, struct crl_entry *entry);

struct crl_lookup {
    crl_lookup_function *find;
    const void *context; /* borrowed */
};

/* One entry: 24 bytes. In order of serial, and of issuer where these are the same. */
struct crl_record {
    uint8_t serial[CZ_SERIAL_SIZE_MAX]; /* as a number: filled up with zeros on the left */
    uint32_t offset;                    /* of the entry in the list */
};

/* Of indirect CRLs: from this entry on, up to the next span, the certificates are of this issuer.
 * In order of the offset. */
struct crl_span {
    uint32_t offset;
    uint32_t issuer; /* number among the names */
};

struct crl_index {
    const struct crl *crl; /* borrowed, and so are its bytes */
    struct crl_record *records;
    size_t count;
    struct crl_span *spans; /* the first is the list's own issuer's */
    size_t span_count;
    struct buffer names;   /* canonical ones, each once, in their order as bytes */
    uint32_t *name_starts; /* where each begins; ends with the end of the last one */
    size_t issuer_count;
};

/* In time linear in the entries where they are in order, else in O(n log n). Of entries of the same
 * issuer and serial the first that does not say removeFromCRL counts. False when out of memory;
 * releasing the index is the caller's in either case. */
bool cz_crl_index_build(const struct crl *crl, struct crl_index *index);
void cz_crl_index_release(struct crl_index *index);

/* A crl_lookup_function; `context` is a struct crl_index. */
crl_lookup_function cz_crl_index_find;

#endif
