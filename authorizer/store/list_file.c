#include "store/list_file.h"

#include "base/cleanup.h"

#include <gnutls/crypto.h>

#define FORM 1
#define BYTE_ORDER_MARK 0x01020304u
#define ALIGNMENT 8u
#define COUNT_MAX CZ_CRL_SIZE_MAX /* of bytes or items of a part: no sum of them overflows */
#define NAMES_ISSUERS 1u
#define UNKNOWN_CRITICAL 2u

/* One from another machine or compiler differs in the first five. No padding is in it. */
struct header {
    char magic[16];
    uint32_t form, byte_order;
    uint32_t header_size;
    uint16_t record_size, span_size;
    uint64_t span_count, issuer_count, names_len, spki_len;
    uint64_t record_count, der_len;
    uint64_t entry_count, unmatchable_count, flags; /* struct crl_totals */
    uint8_t records[CZ_SHA256_SIZE];                /* SHA-256, like those that follow */
    uint8_t der[CZ_SHA256_SIZE];
    uint8_t small[CZ_SHA256_SIZE];  /* particulars, and the DER before and behind its entries */
    uint8_t header[CZ_SHA256_SIZE]; /* of all before */
};

static const char magic[16] = "certauthz list\n";

_Static_assert(sizeof(struct header) % ALIGNMENT == 0 &&
                   sizeof(struct header) == 32 + 9 * 8 + 4 * CZ_SHA256_SIZE,
               "the parts behind the header are aligned, and it has no padding");

/* --- where the parts are --- */

/* Offsets in the file. */
struct layout {
    uint64_t spans, name_starts, names, spki, records, der, end;
};

static struct layout lay_out(const struct header *header) {
    struct layout layout = {.spans = sizeof *header};
    layout.name_starts = layout.spans + header->span_count * sizeof(struct crl_span);
    layout.names = layout.name_starts + (header->issuer_count + 1) * sizeof(uint32_t);
    layout.spki = layout.names + header->names_len;
    uint64_t end = layout.spki + header->spki_len;
    layout.records = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    layout.der = layout.records + header->record_count * sizeof(struct crl_record);
    layout.end = layout.der + header->der_len;
    return layout;
}

/* --- checksums --- */

static bool hash(struct bytes bytes, uint8_t digest[CZ_SHA256_SIZE]) {
    return gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes.data, bytes.len, digest) >= 0;
}

static bool fits(struct bytes bytes, const uint8_t expected[CZ_SHA256_SIZE]) {
    uint8_t digest[CZ_SHA256_SIZE];
    return hash(bytes, digest) && memcmp(digest, expected, sizeof digest) == 0;
}

static struct bytes checked_header(const struct header *header) {
    return (struct bytes){.data = (const uint8_t *)header, .len = offsetof(struct header, header)};
}

static void release_hash(gnutls_hash_hd_t *hash) {
    if (*hash != NULL)
        gnutls_hash_deinit(*hash, NULL);
    *hash = NULL;
}

/* Over the particulars and the DER but for its entries. */
static bool hash_small(struct bytes particulars, const struct crl *crl,
                       uint8_t digest[CZ_SHA256_SIZE]) {
    CZ_CLEANUP(release_hash) gnutls_hash_hd_t state = NULL;
    struct bytes der = crl->der;
    size_t begin = crl->entries.len > 0 ? (size_t)(crl->entries.data - der.data) : der.len;
    size_t end = begin + crl->entries.len;
    if (gnutls_hash_init(&state, GNUTLS_DIG_SHA256) < 0 ||
        gnutls_hash(state, particulars.data, particulars.len) < 0 ||
        gnutls_hash(state, der.data, begin) < 0 ||
        (end < der.len && gnutls_hash(state, der.data + end, der.len - end) < 0))
        return false;
    gnutls_hash_output(state, digest);
    return true;
}

/* --- reading --- */

static bool check_kind(const struct header *header, size_t len, struct error *error) {
    if (len < sizeof header->magic || memcmp(header->magic, magic, sizeof magic) != 0)
        return cz_error_set(error, "it is no list of certauthz");
    if (len < sizeof *header)
        return cz_error_set(error, "it is cut off");
    if (header->byte_order != BYTE_ORDER_MARK)
        return cz_error_set(error, "it was written on another kind of machine");
    if (header->form != FORM || header->header_size != sizeof *header ||
        header->record_size != sizeof(struct crl_record) ||
        header->span_size != sizeof(struct crl_span))
        return cz_error_set(error,
                            "it has form %u and this program reads form %u: certauthz and "
                            "certauthz-refresh have to be of one version",
                            header->form, FORM);
    return fits(checked_header(header), header->header) ||
           cz_error_set(error, "it is damaged: the checksum of its header does not fit");
}

static bool check_sizes(const struct header *header, size_t len, struct layout *layout,
                        struct error *error) {
    const uint64_t counts[] = {header->span_count, header->issuer_count, header->names_len,
                               header->spki_len,   header->record_count, header->der_len};
    for (size_t i = 0; i < CZ_COUNT(counts); i++)
        if (counts[i] > COUNT_MAX)
            return cz_error_set(error, "it is malformed, though its checksum fits");
    *layout = lay_out(header);
    if (header->span_count == 0 || header->issuer_count == 0 ||
        header->record_count > header->entry_count || header->entry_count > header->der_len)
        return cz_error_set(error, "it is malformed, though its checksum fits");
    return layout->end == len ||
           cz_error_set(error, "it has %zu bytes and should have %ju", len, (uintmax_t)layout->end);
}

