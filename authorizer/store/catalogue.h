/*
 * The catalogue: which sources there are, how it went with each, and which lists of the store
 * count. A value with its file form, which is refused whole where a byte of it is wrong.
 */
#ifndef CERTAUTHZ_STORE_CATALOGUE_H
#define CERTAUTHZ_STORE_CATALOGUE_H

#include "base/buffer.h"
#include "base/error.h"
#include "revocation/holdings.h"
#include "store/files.h"

enum source_kind {
    SOURCE_FILE = 0, /* revocation.crls names it, or the folder that it lies in */
    SOURCE_URL,      /* revocation.crls names it */
    SOURCE_POINT,    /* a distribution point of a certificate that validated */
};

struct catalogue_source {
    enum source_kind kind;
    char *name; /* owned: the file's path, or the URL */
    enum source_state state;
    char *error;       /* owned: of the last try that failed, "" where it did not; for people */
    unsigned failures; /* in a row */
    int64_t last_try;  /* seconds since 1970, like the others; 0: never */
    int64_t last_success;
    int64_t next_try;
    char *etag, *last_modified; /* owned; "" where the server gave none */
    bool has_list;
    uint8_t list[CZ_SHA256_SIZE]; /* of the DER of the list that it gave last */
    struct bytes issuers; /* owned: DER certificates in a row that may have signed it, of a point */
    int64_t last_seen;    /* when a certificate named it, of a point */
    bool left_out;        /* there was no room to try it; not in the file */
};

/* Of each list once, whichever sources gave it. */
struct catalogue_list {
    uint8_t sha256[CZ_SHA256_SIZE]; /* of its DER; names its file */
    char *issuer;                   /* owned: RFC 4514 */
    int64_t this_update;
    bool has_next_update;
    int64_t next_update;
    uint64_t entries;
    bool is_delta;
};

struct catalogue {
    uint64_t revision; /* counts up with each change, of OCSP responses too */
    int64_t written;
    struct catalogue_source *sources; /* owned */
    size_t source_count;
    struct catalogue_list *lists; /* owned */
    size_t list_count;
};

#define CZ_CATALOGUE_SIZE_MAX (64u << 20) /* bytes of its file form */

/* `error` says what is wrong, and not with which file. The caller releases it where it is true;
 * else it is empty. */
bool cz_catalogue_parse(struct bytes bytes, struct catalogue *catalogue, struct error *error);
/* The one of the store's folder. `error` names the file where it is unreadable or malformed. The
 * caller releases it in any case. */
enum file_reading cz_catalogue_load(const char *folder, struct catalogue *catalogue,
                                    struct error *error);
/* Texts that are NULL count as empty. The limit of `out` should be CZ_CATALOGUE_SIZE_MAX. */
void cz_catalogue_write(const struct catalogue *catalogue, struct buffer *out);
void cz_catalogue_release(struct catalogue *catalogue);
/* Frees what it owns, for one that is taken out. */
void cz_catalogue_source_release(struct catalogue_source *source);

const char *cz_source_kind_name(enum source_kind kind);
const char *cz_source_state_name(enum source_state state);

#endif
