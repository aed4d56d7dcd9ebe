#include "stores.h"

#include "base/text.h"

#include <dirent.h>
#include <sys/stat.h>

struct certificate *stores_cas[CA_COUNT];
const struct forge_entry stores_one[] = {
    {.serial = {(const uint8_t *)"\x05", 1}, .reason = REASON(1)}, {.reason = 0}};
const struct forge_entry stores_two[] = {{.serial = {(const uint8_t *)"\x06", 1}},
                                         {.serial = {(const uint8_t *)"\x05", 1}},
                                         {.reason = 0}};

static const struct requirements requirements = {.strength = STRENGTH_MEDIUM};

void stores_begin(void) {
    static const struct forge forges[CA_COUNT] = {
        [CA] = {.subject = "ca",
                .issuer = "ca",
                .key = CA_KEY,
                .signer = CA_KEY,
                .ca = true,
                .key_usage = "0106"},
        [CA_NEW_KEY] = {.subject = "CA",
                        .issuer = "ca",
                        .key = CA_SECOND_KEY,
                        .signer = CA_KEY,
                        .ca = true,
                        .key_usage = "0106"},
        [CA_MAY_NOT] = {.subject = "ca",
                        .issuer = "ca",
                        .key = OTHER_KEY,
                        .signer = CA_KEY,
                        .ca = true,
                        .key_usage = "0204"},
        [OTHER_CA] = {.subject = "other",
                      .issuer = "ca",
                      .key = OTHER_KEY,
                      .signer = CA_KEY,
                      .ca = true,
                      .key_usage = "0106"},
    };
    scratch_open();
    for (size_t i = 0; i < CA_COUNT; i++)
        stores_cas[i] = forge_certificate(&forges[i]);
}

void stores_end(void) {
    for (size_t i = 0; i < CA_COUNT; i++)
        cz_certificate_release(&stores_cas[i]);
    scratch_close();
}

const char *stores_folder(void) {
    return scratch_path("store");
}

const char *stores_path(const char *name) {
    return support_text("%s/%s", stores_folder(), name);
}

const char *stores_list_path(const uint8_t sha256[CZ_SHA256_SIZE]) {
    CZ_CLEANUP(cz_buffer_release) struct buffer hex = {0};
    cz_buffer_hex(&hex, (struct bytes){.data = sha256, .len = CZ_SHA256_SIZE});
    return stores_path(support_text("lists/%s.list", cz_buffer_text(&hex)));
}

void stores_clear(void) {
    if (system(support_text("rm -rf -- %s", stores_folder())) != 0)
        support_die("the store cannot be removed");
}

void stores_write(const char *path, struct bytes content) {
    FILE *stream = fopen(path, "w");
    if (stream == NULL || fwrite(content.data, 1, content.len, stream) != content.len ||
        fclose(stream) != 0)
        support_die("%s cannot be written", path);
}

struct bytes stores_read(const char *path) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    FILE *stream = fopen(path, "r");
    if (stream == NULL)
        support_die("%s cannot be read", path);
    for (int c; (c = getc(stream)) != EOF;)
        cz_buffer_putc(&content, (char)c);
    fclose(stream);
    return support_keep(cz_buffer_text(&content), content.len);
}

struct bytes stores_pem(const char *label, struct bytes der) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0}, base64 = {0};
    cz_base64(&base64, der);
    cz_buffer_printf(&out, "0 a text before it\n-----BEGIN %s-----\n", label);
    for (size_t i = 0; i < base64.len; i += 64)
        cz_buffer_printf(&out, "%.64s\n", base64.data + i);
    cz_buffer_printf(&out, "-----END %s-----\n", label);
    return support_keep(out.data, out.len);
}

/* In another file that takes its place, as nobody may change one that is mapped. */
void stores_damage(const char *path, size_t offset) {
    struct bytes content = stores_read(path);
    uint8_t *octets = (uint8_t *)content.data;
    octets[offset] ^= 0x55;
    if (unlink(path) != 0)
        support_die("%s cannot be removed", path);
    stores_write(path, content);
    octets[offset] ^= 0x55;
}

size_t stores_file_count(const char *folder) {
    DIR *opened = opendir(stores_path(folder));
    size_t count = 0;
    for (struct dirent *entry; opened != NULL && (entry = readdir(opened)) != NULL;)
        count += entry->d_name[0] != '.';
    if (opened != NULL)
        closedir(opened);
    return count;
}

/* --- the keeper --- */

struct keeper *stores_open(void) {
    struct keeper *keeper;
    struct error error = {0};
    if (!cz_keeper_open(stores_folder(), 0, &keeper, &error))
        support_die("%s", error.message);
    return keeper;
}

