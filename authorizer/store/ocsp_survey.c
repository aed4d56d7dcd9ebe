#include "store/ocsp_survey.h"

#include "base/cleanup.h"

struct look {
    const char *folder;
    int64_t now;
    struct ocsp_survey *survey;
};

static void add(struct ocsp_survey *survey, const struct ocsp_record *record, int64_t now) {
    bool has = record->response.len > 0;
    bool good = has && (!record->has_next_update || now < record->next_update);
    survey->count++;
    survey->good += good;
    survey->ended += has && !good;
    survey->empty += !has;
    survey->failing += record->failures > 0;
    survey->lacking += !good && now - record->last_seen < CZ_OCSP_SEEN_TODAY;
    if (has && (!survey->has_oldest || record->this_update < survey->oldest))
        survey->oldest = record->this_update;
    survey->has_oldest = survey->has_oldest || has;
}

static bool look_at(void *context, const uint8_t key[CZ_OCSP_KEY_SIZE]) {
    const struct look *look = context;
    CZ_CLEANUP(cz_ocsp_record_release) struct ocsp_record record = {0};
    struct error unused = {0};
    switch (cz_ocsp_record_load(look->folder, key, &record, &unused)) {
    case FILE_READ:
        add(look->survey, &record, look->now);
        break;
    case FILE_UNREADABLE:
    case FILE_MALFORMED:
        look->survey->count++;
        look->survey->unreadable++;
        break;
    case FILE_ABSENT: /* it was dropped since the folder was listed */
        break;
    }
    return true;
}

bool cz_ocsp_survey(const char *folder, int64_t now, struct ocsp_survey *survey,
                    struct error *error) {
    struct look look = {.folder = folder, .now = now, .survey = survey};
    *survey = (struct ocsp_survey){0};
    return cz_store_each_key(folder, "ocsp", "", look_at, &look, error) != FILE_UNREADABLE;
}
