#include "refresh/intake.h"

#include "base/cleanup.h"
#include "refresh/signers.h"
#include "refresh/sources.h"
#include "store/health.h"

#include <stdlib.h>
#include <string.h>

/* What a result makes of the source. A list that is not signed by whom it would have to be is not
 * the same as one that did not come. */
static const struct {
    bool good;
    enum source_state state;
} results[] = {
    [INTAKE_FAILED] = {false, SOURCE_UNREACHABLE},
    [INTAKE_TAKEN] = {true, SOURCE_GOOD},
    [INTAKE_UNCHANGED] = {true, SOURCE_GOOD},
    [INTAKE_OLDER] = {false, SOURCE_UNREACHABLE},
    [INTAKE_MALFORMED] = {false, SOURCE_UNREACHABLE},
    [INTAKE_UNUSABLE] = {false, SOURCE_UNREACHABLE},
    [INTAKE_NO_ISSUER] = {false, SOURCE_BAD_SIGNATURE},
    [INTAKE_BAD_SIGNATURE] = {false, SOURCE_BAD_SIGNATURE},
    [INTAKE_MAY_NOT_SIGN] = {false, SOURCE_BAD_SIGNATURE},
    [INTAKE_WEAK_SIGNATURE] = {false, SOURCE_BAD_SIGNATURE},
};

bool cz_replace_text(char **text, const char *with) {
    char *copy = strdup(with);
    if (copy == NULL)
        return false;
    free(*text);
    *text = copy;
    return true;
}

static void succeed(struct refresher *refresher, struct catalogue_source *source) {
    const struct catalogue_list *list =
        cz_source_list(cz_keeper_catalogue(refresher->keeper), source);
    if (source->error[0] != '\0')
        cz_refresher_tell(refresher, "info", "%s: good again", source->name);
    source->error[0] = '\0';
    source->state = SOURCE_GOOD;
    source->failures = 0;
    source->last_try = source->last_success = refresher->now;
    source->next_try = cz_schedule_after_success(
        &refresher->schedule, refresher->now, list != NULL ? list->this_update : refresher->now,
        list != NULL && list->has_next_update, list != NULL ? list->next_update : 0, cz_random());
    refresher->dirty = true;
}

void cz_intake_failed(struct refresher *refresher, struct catalogue_source *source,
                      enum source_state state, const char *why, int64_t retry_after,
                      int64_t again) {
    bool news = refresher->tells_each_try || source->state != state || source->error[0] == '\0';
    source->state = state;
    cz_replace_text(&source->error, why);
    if (source->failures < UINT32_MAX)
        source->failures++;
    source->last_try = refresher->now;
    source->next_try = again > 0
                           ? again
                           : cz_schedule_after_failure(&refresher->schedule, refresher->now,
                                                       source->failures, retry_after, cz_random());
    refresher->dirty = true;
    refresher->failed++;
    if (news)
        cz_refresher_tell(refresher, "warning", "%s", why);
}

void cz_intake_unchanged(struct refresher *refresher, struct catalogue_source *source) {
    succeed(refresher, source);
}

/* Another source is ahead, as one mirror is of the next, or one download of that before it. Where
 * nobody else gave the newer list, the source itself went backwards. */
static bool is_ahead_elsewhere(const struct refresher *refresher,
                               const struct catalogue_source *source,
                               const uint8_t newer[CZ_SHA256_SIZE]) {
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    for (size_t i = 0; i < catalogue->source_count; i++) {
        const struct catalogue_source *other = &catalogue->sources[i];
        if (other != source && other->has_list && memcmp(other->list, newer, CZ_SHA256_SIZE) == 0)
            return true;
    }
    return false;
}

/* Of what comes over the network nobody knows whose next list it is until it is read: another CA's,
 * or another scope's, does not put an end to the one before. What a file held before is the affair
 * of refresh/file_parts.c, which knows all of its lists. */
static void keep_former(const struct refresher *refresher, const struct catalogue_source *source,
                        const uint8_t instead[CZ_SHA256_SIZE]) {
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    const struct catalogue_list *now = cz_catalogue_list(catalogue, instead);
    const struct catalogue_list *before = cz_source_list(catalogue, source);
    if (source->kind != SOURCE_FILE && now != NULL && before != NULL &&
        cz_keeper_orphan(refresher->keeper, source->list, instead))
        cz_refresher_tell(refresher, "warning",
                          "%s: what comes from there now is another list (of %s) than before (of "
                          "%s), which stays until it ends",
                          source->name, now->issuer, before->issuer);
}

void cz_intake_judge(struct refresher *refresher, struct bytes issuers, struct bytes content,
                     struct imported *imported) {
    CZ_CLEANUP(cz_signers_release) struct signers signers = {0};
    const struct snapshot *snapshot = &refresher->setup.snapshot;
    const struct requirements requirements = cz_signers_requirements(snapshot);
    *imported = (struct imported){.result = INTAKE_FAILED};
    if (!cz_signers_collect(snapshot, issuers, &signers)) {
        cz_error_set(&imported->error, "out of memory");
        return;
    }
    const struct intake intake = {.content = content,
                                  .signers = signers.items,
                                  .signer_count = signers.count,
                                  .requirements = &requirements};
    imported->result =
        cz_keeper_take_crl(refresher->keeper, &intake, imported->sha256, &imported->error);
}

static bool is_good(const struct refresher *refresher, const struct catalogue_source *source,
                    const struct imported *imported) {
    return (size_t)imported->result < CZ_COUNT(results) &&
           (results[imported->result].good ||
            (imported->result == INTAKE_OLDER &&
             is_ahead_elsewhere(refresher, source, imported->sha256)));
}

bool cz_intake_settle(struct refresher *refresher, struct catalogue_source *source,
                      const struct imported *imported) {
    enum source_state state = (size_t)imported->result < CZ_COUNT(results)
                                  ? results[imported->result].state
                                  : SOURCE_UNREACHABLE;
    struct error error = imported->error, told = {0};
    bool good = is_good(refresher, source, imported);
    if (good && !cz_keeper_adopt(refresher->keeper, imported->sha256, &error)) {
        state = SOURCE_UNREACHABLE;
        good = false;
    }
    if (!good) {
        cz_error_set(&told, "%s: %s", source->name, error.message);
        cz_intake_failed(refresher, source, state, told.message, -1, 0);
        return false;
    }
    keep_former(refresher, source, imported->sha256);
    source->has_list = true;
    memcpy(source->list, imported->sha256, sizeof source->list);
    succeed(refresher, source);
    return true;
}