const char *stores_take_from(struct keeper *keeper, struct bytes content,
                             const struct certificate *const *signers, size_t signer_count,
                             uint8_t sha256[CZ_SHA256_SIZE]) {
    static const char *const names[] = {[INTAKE_FAILED] = "failed",
                                        [INTAKE_TAKEN] = "taken",
                                        [INTAKE_UNCHANGED] = "unchanged",
                                        [INTAKE_OLDER] = "older",
                                        [INTAKE_MALFORMED] = "malformed",
                                        [INTAKE_UNUSABLE] = "unusable",
                                        [INTAKE_NO_ISSUER] = "no issuer",
                                        [INTAKE_BAD_SIGNATURE] = "bad signature",
                                        [INTAKE_MAY_NOT_SIGN] = "may not sign",
                                        [INTAKE_WEAK_SIGNATURE] = "weak signature"};
    struct error error = {0};
    const struct intake intake = {.content = content,
                                  .signers = signers,
                                  .signer_count = signer_count,
                                  .requirements = &requirements};
    enum intake_result result = cz_keeper_take_crl(keeper, &intake, sha256, &error);
    return support_text("%s%s%s", names[result], error.message[0] != '\0' ? ": " : "",
                        error.message);
}

const char *stores_take(struct keeper *keeper, struct bytes content,
                        uint8_t sha256[CZ_SHA256_SIZE]) {
    return stores_take_from(keeper, content, (const struct certificate *const *)stores_cas,
                            CA_COUNT, sha256);
}

static char *copy(const char *text) {
    char *copied = strdup(text);
    if (copied == NULL)
        support_die("out of memory");
    return copied;
}

static struct catalogue_source *find_source(struct catalogue *catalogue, const char *name) {
    for (size_t i = 0; i < catalogue->source_count; i++)
        if (strcmp(catalogue->sources[i].name, name) == 0)
            return &catalogue->sources[i];
    struct catalogue_source *sources =
        realloc(catalogue->sources, (catalogue->source_count + 1) * sizeof *sources);
    if (sources == NULL)
        support_die("out of memory");
    catalogue->sources = sources;
    struct catalogue_source *source = &sources[catalogue->source_count++];
    *source = (struct catalogue_source){
        .name = copy(name), .error = copy(""), .etag = copy("tag"), .last_modified = copy("then")};
    return source;
}

struct catalogue_source *stores_source(struct keeper *keeper, enum source_kind kind,
                                       const char *name, const uint8_t *sha256) {
    struct catalogue_source *source = find_source(cz_keeper_catalogue(keeper), name);
    source->kind = kind;
    source->has_list = sha256 != NULL;
    source->state = sha256 != NULL ? SOURCE_GOOD : SOURCE_UNTRIED;
    source->next_try = NOW + DAY;
    if (sha256 != NULL)
        memcpy(source->list, sha256, sizeof source->list);
    return source;
}

void stores_publish(struct keeper *keeper) {
    struct error error = {0};
    if (!cz_keeper_publish(keeper, NOW, &error))
        support_die("%s", error.message);
}

void stores_fill(struct bytes content) {
    CZ_CLEANUP(cz_keeper_close) struct keeper *keeper = stores_open();
    uint8_t sha256[CZ_SHA256_SIZE];
    const char *result = stores_take(keeper, content, sha256);
    if (strcmp(result, "taken") != 0 && strcmp(result, "unchanged") != 0)
        support_die("the list is not taken: %s", result);
    stores_source(keeper, SOURCE_FILE, "file", sha256);
    stores_publish(keeper);
}

/* --- the reader --- */

const char *stores_ask(const struct store_view *view, struct bytes serial) {
    static const char *const answers[] = {[CRL_LOOKUP_FAILED] = "failed",
                                          [CRL_LOOKUP_ABSENT] = "absent",
                                          [CRL_LOOKUP_FOUND] = "listed"};
    const struct revocation_holdings *holdings = cz_store_holdings(view);
    struct crl_entry entry;
    if (holdings->crl_count == 0)
        return "no list";
    const struct crl_candidate *crl = &holdings->crls[0];
    return answers[crl->lookup.find(crl->lookup.context, crl->crl->issuer_canonical, serial,
                                    &entry)];
}

const char *stores_look(struct store *store, struct bytes serial) {
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, true);
    const char *problem = cz_store_view_problem(view);
    return support_text("%s%s%s", stores_ask(view, serial), problem[0] != '\0' ? "; " : "",
                        problem);
}
