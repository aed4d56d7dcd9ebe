#include "store/ocsp_survey.h"

#include "base/cleanup.h"
#include "config/certificate_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

void cz_ocsp_survey_add(struct ocsp_survey *survey, const struct ocsp_record *record, int64_t now) {
    bool has = record->response.len > 0;
    bool good = has && (!record->has_next_update || now < record->next_update);
    survey->count++;
    survey->good += good;
    survey->ended += has && !good;
    survey->empty += !has;
    survey->failing += record->failures > 0;
    survey->lacking += !good && now - record->last_seen < CZ_OCSP_SEEN_LATELY;
    if (has && (!survey->has_oldest || record->this_update < survey->oldest))
        survey->oldest = record->this_update;
    survey->has_oldest = survey->has_oldest || has;
}

static bool load_file(const char *file, struct ocsp_record *record, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {.limit = CZ_OCSP_RECORD_FILE_MAX};
    struct error cause = {0};
    *record = (struct ocsp_record){0};
    return cz_file_read(file, &content, error) &&
           (cz_ocsp_record_parse(cz_buffer_view(&content), record, &cause) ||
            cz_error_set(error, "%s: %s", file, cause.message));
}

bool cz_ocsp_record_load(const char *folder, const uint8_t key[CZ_OCSP_KEY_SIZE],
                         struct ocsp_record *record, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer file = {0};
    cz_buffer_printf(&file, "%s/ocsp/", folder);
    cz_buffer_hex(&file, (struct bytes){.data = key, .len = CZ_OCSP_KEY_SIZE});
    return !file.failed ? load_file(cz_buffer_text(&file), record, error)
                        : cz_error_set(error, "out of memory");
}

static void survey_file(struct ocsp_survey *survey, const char *file, int64_t now) {
    CZ_CLEANUP(cz_ocsp_record_release) struct ocsp_record record = {0};
    struct error unused = {0};
    if (load_file(file, &record, &unused)) {
        cz_ocsp_survey_add(survey, &record, now);
        return;
    }
    bool is_there = access(file, F_OK) == 0; /* or it was dropped since the folder was listed */
    survey->count += is_there;
    survey->unreadable += is_there;
}

/* The files are named by their keys in hexadecimal; others are the writer's own business. */
static bool is_key(const char *name) {
    return strlen(name) == 2 * (size_t)CZ_OCSP_KEY_SIZE &&
           strspn(name, "0123456789abcdef") == 2 * (size_t)CZ_OCSP_KEY_SIZE;
}

static void close_folder(DIR **folder) {
    if (*folder != NULL)
        closedir(*folder);
}

bool cz_ocsp_survey(const char *folder, int64_t now, struct ocsp_survey *survey,
                    struct error *error) {
    CZ_CLEANUP(cz_free_ptr) char *path = NULL;
    *survey = (struct ocsp_survey){0};
    if (asprintf(&path, "%s/ocsp", folder) < 0) {
        path = NULL;
        return cz_error_set(error, "out of memory");
    }
    CZ_CLEANUP(close_folder) DIR *open = opendir(path);
    if (open == NULL)
        return errno == ENOENT ||
               cz_error_set(error, "%s: cannot be read: %s", path, strerror(errno));
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        CZ_CLEANUP(cz_free_ptr) char *file = NULL;
        if (!is_key(entry->d_name))
            continue;
        if (asprintf(&file, "%s/%s", path, entry->d_name) < 0) {
            file = NULL;
            return cz_error_set(error, "out of memory");
        }
        survey_file(survey, file, now);
    }
    return true;
}
