#include "refresh/inquiry.h"

#include "authorize/assess.h"
#include "base/cleanup.h"
#include "refresh/list_task.h"
#include "refresh/ocsp_task.h"
#include "refresh/points.h"
#include "refresh/sources.h"
#include "revocation/sources.h"

#include <stdlib.h>
#include <string.h>

#define STAGES 2

/* How what is unknown is asked for, one after the other. */
enum way { WAY_NONE = 0, WAY_LISTS, WAY_OCSP };
static const enum way ways[][STAGES] = {
    [REVOCATION_CRL_FIRST] = {WAY_LISTS, WAY_OCSP},
    [REVOCATION_OCSP_FIRST] = {WAY_OCSP, WAY_LISTS},
    [REVOCATION_CRL_ONLY] = {WAY_LISTS, WAY_NONE},
    [REVOCATION_OCSP_ONLY] = {WAY_OCSP, WAY_NONE},
};

/* The certificates of the message, as the request that the authorizer had. */
static void read_certificates(struct bytes text, struct request *request) {
    static const char end_line[] = "-----END CERTIFICATE-----";
    static const size_t end_len = sizeof end_line - 1;
    for (size_t i = 0; i <= CZ_REQUEST_CHAIN_MAX; i++) {
        const uint8_t *end = memmem(text.data, text.len, end_line, end_len);
        if (end == NULL)
            return;
        size_t len = (size_t)(end - text.data) + end_len;
        struct bytes one = {.data = text.data, .len = len};
        *(i == 0 ? &request->certificate : &request->chain[i - 1]) = one;
        text.data += len;
        text.len -= len;
    }
}

static bool want_point(struct refresher *refresher, const struct path *path, size_t depth,
                       struct bytes url, struct error *error) {
    struct catalogue_source *source = cz_point_learn(cz_keeper_catalogue(refresher->keeper), url,
                                                     path, depth, refresher->now, error);
    if (source == NULL)
        return false;
    refresher->dirty = true;
    /* tried lately: what came of it stands in the catalogue */
    if (source->next_try > refresher->now)
        return true;
    return cz_list_want(refresher, source) ||
           cz_error_set(error, "too many lists are on their way already");
}

static bool want_lists(struct refresher *refresher, const struct path *path, size_t depth,
                       struct error *error) {
    struct bytes urls[CZ_SOURCE_URLS_MAX];
    size_t count = cz_crl_urls(path->certificates[depth], urls, CZ_COUNT(urls));
    bool good = true;
    for (size_t i = 0; i < count; i++)
        good = want_point(refresher, path, depth, urls[i], error) && good;
    return good;
}

/* Those of the configuration may tell of any certificate. */
static bool lists_are_coming(const struct refresher *refresher, const struct path *path,
                             size_t depth) {
    if (cz_imports_any_file(&refresher->imports))
        return true;
    const struct catalogue *catalogue = cz_keeper_catalogue(refresher->keeper);
    struct bytes urls[CZ_SOURCE_URLS_MAX];
    size_t count = cz_crl_urls(path->certificates[depth], urls, CZ_COUNT(urls));
    for (size_t i = 0; i < catalogue->source_count; i++) {
        const struct catalogue_source *source = &catalogue->sources[i];
        bool concerns = source->kind == SOURCE_URL;
        for (size_t n = 0; n < count && !concerns; n++)
            concerns = cz_bytes_equal(urls[n], cz_bytes_of(source->name));
        if (concerns && cz_list_is_wanted(refresher, source->kind, source->name))
            return true;
    }
    return false;
}

/* Whether more could be found out about the certificate than is known. */
static bool lacks(const struct policy *policy, const struct certificate_revocation *one) {
    return one->status == REVOCATION_UNKNOWN ||
           (one->status == REVOCATION_GOOD && one->by != REVOCATION_BY_OCSP &&
            policy->revocation.order == REVOCATION_OCSP_FIRST) ||
           (one->status == REVOCATION_GOOD && one->by == REVOCATION_BY_OCSP);
}

