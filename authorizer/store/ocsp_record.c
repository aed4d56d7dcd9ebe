#include "store/ocsp_record.h"

#include "base/cleanup.h"
#include "store/form.h"

#define FORM 1
#define STATES (SOURCE_BAD_SIGNATURE + 1)

void cz_ocsp_record_write(const struct ocsp_record *record, struct buffer *out) {
    cz_form_begin(out, "ocsp-record", FORM);
    cz_form_number(out, record->state);
    cz_form_bytes(out, cz_bytes_of(record->error != NULL ? record->error : ""));
    cz_form_number(out, record->failures);
    cz_form_number(out, (uint64_t)record->last_try);
    cz_form_number(out, (uint64_t)record->last_success);
    cz_form_number(out, (uint64_t)record->next_try);
    cz_form_number(out, (uint64_t)record->last_seen);
    cz_form_bytes(out, cz_bytes_of(record->url != NULL ? record->url : ""));
    cz_form_bytes(out, record->response);
    cz_form_number(out, (uint64_t)record->this_update);
    cz_form_number(out, record->has_next_update);
    cz_form_number(out, (uint64_t)record->next_update);
    cz_form_bytes(out, record->certificates);
    cz_form_end(out);
}

bool cz_ocsp_record_parse(struct bytes bytes, struct ocsp_record *record, struct error *error) {
    struct form_reader reader;
    *record = (struct ocsp_record){.state = SOURCE_UNTRIED};
    if (!cz_form_open(bytes, "ocsp-record", FORM, &reader, error))
        return false;
    record->state = (enum source_state)cz_form_take_small(&reader, STATES);
    record->error = cz_form_take_text(&reader);
    record->failures = cz_form_take_small(&reader, UINT32_MAX);
    record->last_try = (int64_t)cz_form_take_number(&reader);
    record->last_success = (int64_t)cz_form_take_number(&reader);
    record->next_try = (int64_t)cz_form_take_number(&reader);
    record->last_seen = (int64_t)cz_form_take_number(&reader);
    record->url = cz_form_take_text(&reader);
    record->response = cz_form_take_copy(&reader);
    record->this_update = (int64_t)cz_form_take_number(&reader);
    record->has_next_update = cz_form_take_small(&reader, 2) != 0;
    record->next_update = (int64_t)cz_form_take_number(&reader);
    record->certificates = cz_form_take_copy(&reader);
    if (cz_form_close(&reader, error))
        return true;
    cz_ocsp_record_release(record);
    return false;
}

/* What we did not write, and what will not be readable later either. It is told without opening it,
 * for which there may be no descriptor. */
static bool is_foreign(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 &&
           (!S_ISREG(status.st_mode) || status.st_size >= CZ_OCSP_RECORD_SIZE_MAX);
}

enum file_reading cz_ocsp_record_load(const char *folder, const uint8_t key[CZ_OCSP_KEY_SIZE],
                                      struct ocsp_record *record, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {.limit = CZ_OCSP_RECORD_SIZE_MAX};
    struct error detail = {0};
    char path[PATH_MAX];
    *record = (struct ocsp_record){.state = SOURCE_UNTRIED};
    if (!cz_store_key_path(path, folder, "ocsp", key, "", error))
        return FILE_UNREADABLE;
    enum file_reading reading = cz_store_read(path, &content, error);
    if (reading == FILE_UNREADABLE && is_foreign(path))
        return FILE_MALFORMED;
    if (reading != FILE_READ || cz_ocsp_record_parse(cz_buffer_view(&content), record, &detail))
        return reading;
    return cz_form_refuse(path, &detail, error);
}

void cz_ocsp_record_release(struct ocsp_record *record) {
    free(record->error);
    free(record->url);
    free((void *)record->response.data);
    free((void *)record->certificates.data);
    *record = (struct ocsp_record){.state = SOURCE_UNTRIED};
}
