#include "revocation/deny_list.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <gnutls/crypto.h>

static bool hash(struct bytes bytes, uint8_t digest[CZ_SHA256_SIZE]) {
    return gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes.data, bytes.len, digest) >= 0;
}

/* The issuer's length stands before it, so that no two pairs are hashed alike. Digests lie on
 * disks: another form here, or of canonical names, needs another version of the text form. */
bool cz_deny_digest_serial(struct bytes issuer_canonical, struct bytes serial,
                           uint8_t digest[CZ_SHA256_SIZE]) {
    CZ_CLEANUP(cz_buffer_release) struct buffer both = {0};
    cz_buffer_decimal(&both, (int64_t)issuer_canonical.len);
    cz_buffer_putc(&both, ':');
    cz_buffer_bytes(&both, issuer_canonical);
    cz_buffer_bytes(&both, serial);
    return !both.failed && hash(cz_buffer_view(&both), digest);
}

bool cz_deny_digest(enum deny_kind kind, const struct certificate *certificate,
                    uint8_t digest[CZ_SHA256_SIZE]) {
    switch (kind) {
    case DENY_SHA256:
        memcpy(digest, certificate->sha256, CZ_SHA256_SIZE);
        return true;
    case DENY_PUBLIC_KEY:
        return hash(certificate->spki, digest);
    case DENY_SERIAL:
        return cz_deny_digest_serial(certificate->issuer_canonical, certificate->serial, digest);
    case DENY_KIND_COUNT:
        break;
    }
    return false;
}

static int compare(const struct deny_entry *entry, enum deny_kind kind, const uint8_t *digest) {
    if (entry->kind != kind)
        return entry->kind < kind ? -1 : 1;
    return memcmp(entry->digest, digest, CZ_SHA256_SIZE);
}

/* How many stand before one of this kind and digest. */
static size_t place_of(const struct deny_list *list, enum deny_kind kind, const uint8_t *digest) {
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&list->entries[middle], kind, digest) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct deny_entry *cz_deny_list_entry(const struct deny_list *list, enum deny_kind kind,
                                            const uint8_t digest[CZ_SHA256_SIZE]) {
    size_t place = place_of(list, kind, digest);
    bool there = place < list->count && compare(&list->entries[place], kind, digest) == 0;
    return there ? &list->entries[place] : NULL;
}

static bool has_kind(const struct deny_list *list, enum deny_kind kind) {
    static const uint8_t least[CZ_SHA256_SIZE];
    size_t place = place_of(list, kind, least);
    return place < list->count && list->entries[place].kind == kind;
}

bool cz_deny_entry_holds(const struct deny_entry *entry, int64_t now) {
    return !entry->has_until || now <= entry->until;
}

/* One look for each kind, and none is hashed for that the list does not hold. */
const struct deny_entry *cz_deny_list_find(const struct deny_list *list,
                                           const struct certificate *certificate, int64_t now,
                                           int64_t *from, int64_t *until, bool *known) {
    *known = true;
    for (enum deny_kind kind = 0; list != NULL && kind < DENY_KIND_COUNT; kind++) {
        uint8_t digest[CZ_SHA256_SIZE];
        if (!has_kind(list, kind))
            continue;
        if (!cz_deny_digest(kind, certificate, digest)) {
            *known = false;
            *from = *until = now;
            return NULL;
        }
        const struct deny_entry *entry = cz_deny_list_entry(list, kind, digest);
        if (entry == NULL)
            continue;
        if (cz_deny_entry_holds(entry, now)) {
            if (entry->has_until && entry->until < *until)
                *until = entry->until;
            return entry;
        }
        if (*from <= entry->until)
            *from = entry->until + 1;
    }
    return NULL;
}

static void release_texts(struct deny_entry *entry) {
    cz_free_ptr(&entry->text);
    cz_free_ptr(&entry->reason);
}

bool cz_deny_entry_is_sound(const struct deny_entry *entry) {
    return cz_text_is_line(cz_bytes_of(entry->text), CZ_DENY_TEXT_SIZE_MAX) &&
           (entry->reason[0] == '\0' ||
            cz_text_is_line(cz_bytes_of(entry->reason), CZ_DENY_REASON_SIZE_MAX));
}

/* For one more. Room is made for twice as many where the count is a power of two, so that whatever
 * was removed before, there is some where it is none. */
static bool make_room(struct deny_list *list) {
    if ((list->count & (list->count - 1)) != 0)
        return true;
    size_t capacity = list->count > 0 ? 2 * list->count : 1;
    struct deny_entry *entries = realloc(list->entries, capacity * sizeof *entries);
    if (entries == NULL)
        return false;
    list->entries = entries;
    return true;
}

bool cz_deny_list_add(struct deny_list *list, const struct deny_entry *entry) {
    size_t place = place_of(list, entry->kind, entry->digest);
    if (!cz_deny_entry_is_sound(entry))
        return false;
    if (place < list->count && compare(&list->entries[place], entry->kind, entry->digest) == 0) {
        release_texts(&list->entries[place]);
        list->entries[place] = *entry;
        return true;
    }
    if (list->count >= CZ_DENY_LIST_MAX)
        return false;
    if (!make_room(list))
        return false;
    memmove(&list->entries[place + 1], &list->entries[place],
            (list->count - place) * sizeof *list->entries);
    list->entries[place] = *entry;
    list->count++;
    return true;
}

bool cz_deny_list_remove(struct deny_list *list, enum deny_kind kind,
                         const uint8_t digest[CZ_SHA256_SIZE]) {
    size_t place = place_of(list, kind, digest);
    if (place == list->count || compare(&list->entries[place], kind, digest) != 0)
        return false;
    release_texts(&list->entries[place]);
    list->count--;
    memmove(&list->entries[place], &list->entries[place + 1],
            (list->count - place) * sizeof *list->entries);
    return true;
}

void cz_deny_list_release(struct deny_list *list) {
    for (size_t i = 0; i < list->count; i++)
        release_texts(&list->entries[i]);
    free(list->entries);
    *list = (struct deny_list){0};
}
