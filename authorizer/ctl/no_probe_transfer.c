/* In the place of probe_transfer.c where there is no libcurl. */
#include "base/cleanup.h"
#include "ctl/probe_transfer.h"

bool cz_prober_new(const struct probe_settings *settings, struct prober **prober,
                   struct error *error) {
    (void)settings;
    *prober = NULL;
    return cz_error_set(error, "probe: certauthzctl was built without libcurl, so it sends no "
                               "requests: install libcurl's development files (Debian: "
                               "libcurl4-gnutls-dev) and build it again");
}

void cz_prober_page(const struct prober *prober, struct probe_page *page) {
    (void)prober, (void)page;
}

bool cz_prober_send(struct prober *prober, const struct probe_try *try, unsigned milliseconds,
                    struct probe_reply *reply, struct error *error) {
    (void)prober, (void)try, (void)milliseconds, (void)reply;
    return cz_error_set(error, "probe: there is no libcurl");
}

void cz_prober_free(struct prober **prober) {
    (void)prober;
}
