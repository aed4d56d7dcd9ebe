/* The forms of the store's files: what is written is read, and what is damaged is refused whole. */
#include "faults.h"
#include "stores.h"

#include "store/form.h"
#include "store/list_file.h"

static struct catalogue_source sources[] = {
    {.kind = SOURCE_POINT,
     .name = (char *)(uintptr_t) "http://l/",
     .state = SOURCE_BAD_SIGNATURE,
     .error = (char *)(uintptr_t) "why",
     .failures = 3,
     .last_try = NOW,
     .last_success = NOW - 1,
     .next_try = INT64_MAX,
     .etag = (char *)(uintptr_t) "\"e\"",
     .last_modified = (char *)(uintptr_t) "then",
     .has_list = true,
     .list = {1, 2, 3},
     .issuers = {(const uint8_t *)"DER", 3}},
    {.kind = SOURCE_FILE, .name = (char *)(uintptr_t) "f", .last_try = -1},
};
static struct catalogue_list lists[] = {
    {.sha256 = {1, 2, 3},
     .issuer = (char *)(uintptr_t) "CN=ca",
     .this_update = NOW,
     .has_next_update = true,
     .next_update = NOW + 1,
     .entries = 7,
     .is_delta = true},
};
static const struct catalogue catalogue = {.revision = 9,
                                           .written = NOW,
                                           .sources = sources,
                                           .source_count = CZ_COUNT(sources),
                                           .lists = lists,
                                           .list_count = CZ_COUNT(lists)};
static const struct ocsp_record record = {.state = SOURCE_UNREACHABLE,
                                          .error = (char *)(uintptr_t) "why",
                                          .failures = 2,
                                          .last_try = NOW,
                                          .last_success = NOW - 5,
                                          .next_try = NOW + 5,
                                          .last_seen = NOW - 1,
                                          .url = (char *)(uintptr_t) "http://o/",
                                          .response = {(const uint8_t *)"response", 8},
                                          .this_update = NOW - 6,
                                          .has_next_update = true,
                                          .next_update = NOW + 6,
                                          .certificates = {(const uint8_t *)"certificates", 12}};

static struct bytes write_catalogue(const struct catalogue *written) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_catalogue_write(written, &out);
    return support_keep(cz_buffer_text(&out), out.len);
}

static struct bytes write_record(const struct ocsp_record *written) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_ocsp_record_write(written, &out);
    return support_keep(cz_buffer_text(&out), out.len);
}

/* Each parses and lets go: "" where it is read, else what is wrong. */
static const char *parse_catalogue(struct bytes bytes) {
    struct catalogue parsed;
    struct error error = {0};
    bool read = cz_catalogue_parse(bytes, &parsed, &error);
    bool empty = parsed.source_count == 0 && parsed.sources == NULL && parsed.lists == NULL;
    cz_catalogue_release(&parsed);
    return read || empty ? support_text("%s", error.message) : "left something behind";
}

static const char *parse_record(struct bytes bytes) {
    struct ocsp_record parsed;
    struct error error = {0};
    bool read = cz_ocsp_record_parse(bytes, &parsed, &error);
    bool empty = parsed.error == NULL && parsed.url == NULL && parsed.response.data == NULL;
    cz_ocsp_record_release(&parsed);
    return read || empty ? support_text("%s", error.message) : "left something behind";
}

static const char *parse_list(struct bytes bytes) {
    struct list_file file;
    struct error error = {0};
    if (cz_list_file_read(bytes, &file, &error))
        cz_list_file_verify(bytes, &error);
    cz_list_file_release(&file);
    return support_text("%s", error.message);
}

/* --- what is written is read --- */

