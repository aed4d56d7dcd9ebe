/*
 * Credentials of two clients that one certificate could fit. Told for sure is only what follows
 * from their form; the rest is a note.
 */
#include "ctl/lint.h"

#include "selector/imply.h"

#define NOTES_MAX 20    /* beyond that nobody reads on */
#define DOUBTS_MAX 1000 /* credentials that are compared with all others for notes */
#define SEEN_MAX 64     /* overlaps of one credential that are told */

struct overlap_lint {
    struct lint *lint;
    const struct clients *clients;
    const struct place *places; /* of the credentials */
    size_t credential;          /* the one at hand */
    uint32_t seen[SEEN_MAX];    /* what was told about it */
    size_t seen_count;
};

static bool meet_in_time(const struct credential *a, const struct credential *b) {
    return a->active_from <= b->active_until && b->active_from <= a->active_until;
}

static const char *id_of(const struct overlap_lint *overlaps, const struct credential *credential) {
    return overlaps->clients->items[credential->client].id;
}

static bool was_seen(struct overlap_lint *overlaps, uint32_t index) {
    for (size_t i = 0; i < overlaps->seen_count; i++)
        if (overlaps->seen[i] == index)
            return true;
    if (overlaps->seen_count == SEEN_MAX)
        return true;
    overlaps->seen[overlaps->seen_count++] = index;
    return false;
}

static void compare(struct overlap_lint *overlaps, uint32_t index) {
    const struct credential *all = overlaps->clients->credentials;
    const struct credential *narrow = &all[overlaps->credential], *wide = &all[index];
    if (narrow->client == wide->client || !meet_in_time(narrow, wide) ||
        !cz_condition_implies(&narrow->condition, &wide->condition))
        return;
    bool alike = cz_condition_implies(&wide->condition, &narrow->condition);
    if ((alike && index < overlaps->credential) || was_seen(overlaps, index))
        return;
    const struct place *at = &overlaps->places[index];
    cz_lint_warn(overlaps->lint, &overlaps->places[overlaps->credential],
                 "client \"%s\": whatever fits the credential %s fits also %s of the client \"%s\" "
                 "(%s:%u), and is refused as ambiguous-client; except it there by \"not\", or make "
                 "one client of both",
                 id_of(overlaps, narrow), narrow->label, wide->label, id_of(overlaps, wide),
                 at->file, at->line);
}

/* What this one implies is among those that are looked up by a term that it mentions. */
static void visit_term(void *context, uint32_t term) {
    struct overlap_lint *overlaps = context;
    const struct clients *clients = overlaps->clients;
    if (term >= clients->term_count)
        return;
    for (size_t i = clients->starts[term]; i < clients->starts[term + 1]; i++)
        compare(overlaps, clients->entries[i]);
}

/* Whether it demands something that one holder has, and not what many share. */
static bool names_holder(const struct condition *condition, const struct vocabulary *vocabulary) {
    static const bool shared[TERM_KIND_COUNT] = {
        [TERM_ISSUER] = true,    [TERM_SPIFFE_BELOW] = true, [TERM_DNS_BELOW] = true,
        [TERM_ATTRIBUTE] = true, [TERM_EXTENSION] = true,    [TERM_EXTENSION_TEXT] = true,
        [TERM_POLICY] = true};
    if (condition->kind == CONDITION_TERM)
        return !shared[cz_term_kind(vocabulary->terms[condition->term])];
    bool all = condition->kind == CONDITION_ANY;
    if (!all && condition->kind != CONDITION_ALL)
        return false;
    for (size_t i = 0; i < condition->count; i++)
        if (names_holder(&condition->parts[i], vocabulary) != all)
            return !all;
    return all;
}

/* Those that name a holder whom `wide`, which names none, may take in too. */
static size_t count_doubtful(const struct overlap_lint *overlaps, const struct credential *wide,
                             const struct credential **first) {
    const struct vocabulary *vocabulary = &overlaps->lint->setup->snapshot.vocabulary;
    size_t count = 0;
    for (size_t i = 0; i < overlaps->clients->credential_count; i++) {
        const struct credential *other = &overlaps->clients->credentials[i];
        if (other->client == wide->client || !meet_in_time(wide, other) ||
            !names_holder(&other->condition, vocabulary) ||
            cz_conditions_exclude(&wide->condition, &other->condition, vocabulary) ||
            cz_condition_implies(&other->condition, &wide->condition))
            continue;
        if (count++ == 0)
            *first = other;
    }
    return count;
}

static bool note_doubt(struct overlap_lint *overlaps, size_t index) {
    const struct credential *wide = &overlaps->clients->credentials[index], *first = NULL;
    size_t count = count_doubtful(overlaps, wide, &first);
    if (count == 0)
        return false;
    cz_lint_note(overlaps->lint, &overlaps->places[index],
                 "client \"%s\": whether the credential %s fits certificates of other clients too "
                 "cannot be told for %zu of their credentials, such as %s of \"%s\"; what fits "
                 "both is refused as ambiguous-client",
                 id_of(overlaps, wide), wide->label, count, first->label, id_of(overlaps, first));
    return true;
}

void cz_lint_overlaps(struct lint *lint, size_t number) {
    struct overlap_lint overlaps = {.lint = lint,
                                    .clients = lint->setup->snapshot.policies[number].clients,
                                    .places = lint->places->policies[number].credentials.items};
    const struct vocabulary *vocabulary = &lint->setup->snapshot.vocabulary;
    size_t notes = 0, doubts = 0;
    for (; overlaps.credential < overlaps.clients->credential_count; overlaps.credential++) {
        overlaps.seen_count = 0;
        cz_condition_terms(&overlaps.clients->credentials[overlaps.credential].condition,
                           visit_term, &overlaps);
    }
    for (size_t i = 0; notes < NOTES_MAX && i < overlaps.clients->credential_count; i++)
        if (!names_holder(&overlaps.clients->credentials[i].condition, vocabulary) &&
            doubts++ < DOUBTS_MAX)
            notes += note_doubt(&overlaps, i);
}
