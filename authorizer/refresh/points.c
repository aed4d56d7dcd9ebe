#include "refresh/points.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "refresh/signers.h"
#include "refresh/sources.h"

#include <stdlib.h>
#include <string.h>

bool cz_learned_url_good(struct bytes url) {
    for (size_t i = 0; i < url.len; i++)
        if (url.data[i] <= ' ' || url.data[i] >= 0x7f)
            return false;
    return url.len > 0 && url.len <= CZ_LEARNED_URL_MAX;
}

/* --- room for another --- */

struct points {
    size_t count, size;
    size_t least; /* index of the one that goes first */
};

static bool goes_before(const struct catalogue_source *a, const struct catalogue_source *b) {
    return a->has_list != b->has_list ? !a->has_list : a->last_seen < b->last_seen;
}

static struct points survey(const struct catalogue *catalogue,
                            const struct catalogue_source *except) {
    struct points points = {.least = SIZE_MAX};
    for (size_t i = 0; i < catalogue->source_count; i++) {
        const struct catalogue_source *source = &catalogue->sources[i];
        if (source->kind != SOURCE_POINT)
            continue;
        points.count++;
        points.size += strlen(source->name) + source->issuers.len;
        if (source != except &&
            (points.least == SIZE_MAX || goes_before(source, &catalogue->sources[points.least])))
            points.least = i;
    }
    return points;
}

/* The one at hand stays, wherever it stands. */
static struct catalogue_source *make_room(struct catalogue *catalogue,
                                          struct catalogue_source *source) {
    size_t at = (size_t)(source - catalogue->sources);
    for (;;) {
        struct points points = survey(catalogue, &catalogue->sources[at]);
        bool fits = points.count <= CZ_POINTS_MAX && points.size <= CZ_POINTS_SIZE_MAX;
        if (fits || points.least == SIZE_MAX)
            return &catalogue->sources[at];
        cz_source_remove(catalogue, points.least);
        at -= points.least < at;
    }
}

/* --- who may have signed what is there --- */

struct issuers {
    struct buffer row;
    size_t count;
};

static bool has(struct bytes row, struct bytes der) {
    struct der_element element;
    while (cz_der_next(&row, &element))
        if (cz_bytes_equal(element.whole, der))
            return true;
    return false;
}

static void add_issuer(struct issuers *issuers, struct bytes der) {
    bool fits = issuers->count < CZ_ISSUERS_MAX && issuers->row.len <= CZ_POINT_ISSUERS_MAX &&
                der.len <= CZ_POINT_ISSUERS_MAX - issuers->row.len;
    if (!fits || has(cz_buffer_view(&issuers->row), der))
        return;
    cz_buffer_bytes(&issuers->row, der);
    issuers->count++;
}

static bool keep_issuers(struct catalogue_source *source, const struct path *path, size_t depth) {
    struct issuers issuers = {.count = 0};
    struct bytes former = source->issuers;
    struct der_element element;
    for (size_t i = depth + 1; i + 1 < path->count; i++)
        add_issuer(&issuers, path->certificates[i]->der);
    while (cz_der_next(&former, &element))
        add_issuer(&issuers, element.whole);
    if (issuers.row.failed) {
        cz_buffer_release(&issuers.row);
        return false;
    }
    free((void *)(uintptr_t)source->issuers.data);
    source->issuers = cz_buffer_view(&issuers.row); /* taken over */
    return true;
}

struct catalogue_source *cz_point_learn(struct catalogue *catalogue, struct bytes url,
                                        const struct path *path, size_t depth, int64_t now,
                                        struct error *error) {
    CZ_CLEANUP(cz_free_ptr) char *name = NULL;
    if (!cz_learned_url_good(url)) {
        cz_error_set(error,
                     "a distribution point cannot be asked: its URL has more than %d bytes, or "
                     "others than printable ASCII",
                     CZ_LEARNED_URL_MAX);
        return NULL;
    }
    name = strndup((const char *)url.data, url.len);
    struct catalogue_source *source =
        name != NULL ? cz_source_add(catalogue, SOURCE_POINT, name) : NULL;
    if (source == NULL || !keep_issuers(source, path, depth)) {
        cz_error_set(error, "out of memory");
        return NULL;
    }
    source->last_seen = now;
    return make_room(catalogue, source);
}
