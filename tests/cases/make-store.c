/*
 * Makes a revocation store as certauthz-refresh would leave it, without a network:
 *
 *   make-store FOLDER TIME COMMAND...
 *
 *   source KIND NAME               a source that was never tried; KIND is file, url or point. The
 *                                  commands behind it, up to the next, are about it
 *   got LIST SIGNER                it gave the list of this file, by the CA in this one
 *   failed COUNT STATE ERROR       and then failed so often; STATE is unreachable or signature
 *   asked CERT ISSUER URL [STATE ERROR | - RESPONSE]
 *                                  OCSP was asked about the certificate: it failed, or gave the
 *                                  response of this file, which is not verified
 */
#include "base/calendar.h"
#include "base/cleanup.h"
#include "config/certificate_file.h"
#include "config/whole_file.h"
#include "store/keeper.h"

#include <stdio.h>

struct making {
    struct keeper *keeper;
    int64_t now;
    struct catalogue_source *source; /* the last one */
    char **rest;                     /* of the command line */
    struct error error;
};

static const char *take(struct making *making) {
    if (*making->rest == NULL)
        cz_error_set(&making->error, "an argument is missing");
    return *making->rest != NULL ? *making->rest++ : "";
}

static bool same(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

static bool add_source(struct making *making) {
    struct catalogue *catalogue = cz_keeper_catalogue(making->keeper);
    const char *kind = take(making), *name = take(making);
    struct catalogue_source *sources =
        realloc(catalogue->sources, (catalogue->source_count + 1) * sizeof *catalogue->sources);
    if (sources == NULL)
        return cz_error_set(&making->error, "out of memory");
    catalogue->sources = sources;
    making->source = &sources[catalogue->source_count++];
    *making->source = (struct catalogue_source){
        .kind = same(kind, "file") ? SOURCE_FILE : (same(kind, "url") ? SOURCE_URL : SOURCE_POINT),
        .name = strdup(name),
        .error = strdup(""),
        .etag = strdup(""),
        .last_modified = strdup("")};
    return true;
}

static bool take_list(struct making *making) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    CZ_CLEANUP(cz_pool_release) struct certificate_pool pool = {0};
    const struct requirements requirements = {.max_path_length = 8};
    struct intake intake = {.requirements = &requirements};
    const char *list = take(making), *signer = take(making);
    if (!cz_file_read(list, &content, &making->error) ||
        !cz_certificates_load(signer, &pool, &making->error))
        return false;
    intake.content = cz_buffer_view(&content);
    intake.signers = (const struct certificate *const *)pool.items;
    intake.signer_count = pool.count;
    enum intake_result result =
        cz_keeper_take_crl(making->keeper, &intake, making->source->list, &making->error);
    making->source->has_list = result == INTAKE_TAKEN || result == INTAKE_UNCHANGED;
    making->source->state = SOURCE_GOOD;
    making->source->last_try = making->source->last_success = making->now;
    making->source->next_try = making->now + 3600;
    return making->source->has_list;
}

static enum source_state state_of(const char *word) {
    return same(word, "signature") ? SOURCE_BAD_SIGNATURE : SOURCE_UNREACHABLE;
}

static bool fail(struct making *making) {
    struct catalogue_source *source = making->source;
    source->failures = (unsigned)strtoul(take(making), NULL, 10);
    source->state = state_of(take(making));
    free(source->error);
    source->error = strdup(take(making));
    source->last_try = making->now;
    source->next_try = making->now + 600;
    return making->error.message[0] == '\0';
}

static bool ask(struct making *making) {
    CZ_CLEANUP(cz_pool_release) struct certificate_pool pool = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer response = {0};
    uint8_t key[CZ_OCSP_KEY_SIZE];
    const char *certificate = take(making), *issuer = take(making), *url = take(making);
    const char *state = take(making), *detail = take(making);
    bool good = same(state, "-");
    struct ocsp_record record = {.state = good ? SOURCE_GOOD : state_of(state),
                                 .error = (char *)(good ? "" : detail),
                                 .failures = !good,
                                 .last_try = making->now,
                                 .last_seen = making->now,
                                 .next_try = making->now + 600,
                                 .url = (char *)url};
    if (!cz_certificates_load(certificate, &pool, &making->error) ||
        !cz_certificates_load(issuer, &pool, &making->error) ||
        (good && !cz_file_read(detail, &response, &making->error)))
        return false;
    record.response = cz_buffer_view(&response);
    record.this_update = making->now;
    record.has_next_update = true;
    record.next_update = making->now + 86400;
    record.last_success = good ? making->now : 0;
    return cz_ocsp_key(pool.items[0], pool.items[1], key) &&
           cz_keeper_put_ocsp(making->keeper, key, &record, &making->error);
}

static bool make(struct making *making) {
    static const struct {
        const char *name;
        bool (*run)(struct making *making);
    } commands[] = {{"source", add_source}, {"got", take_list}, {"failed", fail}, {"asked", ask}};
    while (*making->rest != NULL) {
        const char *name = take(making);
        size_t i = 0;
        while (i < CZ_COUNT(commands) && !same(commands[i].name, name))
            i++;
        if (i == CZ_COUNT(commands))
            return cz_error_set(&making->error, "%s: no such command", name);
        if (!commands[i].run(making))
            return cz_error_set(&making->error, "%s: did not succeed", name);
    }
    return cz_keeper_publish(making->keeper, making->now, &making->error);
}

int main(int argc, char **argv) {
    struct making making = {.rest = argv + 3};
    if (argc < 3 || !cz_time_parse(cz_bytes_of(argv[2]), &making.now) ||
        !cz_keeper_open(argv[1], 1000, &making.keeper, &making.error) || !make(&making)) {
        fprintf(stderr, "make-store: %s\n", making.error.message);
        cz_keeper_close(&making.keeper);
        return 1;
    }
    cz_keeper_close(&making.keeper);
    return 0;
}
