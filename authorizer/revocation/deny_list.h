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
#define CZ_DENY_TEXT_SIZE_MAX 500   /* bytes of UTF-8, one line */
#define CZ_DENY_REASON_SIZE_MAX 200 /* the same */

enum deny_kind {
    DENY_SHA256 = 0, /* of the certificate's DER */
    DENY_PUBLIC_KEY, /* SHA-256 of its SubjectPublicKeyInfo */
    DENY_SERIAL,     /* SHA-256 over its issuer and serial: see cz_deny_digest_serial */
    DENY_KIND_COUNT
};

struct deny_entry {
    enum deny_kind kind;
    uint8_t digest[CZ_SHA256_SIZE]; /* what is looked up */
    char *text;    /* owned: what it is about, for people: "serial 0a1b of CN=Some CA" */
    char *reason;  /* owned; "" where none was given */
    int64_t since; /* when it was put there, seconds since 1970; for people: it holds whatever the
                      clock says, since a clock may be set back */
    bool has_until;
    int64_t until; /* the last second in which it holds */
};

struct deny_list {
    struct deny_entry *entries; /* owned; in order of kind and digest, each pair once */
    size_t count;
};

/* "sha256", "public-key" and "serial", as the text form spells them; never NULL. */
const char *cz_deny_kind_name(enum deny_kind kind);

/* What an entry of this kind about this certificate would be looked up by. False where SHA-256 is
 * not to be had. */
bool cz_deny_digest(enum deny_kind kind, const struct certificate *certificate,
                    uint8_t digest[CZ_SHA256_SIZE]);
/* The same of DENY_SERIAL: the issuer in the form of cz_name_canonical, and the serial without a
 * leading zero for the sign, as struct certificate has them. */
bool cz_deny_digest_serial(struct bytes issuer_canonical, struct bytes serial,
                           uint8_t digest[CZ_SHA256_SIZE]);

/* The entry in force at `now` that names the certificate, or NULL. With *until and *from narrowed
 * to the time in which the answer stays the same, both inclusive. False in *known where that
 * cannot be told (SHA-256 not to be had): then whoever asks has to refuse, and to remember it for
 * no other second. A `list` of NULL denies nobody. */
const struct deny_entry *cz_deny_list_find(const struct deny_list *list,
                                           const struct certificate *certificate, int64_t now,
                                           int64_t *from, int64_t *until, bool *known);
/* The entry of this kind and digest, in force or not, or NULL. */
const struct deny_entry *cz_deny_list_entry(const struct deny_list *list, enum deny_kind kind,
                                            const uint8_t digest[CZ_SHA256_SIZE]);
/* True where its texts are what the text form can hold: one line of their size, and not empty but
 * for the reason. */
bool cz_deny_entry_is_sound(const struct deny_entry *entry);
/* Whether it still holds. */
bool cz_deny_entry_holds(const struct deny_entry *entry, int64_t now);

/*
 * The text form: a line that names its version, a line for each entry, and one that says how many
 * there are.
 *
 *   certauthz-deny-list 1
 *   sha256 HEX since=2026-11-21T10:00:00Z until=2026-11-28T10:00:00Z about="…" reason="…"
 *   end 1
 *
 * until= may be missing; in the texts a quote and a backslash have a backslash before them. There
 * is one form for each list, and whatever differs from it is refused whole, so that nothing that
 * was cut or damaged counts as a list with fewer entries. `error` names the line. The caller
 * releases `list` in either case.
 */
bool cz_deny_list_parse(struct bytes text, struct deny_list *list, struct error *error);
void cz_deny_list_write(const struct deny_list *list, struct buffer *out);

/* Takes the entry's texts over, and replaces one of the same kind and digest. False when full, out
 * of memory, or where it is not sound: then they are still the caller's. */
bool cz_deny_list_add(struct deny_list *list, const struct deny_entry *entry);
/* False where there was none. */
bool cz_deny_list_remove(struct deny_list *list, enum deny_kind kind,
                         const uint8_t digest[CZ_SHA256_SIZE]);
void cz_deny_list_release(struct deny_list *list);

#endif
