/*
 * The group `revocation` of the file and of its policies: the keys, their defaults, and what a
 * policy has of its own. revocation_actions.h reads its tables.
 */
#ifndef CERTAUTHZ_CONFIG_REVOCATION_H
#define CERTAUTHZ_CONFIG_REVOCATION_H

#include "config/config.h"

#include <libconfig.h>

struct revocation_reader {
    const config_setting_t *outermost;      /* the file's group; NULL: it has none */
    const config_setting_t *own;            /* that of a policy with a name; NULL: it has none */
    const struct revocation_settings *base; /* of the policy without a name; NULL: it is this one */
    struct revocation_sources *sources;     /* filled where it is this one */
};

/*
 * One policy's settings. A policy with a name takes each key that its own group leaves out from the
 * file's group; `on` and `authorities` as a whole. Without any group the mode is "none". The caller
 * releases `settings` and the sources in either case.
 */
bool cz_config_read_revocation(const struct revocation_reader *reader,
                               struct revocation_settings *settings, struct error *error);

struct revocation_sources cz_revocation_sources_default(void);
void cz_revocation_sources_release(struct revocation_sources *sources);

/* Some policy checks revocation. */
bool cz_config_checks_revocation(const struct config *config);

/* A text of revocation.crls names a URL rather than a file or folder. */
bool cz_is_url(const char *text);

/* "online, crl-first, exclude-root", or "not checked". */
void cz_revocation_settings_describe(const struct revocation_settings *settings,
                                     struct buffer *out);
/* "revocation online, crl-first, exclude-root", where all policies say the same. */
void cz_revocation_describe(const struct config *config, struct buffer *out);

#endif