static void test_round_trips(void) {
    struct catalogue parsed;
    struct ocsp_record parsed_record;
    struct error error = {0};
    struct bytes file = write_catalogue(&catalogue);
    tap_ok(cz_catalogue_parse(file, &parsed, &error) &&
               cz_bytes_equal(write_catalogue(&parsed), file),
           "a catalogue is read as it was written");
    tap_ok(parsed.revision == 9 && parsed.sources[0].failures == 3 &&
               parsed.sources[0].next_try == INT64_MAX && parsed.sources[1].last_try == -1 &&
               strcmp(parsed.sources[1].error, "") == 0 && parsed.sources[0].has_list &&
               !parsed.sources[1].has_list && parsed.lists[0].entries == 7,
           "with what is in it");
    cz_catalogue_release(&parsed);
    tap_is(parse_catalogue(write_catalogue(&(struct catalogue){.revision = 1})), "",
           "an empty one too");
    file = write_record(&record);
    tap_ok(cz_ocsp_record_parse(file, &parsed_record, &error) &&
               cz_bytes_equal(write_record(&parsed_record), file),
           "an OCSP record is read as it was written");
    tap_ok(parsed_record.state == SOURCE_UNREACHABLE &&
               cz_bytes_equal(parsed_record.response, TEXT("response")) &&
               parsed_record.last_seen == NOW - 1,
           "with what is in it");
    cz_ocsp_record_release(&parsed_record);
    tap_is(parse_record(write_record(&(struct ocsp_record){.failures = 1})), "",
           "one without a response too");
    tap_is(cz_source_kind_name(SOURCE_POINT), "distribution point", "kinds have names");
    tap_is(cz_source_kind_name((enum source_kind)9), "unknown", "whatever they are");
    tap_is(cz_source_state_name(SOURCE_UNREACHABLE), "unreachable", "and states");
    tap_is(cz_source_state_name((enum source_state)9), "unknown", "the same");
}

static void test_names(void) {
    uint8_t key[CZ_STORE_KEY_SIZE];
    char path[PATH_MAX];
    struct error error = {0};
    const char *hex = "00ff00000000000000000000000000000000000000000000000000000000000a";
    tap_ok(cz_store_key_of(support_text("%s.list", hex), ".list", key) && key[1] == 0xff &&
               key[31] == 10,
           "a name stands for a key");
    tap_ok(cz_store_key_path(path, "f", "s", key, ".x", &error), "and a key for a name");
    tap_is(path, support_text("f/s/%s.x", hex), "which is the same");
    tap_ok(!cz_store_key_of(hex, ".list", key) && !cz_store_key_of("new", "", key) &&
               !cz_store_key_of(support_text("%.63sg", hex), "", key) &&
               !cz_store_key_of(support_text("%.63sA", hex), "", key),
           "other names stand for none");
    char folder[PATH_MAX] = "";
    memset(folder, 'f', sizeof folder - 1);
    tap_ok(!cz_store_path(path, folder, "n", &error) &&
               strstr(error.message, "the name of the store's folder is too long") != NULL,
           "a name that is too long is an error");
}

/* --- what is damaged is refused --- */

struct kind {
    const char *name;
    struct bytes file;
    const char *(*parse)(struct bytes bytes);
};

/* Memory of exactly this size, so that the sanitizer sees who reads beyond. */
static const char *parse_exactly(const struct kind *kind, struct bytes bytes) {
    CZ_CLEANUP(cz_free_ptr) uint8_t *exact = malloc(bytes.len + (bytes.len == 0));
    if (bytes.len > 0)
        memcpy(exact, bytes.data, bytes.len);
    return kind->parse((struct bytes){.data = exact, .len = bytes.len});
}

static void test_damage(const struct kind *kind) {
    size_t taken = 0;
    for (size_t len = 0; len < kind->file.len; len++)
        taken += parse_exactly(kind, (struct bytes){kind->file.data, len})[0] == '\0';
    tap_ok(taken == 0, "%s: none of %zu truncations is taken", kind->name, kind->file.len);
    uint8_t *octets = (uint8_t *)support_keep(kind->file.data, kind->file.len).data;
    for (size_t i = 0; i < kind->file.len; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            octets[i] ^= (uint8_t)(1 << bit);
            taken += parse_exactly(kind, (struct bytes){octets, kind->file.len})[0] == '\0';
            octets[i] ^= (uint8_t)(1 << bit);
        }
    tap_ok(taken == 0, "%s: none of %zu turned bits is taken", kind->name, kind->file.len * 8);
    tap_ok(parse_exactly(kind, JOIN(kind->file, TEXT("x")))[0] != '\0', "%s: nor more bytes",
           kind->name);
    tap_is(parse_exactly(kind, kind->file), "", "the whole is");
}

/* With a good checksum, so that the reader itself has to see it. */
static struct bytes sealed(const char *what, unsigned form, const uint64_t *numbers, size_t count) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_form_begin(&out, what, form);
    for (size_t i = 0; i < count; i++)
        cz_form_number(&out, numbers[i]);
    cz_form_end(&out);
    return support_keep(cz_buffer_text(&out), out.len);
}

#define MALFORMED "it is malformed, though its checksum fits"
#define OTHER_FORM                                                                                 \
    "it has form 2 and this program reads form 1: certauthz and certauthz-refresh have to be of "  \
    "one version"

