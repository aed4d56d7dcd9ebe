#include "store/store.h"

#include "base/cleanup.h"
#include "store/deny_file.h"
#include "store/files.h"
#include "store/sighting.h"
#include "store/view.h"

#include <time.h>
#include <unistd.h>

/* What is amiss is looked at again after so long, though nothing seems to have changed. */
#define RETRY_MILLISECONDS 10000
/* A deny list that is removed is an empty one after so long, if the store is still there then. */
#define REMOVAL_MILLISECONDS 500
/* The writer may publish another catalogue and remove a list between two steps of ours. */
#define TRIES_MAX 5

struct store {
    char *folder;
    char catalogue[PATH_MAX], deny[PATH_MAX];
    pthread_mutex_t lock; /* of the next one */
    struct store_view *current;
    atomic_llong looked; /* milliseconds of cz_milliseconds */

    pthread_mutex_t looking; /* of whoever looks at the folder, and of what follows */
    struct sighting catalogue_seen, deny_seen;
    struct sighting folder_seen;              /* what `denials` was read from */
    struct stock *stock;                      /* NULL: none was ever read */
    struct denials *denials;                  /* the same */
    struct error catalogue_error, deny_error; /* why the former content stays */
    long long missed_at; /* when the list in force was found to be removed; 0: it was not */
    bool is_behind;      /* `current` shows another content */
    long long retry_at;
    uint64_t number, ocsp_number; /* of the holdings */
};

static long long milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint64_t next_number(void) {
    static atomic_ullong last;
    return atomic_fetch_add(&last, 1) + 1;
}

/* --- looking at the catalogue --- */

static bool load_stock(struct store *store, struct stock **stock, struct error *error) {
    CZ_CLEANUP(cz_catalogue_release) struct catalogue catalogue;
    switch (cz_catalogue_load(store->folder, &catalogue, error)) {
    case FILE_UNREADABLE:
    case FILE_MALFORMED:
        return false;
    case FILE_ABSENT:
        return store->stock == NULL ||
               cz_error_set(error, "%s: it is not there any more", store->catalogue);
    case FILE_READ:
        break;
    }
    *stock = cz_stock_open(store->folder, &catalogue, store->stock);
    if (*stock == NULL)
        return cz_error_set(error, "%s: out of memory", store->catalogue);
    /* what there was is better than what lacks a list that may be good */
    return !(*stock)->is_short || store->stock == NULL ||
           cz_error_set(error, "%s", cz_buffer_text(&(*stock)->problem));
}

/* What came of another try after a failure, though the catalogue is the same. */
static bool is_equal(const struct stock *a, const struct stock *b) {
    return a->catalogue.revision == b->catalogue.revision && a->list_count == b->list_count &&
           strcmp(cz_buffer_text(&a->problem), cz_buffer_text(&b->problem)) == 0;
}

static void take_stock(struct store *store, bool again) {
    CZ_CLEANUP(cz_stock_let_go) struct stock *stock = NULL;
    struct error error = {0};
    cz_sighting_take(&store->catalogue_seen, store->catalogue);
    bool loaded = load_stock(store, &stock, &error);
    store->is_behind |= strcmp(error.message, store->catalogue_error.message) != 0;
    store->catalogue_error = error;
    if (!loaded || stock == NULL ||
        (again && store->stock != NULL && is_equal(stock, store->stock)))
        return;
    struct stock *former = store->stock;
    store->stock = CZ_STEAL(stock);
    stock = former;
    store->ocsp_number = next_number();
    if (former == NULL || !cz_stock_is_same(former, store->stock))
        store->number = store->ocsp_number;
    store->is_behind = true;
}

static bool has_problem(const struct stock *stock) {
    return stock != NULL && stock->problem.len > 0;
}

static void look_at_catalogue(struct store *store, bool again) {
    for (unsigned i = 0; i < TRIES_MAX; i++, again = false) {
        bool has_changed = cz_sighting_has_changed(&store->catalogue_seen, store->catalogue);
        if (!has_changed && !again)
            return;
        take_stock(store, !has_changed);
        if (!has_problem(store->stock))
            return;
    }
}

/* --- looking at the deny list --- */

static bool denies_any(const struct store *store) {
    return store->denials != NULL && store->denials->list.count > 0;
}

/* Whoever removes the list alone wants it empty. Where its folder has gone too, or is another one,
 * or has lost its catalogue, the store was moved away, say, or is not mounted any more. */
static bool has_lost_denials(const struct store *store) {
    return denies_any(store) && (!cz_sighting_is_there(&store->folder_seen, store->folder) ||
                                 (store->stock != NULL && access(store->catalogue, F_OK) != 0));
}

/* Whoever removes a whole store may have begun with the list. */
static bool may_be_going(struct store *store) {
    long long now = milliseconds();
    if (store->missed_at == 0)
        store->missed_at = now;
    return denies_any(store) && now - store->missed_at < REMOVAL_MILLISECONDS;
}

/* False without an error: that is to be seen. */
static bool load_denials(struct store *store, struct denials **denials, struct error *error) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {.count = 0};
    switch (cz_deny_file_read(store->folder, &list, error)) {
    case FILE_UNREADABLE:
    case FILE_MALFORMED:
        return false;
    case FILE_ABSENT:
        if (has_lost_denials(store))
            return cz_error_set(error, "%s: it is not there any more", store->deny);
        if (may_be_going(store))
            return false;
        break;
    case FILE_READ:
        break;
    }
    *denials = cz_denials_new(&list);
    return *denials != NULL || cz_error_set(error, "%s: out of memory", store->deny);
}

