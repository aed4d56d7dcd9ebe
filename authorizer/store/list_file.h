/*
 * The file of one CRL in the store: its DER, the index of its entries, and the key that verified
 * it, laid so that the file is used as it is mapped, whatever its size.
 *
 *   header        lengths, totals and checksums, in the machine's own byte order
 *   particulars   spans, names and their beginnings, the key: what is small
 *   records       24 bytes for each entry
 *   DER
 *
 * A reader verifies the checksum of the header, and one over the particulars and all of the DER but
 * its entries. Those of the entries and the records, which take as long as the file is large, are
 * the writer's to verify when it starts; a reader notices by the look-up (revocation/crl_index.h).
 * Nothing that stands in a file makes a reader leave its bounds; only a file that somebody cuts
 * short while it is mapped does, which ends the process (SIGBUS): the store never changes one.
 */
#ifndef CERTAUTHZ_STORE_LIST_FILE_H
#define CERTAUTHZ_STORE_LIST_FILE_H

#include "base/error.h"
#include "revocation/crl_index.h"
#include "store/files.h"

/* All borrowed from the file's bytes but `crl.canonical`. Not to be moved: `index` points to
 * `crl`. */
struct list_file {
    struct crl crl;
    struct crl_index index;
    struct bytes spki;   /* of the key that verified it */
    const uint8_t *name; /* SHA-256 of the DER, CZ_SHA256_SIZE bytes */
};

#define CZ_LIST_NO_MEMORY "out of memory"

/* `bytes` is the whole file, at an address that fits a number of 8 bytes. False, with `error`
 * saying what is wrong and not with which file (CZ_LIST_NO_MEMORY: nothing is known of it); then
 * *file is empty. */
bool cz_list_file_read(struct bytes bytes, struct list_file *file, struct error *error);
void cz_list_file_release(struct list_file *file);

/* All that reading verifies, and the checksums of the entries and the records. */
bool cz_list_file_verify(struct bytes bytes, struct error *error);

/* False, with `error`, where it cannot be written; then it may be there in part. */
bool cz_list_file_write(struct new_file *to, const struct crl_index *index, struct bytes spki,
                        const uint8_t name[CZ_SHA256_SIZE], struct error *error);

#endif
