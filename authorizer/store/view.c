#include "store/view.h"

#include "base/cleanup.h"
#include "store/ocsp_record.h"

#define BUCKETS 256

struct kept_response {
    struct kept_response *next;
    uint8_t key[CZ_OCSP_KEY_SIZE];
    struct ocsp_record record;
};

struct store_view {
    atomic_uint users;
    char *folder;
    struct stock *stock;
    struct denials *denials;
    char *problem;
    struct revocation_holdings holdings;
    pthread_mutex_t lock; /* of what follows */
    struct kept_response *responses[BUCKETS];
    atomic_size_t response_count;
};

/* --- OCSP responses: read when they are first asked for --- */

static struct kept_response **find_response(struct store_view *view,
                                            const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    struct kept_response **place = &view->responses[key[0] % BUCKETS];
    while (*place != NULL && memcmp((*place)->key, key, CZ_OCSP_KEY_SIZE) != 0)
        place = &(*place)->next;
    return place;
}

/* NULL where there is none, or none that can be read: then it is as if it had not been asked. */
static struct kept_response *read_response(const struct store_view *view,
                                           const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    CZ_CLEANUP(cz_free_ptr) struct kept_response *kept = NULL;
    CZ_CLEANUP(cz_ocsp_record_release) struct ocsp_record record = {0};
    struct error unused = {0};
    if (cz_ocsp_record_load(view->folder, key, &record, &unused) != FILE_READ)
        return NULL;
    kept = calloc(1, sizeof *kept);
    if (kept == NULL)
        return NULL;
    kept->record = record;
    record = (struct ocsp_record){0};
    memcpy(kept->key, key, sizeof kept->key);
    return CZ_STEAL(kept);
}

static void free_response(struct kept_response *kept) {
    cz_ocsp_record_release(&kept->record);
    free(kept);
}

/* Of two threads that have read it at once the first one's stays. */
static const struct kept_response *keep_response(struct store_view *view,
                                                 struct kept_response *fresh) {
    pthread_mutex_lock(&view->lock);
    struct kept_response **place = find_response(view, fresh->key);
    if (*place != NULL) {
        free_response(fresh);
    } else {
        *place = fresh;
        atomic_fetch_add(&view->response_count, 1);
    }
    struct kept_response *kept = *place;
    pthread_mutex_unlock(&view->lock);
    return kept;
}

static bool ask_ocsp(const void *context, const uint8_t key[CZ_OCSP_KEY_SIZE],
                     struct ocsp_holding *holding) {
    struct store_view *view = (void *)context;
    pthread_mutex_lock(&view->lock);
    const struct kept_response *kept = *find_response(view, key);
    pthread_mutex_unlock(&view->lock);
    struct kept_response *fresh = kept == NULL ? read_response(view, key) : NULL;
    if (fresh != NULL)
        kept = keep_response(view, fresh);
    if (kept == NULL)
        return false;
    *holding = (struct ocsp_holding){.state = kept->record.state,
                                     .response = kept->record.response,
                                     .fetched = kept->record.last_success};
    return true;
}

static enum source_state ask_point(const void *context, struct bytes url) {
    const struct store_view *view = context;
    return view->stock != NULL ? cz_stock_point(view->stock, url) : SOURCE_UNTRIED;
}

/* --- the view --- */

static void fill_holdings(struct store_view *view, const struct view_parts *parts) {
    view->holdings = (struct revocation_holdings){
        .number = parts->number,
        .ocsp_number = parts->ocsp_number,
        .crls = view->stock != NULL ? view->stock->crls : NULL,
        .crl_count = view->stock != NULL ? view->stock->list_count : 0,
        .point = ask_point,
        .ocsp = ask_ocsp,
        .context = view,
        .configured = view->stock != NULL ? view->stock->configured : SOURCE_UNTRIED,
        .denied = view->denials != NULL ? &view->denials->list : NULL,
        .deny_list_unreadable = view->denials == NULL};
}

struct store_view *cz_view_new(const struct view_parts *parts) {
    CZ_CLEANUP(cz_free_ptr) struct store_view *view = calloc(1, sizeof *view);
    CZ_CLEANUP(cz_free_ptr) char *folder = strdup(parts->folder);
    CZ_CLEANUP(cz_free_ptr) char *problem = strdup(parts->problem);
    if (view == NULL || folder == NULL || problem == NULL ||
        pthread_mutex_init(&view->lock, NULL) != 0)
        return NULL;
    atomic_init(&view->users, 1);
    view->folder = CZ_STEAL(folder);
    view->problem = CZ_STEAL(problem);
    view->stock = parts->stock != NULL ? cz_stock_hold(parts->stock) : NULL;
    view->denials = parts->denials;
    if (view->denials != NULL)
        atomic_fetch_add_explicit(&view->denials->users, 1, memory_order_relaxed);
    fill_holdings(view, parts);
    return CZ_STEAL(view);
}

struct store_view *cz_view_hold(struct store_view *view) {
    atomic_fetch_add_explicit(&view->users, 1, memory_order_relaxed);
    return view;
}

void cz_store_let_go(struct store_view **variable) {
    struct store_view *view = CZ_STEAL(*variable);
    if (view == NULL || atomic_fetch_sub_explicit(&view->users, 1, memory_order_acq_rel) > 1)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        while (view->responses[i] != NULL) {
            struct kept_response *first = view->responses[i];
            view->responses[i] = first->next;
            free_response(first);
        }
    pthread_mutex_destroy(&view->lock);
    cz_stock_let_go(&view->stock);
    cz_denials_let_go(&view->denials);
    free(view->folder);
    free(view->problem);
    free(view);
}

bool cz_view_is_full(const struct store_view *view) {
    return atomic_load(&view->response_count) >= CZ_VIEW_RESPONSES_MAX;
}

const struct revocation_holdings *cz_store_holdings(const struct store_view *view) {
    return &view->holdings;
}

const struct catalogue *cz_store_catalogue(const struct store_view *view) {
    static const struct catalogue none = {.revision = 0};
    return view->stock != NULL ? &view->stock->catalogue : &none;
}

const char *cz_store_view_problem(const struct store_view *view) {
    return view->problem;
}

/* --- the deny list --- */

struct denials *cz_denials_new(struct deny_list *list) {
    struct denials *denials = calloc(1, sizeof *denials);
    if (denials == NULL)
        return NULL;
    atomic_init(&denials->users, 1);
    denials->list = *list;
    *list = (struct deny_list){.count = 0};
    return denials;
}

void cz_denials_let_go(struct denials **variable) {
    struct denials *denials = CZ_STEAL(*variable);
    if (denials == NULL || atomic_fetch_sub_explicit(&denials->users, 1, memory_order_acq_rel) > 1)
        return;
    cz_deny_list_release(&denials->list);
    free(denials);
}