static bool is_coming(const struct refresher *refresher, enum way way, const struct path *path,
                      size_t depth) {
    switch (way) {
    case WAY_LISTS:
        return lists_are_coming(refresher, path, depth);
    case WAY_OCSP:
        return cz_ocsp_is_wanted(refresher, path, depth);
    case WAY_NONE:
        break;
    }
    return false;
}

static void want(struct refresher *refresher, struct inquiry *inquiry, enum way way,
                 const struct path *path, size_t depth) {
    switch (way) {
    case WAY_LISTS:
        want_lists(refresher, path, depth, &inquiry->failure);
        break;
    case WAY_OCSP:
        cz_ocsp_want(refresher, path, depth, false);
        break;
    case WAY_NONE:
        break;
    }
}

/* Goes on to the next stage as long as nothing is on its way. */
static void ask(struct refresher *refresher, struct inquiry *inquiry, const struct policy *policy,
                const struct assessment *assessment) {
    const struct revocation_verdict *verdict = &assessment->revocation;
    const struct path *path = &assessment->validation.path;
    const enum way *order = ways[policy->revocation.order];
    inquiry->settled = verdict->lacks == REVOCATION_LACKS_NOTHING;
    inquiry->awaits_lists = false;
    while (!inquiry->settled) {
        bool coming = false;
        for (size_t depth = 0; depth < verdict->count; depth++) {
            if (!lacks(policy, &verdict->of[depth]))
                continue;
            if (!inquiry->begun)
                want(refresher, inquiry, order[inquiry->stage], path, depth);
            coming = is_coming(refresher, order[inquiry->stage], path, depth) || coming;
        }
        inquiry->begun = true;
        inquiry->awaits_lists = coming && order[inquiry->stage] == WAY_LISTS;
        if (coming)
            return;
        inquiry->begun = false;
        inquiry->settled = ++inquiry->stage == STAGES;
    }
}

static bool is_of_revocation(const struct assessment *assessment) {
    return assessment->validation.valid || assessment->revocation.checked;
}

static void refuse(struct inquiry *inquiry, const char *why) {
    inquiry->settled = true;
    cz_error_set(&inquiry->failure, "%s", why);
}

static void judge(struct refresher *refresher, struct inquiry *inquiry, const struct policy *policy,
                  const struct request *request) {
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(refresher->store, true);
    CZ_CLEANUP(cz_assessment_release) struct assessment *assessment = NULL;
    if (view != NULL)
        assessment = cz_assess(policy, &refresher->setup.snapshot.vocabulary,
                               cz_store_holdings(view), request, refresher->now);
    if (assessment == NULL)
        refuse(inquiry, "out of memory");
    else if (!is_of_revocation(assessment))
        refuse(inquiry, cz_reason_info(assessment->validation.reason)->slug);
    else
        ask(refresher, inquiry, policy, assessment);
}

void cz_inquiry_advance(struct refresher *refresher, struct inquiry *inquiry) {
    struct request request = {.method = {0}};
    struct query query;
    if (inquiry->settled || (inquiry->begun && inquiry->progress == refresher->progress &&
                             inquiry->generation == refresher->generation))
        return;
    if (inquiry->generation != refresher->generation) {
        inquiry->begun = false;
        inquiry->stage = 0;
    }
    inquiry->progress = refresher->progress;
    inquiry->generation = refresher->generation;
    if (cz_query_parse(cz_buffer_view(&inquiry->message), &query) != QUERY_COMPLETE) {
        refuse(inquiry, "this is no query");
        return;
    }
    const struct policy *policy = cz_snapshot_policy(&refresher->setup.snapshot, query.policy);
    read_certificates(query.certificates, &request);
    if (policy == NULL)
        refuse(inquiry, "the configuration has no policy of this name");
    else if (policy->revocation.mode != REVOCATION_ONLINE)
        refuse(inquiry, "this policy does not check revocation on line");
    else
        judge(refresher, inquiry, policy, &request);
}

void cz_inquiry_release(struct inquiry *inquiry) {
    cz_buffer_release(&inquiry->message);
}