static bool read_list(const struct header *header, struct bytes der, struct list_file *file,
                      struct error *error) {
    const struct crl_totals totals = {.entry_count = header->entry_count,
                                      .unmatchable_count = header->unmatchable_count,
                                      .names_issuers = (header->flags & NAMES_ISSUERS) != 0,
                                      .unknown_critical = (header->flags & UNKNOWN_CRITICAL) != 0};
    const char *detail = NULL;
    switch (cz_crl_reopen(der, &totals, &file->crl, &detail)) {
    case CRL_OK:
        return true;
    case CRL_NO_MEMORY:
        return cz_error_set(error, CZ_LIST_NO_MEMORY);
    default:
        return cz_error_set(error, "its CRL is damaged: %s", detail);
    }
}

bool cz_list_file_read(struct bytes bytes, struct list_file *file, struct error *error) {
    const struct header *header = (const void *)bytes.data;
    struct layout layout = {.end = 0};
    uint8_t digest[CZ_SHA256_SIZE];
    *file = (struct list_file){.name = NULL};
    if (!check_kind(header, bytes.len, error) || !check_sizes(header, bytes.len, &layout, error) ||
        !read_list(header, (struct bytes){bytes.data + layout.der, header->der_len}, file, error))
        return false;
    struct bytes particulars = {.data = bytes.data + layout.spans,
                                .len = layout.records - layout.spans};
    if (!hash_small(particulars, &file->crl, digest) ||
        memcmp(digest, header->small, sizeof digest) != 0) {
        cz_list_file_release(file);
        return cz_error_set(error, "it is damaged: a checksum does not fit");
    }
    file->name = header->der;
    file->spki = (struct bytes){.data = bytes.data + layout.spki, .len = header->spki_len};
    file->index =
        (struct crl_index){.crl = &file->crl,
                           .records = (const void *)(bytes.data + layout.records),
                           .count = header->record_count,
                           .spans = (const void *)(bytes.data + layout.spans),
                           .span_count = header->span_count,
                           .names = {.data = bytes.data + layout.names, .len = header->names_len},
                           .name_starts = (const void *)(bytes.data + layout.name_starts),
                           .issuer_count = header->issuer_count};
    return true;
}

void cz_list_file_release(struct list_file *file) {
    cz_crl_release(&file->crl);
    *file = (struct list_file){.name = NULL};
}

bool cz_list_file_verify(struct bytes bytes, struct error *error) {
    const struct header *header = (const void *)bytes.data;
    CZ_CLEANUP(cz_list_file_release) struct list_file file;
    if (!cz_list_file_read(bytes, &file, error))
        return false;
    struct bytes records = {.data = (const uint8_t *)file.index.records,
                            .len = file.index.count * sizeof(struct crl_record)};
    return (fits(records, header->records) && fits(file.crl.der, header->der)) ||
           cz_error_set(error, "it is damaged: the checksum of its entries does not fit");
}

/* --- writing --- */

static void put_particulars(struct buffer *out, const struct crl_index *index, struct bytes spki) {
    out->limit = COUNT_MAX;
    cz_buffer_append(out, index->spans, index->span_count * sizeof *index->spans);
    cz_buffer_append(out, index->name_starts,
                     (index->issuer_count + 1) * sizeof *index->name_starts);
    cz_buffer_bytes(out, index->names);
    cz_buffer_bytes(out, spki);
    while (!out->failed && out->len % ALIGNMENT != 0)
        cz_buffer_putc(out, '\0');
}

static struct header header_of(const struct crl_index *index, struct bytes spki) {
    const struct crl_totals *totals = &index->crl->totals;
    struct header header = {.form = FORM,
                            .byte_order = BYTE_ORDER_MARK,
                            .header_size = sizeof header,
                            .record_size = sizeof(struct crl_record),
                            .span_size = sizeof(struct crl_span),
                            .span_count = index->span_count,
                            .issuer_count = index->issuer_count,
                            .names_len = index->names.len,
                            .spki_len = spki.len,
                            .record_count = index->count,
                            .der_len = index->crl->der.len,
                            .entry_count = totals->entry_count,
                            .unmatchable_count = totals->unmatchable_count,
                            .flags = (totals->names_issuers ? NAMES_ISSUERS : 0) |
                                     (totals->unknown_critical ? UNKNOWN_CRITICAL : 0)};
    memcpy(header.magic, magic, sizeof magic);
    return header;
}

bool cz_list_file_write(struct new_file *to, const struct crl_index *index, struct bytes spki,
                        const uint8_t name[CZ_SHA256_SIZE], struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer particulars = {0};
    struct header header = header_of(index, spki);
    struct bytes records = {.data = (const uint8_t *)index->records,
                            .len = index->count * sizeof *index->records};
    memcpy(header.der, name, sizeof header.der);
    put_particulars(&particulars, index, spki);
    if (particulars.failed || !hash(records, header.records) ||
        !hash_small(cz_buffer_view(&particulars), index->crl, header.small) ||
        !hash(checked_header(&header), header.header))
        return cz_error_set(error, "out of memory");
    const struct bytes parts[] = {{.data = (const uint8_t *)&header, .len = sizeof header},
                                  cz_buffer_view(&particulars),
                                  records,
                                  index->crl->der};
    for (size_t i = 0; i < CZ_COUNT(parts); i++)
        if (!cz_new_file_put(to, parts[i], error))
            return false;
    return true;
}
