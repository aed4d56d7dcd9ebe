/*
 * Any bytes as what a server sends in the place of a list: as it is, as libcurl's text about a
 * directory's entry, and as a file of several lists; up to where it would be stored, since nobody
 * has signed it.
 */
#include "fuzz.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "refresh/fetch_ldif.h"
#include "refresh/sources.h"
#include "store/keeper.h"

#include <unistd.h>

#define PIECE_MAX 7

/* --- a directory's entry --- */

static bool keep(void *context, struct bytes der) {
    cz_buffer_bytes(context, der);
    return true;
}

static bool read_entry(struct bytes text, size_t piece, struct buffer *out, struct error *error) {
    struct ldif_reader reader = {.keep = keep, .context = out};
    for (size_t at = 0; at < text.len; at += piece) {
        size_t len = text.len - at < piece ? text.len - at : piece;
        if (!cz_ldif_read(&reader, (struct bytes){text.data + at, len}, error))
            return false;
    }
    return cz_ldif_end(&reader, error);
}

/* In whatever pieces it comes. */
static void read_entry_twice(struct bytes text) {
    CZ_CLEANUP(cz_buffer_release) struct buffer whole = {0}, pieces = {0};
    struct error first = {0}, second = {0};
    bool good = read_entry(text, text.len + 1, &whole, &first);
    bool again = read_entry(text, 1 + text.len % PIECE_MAX, &pieces, &second);
    REQUIRE(good == again && strcmp(first.message, second.message) == 0);
    REQUIRE(good == (first.message[0] == '\0'));
    REQUIRE(!good || cz_bytes_equal(cz_buffer_view(&whole), cz_buffer_view(&pieces)));
    REQUIRE(whole.len <= text.len && !cz_text_has_control(cz_bytes_of(first.message)));
}

/* --- a list, as it goes to the store --- */

static char folder[] = "test-scratch.XXXXXX";
static struct keeper *keeper;

static void remove_folder(void) {
    static const char *const names[] = {"lists", "ocsp"};
    CZ_CLEANUP(cz_buffer_release) struct buffer lock = {0};
    cz_keeper_close(&keeper);
    for (size_t i = 0; i < CZ_COUNT(names); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
        cz_buffer_printf(&path, "%s/%s", folder, names[i]);
        rmdir(cz_buffer_text(&path));
    }
    cz_buffer_printf(&lock, "%s/lock", folder);
    unlink(cz_buffer_text(&lock));
    rmdir(folder);
}

static void open_keeper(void) {
    struct error error = {0};
    REQUIRE(mkdtemp(folder) != NULL);
    REQUIRE(cz_keeper_open(folder, 0, &keeper, &error));
    atexit(remove_folder);
}

static void take(struct bytes content) {
    static const struct requirements requirements = {.strength = STRENGTH_MEDIUM};
    const struct intake intake = {.content = content, .requirements = &requirements};
    uint8_t sha256[CZ_SHA256_SIZE];
    struct error error = {0};
    enum intake_result result = cz_keeper_take_crl(keeper, &intake, sha256, &error);
    REQUIRE(result == INTAKE_MALFORMED || result == INTAKE_UNUSABLE || result == INTAKE_NO_ISSUER ||
            result == INTAKE_WEAK_SIGNATURE);
    /* it goes to logs and terminals */
    REQUIRE(error.message[0] != '\0' && !cz_text_has_control(cz_bytes_of(error.message)));
}

static void take_parts(struct bytes content) {
    struct bytes rest = content, part;
    while ((part = cz_list_next_part(&rest)).len > 0) {
        REQUIRE(part.data + part.len == rest.data);
        take(part);
    }
    REQUIRE(rest.data + rest.len == content.data + content.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct bytes bytes = {.data = data, .len = size};
    if (keeper == NULL)
        open_keeper();
    read_entry_twice(bytes);
    cz_list_begins(bytes);
    take(bytes);
    take_parts(bytes);
    return 0;
}
