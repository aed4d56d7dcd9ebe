/* What a program needs before it can decide: the configuration and all that it names. */
#ifndef CERTAUTHZ_CONFIG_SETUP_H
#define CERTAUTHZ_CONFIG_SETUP_H

#include "config/load.h"

struct setup {
    struct config config;
    struct snapshot snapshot;
    struct buffer notices; /* lines for people about what is no failure */
};

/* The file to use: `given` if not NULL, else the environment's CERTAUTHZ_CONFIG, else the one
 * that the build named. Borrowed. */
const char *cz_setup_file(const char *given);
/* The caller releases `setup` in either case. */
bool cz_setup_load(const char *file, struct setup *setup, struct error *error);
void cz_setup_release(struct setup *setup);
/* How many there are of each, over all policies. */
struct setup_counts {
    size_t anchors, intermediates, pinned, clients, rules, policies;
};
struct setup_counts cz_setup_count(const struct setup *setup);

/* Where rules look at certificates, and the file says nothing of revocation: a line for people, to
 * stand behind the file's name, that says so and what to write. Else NULL. Static. */
const char *cz_setup_revocation_notice(const struct setup *setup);

/* One line for people that says what was loaded. */
void cz_setup_describe(const struct setup *setup, const char *file, struct buffer *out);

#endif
