#include "config/setup.h"

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
    return cz_config_load(file, &setup->config, error) &&
           cz_snapshot_load(&setup->config, &setup->snapshot, &setup->notices, error);
}

void cz_setup_release(struct setup *setup) {
    cz_snapshot_release(&setup->snapshot);
    cz_config_release(&setup->config);
    cz_buffer_release(&setup->notices);
}

void cz_setup_describe(const struct setup *setup, const char *file, struct buffer *out) {
    const struct snapshot *snapshot = &setup->snapshot;
    cz_buffer_printf(out, "%s: good: %zu anchors, %zu intermediates, %zu pinned, %zu rules", file,
                     snapshot->trust.anchors.count, snapshot->trust.intermediates.count,
                     snapshot->trust.pin_count, snapshot->rules.count);
}
