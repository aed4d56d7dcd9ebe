/* Any bytes as the request target, and as a path that the server has normalised. */
#include "fuzz.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "request/target.h"

static bool contains(struct bytes path, const char *text) {
    return memmem(path.data, path.len, text, strlen(text)) != NULL;
}

static bool ends_with(struct bytes path, const char *text) {
    size_t len = strlen(text);
    return path.len >= len && memcmp(path.data + path.len - len, text, len) == 0;
}

/* What rules may rely on. */
static void check_path(struct bytes path) {
    REQUIRE(path.len > 0 && path.data[0] == '/');
    REQUIRE(!contains(path, "//") && !contains(path, "/./") && !contains(path, "/../"));
    REQUIRE(!ends_with(path, "/.") && !ends_with(path, "/.."));
    REQUIRE(memchr(path.data, '\\', path.len) == NULL);
    REQUIRE(cz_utf8_valid(path));
    for (size_t i = 0; i < path.len; i++)
        REQUIRE(path.data[i] >= 0x20 && path.data[i] != 0x7f);
}

/* With every byte escaped but the slashes it is read as the very same path. */
static void check_again(struct bytes path) {
    CZ_CLEANUP(cz_buffer_release) struct buffer escaped = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer again = {0};
    for (size_t i = 0; i < path.len; i++) {
        if (path.data[i] == '/')
            cz_buffer_putc(&escaped, '/');
        else
            cz_buffer_printf(&escaped, "%%%02x", path.data[i]);
    }
    REQUIRE(cz_target_path(cz_buffer_view(&escaped), &again) == NULL);
    REQUIRE(cz_bytes_equal(cz_buffer_view(&again), path));
}

/* Of a path that the server has normalised nothing is changed. */
static void check_literal(struct bytes given) {
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    const char *problem = cz_target_literal(given, &path);
    REQUIRE(!path.failed);
    REQUIRE(problem == NULL ? cz_bytes_equal(cz_buffer_view(&path), given) : path.len == 0);
    if (problem == NULL)
        check_path(given);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    struct bytes target = {.data = data, .len = size};
    const char *problem = cz_target_path(target, &path);
    REQUIRE(!path.failed);
    check_literal(target);
    if (problem != NULL)
        return 0;
    check_path(cz_buffer_view(&path));
    check_literal(cz_buffer_view(&path));
    check_again(cz_buffer_view(&path));
    REQUIRE(memchr(data, '#', size) == NULL || memchr(data, '?', size) != NULL);
    return 0;
}
