#include "store/catalogue.h"

#include "base/cleanup.h"
#include "store/form.h"

#define FORM 1
#define SOURCE_SIZE_LEAST (CZ_SHA256_SIZE + 8 * 13)
#define LIST_SIZE_LEAST (CZ_SHA256_SIZE + 8 * 6)

static const char *const kind_names[] = {
    [SOURCE_FILE] = "file", [SOURCE_URL] = "URL", [SOURCE_POINT] = "distribution point"};

static const char *const state_names[] = {[SOURCE_UNTRIED] = "not tried yet",
                                          [SOURCE_GOOD] = "good",
                                          [SOURCE_UNREACHABLE] = "unreachable",
                                          [SOURCE_BAD_SIGNATURE] = "bad signature"};

const char *cz_source_kind_name(enum source_kind kind) {
    return (size_t)kind < CZ_COUNT(kind_names) ? kind_names[kind] : "unknown";
}

const char *cz_source_state_name(enum source_state state) {
    return (size_t)state < CZ_COUNT(state_names) ? state_names[state] : "unknown";
}

/* --- writing --- */

/* A text that was never set counts as empty. */
static void put_text(struct buffer *out, const char *text) {
    cz_form_bytes(out, cz_bytes_of(text != NULL ? text : ""));
}

static void put_source(struct buffer *out, const struct catalogue_source *source) {
    cz_form_number(out, source->kind);
    put_text(out, source->name);
    cz_form_number(out, source->state);
    put_text(out, source->error);
    cz_form_number(out, source->failures);
    cz_form_number(out, (uint64_t)source->last_try);
    cz_form_number(out, (uint64_t)source->last_success);
    cz_form_number(out, (uint64_t)source->next_try);
    put_text(out, source->etag);
    put_text(out, source->last_modified);
    cz_form_number(out, source->has_list);
    cz_buffer_append(out, source->list, sizeof source->list);
    cz_form_bytes(out, source->issuers);
    cz_form_number(out, (uint64_t)source->last_seen);
}

static void put_list(struct buffer *out, const struct catalogue_list *list) {
    cz_buffer_append(out, list->sha256, sizeof list->sha256);
    put_text(out, list->issuer);
    cz_form_number(out, (uint64_t)list->this_update);
    cz_form_number(out, list->has_next_update);
    cz_form_number(out, (uint64_t)list->next_update);
    cz_form_number(out, list->entries);
    cz_form_number(out, list->is_delta);
}

void cz_catalogue_write(const struct catalogue *catalogue, struct buffer *out) {
    cz_form_begin(out, "catalogue", FORM);
    cz_form_number(out, catalogue->revision);
    cz_form_number(out, (uint64_t)catalogue->written);
    cz_form_number(out, catalogue->source_count);
    for (size_t i = 0; i < catalogue->source_count; i++)
        put_source(out, &catalogue->sources[i]);
    cz_form_number(out, catalogue->list_count);
    for (size_t i = 0; i < catalogue->list_count; i++)
        put_list(out, &catalogue->lists[i]);
    cz_form_end(out);
}

/* --- reading --- */

static void take_source(struct form_reader *reader, struct catalogue_source *source) {
    source->kind = (enum source_kind)cz_form_take_small(reader, CZ_COUNT(kind_names));
    source->name = cz_form_take_text(reader);
    source->state = (enum source_state)cz_form_take_small(reader, CZ_COUNT(state_names));
    source->error = cz_form_take_text(reader);
    source->failures = cz_form_take_small(reader, UINT32_MAX);
    source->last_try = (int64_t)cz_form_take_number(reader);
    source->last_success = (int64_t)cz_form_take_number(reader);
    source->next_try = (int64_t)cz_form_take_number(reader);
    source->etag = cz_form_take_text(reader);
    source->last_modified = cz_form_take_text(reader);
    source->has_list = cz_form_take_small(reader, 2) != 0;
    cz_form_take_exactly(reader, source->list, sizeof source->list);
    source->issuers = cz_form_take_copy(reader);
    source->last_seen = (int64_t)cz_form_take_number(reader);
}

static void take_list(struct form_reader *reader, struct catalogue_list *list) {
    cz_form_take_exactly(reader, list->sha256, sizeof list->sha256);
    list->issuer = cz_form_take_text(reader);
    list->this_update = (int64_t)cz_form_take_number(reader);
    list->has_next_update = cz_form_take_small(reader, 2) != 0;
    list->next_update = (int64_t)cz_form_take_number(reader);
    list->entries = cz_form_take_number(reader);
    list->is_delta = cz_form_take_small(reader, 2) != 0;
}

static void take_sources(struct form_reader *reader, struct catalogue *catalogue) {
    size_t count = cz_form_take_count(reader, SOURCE_SIZE_LEAST);
    catalogue->sources = calloc(count + 1, sizeof *catalogue->sources);
    reader->no_memory |= catalogue->sources == NULL;
    while (catalogue->sources != NULL && catalogue->source_count < count)
        take_source(reader, &catalogue->sources[catalogue->source_count++]);
}

static void take_lists(struct form_reader *reader, struct catalogue *catalogue) {
    size_t count = cz_form_take_count(reader, LIST_SIZE_LEAST);
    catalogue->lists = calloc(count + 1, sizeof *catalogue->lists);
    reader->no_memory |= catalogue->lists == NULL;
    while (catalogue->lists != NULL && catalogue->list_count < count)
        take_list(reader, &catalogue->lists[catalogue->list_count++]);
}

bool cz_catalogue_parse(struct bytes bytes, struct catalogue *catalogue, struct error *error) {
    struct form_reader reader;
    *catalogue = (struct catalogue){.revision = 0};
    if (!cz_form_open(bytes, "catalogue", FORM, &reader, error))
        return false;
    catalogue->revision = cz_form_take_number(&reader);
    catalogue->written = (int64_t)cz_form_take_number(&reader);
    take_sources(&reader, catalogue);
    if (!reader.no_memory)
        take_lists(&reader, catalogue);
    if (cz_form_close(&reader, error))
        return true;
    cz_catalogue_release(catalogue);
    return false;
}

enum file_reading cz_catalogue_load(const char *folder, struct catalogue *catalogue,
                                    struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {.limit = CZ_CATALOGUE_SIZE_MAX};
    struct error detail = {0};
    char path[PATH_MAX];
    *catalogue = (struct catalogue){.revision = 0};
    if (!cz_store_path(path, folder, "catalogue", error))
        return FILE_UNREADABLE;
    enum file_reading reading = cz_store_read(path, &content, error);
    if (reading != FILE_READ || cz_catalogue_parse(cz_buffer_view(&content), catalogue, &detail))
        return reading;
    return cz_form_refuse(path, &detail, error);
}

void cz_catalogue_source_release(struct catalogue_source *source) {
    free(source->name);
    free(source->error);
    free(source->etag);
    free(source->last_modified);
    free((void *)source->issuers.data);
    *source = (struct catalogue_source){.kind = SOURCE_FILE};
}

void cz_catalogue_release(struct catalogue *catalogue) {
    for (size_t i = 0; i < catalogue->source_count; i++)
        cz_catalogue_source_release(&catalogue->sources[i]);
    for (size_t i = 0; i < catalogue->list_count; i++)
        free(catalogue->lists[i].issuer);
    free(catalogue->sources);
    free(catalogue->lists);
    *catalogue = (struct catalogue){.revision = 0};
}
