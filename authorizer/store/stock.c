#include "store/stock.h"

#include "base/cleanup.h"

static struct stored_list *find_list(const struct stock *stock,
                                     const uint8_t sha256[CZ_SHA256_SIZE]) {
    for (size_t i = 0; stock != NULL && i < stock->list_count; i++)
        if (memcmp(stock->lists[i]->file.name, sha256, CZ_SHA256_SIZE) == 0)
            return stock->lists[i];
    return NULL;
}

static void add_list(struct stock *stock, const char *folder, const struct stock *former,
                     const uint8_t sha256[CZ_SHA256_SIZE]) {
    struct error error = {0};
    struct stored_list *list = find_list(former, sha256);
    enum list_opening opening = LIST_OPEN;
    if (list != NULL)
        cz_stored_list_hold(list);
    else
        opening = cz_stored_list_open(folder, sha256, &list, &error);
    if (opening != LIST_OPEN) {
        stock->is_short |= opening == LIST_SHORTAGE;
        cz_buffer_printf(&stock->problem, "%s%s", stock->problem.len > 0 ? "\n" : "",
                         error.message);
        return;
    }
    stock->crls[stock->list_count] =
        (struct crl_candidate){.crl = &list->file.crl,
                               .lookup = {.find = cz_crl_index_find, .context = &list->file.index},
                               .verified_spki = list->file.spki};
    stock->lists[stock->list_count++] = list;
}

static bool open_lists(struct stock *stock, const char *folder, const struct stock *former) {
    size_t count = stock->catalogue.list_count;
    stock->lists = calloc(count + 1, sizeof(struct stored_list *));
    stock->crls = calloc(count + 1, sizeof *stock->crls);
    if (stock->lists == NULL || stock->crls == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        add_list(stock, folder, former, stock->catalogue.lists[i].sha256);
    return true;
}

/* A list that cannot be used is as good as none. */
static bool has_list(const struct stock *stock, const struct catalogue_source *source) {
    return source->has_list && find_list(stock, source->list) != NULL;
}

static enum source_state state_of(const struct stock *stock,
                                  const struct catalogue_source *source) {
    bool lost = source->state == SOURCE_GOOD && !has_list(stock, source);
    return lost ? SOURCE_UNREACHABLE : source->state;
}

/* What went wrong counts for more than what was not tried. */
static enum source_state worst_of(enum source_state a, enum source_state b) {
    static const unsigned rank[] = {[SOURCE_GOOD] = 0,
                                    [SOURCE_UNTRIED] = 1,
                                    [SOURCE_UNREACHABLE] = 2,
                                    [SOURCE_BAD_SIGNATURE] = 3};
    return rank[a] >= rank[b] ? a : b;
}

static int compare_points(const void *left, const void *right) {
    const struct stock_point *a = left, *b = right;
    return cz_crl_compare_names(a->url, b->url);
}

static bool list_points(struct stock *stock) {
    const struct catalogue *catalogue = &stock->catalogue;
    stock->points = calloc(catalogue->source_count + 1, sizeof *stock->points);
    stock->configured = SOURCE_GOOD;
    if (stock->points == NULL)
        return false;
    for (size_t i = 0; i < catalogue->source_count; i++) {
        const struct catalogue_source *source = &catalogue->sources[i];
        enum source_state state = state_of(stock, source);
        if (source->kind != SOURCE_POINT && !has_list(stock, source))
            stock->configured = worst_of(stock->configured, state);
        if (source->kind != SOURCE_FILE)
            stock->points[stock->point_count++] =
                (struct stock_point){.url = cz_bytes_of(source->name), .state = state};
    }
    qsort(stock->points, stock->point_count, sizeof *stock->points, compare_points);
    return true;
}

struct stock *cz_stock_open(const char *folder, struct catalogue *catalogue,
                            const struct stock *former) {
    CZ_CLEANUP(cz_stock_let_go) struct stock *stock = calloc(1, sizeof *stock);
    if (stock == NULL)
        return NULL;
    atomic_init(&stock->users, 1);
    stock->catalogue = *catalogue;
    *catalogue = (struct catalogue){.revision = 0};
    if (!open_lists(stock, folder, former) || !list_points(stock) || stock->problem.failed)
        return NULL;
    return CZ_STEAL(stock);
}

static bool hold_same_lists(const struct stock *a, const struct stock *b) {
    bool same = a->list_count == b->list_count;
    for (size_t i = 0; same && i < a->list_count; i++)
        same = a->lists[i] == b->lists[i];
    return same;
}

static bool tell_same_points(const struct stock *a, const struct stock *b) {
    bool same = a->point_count == b->point_count;
    for (size_t i = 0; same && i < a->point_count; i++)
        same = a->points[i].state == b->points[i].state &&
               cz_bytes_equal(a->points[i].url, b->points[i].url);
    return same;
}

bool cz_stock_is_same(const struct stock *a, const struct stock *b) {
    return a->configured == b->configured && hold_same_lists(a, b) && tell_same_points(a, b);
}

struct stock *cz_stock_hold(struct stock *stock) {
    atomic_fetch_add_explicit(&stock->users, 1, memory_order_relaxed);
    return stock;
}

void cz_stock_let_go(struct stock **variable) {
    struct stock *stock = CZ_STEAL(*variable);
    if (stock == NULL || atomic_fetch_sub_explicit(&stock->users, 1, memory_order_acq_rel) > 1)
        return;
    for (size_t i = 0; i < stock->list_count; i++)
        cz_stored_list_let_go(&stock->lists[i]);
    free(stock->lists);
    free(stock->crls);
    free(stock->points);
    cz_buffer_release(&stock->problem);
    cz_catalogue_release(&stock->catalogue);
    free(stock);
}

enum source_state cz_stock_point(const struct stock *stock, struct bytes url) {
    const struct stock_point wanted = {.url = url};
    const struct stock_point *point =
        bsearch(&wanted, stock->points, stock->point_count, sizeof wanted, compare_points);
    return point != NULL ? point->state : SOURCE_UNTRIED;
}
