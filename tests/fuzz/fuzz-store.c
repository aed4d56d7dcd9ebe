/*
 * Any bytes as a file of the revocation store, as they are and with checksums that fit, so that
 * what stands behind the checksums is reached: a catalogue, an OCSP record, the newest of each
 * kind, or a list, which is then searched.
 */
#include "fuzz.h"

#include "base/cleanup.h"
#include "store/catalogue.h"
#include "store/form.h"
#include "store/list_file.h"
#include "store/newest.h"
#include "store/ocsp_record.h"

#include <gnutls/crypto.h>

#define ASKED_MAX 64 /* entries looked up, of those that there are */

/* --- the small files --- */

/* The same but for the last bytes, which become its checksum. */
static void seal_form(struct bytes file, struct buffer *sealed) {
    size_t len = file.len > CZ_SHA256_SIZE ? file.len - CZ_SHA256_SIZE : 0;
    cz_buffer_append(sealed, file.data, len);
    cz_form_end(sealed);
}

/* What is taken is exactly what would be written. */
static void read_catalogue(struct bytes file) {
    struct catalogue catalogue;
    struct error error = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    if (cz_catalogue_parse(file, &catalogue, &error)) {
        cz_catalogue_write(&catalogue, &out);
        REQUIRE(cz_bytes_equal(cz_buffer_view(&out), file));
        cz_catalogue_release(&catalogue);
    } else {
        REQUIRE(error.message[0] != '\0' && catalogue.sources == NULL && catalogue.lists == NULL);
    }
}

static void read_record(struct bytes file) {
    struct ocsp_record record;
    struct error error = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    if (cz_ocsp_record_parse(file, &record, &error)) {
        cz_ocsp_record_write(&record, &out);
        REQUIRE(cz_bytes_equal(cz_buffer_view(&out), file));
        cz_ocsp_record_release(&record);
    } else {
        REQUIRE(error.message[0] != '\0' && record.error == NULL && record.response.data == NULL);
    }
}

static void read_newest(struct bytes file) {
    struct newest newest;
    struct error error = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    if (cz_newest_parse(file, &newest, &error)) {
        cz_newest_write(&newest, &out);
        REQUIRE(cz_bytes_equal(cz_buffer_view(&out), file));
        cz_newest_release(&newest);
    } else {
        REQUIRE(error.message[0] != '\0' && newest.items == NULL);
    }
}

/* --- lists --- */

/* Of the header in store/list_file.c. */
enum {
    COUNTS = 32, /* spans, issuers, names, key, records, DER, entries, unmatchable, flags */
    SMALL = 168,
    HEADER = 200,
    HEADER_END = 232
};

static bool hash_small(const uint8_t *file, size_t records, struct bytes der, uint8_t *digest) {
    uint64_t counts[9];
    const char *detail;
    CZ_CLEANUP(cz_crl_release) struct crl crl;
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {.limit = 1u << 30};
    memcpy(counts, file + COUNTS, sizeof counts);
    const struct crl_totals totals = {.entry_count = counts[6]};
    if (cz_crl_reopen(der, &totals, &crl, &detail) != CRL_OK)
        return false;
    size_t begin = crl.entries.len > 0 ? (size_t)(crl.entries.data - der.data) : der.len;
    cz_buffer_append(&text, file + HEADER_END, records - HEADER_END);
    cz_buffer_append(&text, der.data, begin);
    cz_buffer_append(&text, der.data + begin + crl.entries.len, der.len - begin - crl.entries.len);
    return gnutls_hash_fast(GNUTLS_DIG_SHA256, text.data, text.len, digest) >= 0;
}

/* Puts the two checksums that a reader verifies in their places. */
static void seal_list(uint8_t *file, size_t len) {
    uint64_t counts[9];
    if (len < HEADER_END)
        return;
    memcpy(counts, file + COUNTS, sizeof counts);
    bool sane = true;
    for (size_t i = 0; i < 6; i++)
        sane = sane && counts[i] <= len;
    size_t end = HEADER_END + counts[0] * 8 + (counts[1] + 1) * 4 + counts[2] + counts[3];
    size_t records = (end + 7) / 8 * 8, der = records + counts[4] * 24;
    if (sane && records <= len && der <= len && counts[5] <= len - der)
        hash_small(file, records, (struct bytes){.data = file + der, .len = counts[5]},
                   file + SMALL);
    gnutls_hash_fast(GNUTLS_DIG_SHA256, file, HEADER, file + HEADER);
}

static void search(const struct list_file *list, struct bytes issuer, struct bytes serial) {
    struct crl_entry entry;
    if (cz_crl_index_find(&list->index, issuer, serial, &entry) == CRL_LOOKUP_FOUND)
        REQUIRE(cz_bytes_equal(entry.serial, serial));
}

static void search_all(const struct list_file *list) {
    struct crl_walk walk = cz_crl_walk(&list->crl);
    struct crl_entry entry;
    for (size_t i = 0; i < ASKED_MAX && cz_crl_next(&walk, &entry); i++)
        search(list, list->crl.issuer_canonical, entry.serial);
    for (size_t i = 0; i < ASKED_MAX && i < list->index.count; i++) {
        const uint8_t *serial = list->index.records[i].serial;
        size_t zeros = 0;
        while (zeros + 1 < CZ_SERIAL_SIZE_MAX && serial[zeros] == 0)
            zeros++;
        struct bytes trimmed = {.data = serial + zeros, .len = CZ_SERIAL_SIZE_MAX - zeros};
        search(list, list->crl.issuer_canonical, trimmed);
        search(list, list->index.names, trimmed);
    }
}

static void read_list(struct bytes file) {
    struct list_file list;
    struct error error = {0};
    if (!cz_list_file_read(file, &list, &error)) {
        REQUIRE(error.message[0] != '\0' && list.name == NULL);
        return;
    }
    search_all(&list);
    cz_list_file_verify(file, &error);
    cz_list_file_release(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CZ_CLEANUP(cz_buffer_release) struct buffer sealed = {0};
    /* memory of its own, whose address fits and whose end is watched */
    CZ_CLEANUP(cz_free_ptr) uint8_t *list = malloc(size + (size == 0));
    struct bytes file = {.data = data, .len = size};
    REQUIRE(list != NULL);
    seal_form(file, &sealed);
    read_catalogue(file);
    read_catalogue(cz_buffer_view(&sealed));
    read_record(file);
    read_record(cz_buffer_view(&sealed));
    read_newest(file);
    read_newest(cz_buffer_view(&sealed));
    if (size > 0)
        memcpy(list, data, size);
    read_list((struct bytes){.data = list, .len = size});
    seal_list(list, size);
    read_list((struct bytes){.data = list, .len = size});
    return 0;
}
