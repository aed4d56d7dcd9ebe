/*
 * OCSP for responder.sh, by hand:
 *   ask-ocsp request HASH CERTIFICATE ISSUER [NONCE]     writes the request to standard output
 *   ask-ocsp judge SECONDS RESPONSE CERTIFICATE ISSUER [NONCE]   says what the response comes to
 *
 * HASH is sha1 or sha256, NONCE a text, SECONDS the time since 1970.
 */
#include "base/cleanup.h"
#include "config/certificate_file.h"
#include "config/whole_file.h"
#include "revocation/ocsp_check.h"

#include <stdio.h>

static int fail(const char *what) {
    fprintf(stderr, "ask-ocsp: %s\n", what);
    return 1;
}

/* The first certificate of each of the two files. */
static bool load(char **names, struct certificate_pool *pool, struct error *error) {
    return cz_certificates_load(names[0], pool, error) &&
           cz_certificates_load(names[1], pool, error) && pool->count == 2;
}

static int write_request(bool sha256, const struct certificate_pool *pool, struct bytes nonce) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    if (!cz_ocsp_request_write(&out, pool->items[0], pool->items[1], sha256, nonce))
        return fail("the request cannot be written");
    return fwrite(out.data, 1, out.len, stdout) == out.len ? 0 : fail("standard output");
}

static int judge(int64_t now, const char *file, const struct certificate_pool *pool,
                 struct bytes nonce) {
    static const struct requirements requirements = {.check_validity = true};
    static const struct revocation_settings settings = {.ocsp_max_age = 3600, .ocsp_skew = 300};
    CZ_CLEANUP(cz_buffer_release) struct buffer response = {0};
    struct error error = {{0}};
    struct ocsp_answer answer;
    if (!cz_file_read(file, &response, &error))
        return fail(error.message);
    const struct ocsp_question question = {.certificate = pool->items[0],
                                           .issuer = pool->items[1],
                                           .settings = &settings,
                                           .requirements = &requirements,
                                           .now = now,
                                           .nonce = nonce};
    cz_ocsp_verify(&question, cz_buffer_view(&response), &answer);
    printf("%s", cz_revocation_status_name(answer.status));
    if (answer.status == REVOCATION_REVOKED)
        printf(" %s", cz_crl_reason_name(answer.reason));
    if (answer.status == REVOCATION_UNKNOWN)
        printf(" %s", cz_revocation_cause_name(answer.cause));
    printf("%s%s%s%s\n", answer.stale ? " stale" : "", answer.heard ? " heard" : "",
           answer.detail != NULL ? ": " : "", answer.detail != NULL ? answer.detail : "");
    return 0;
}

int main(int argc, char **argv) {
    struct certificate_pool pool = {.count = 0};
    struct error error = {{0}};
    bool judging = argc > 1 && strcmp(argv[1], "judge") == 0;
    int files = judging ? 4 : 3;
    if (argc < files + 2)
        return fail("arguments are missing");
    struct bytes nonce = argc > files + 2 ? cz_bytes_of(argv[files + 2]) : (struct bytes){0};
    if (!load(&argv[files], &pool, &error))
        return fail(error.message);
    int status = judging ? judge(strtoll(argv[2], NULL, 10), argv[3], &pool, nonce)
                         : write_request(strcmp(argv[2], "sha256") == 0, &pool, nonce);
    cz_pool_release(&pool);
    return status;
}
