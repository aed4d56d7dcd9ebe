/* The deny list's text: what is read is written again as it was, and is found. */
#include "fuzz.h"

#include "base/cleanup.h"
#include "revocation/deny_list.h"

/* Each entry denies the certificate of its digest for as long as it holds. */
static void check_entries(const struct deny_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct deny_entry *entry = &list->entries[i];
        REQUIRE(cz_deny_list_entry(list, entry->kind, entry->digest) == entry);
        REQUIRE(cz_deny_entry_is_sound(entry));
        if (entry->kind != DENY_SHA256)
            continue;
        struct certificate certificate = {.version = 3};
        int64_t from = INT64_MIN, until = INT64_MAX;
        bool known;
        memcpy(certificate.sha256, entry->digest, CZ_SHA256_SIZE);
        int64_t last = entry->has_until ? entry->until : INT64_MAX;
        REQUIRE(cz_deny_list_find(list, &certificate, last, &from, &until, &known) == entry);
        REQUIRE(known && until == last);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer again = {0};
    struct bytes text = {.data = data, .len = size};
    struct error error = {0};
    bool good = cz_deny_list_parse(text, &list, &error);
    REQUIRE(good == (error.message[0] == '\0'));
    if (!good)
        return 0;
    check_entries(&list);
    cz_deny_list_write(&list, &again);
    REQUIRE(cz_bytes_equal(cz_buffer_view(&again), text));
    return 0;
}
