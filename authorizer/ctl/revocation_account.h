/*
 * What is known of the revocation of one certificate and of each above it on its path, and from
 * where: for `certauthzctl revocation`. The text and the JSON are pure functions of it.
 */
#ifndef CERTAUTHZ_CTL_REVOCATION_ACCOUNT_H
#define CERTAUTHZ_CTL_REVOCATION_ACCOUNT_H

#include "config/setup.h"
#include "ctl/question.h"
#include "ctl/store_at_hand.h"
#include "decision/assessment.h"
#include "revocation/sources.h"
#include "store/ocsp_record.h"

/* One certificate of the path. Borrowed but for the record. */
struct certificate_account {
    const struct certificate *certificate;
    const struct certificate *issuer; /* itself for a root; NULL where no path leads to it */
    bool judged;                      /* revocation.check covers it; then the next three count */
    struct certificate_revocation told;
    struct revocation found;
    enum revocation_place place;
    size_t authority;                  /* which of revocation.authorities counts, from 1; 0: none */
    const struct catalogue_list *list; /* that found.crl is; or NULL */
    const struct deny_entry *denied;   /* or NULL */
    bool deny_unknown;
    struct bytes crl_urls[CZ_SOURCE_URLS_MAX]; /* that its extensions name */
    size_t crl_url_count;
    struct bytes ocsp_urls[CZ_SOURCE_URLS_MAX];
    size_t ocsp_url_count;
    bool has_record;           /* OCSP was asked about it */
    struct ocsp_record record; /* owned */
};

struct revocation_account {
    int64_t now;
    const struct policy *policy;   /* borrowed from the setup */
    struct store_at_hand store;    /* owned, like all that follows */
    struct assessment *assessment; /* as a request would have it */
    struct assessment *shown;      /* the same; or, where the deny list ended that before a path
                                      was looked for, without the deny list */
    struct certificate_account *of;
    size_t count;
};

/* False, with `error`, where the question holds no certificate, for which messages say `file`, or
 * there is no such policy, or when out of memory. The caller releases `account` in either case,
 * before the setup. */
bool cz_revocation_account_make(const struct setup *setup, const struct question *question,
                                const char *file, struct revocation_account *account,
                                struct error *error);
void cz_revocation_account_release(struct revocation_account *account);

/* The source of the catalogue that stands for this URL of a certificate; NULL where there is
 * none yet. */
const struct catalogue_source *cz_revocation_source(const struct revocation_account *account,
                                                    struct bytes url);
/* Whether it is valid, not on the deny list, and its revocation such as the policy lets pass; and
 * nothing on its path is revoked, even where the policy lets that pass or does not ask. */
bool cz_revocation_account_passes(const struct revocation_account *account);
/* What to do where the status is not known; NULL where there is nothing to be done. */
const char *cz_revocation_remedy(const struct revocation_account *account,
                                 const struct certificate_account *one);

/* What the configuration calls the action, and the group of revocation.on for the place. */
const char *cz_revocation_action_word(enum revocation_action action);
const char *cz_revocation_place_word(enum revocation_place place);

void cz_revocation_account_text(struct buffer *out, const struct revocation_account *account);
void cz_revocation_account_json(struct buffer *out, const struct revocation_account *account);

#endif
