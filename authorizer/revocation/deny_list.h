/*
 * The operator's own list of certificates and keys that are refused whatever anybody else says.
 * A value with its text form: reading and writing files is done elsewhere (store/).
 */
#ifndef CERTAUTHZ_REVOCATION_DENY_LIST_H
#define CERTAUTHZ_REVOCATION_DENY_LIST_H

#include "base/buffer.h"
#include "base/error.h"
#include "certificate/certificate.h"

#define CZ_DENY_LIST_MAX 100000     /* entries */
#define CZ_DENY_REASON_SIZE_MAX 200 /* bytes of UTF-8, one line */

enum deny_kind {
    DENY_SHA256 = 0, /* of the certificate's DER */
    DENY_PUBLIC_KEY, /* SHA-256 of its SubjectPublicKeyInfo */
    DENY_SERIAL,     /* SHA-256 over the canonical issuer and the serial: see cz_deny_digest */
};

struct deny_entry {
    enum deny_kind kind;
    uint8_t digest[CZ_SHA256_SIZE]; /* what is looked up */
    char *text;    /* owned: what it is about, for people: "serial 0a1b of CN=Some CA" */
    char *reason;  /* owned; "" where none was given */
    int64_t since; /* seconds since 1970 */
    bool has_until;
    int64_t until; /* the last second in which it holds */
};

struct deny_list {
    struct deny_entry *entries; /* owned; in order of kind and digest, each pair once */
    size_t count;
};

/* What an entry of this kind about this certificate would be looked up by. False where SHA-256 is
 * not to be had. */
bool cz_deny_digest(enum deny_kind kind, const struct certificate *certificate,
                    uint8_t digest[CZ_SHA256_SIZE]);
/* The entry in force at `now` that names the certificate, or NULL. With *until and *from narrowed
 * to the time in which the answer stays the same, both inclusive. False in *known where that
 * cannot be told (SHA-256 not to be had): then whoever asks has to refuse. */
const struct deny_entry *cz_deny_list_find(const struct deny_list *list,
                                           const struct certificate *certificate, int64_t now,
                                           int64_t *from, int64_t *until, bool *known);

/* The text form, complete or refused whole: it ends with a line that says how many entries there
 * are. `error` names the line. The caller releases `list` in either case. */
bool cz_deny_list_parse(struct bytes text, struct deny_list *list, struct error *error);
void cz_deny_list_write(const struct deny_list *list, struct buffer *out);
/* Takes the entry's texts over, and replaces one of the same kind and digest. False when full or
 * out of memory: then they are still the caller's. */
bool cz_deny_list_add(struct deny_list *list, const struct deny_entry *entry);
/* False where there was none. */
bool cz_deny_list_remove(struct deny_list *list, enum deny_kind kind,
                         const uint8_t digest[CZ_SHA256_SIZE]);
void cz_deny_list_release(struct deny_list *list);

#endif
