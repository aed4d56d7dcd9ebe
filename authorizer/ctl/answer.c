#include "ctl/answer.h"

#include "base/cleanup.h"
#include "ctl/json_reader.h"

/* Nothing that we answer is nested. */
static bool read_flat(struct bytes answer, struct json_object *object) {
    struct error unused = {0};
    bool flat = cz_json_read(answer, object, &unused);
    for (size_t i = 0; flat && i < object->count; i++)
        flat = object->members[i].type != JSON_NESTED;
    return flat && object->count > 0;
}

bool cz_answer_is_good(struct bytes answer) {
    CZ_CLEANUP(cz_json_object_release) struct json_object object;
    return read_flat(answer, &object);
}

bool cz_answer_member(struct bytes answer, const char *name, struct buffer *value) {
    CZ_CLEANUP(cz_json_object_release) struct json_object object;
    bool flat = read_flat(answer, &object);
    const struct json_member *member = flat ? cz_json_find(&object, name) : NULL;
    if (member != NULL)
        cz_buffer_bytes(value, cz_buffer_view(&member->text));
    return member != NULL;
}

bool cz_answer_is_true(struct bytes answer, const char *name) {
    CZ_CLEANUP(cz_json_object_release) struct json_object object;
    bool flat = read_flat(answer, &object);
    const struct json_member *member = flat ? cz_json_find(&object, name) : NULL;
    return member != NULL && member->type == JSON_WORD &&
           strcmp(cz_buffer_text(&member->text), "true") == 0;
}
