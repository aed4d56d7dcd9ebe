/*
 * The newest list that ever counted, of each kind: kept for longer than the list itself, so that an
 * old one cannot be played again once the newer has left the store. A value with its file form,
 * which is refused whole where a byte of it is wrong.
 */
#ifndef CERTAUTHZ_STORE_NEWEST_H
#define CERTAUTHZ_STORE_NEWEST_H

#include "base/buffer.h"
#include "base/error.h"
#include "certificate/certificate.h"
#include "revocation/crl.h"

#define CZ_NEWEST_MAX 8192            /* kinds; beyond, the one of the longest ago is forgotten */
#define CZ_NEWEST_SIZE_MAX (4u << 20) /* bytes of its file form */

/* Lists are of one kind where one of them takes the place of the others. */
struct newest_list {
    uint8_t kind[CZ_SHA256_SIZE];
    uint8_t list[CZ_SHA256_SIZE]; /* of its DER */
    int64_t this_update;          /* the latest, like the next */
    size_t number_len;            /* 0: none had a number */
    uint8_t number[CZ_CRL_NUMBER_SIZE_MAX];
    bool orphaned; /* the source that gave it gives lists of another kind by now */
};

struct newest {
    struct newest_list *items; /* owned */
    size_t count;
    bool changed; /* since it was read or written */
};

/* By its issuer, the key that verified it, its issuingDistributionPoint, and whether it is a delta
 * CRL. False when out of memory. */
bool cz_newest_kind(const struct crl *crl, struct bytes spki, uint8_t kind[CZ_SHA256_SIZE]);
/* NULL where none of this kind ever counted. Borrowed until one is noted. */
struct newest_list *cz_newest_find(const struct newest *newest, const uint8_t kind[CZ_SHA256_SIZE]);
/* The list counts. False when out of memory. */
bool cz_newest_note(struct newest *newest, const uint8_t kind[CZ_SHA256_SIZE],
                    const struct crl *crl, const uint8_t sha256[CZ_SHA256_SIZE]);

enum newest_age { NEWEST_UP_TO_DATE = 0, NEWEST_EARLIER, NEWEST_LOWER_NUMBER };
/* Of a list beside the newest of its kind. */
enum newest_age cz_newest_age(const struct newest_list *than, const struct crl *crl);

/* `error` says what is wrong, and not with which file. The caller releases it where it is true;
 * else it is empty. */
bool cz_newest_parse(struct bytes bytes, struct newest *newest, struct error *error);
void cz_newest_write(const struct newest *newest, struct buffer *out);
void cz_newest_release(struct newest *newest);

#endif
