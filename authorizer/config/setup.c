#include "config/setup.h"

#include "config/forwarded.h"
#include "config/revocation.h"

#include <stdlib.h>

const char *cz_setup_file(const char *given) {
    const char *from_environment = getenv("CERTAUTHZ_CONFIG");
    if (given != NULL)
        return given;
    if (from_environment != NULL && from_environment[0] != '\0')
        return from_environment;
    return CZ_SYSCONFDIR "/certauthz/certauthz.conf";
}

bool cz_setup_load(const char *file, struct setup *setup, struct error *error) {
    *setup = (struct setup){0};
    return cz_config_load(file, &setup->config, &setup->notices, error) &&
           cz_snapshot_load(&setup->config, &setup->snapshot, &setup->notices, error);
}

void cz_setup_release(struct setup *setup) {
    cz_snapshot_release(&setup->snapshot);
    cz_config_release(&setup->config);
    cz_buffer_release(&setup->notices);
}

struct setup_counts cz_setup_count(const struct setup *setup) {
    const struct snapshot *snapshot = &setup->snapshot;
    struct setup_counts counts = {.policies = snapshot->policy_count};
    for (size_t i = 0; i < snapshot->trust_count; i++) {
        counts.anchors += snapshot->trusts[i].anchors.count;
        counts.intermediates += snapshot->trusts[i].intermediates.count;
        counts.pinned += snapshot->trusts[i].pin_count;
    }
    for (size_t i = 0; i < snapshot->client_set_count; i++)
        counts.clients += snapshot->client_sets[i].count;
    for (size_t i = 0; i < snapshot->policy_count; i++)
        counts.rules += snapshot->policies[i].rules.count;
    return counts;
}

#define WHAT_TO_WRITE                                                                              \
    "such as revocation: { crls = [ \"FILE-OR-URL\" ]; }; or, to leave it at that, revocation: { " \
    "mode = \"none\"; };"

const char *cz_setup_revocation_notice(const struct setup *setup) {
    const struct snapshot *snapshot = &setup->snapshot;
    bool needed = false, any = false;
    for (size_t i = 0; i < snapshot->policy_count; i++) {
        needed |= cz_rules_need_certificates(&snapshot->policies[i].rules);
        any |= snapshot->policies[i].revocation.mode != REVOCATION_NONE;
    }
    if (setup->config.revocation.configured || !needed)
        return NULL;
    return any ? "revocation is checked only in policies with a group for it; add one to the file "
                 "for all others, " WHAT_TO_WRITE
               : "revocation is not checked; add a group to the file, " WHAT_TO_WRITE;
}

void cz_setup_describe(const struct setup *setup, const char *file, struct buffer *out) {
    struct setup_counts counts = cz_setup_count(setup);
    cz_buffer_printf(out, "%s: good: %zu anchors, %zu intermediates, %zu pinned, %zu clients, ",
                     file, counts.anchors, counts.intermediates, counts.pinned, counts.clients);
    cz_buffer_printf(out, "%zu rules", counts.rules);
    if (counts.policies > 1)
        cz_buffer_printf(out, " in %zu policies", counts.policies);
    cz_buffer_puts(out, "; ");
    cz_revocation_describe(&setup->config, out);
    if (setup->config.forwarded.header.text != NULL)
        cz_buffer_printf(out,
                         "; certificates in the header %s (%s) count from %zu addresses of proxies",
                         setup->config.forwarded.header.text,
                         cz_config_forwarded_format(setup->snapshot.forwarding.format),
                         setup->snapshot.forwarding.proxy_count);
}
