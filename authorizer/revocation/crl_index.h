/*
 * Look-up of a certificate among the entries of one CRL: an interface, and the one that searches
 * plain records. They hold the whole serial, so that a search touches no byte of the list before it
 * has found something, and lie in memory or as they are in a mapped file: big-endian, compared as
 * bytes.
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

/* What a built one is made of; all owned. */
struct crl_index_memory {
    struct crl_record *records;
    struct crl_span *spans;
    struct buffer names;
    uint32_t *name_starts;
};

/* All borrowed, but for what it owns itself because it was built. */
struct crl_index {
    const struct crl *crl;
    const struct crl_record *records;
    size_t count;
    const struct crl_span *spans; /* the first is the list's own issuer's */
    size_t span_count;
    struct bytes names;          /* canonical ones, each once, in their order as bytes */
    const uint32_t *name_starts; /* where each begins; ends with the end of the last one */
    size_t issuer_count;
    struct crl_index_memory memory;
};

/* In time linear in the entries, whatever their order, but for many of one serial. Of entries of
 * the same issuer and serial the first that does not say removeFromCRL counts. False when out of
 * memory; releasing the index is the caller's in either case. */
bool cz_crl_index_build(const struct crl *crl, struct crl_index *index);
void cz_crl_index_release(struct crl_index *index);

/* The issuer's number of the entry at this offset. */
uint32_t cz_crl_index_issuer_of(const struct crl_index *index, uint32_t offset);
/* The number of the issuer with this canonical name; false where there is none. */
bool cz_crl_index_find_issuer(const struct crl_index *index, struct bytes name, uint32_t *issuer);
/* Serials as records hold them; false for one that no certificate has. */
bool cz_crl_pad_serial(struct bytes serial, uint8_t padded[CZ_SERIAL_SIZE_MAX]);
int cz_crl_compare_names(struct bytes a, struct bytes b);

/*
 * A crl_lookup_function; `context` is a struct crl_index. Nothing of the index is believed: every
 * place is checked against its bounds, and a record that is found, or the two beside the place
 * where one would be, have to agree with the list itself. Each comparison that the search went by
 * shows itself in one of these, so that a record that was damaged makes the look-up fail and does
 * not let a serial get lost. The spans and names are the caller's to trust.
 */
crl_lookup_function cz_crl_index_find;

#endif
