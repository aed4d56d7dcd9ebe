#include "base/cleanup.h"
#include "store/files.h"
#include "store/keeper_private.h"

#include <errno.h>

static bool put(struct keeper *keeper, const uint8_t key[CZ_OCSP_KEY_SIZE],
                const struct ocsp_record *record, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {.limit = CZ_OCSP_RECORD_SIZE_MAX};
    CZ_CLEANUP(cz_new_file_release) struct new_file file = {.fd = -1};
    char path[PATH_MAX];
    cz_ocsp_record_write(record, &content);
    if (content.failed)
        return cz_error_set(error,
                            "an OCSP response and its certificates have more than %u bytes, or "
                            "out of memory",
                            CZ_OCSP_RECORD_SIZE_MAX);
    return cz_store_key_path(path, keeper->folder, "ocsp", key, "", error) &&
           cz_new_file_open(&file, keeper->folder, "ocsp/new", error) &&
           cz_new_file_put(&file, cz_buffer_view(&content), error) &&
           cz_new_file_place(&file, path, error);
}

bool cz_keeper_put_ocsp(struct keeper *keeper, const uint8_t key[CZ_OCSP_KEY_SIZE],
                        const struct ocsp_record *record, struct error *error) {
    CZ_CLEANUP(cz_ocsp_record_release) struct ocsp_record former = {.state = SOURCE_UNTRIED};
    struct ocsp_record merged = *record;
    struct error found = {0};
    if (record->response.len == 0 &&
        cz_keeper_get_ocsp(keeper, key, &former, &found) == FILE_UNREADABLE)
        return cz_error_set(error, "%s", found.message);
    if (former.response.len > 0) {
        merged.response = former.response;
        merged.this_update = former.this_update;
        merged.has_next_update = former.has_next_update;
        merged.next_update = former.next_update;
        merged.last_success = former.last_success;
    }
    return put(keeper, key, &merged, error);
}

enum file_reading cz_keeper_get_ocsp(struct keeper *keeper, const uint8_t key[CZ_OCSP_KEY_SIZE],
                                     struct ocsp_record *record, struct error *error) {
    return cz_ocsp_record_load(keeper->folder, key, record, error);
}

bool cz_keeper_each_ocsp(struct keeper *keeper,
                         bool (*visit)(void *context, const uint8_t key[CZ_OCSP_KEY_SIZE]),
                         void *context, struct error *error) {
    return cz_store_each_key(keeper->folder, "ocsp", "", visit, context, error) == FILE_READ ||
           cz_error_set(error, "%s/ocsp: it is not there any more", keeper->folder);
}

bool cz_keeper_drop_ocsp(struct keeper *keeper, const uint8_t key[CZ_OCSP_KEY_SIZE],
                         struct error *error) {
    char path[PATH_MAX];
    if (!cz_store_key_path(path, keeper->folder, "ocsp", key, "", error))
        return false;
    return unlink(path) == 0 || errno == ENOENT ||
           cz_error_set(error, "%s: cannot be removed: %s", path, strerror(errno));
}