static void look_at_denials(struct store *store, bool again) {
    CZ_CLEANUP(cz_sighting_release) struct sighting folder = {.fd = -1};
    struct denials *denials = NULL;
    struct error error = {0};
    if (!again && store->missed_at == 0 && !cz_sighting_has_changed(&store->deny_seen, store->deny))
        return;
    cz_sighting_take(&folder, store->folder);
    cz_sighting_take(&store->deny_seen, store->deny);
    bool loaded = load_denials(store, &denials, &error);
    store->is_behind |= strcmp(error.message, store->deny_error.message) != 0;
    store->deny_error = error;
    if (loaded || error.message[0] != '\0')
        store->missed_at = 0;
    if (!loaded)
        return;
    struct sighting former = store->folder_seen;
    store->folder_seen = folder;
    folder = former;
    cz_denials_let_go(&store->denials);
    store->denials = denials;
    store->number = next_number();
    store->is_behind = true;
}

/* --- the view --- */

static void add_line(struct buffer *text, const char *line, const char *consequence) {
    if (line[0] != '\0')
        cz_buffer_printf(text, "%s%s%s", text->len > 0 ? "\n" : "", line, consequence);
}

static void tell_problems(const struct store *store, struct buffer *text) {
    add_line(text, store->catalogue_error.message,
             store->stock != NULL ? "; what it said before stays in force"
                                  : "; no CRL and no OCSP response of the store is used");
    if (has_problem(store->stock))
        add_line(text, cz_buffer_text(&store->stock->problem), "");
    add_line(text, store->deny_error.message,
             store->denials != NULL ? "; the deny list that was read before stays in force"
                                    : "; whom it denies is not known");
}

static void replace_view(struct store *store) {
    CZ_CLEANUP(cz_buffer_release) struct buffer problem = {0};
    tell_problems(store, &problem);
    const struct view_parts parts = {.folder = store->folder,
                                     .number = store->number,
                                     .ocsp_number = store->ocsp_number,
                                     .stock = store->stock,
                                     .denials = store->denials,
                                     .problem = cz_buffer_text(&problem)};
    CZ_CLEANUP(cz_store_let_go)
    struct store_view *view = problem.failed ? NULL : cz_view_new(&parts);
    store->is_behind = view == NULL;
    if (view == NULL)
        return;
    pthread_mutex_lock(&store->lock);
    struct store_view *former = store->current;
    store->current = CZ_STEAL(view);
    view = former;
    pthread_mutex_unlock(&store->lock);
}

/* With `looking` held. */
static void look(struct store *store) {
    long long now = milliseconds();
    bool is_amiss = store->catalogue_error.message[0] != '\0' ||
                    store->deny_error.message[0] != '\0' || has_problem(store->stock);
    bool again = is_amiss && now >= store->retry_at;
    if (again || !is_amiss)
        store->retry_at = now + RETRY_MILLISECONDS;
    look_at_catalogue(store, again);
    look_at_denials(store, again && store->deny_error.message[0] != '\0');
    if (store->is_behind || cz_view_is_full(store->current))
        replace_view(store);
    atomic_store(&store->looked, now);
}

/* --- for all --- */

struct store *cz_store_open(const char *folder) {
    struct error error = {0};
    CZ_CLEANUP(cz_free_ptr) struct store *store = calloc(1, sizeof *store);
    CZ_CLEANUP(cz_free_ptr) char *name = strdup(folder);
    if (store == NULL || name == NULL ||
        !cz_store_path(store->catalogue, folder, "catalogue", &error) ||
        !cz_store_path(store->deny, folder, "deny", &error))
        return NULL;
    store->number = next_number();
    store->catalogue_seen = store->deny_seen = store->folder_seen = (struct sighting){.fd = -1};
    /* until a first look has shown more, nobody is known not to be denied */
    store->current =
        cz_view_new(&(struct view_parts){.folder = folder, .number = store->number, .problem = ""});
    if (store->current == NULL)
        return NULL;
    pthread_mutex_init(&store->lock, NULL);
    pthread_mutex_init(&store->looking, NULL);
    store->folder = CZ_STEAL(name);
    look(store);
    return CZ_STEAL(store);
}

void cz_store_close(struct store **variable) {
    struct store *store = CZ_STEAL(*variable);
    if (store == NULL)
        return;
    cz_store_let_go(&store->current);
    cz_stock_let_go(&store->stock);
    cz_denials_let_go(&store->denials);
    cz_sighting_release(&store->catalogue_seen);
    cz_sighting_release(&store->deny_seen);
    cz_sighting_release(&store->folder_seen);
    pthread_mutex_destroy(&store->lock);
    pthread_mutex_destroy(&store->looking);
    free(store->folder);
    free(store);
}

/* One thread looks while the others go on with what there is, unless they insist. */
static bool may_look(struct store *store, bool insists) {
    if (insists)
        return pthread_mutex_lock(&store->looking) == 0;
    return milliseconds() - atomic_load(&store->looked) >= CZ_STORE_LOOK_MILLISECONDS &&
           pthread_mutex_trylock(&store->looking) == 0;
}

struct store_view *cz_store_hold(struct store *store, bool insists) {
    if (may_look(store, insists)) {
        look(store);
        pthread_mutex_unlock(&store->looking);
    }
    pthread_mutex_lock(&store->lock);
    struct store_view *view = cz_view_hold(store->current);
    pthread_mutex_unlock(&store->lock);
    return view;
}
