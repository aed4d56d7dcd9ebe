/* What the store keeps about one certificate that OCSP was asked about: a value with its file
 * form, which is refused whole where a byte of it is wrong. */
#ifndef CERTAUTHZ_STORE_OCSP_RECORD_H
#define CERTAUTHZ_STORE_OCSP_RECORD_H

#include "base/buffer.h"
#include "base/error.h"
#include "revocation/ocsp.h"
#include "store/files.h"

struct ocsp_record {
    enum source_state state; /* of the last try */
    char *error;             /* owned: "" where it did not fail; for people */
    unsigned failures;       /* in a row */
    int64_t last_try, last_success, next_try, last_seen; /* last_seen: of the certificate */
    char *url;             /* owned: of the responder that was asked last */
    struct bytes response; /* owned: DER; empty: none yet */
    int64_t this_update;   /* of the response, for the schedule */
    bool has_next_update;
    int64_t next_update;
    struct bytes certificates; /* owned: DER in a row, the certificate first and its path behind,
                                  so that it can be asked about again */
};

#define CZ_OCSP_RECORD_SIZE_MAX (1u << 20) /* bytes of its file form */

/* `error` says what is wrong, and not with which file. The caller releases it where it is true;
 * else it is empty. */
bool cz_ocsp_record_parse(struct bytes bytes, struct ocsp_record *record, struct error *error);
/* The one of the store's folder with this key. `error` names the file where it is unreadable or
 * malformed; what is no regular file, or too large, is malformed too. The caller releases *record
 * in any case. */
enum file_reading cz_ocsp_record_load(const char *folder, const uint8_t key[CZ_OCSP_KEY_SIZE],
                                      struct ocsp_record *record, struct error *error);
/* Texts that are NULL count as empty. */
void cz_ocsp_record_write(const struct ocsp_record *record, struct buffer *out);
void cz_ocsp_record_release(struct ocsp_record *record);

#endif