static void test_malformed(void) {
    const uint64_t many_sources[] = {1, 1, UINT64_MAX}, many_lists[] = {1, 1, 0, 1};
    const uint64_t bad_state[] = {9}, nul[] = {0, 1, 0}, long_text[] = {0, UINT64_MAX};
    tap_is(parse_catalogue(sealed("catalogue", 2, NULL, 0)), OTHER_FORM, "another form is told");
    tap_is(parse_catalogue(sealed("catalogue", 1000000000, NULL, 0)),
           "it is no catalogue of certauthz", "a form of too many digits is none");
    struct buffer zero = {0};
    cz_buffer_puts(&zero, "certauthz catalogue 01\n");
    cz_form_end(&zero);
    tap_is(parse_catalogue(support_keep(zero.data, zero.len)), "it is no catalogue of certauthz",
           "nor is one with a zero before it");
    cz_buffer_release(&zero);
    tap_is(parse_catalogue(TEXT("certauthz catalogue 1")), "it is no catalogue of certauthz",
           "nor is one without an end");
    tap_is(parse_catalogue(TEXT("certauthz catalogue 1\nshort")),
           "it is damaged: its checksum does not fit", "one that is cut off is damaged");
    tap_is(parse_catalogue(write_record(&record)), "it is no catalogue of certauthz",
           "and a record no catalogue");
    tap_is(parse_catalogue(sealed("catalogue", 1, many_sources, 3)), MALFORMED,
           "more sources than there is room for");
    tap_is(parse_catalogue(sealed("catalogue", 1, many_lists, 4)), MALFORMED, "or lists");
    tap_is(parse_record(sealed("ocsp-record", 1, bad_state, 1)), MALFORMED, "an unknown state");
    tap_is(parse_record(sealed("ocsp-record", 1, nul, 3)), MALFORMED, "a NUL in a text");
    tap_is(parse_record(sealed("ocsp-record", 1, long_text, 2)), MALFORMED, "a text that is cut");
    tap_is(parse_record(sealed("ocsp-record", 2, NULL, 0)), OTHER_FORM, "a record's other form");
}

/* --- lists --- */

static struct bytes list_of(struct bytes der) {
    uint8_t sha256[CZ_SHA256_SIZE];
    stores_clear();
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    if (strcmp(stores_take(keeper, der, sha256), "taken") != 0)
        support_die("a list is not taken");
    return stores_read(stores_list_path(sha256));
}

/* One that names other issuers, so that there are spans and names. */
static struct bytes indirect(void) {
    const struct forge_entry entries[] = {ENTRY(TEXT("\x05"), .reason = REASON(1)),
                                          ENTRY(TEXT("\x04"), .issuer = "b"),
                                          ENTRY(TEXT("\x03"), .issuer = "a"), LAST_ENTRY};
    return list_of(LIST_CA(.entries = entries, .point = TEXT("\x84\x01\xff")));
}

static void test_list_kinds(void) {
    struct bytes file = indirect();
    uint8_t *octets = (uint8_t *)file.data;
    tap_is(parse_list(TEXT("12345678")), "it is no list of certauthz", "another file is no list");
    tap_is(parse_list((struct bytes){file.data, 100}), "it is cut off", "nor is a part of one");
    octets[16] = 2;
    tap_is(parse_list(file), OTHER_FORM, "another form is told");
    octets[16] = 1;
    octets[20] ^= 5;
    tap_is(parse_list(file), "it was written on another kind of machine", "another byte order");
    octets[20] ^= 5;
    tap_is(parse_list((struct bytes){file.data, file.len - 8}),
           support_text("it has %zu bytes and should have %zu", file.len - 8, file.len),
           "and what it should be long");
    octets[40] ^= 1;
    tap_is(parse_list(file), "it is damaged: the checksum of its header does not fit",
           "a header that is damaged");
    octets[40] ^= 1;
    octets[file.len - 1] ^= 1;
    tap_is(parse_list(file), "it is damaged: a checksum does not fit", "the CRL's end");
    octets[file.len - 1] ^= 1;
    tap_is(parse_list(file), "", "and nothing where it is sound");
}

int main(void) {
    stores_begin();
    test_round_trips();
    test_names();
    test_malformed();
    test_list_kinds();
    const struct kind kinds[] = {{"catalogue", write_catalogue(&catalogue), parse_catalogue},
                                 {"OCSP record", write_record(&record), parse_record},
                                 {"list", list_of(LIST_CA(.entries = stores_one)), parse_list},
                                 {"indirect list", indirect(), parse_list}};
    for (size_t i = 0; i < CZ_COUNT(kinds); i++)
        test_damage(&kinds[i]);
    stores_end();
    return tap_done();
}
