#include "revocation/settings.h"

#include "base/cleanup.h"

static const char *const event_names[] = {
    [REVOCATION_EVENT_REVOKED] = "revoked",
    [REVOCATION_EVENT_UNKNOWN] = "unknown",
    [REVOCATION_EVENT_STALE] = "stale",
    [REVOCATION_EVENT_NO_SOURCE] = "no_source",
    [REVOCATION_EVENT_UNREACHABLE] = "unreachable",
    [REVOCATION_EVENT_BAD_SIGNATURE] = "bad_signature",
};

const char *cz_revocation_event_name(enum revocation_event event) {
    return event_names[(size_t)event < CZ_COUNT(event_names) ? event : REVOCATION_EVENT_UNKNOWN];
}

static void free_bytes(struct bytes *owned) {
    free((void *)owned->data);
    *owned = (struct bytes){0};
}

void cz_revocation_settings_release(struct revocation_settings *settings) {
    for (size_t i = 0; i < settings->authority_count; i++) {
        free_bytes(&settings->authorities[i].subject_canonical);
        free_bytes(&settings->authorities[i].key_id);
    }
    free(settings->authorities);
    settings->authorities = NULL;
    settings->authority_count = 0;
}
