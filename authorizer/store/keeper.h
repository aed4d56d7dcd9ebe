/*
 * The one writer of the revocation store. Every change is complete on the disk (fsync) before the
 * rename that publishes it, so that a writer that is killed at any instant leaves the last good
 * state.
 */
#ifndef CERTAUTHZ_STORE_KEEPER_H
#define CERTAUTHZ_STORE_KEEPER_H

#include "store/catalogue.h"
#include "store/ocsp_record.h"
#include "validate/requirements.h"

struct keeper;

/* Makes the folder (mode 0755) where it is missing, refuses one that everybody may write to, takes
 * its lock, removes what an earlier writer left half done, and checks every list against its
 * checksum: a bad one is dropped and its source is due at once. A catalogue that is damaged or of
 * another form is begun anew. Waits at most `wait_milliseconds` for another writer's lock; false,
 * with `error`, where it does not get it, or the folder cannot be used. */
bool cz_keeper_open(const char *folder, unsigned wait_milliseconds, struct keeper **keeper,
                    struct error *error);
void cz_keeper_close(struct keeper **keeper);

/* What of the store was found bad when it was opened, for people: a line each, "" where all was
 * well. Borrowed. */
const char *cz_keeper_problem(const struct keeper *keeper);

/* What is in force, with the changes to it that are not published yet. The sources are the
 * caller's to change, the lists the keeper's. */
struct catalogue *cz_keeper_catalogue(struct keeper *keeper);

enum intake_result {
    INTAKE_FAILED = 0, /* of the program or the disk: `error` */
    INTAKE_TAKEN,      /* it counts from the next publication on */
    INTAKE_UNCHANGED,  /* it is the one that is there */
    INTAKE_OLDER,      /* a newer one of the same issuer, key and scope counts, or once did */
    INTAKE_MALFORMED,
    INTAKE_UNUSABLE,  /* it says of itself that it may not be used: critical extensions */
    INTAKE_NO_ISSUER, /* none of the signers has its issuer's name */
    INTAKE_BAD_SIGNATURE,
    INTAKE_MAY_NOT_SIGN, /* no cRLSign */
    INTAKE_WEAK_SIGNATURE,
};

/* A list as it came. */
struct intake {
    struct bytes content; /* PEM (the first list in it) or DER; may be a mapped file */
    const struct certificate *const *signers; /* keys imported: whoever may have signed it */
    size_t signer_count;
    const struct requirements *requirements; /* strength and lenient_dates */
};

/* Judges the list, verifies its signature over the raw bytes before anything in it is believed,
 * and lays it into the store. Where it was taken or is there already, fills *sha256, which the
 * caller sets as the source's list; where it is older, with that of the newer one. `error` says
 * what is wrong, for people, in each other case: of the list as "it", without a name of the source.
 *
 * A list is older where its thisUpdate or its CRL number is lower than that of one that was ever
 * published, of the same issuer and key, with the same issuingDistributionPoint, and complete or a
 * delta CRL likewise; whether or not that one is still there. That its nextUpdate has passed is no
 * reason not to take it: freshness is judged when it is asked. */
enum intake_result cz_keeper_take_crl(struct keeper *keeper, const struct intake *intake,
                                      uint8_t sha256[CZ_SHA256_SIZE], struct error *error);

/*
 * The same in a child of this process, so that the one who forked it has time for others. From
 * before the fork until the child has ended the keeper is lent; then the child, in its copy of the
 * keeper, takes lists, and does nothing else with it. It holds the lock too, so that nobody writes
 * as long as either lives, and needs the descriptor of it for that. Here nothing is taken
 * meanwhile, and publishing removes no file. When it is no longer lent, what the child left half
 * done goes at once, and what it laid in and was not adopted with the next publication.
 */
void cz_keeper_lend(struct keeper *keeper);
void cz_keeper_take_back(struct keeper *keeper);
int cz_keeper_lock_fd(const struct keeper *keeper);
/* A list that the child took, or found unchanged: it counts from the next publication on. */
bool cz_keeper_adopt(struct keeper *keeper, const uint8_t sha256[CZ_SHA256_SIZE],
                     struct error *error);

/* Whether one of two lists takes the place of the other (see store/newest.h). False where one of
 * them is not there. */
bool cz_keeper_are_of_one_kind(const struct keeper *keeper, const uint8_t a[CZ_SHA256_SIZE],
                               const uint8_t b[CZ_SHA256_SIZE]);

/* The list that a source gave before, where that is about to name the list `instead`. Where they
 * are of one kind, or it is not the newest of its kind, false, and nothing is to be done. Else a
 * source has begun to give something else than before, and it stays until its nextUpdate, or until
 * a newer one of its kind comes from anywhere: what comes over the network may be another CA's list
 * as well as this one's next. */
bool cz_keeper_orphan(struct keeper *keeper, const uint8_t list[CZ_SHA256_SIZE],
                      const uint8_t instead[CZ_SHA256_SIZE]);

/* A response, whole and verified by the caller; or the news that there is none: then `response` is
 * empty, and the one that is there stays, with its times and last_success; where that cannot be
 * read, nothing is put. */
bool cz_keeper_put_ocsp(struct keeper *keeper, const uint8_t key[CZ_OCSP_KEY_SIZE],
                        const struct ocsp_record *record, struct error *error);
/* As cz_ocsp_record_load. One that is malformed is as good as none: it is asked for again. Of one
 * that is unreadable nothing is known, and nothing is to be given up for that. */
enum file_reading cz_keeper_get_ocsp(struct keeper *keeper, const uint8_t key[CZ_OCSP_KEY_SIZE],
                                     struct ocsp_record *record, struct error *error);
/* All keys, in no order; for the refresher's rounds and for status. */
bool cz_keeper_each_ocsp(struct keeper *keeper,
                         bool (*visit)(void *context, const uint8_t key[CZ_OCSP_KEY_SIZE]),
                         void *context, struct error *error);
bool cz_keeper_drop_ocsp(struct keeper *keeper, const uint8_t key[CZ_OCSP_KEY_SIZE],
                         struct error *error);

/* Publishes the catalogue with a new revision, and then, unless it is lent, removes the files of
 * lists that no source names any more. False where it cannot be written, or the lock is not there
 * any more: then what was published last stays in force. */
bool cz_keeper_publish(struct keeper *keeper, int64_t now, struct error *error);

#endif
