/* What the command line says is to be denied, or denied no longer: see certauthzctl(1). */
#ifndef CERTAUTHZ_CTL_DENY_TARGET_H
#define CERTAUTHZ_CTL_DENY_TARGET_H

#include "ctl/certificate_source.h"
#include "ctl/command.h"
#include "revocation/deny_list.h"

struct deny_target {
    enum deny_kind kind;
    uint8_t digest[CZ_SHA256_SIZE];
    struct buffer text;                    /* owned: of the entry, see struct deny_entry */
    struct found_certificates found;       /* owned */
    const struct certificate *certificate; /* among them; NULL: only a digest or serial is known */
};

/*
 * Reads the operand (a file with a certificate, or a SHA-256 in hexadecimal), --sha256,
 * --public-key, or --serial with --issuer; exactly one of them. False, with what is wrong and what
 * to do in `error`. The caller releases `target` in either case.
 */
bool cz_deny_target_read(const struct ctl_arguments *arguments, struct deny_target *target,
                         struct error *error);
/* Whether the text names a file, "-" included, and be it one that cannot be read: then that is
 * said, and not that it is no digest. */
bool cz_deny_target_is_file(const char *text);
void cz_deny_target_release(struct deny_target *target);

#endif
