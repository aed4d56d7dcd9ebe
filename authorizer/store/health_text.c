/* What is said about the health of a source: in `certauthzctl status`, and in the log. */
#include "store/health.h"

#include "base/calendar.h"

#include <string.h>

static void put_when(struct buffer *out, const char *word, int64_t when, int64_t now) {
    cz_buffer_printf(out, "%s ", word);
    cz_time_append(out, when);
    cz_buffer_puts(out, when > now ? ", in " : ", ");
    cz_duration_append(out, when - now);
    cz_buffer_puts(out, when > now ? "" : " ago");
}

const char *cz_source_error(const struct catalogue_source *source) {
    const char *error = source->error != NULL ? source->error : "";
    size_t name = strlen(source->name);
    bool named = strncmp(error, source->name, name) == 0 && strncmp(error + name, ": ", 2) == 0;
    return named ? error + name + 2 : error;
}

static void put_failures(struct buffer *out, const struct catalogue_source *source) {
    const char *error = cz_source_error(source);
    if (source->failures == 0)
        return;
    if (source->failures == 1)
        cz_buffer_puts(out, "; the last try failed: ");
    else
        cz_buffer_printf(out, "; the last %u tries failed: ", source->failures);
    cz_buffer_puts(out, error[0] != '\0' ? error : "nobody says why");
}

void cz_health_put(struct buffer *out, const struct source_health *health, int64_t now) {
    const struct catalogue_list *list = health->list;
    switch (health->cause) {
    case HEALTH_FRESH:
    case HEALTH_AGEING:
    case HEALTH_FAILING:
        put_when(out, "ends at", list->next_update, now);
        break;
    case HEALTH_ENDED:
        put_when(out, "ended at", list->next_update, now);
        break;
    case HEALTH_AHEAD:
        put_when(out, "begins only at", list->this_update, now);
        break;
    case HEALTH_ENDLESS:
        cz_buffer_puts(out, "has no nextUpdate, and so never counts as fresh");
        break;
    case HEALTH_EMPTY:
        cz_buffer_puts(out, "has given no list yet");
        break;
    case HEALTH_UNTRIED:
        cz_buffer_puts(out, "was never tried");
        break;
    }
    put_failures(out, health->source);
}

/* By which key of revocation.on requests are decided that need it. */
static const char *deciding_event(const struct source_health *health) {
    if (health->list != NULL)
        return "stale";
    return health->source->state == SOURCE_BAD_SIGNATURE ? "bad_signature" : "unreachable";
}

static bool is_missed(const struct catalogue_source *source, int64_t now) {
    return source->last_try == 0 || now - source->next_try > CZ_HEALTH_OVERDUE;
}

/* What to do, by what stands between the source and a fresh list. */
static const char *remedy(const struct source_health *health, int64_t now) {
    const struct catalogue_source *source = health->source;
    if (is_missed(source, now))
        return "see whether certauthz-refresh runs";
    if (health->cause == HEALTH_AHEAD)
        return "see whether the clock here is right";
    if (health->cause == HEALTH_ENDLESS)
        return "see to it that its CA writes a nextUpdate";
    if (source->state == SOURCE_BAD_SIGNATURE)
        return "see whether the CA that signs it is among trust.anchors or trust.intermediates";
    if (source->state == SOURCE_UNREACHABLE)
        return source->kind == SOURCE_FILE ? "see what is wrong with the file"
                                           : "see whether it can be reached from here";
    return source->kind == SOURCE_FILE ? "put a newer list of its CA there"
                                       : "see to it that its CA publishes a newer list";
}

void cz_health_put_news(struct buffer *out, const struct source_health *health, int64_t now) {
    cz_buffer_printf(out, "revocation: %s: ", health->source->name);
    cz_buffer_puts(out, health->list != NULL ? "its list " : "it ");
    cz_health_put(out, health, now);
    if (health->health == HEALTH_GOOD)
        cz_buffer_puts(out, "; all is well again");
    else
        cz_buffer_printf(out, "; %s revocation.on.%s decides; %s",
                         health->health == HEALTH_STALE ? "for what needs it"
                                                        : "when it has ended,",
                         deciding_event(health), remedy(health, now));
}
