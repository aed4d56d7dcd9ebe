#include "trust/pool.h"

#include <stdlib.h>

static int compare_names(struct bytes a, struct bytes b) {
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* By subject, then by digest, so that the order does not hang on the order of loading and
 * equal certificates stand side by side. */
static int compare(const void *left, const void *right) {
    const struct certificate *a = *(struct certificate *const *)left;
    const struct certificate *b = *(struct certificate *const *)right;
    int order = compare_names(a->subject_canonical, b->subject_canonical);
    return order != 0 ? order : memcmp(a->sha256, b->sha256, CZ_SHA256_SIZE);
}

bool cz_pool_add(struct certificate_pool *pool, struct certificate *certificate) {
    if (pool->count == pool->capacity) {
        size_t capacity = pool->capacity ? pool->capacity * 2 : 16;
        struct certificate **items = realloc(pool->items, capacity * sizeof *items);
        if (items == NULL)
            return false;
        pool->items = items;
        pool->capacity = capacity;
    }
    pool->items[pool->count++] = certificate;
    return true;
}

void cz_pool_sort(struct certificate_pool *pool) {
    if (pool->count == 0)
        return;
    qsort(pool->items, pool->count, sizeof *pool->items, compare);
    size_t kept = 1;
    for (size_t i = 1; i < pool->count; i++) {
        if (compare(&pool->items[kept - 1], &pool->items[i]) == 0)
            cz_certificate_free(pool->items[i]);
        else
            pool->items[kept++] = pool->items[i];
    }
    pool->count = kept;
}

/* The first item whose subject is not less than the name. */
static size_t lower_bound(const struct certificate_pool *pool, struct bytes name) {
    size_t low = 0, high = pool->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_names(pool->items[middle]->subject_canonical, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct certificate_range cz_pool_find(const struct certificate_pool *pool,
                                      struct bytes subject_canonical) {
    size_t first = lower_bound(pool, subject_canonical);
    size_t last = first;
    while (last < pool->count &&
           cz_bytes_equal(pool->items[last]->subject_canonical, subject_canonical))
        last++;
    /* an empty pool has no items, and NULL no offset */
    return (struct certificate_range){.items = last > first ? pool->items + first : NULL,
                                      .count = last - first};
}

bool cz_pool_holds(const struct certificate_pool *pool, const struct certificate *certificate) {
    struct certificate_range range = cz_pool_find(pool, certificate->subject_canonical);
    for (size_t i = 0; i < range.count; i++)
        if (cz_bytes_equal(range.items[i]->der, certificate->der))
            return true;
    return false;
}

void cz_pool_release(struct certificate_pool *pool) {
    for (size_t i = 0; i < pool->count; i++)
        cz_certificate_free(pool->items[i]);
    free(pool->items);
    *pool = (struct certificate_pool){0};
}
