/*
 * Sends what `certauthzctl probe` tries, by libcurl: one request after the other, to the server of
 * the user's URL (and that of --http) and nowhere else; redirects are not followed, and neither
 * proxies nor .netrc are looked at.
 */
#ifndef CERTAUTHZ_CTL_PROBE_TRANSFER_H
#define CERTAUTHZ_CTL_PROBE_TRANSFER_H

#include "ctl/probe.h"

/* File names, PEM; NULL where there is none. Borrowed. */
struct probe_identity {
    const char *certificate, *key;
};

struct probe_settings {
    const char *url;
    const char *plain; /* of --http, or NULL */
    const char *ca;    /* a file; NULL: what the system trusts */
    struct probe_identity identities[PROBE_WHO_COUNT];
};

struct prober;

/* *prober is NULL on failure: an URL that is none, or not of the scheme wanted, or no memory; and
 * where certauthzctl was built without libcurl. `settings` is borrowed until it is freed. */
bool cz_prober_new(const struct probe_settings *settings, struct prober **prober,
                   struct error *error);
/* Fills authority, path and query, which live as long as the prober. */
void cz_prober_page(const struct prober *prober, struct probe_page *page);
/* Sends one, and waits no longer than `milliseconds` for its end. What was there in `reply` is
 * released. False, with `error`, where nothing could be sent at all. */
bool cz_prober_send(struct prober *prober, const struct probe_try *try, unsigned milliseconds,
                    struct probe_reply *reply, struct error *error);
void cz_prober_free(struct prober **prober);

#endif
