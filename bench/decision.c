/*
 * Microseconds of one decision, remembered and not, without revocation and with it, beside the
 * GnuTLS calls that it cannot avoid: importing the presented certificate from PEM, and verifying
 * one signature for each step of its path with public keys that are ready. All measured in turn,
 * round by round, in one run; the figures are medians over the rounds.
 *
 * And the microseconds that validating a path takes, RFC 5280 section 6.1 whole, beside the bare
 * verifications of its signatures.
 *
 * usage: decision PKI_FOLDER
 *
 * In the folder are certauthz.conf, without the group `revocation`, and revocation.conf, whose
 * store holds the lists of all CAs.
 */
#include "authorize/authorize.h"
#include "base/cleanup.h"
#include "config/certificate_file.h"
#include "config/setup.h"
#include "config/whole_file.h"
#include "log/line.h"
#include "response/response.h"
#include "server/serve.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 41
#define CALLS_SLOW 100
#define CALLS_FAST 1000

struct subject {
    const char *label;
    const char *certificate; /* file, without .pem */
    size_t chain_count;      /* issuers on its path, the anchor last */
    const char *chain[3];
};

static const struct subject subjects[] = {
    {"P-256, leaf and root", "good", 1, {"root-ca"}},
    {"P-256, leaf, intermediate, root", "via-intermediate", 2, {"intermediate-ca", "root-ca"}},
    {"RSA-2048, leaf and root", "good-rsa", 1, {"rsa-root-ca"}},
    {"RSA-2048, leaf, intermediate, root",
     "via-rsa-intermediate",
     2,
     {"rsa-intermediate-ca", "rsa-root-ca"}},
};

static double now_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void die(const char *what) {
    fprintf(stderr, "decision: %s\n", what);
    exit(1);
}

static void read_pem(const char *folder, const char *name, struct buffer *pem) {
    CZ_CLEANUP(cz_free_ptr) char *file = NULL;
    struct error error = {0};
    if (asprintf(&file, "%s/%s.pem", folder, name) < 0 || !cz_file_read(file, pem, &error))
        die(error.message);
    cz_buffer_putc(pem, '\0');
    pem->len--;
}

/* What a plain GnuTLS program holds ready: keys of the issuers, and the intermediates' signed
 * parts, which are read once when they are loaded. */
struct bare {
    struct buffer pem;
    struct certificate *chain[3];
    size_t chain_count;
};

static void prepare_bare(struct bare *bare, const char *folder, const struct subject *subject) {
    *bare = (struct bare){.chain_count = subject->chain_count};
    read_pem(folder, subject->certificate, &bare->pem);
    for (size_t i = 0; i < subject->chain_count; i++) {
        CZ_CLEANUP(cz_free_ptr) char *file = NULL;
        struct certificate_pool pool = {0};
        struct error error = {0};
        if (asprintf(&file, "%s/%s.pem", folder, subject->chain[i]) < 0 ||
            !cz_certificates_load(file, &pool, &error))
            die(error.message);
        bare->chain[i] = pool.items[0];
        free(pool.items);
    }
}

static void release_bare(struct bare *bare) {
    cz_buffer_release(&bare->pem);
    for (size_t i = 0; i < bare->chain_count; i++)
        cz_certificate_free(bare->chain[i]);
}

static void verify(gnutls_pubkey_t key, gnutls_sign_algorithm_t algorithm, gnutls_datum_t data,
                   gnutls_datum_t signature) {
    if (gnutls_pubkey_verify_data2(key, algorithm, 0, &data, &signature) < 0)
        die("a signature does not verify");
}

static gnutls_datum_t datum(struct bytes bytes) {
    return (gnutls_datum_t){.data = (unsigned char *)bytes.data, .size = (unsigned)bytes.len};
}

/* The signatures alone. */
static void call_verify(const struct bare *bare, const struct certificate *leaf) {
    const struct certificate *certificate = leaf;
    for (size_t i = 0; i < bare->chain_count; i++) {
        verify(bare->chain[i]->key, certificate->signature_algorithm, datum(certificate->tbs),
               datum(certificate->signature));
        certificate = bare->chain[i];
    }
}

static void call_validate(const struct path *path, const struct requirements *requirements,
                          int64_t now) {
    struct signature_checks signatures;
    struct validation validation;
    signatures.count = 0;
    cz_validate_path(path, requirements, &signatures, now, &validation);
    if (!validation.valid)
        die("the path is not valid");
}

/* `leaf` only lends the places of its signed part and signature. */
static void call_bare(const struct bare *bare, const struct certificate *leaf) {
    gnutls_x509_crt_t crt;
    gnutls_datum_t pem = datum(cz_buffer_view(&bare->pem));
    gnutls_x509_crt_init(&crt);
    if (gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM) < 0)
        die("GnuTLS cannot import the certificate");
    call_verify(bare, leaf);
    gnutls_x509_crt_deinit(crt);
}

static void call_decision(struct service *service, const char *const *variables,
                          struct buffer *reply, struct buffer *line) {
    cz_buffer_clear(reply);
    cz_buffer_clear(line);
    cz_serve(service, variables, reply, line);
    if (strncmp(cz_buffer_text(reply), "Status: 200", 11) != 0)
        die("the certificate was refused");
}

static int compare_doubles(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values, size_t count) {
    qsort(values, count, sizeof *values, compare_doubles);
    return values[count / 2];
}

/* One configuration, twice: without a memory of verdicts, and with it. */
struct kind {
    const char *file;
    struct log log;
    struct inquirer inquirer;
    struct generations generations[2];
    struct service services[2];
};

static struct kind kinds[] = {{.file = "certauthz.conf"}, {.file = "revocation.conf"}};

static void load_kind(struct kind *kind, const char *folder) {
    static const struct log_settings to_stderr = {.all_decisions = true, .refusals = true};
    CZ_CLEANUP(cz_free_ptr) char *file = NULL;
    struct error error = {0};
    if (asprintf(&file, "%s/%s", folder, kind->file) < 0 ||
        !cz_log_open(&kind->log, &to_stderr, &error))
        die(error.message);
    cz_inquirer_init(&kind->inquirer, &kind->log);
    for (size_t i = 0; i < CZ_COUNT(kind->services); i++) {
        struct generation *generation = cz_generation_load(file, &error);
        if (generation == NULL)
            die(error.message);
        if (i == 0)
            cz_memory_release(&generation->memory);
        kind->generations[i] = (struct generations)CZ_GENERATIONS_INIT;
        cz_generations_publish(&kind->generations[i], generation);
        kind->services[i] = (struct service){
            .generations = &kind->generations[i], .log = &kind->log, .inquirer = &kind->inquirer};
    }
}

static void release_kind(struct kind *kind) {
    for (size_t i = 0; i < CZ_COUNT(kind->services); i++)
        cz_generations_release(&kind->generations[i]);
    cz_inquirer_destroy(&kind->inquirer);
    cz_log_close(&kind->log);
}

/* Of each kind, not remembered and remembered. */
struct times {
    double bare[ROUNDS], full[CZ_COUNT(kinds)][ROUNDS], ratio[CZ_COUNT(kinds)][ROUNDS],
        remembered[CZ_COUNT(kinds)][ROUNDS];
};

static double time_decisions(struct service *service, const char *const *variables, int calls) {
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    double begin = now_microseconds();
    for (int i = 0; i < calls; i++)
        call_decision(service, variables, &reply, &line);
    return (now_microseconds() - begin) / calls;
}

static void measure_round(const struct bare *bare, const struct certificate *leaf,
                          const char *const *variables, size_t round, struct times *times) {
    double begin = now_microseconds();
    for (int i = 0; i < CALLS_SLOW; i++)
        call_bare(bare, leaf);
    times->bare[round] = (now_microseconds() - begin) / CALLS_SLOW;
    for (size_t k = 0; k < CZ_COUNT(kinds); k++) {
        times->full[k][round] = time_decisions(&kinds[k].services[0], variables, CALLS_SLOW);
        times->ratio[k][round] = times->full[k][round] / times->bare[round];
    }
    for (size_t k = 0; k < CZ_COUNT(kinds); k++)
        times->remembered[k][round] = time_decisions(&kinds[k].services[1], variables, CALLS_FAST);
}

static void measure(const char *folder, const struct subject *subject) {
    static struct times times;
    struct bare bare;
    prepare_bare(&bare, folder, subject);
    CZ_CLEANUP(cz_free_ptr) char *variable = NULL;
    CZ_CLEANUP(cz_free_ptr) char *file = NULL;
    CZ_CLEANUP(cz_pool_release) struct certificate_pool pool = {0};
    struct error error = {0};
    if (asprintf(&variable, "SSL_CLIENT_CERT=%s", bare.pem.data) < 0 ||
        asprintf(&file, "%s/%s.pem", folder, subject->certificate) < 0 ||
        !cz_certificates_load(file, &pool, &error))
        die(error.message);
    const char *variables[] = {"FCGI_ROLE=AUTHORIZER",
                               "REQUEST_METHOD=GET",
                               "REQUEST_URI=/reports/2026/november.html?page=2",
                               "SSL_CLIENT_VERIFY=SUCCESS",
                               variable,
                               "SERVER_NAME=localhost",
                               "HTTP_ACCEPT=text/html",
                               "HTTP_USER_AGENT=bench",
                               NULL};
    for (size_t round = 0; round < ROUNDS; round++)
        measure_round(&bare, pool.items[0], variables, round, &times);
    printf("%-34s %8.1f", subject->label, median(times.bare, ROUNDS));
    for (size_t k = 0; k < CZ_COUNT(kinds); k++)
        printf("   %8.1f %6.3f %8.2f", median(times.full[k], ROUNDS),
               median(times.ratio[k], ROUNDS), median(times.remembered[k], ROUNDS));
    printf("\n");
    release_bare(&bare);
}

static void measure_validator(const char *folder, const struct snapshot *snapshot,
                              const struct subject *subject) {
    struct bare bare;
    CZ_CLEANUP(cz_pool_release) struct certificate_pool pool = {0};
    struct error error = {0};
    CZ_CLEANUP(cz_free_ptr) char *file = NULL;
    prepare_bare(&bare, folder, subject);
    if (asprintf(&file, "%s/%s.pem", folder, subject->certificate) < 0 ||
        !cz_certificates_load(file, &pool, &error))
        die(error.message);
    struct path path = {.certificates = {pool.items[0]}, .count = 1};
    for (size_t i = 0; i < bare.chain_count; i++)
        path.certificates[path.count++] = bare.chain[i];
    double bare_times[ROUNDS], full_times[ROUNDS], ratios[ROUNDS];
    int64_t now = time(NULL);
    for (size_t round = 0; round < ROUNDS; round++) {
        double begin = now_microseconds();
        for (int i = 0; i < CALLS_SLOW; i++)
            call_verify(&bare, pool.items[0]);
        double middle = now_microseconds();
        for (int i = 0; i < CALLS_SLOW; i++)
            call_validate(&path, &snapshot->policies[0].requirements, now);
        bare_times[round] = (middle - begin) / CALLS_SLOW;
        full_times[round] = (now_microseconds() - middle) / CALLS_SLOW;
        ratios[round] = full_times[round] / bare_times[round];
    }
    printf("%-34s %10.1f %14.1f %7.3f\n", subject->label, median(bare_times, ROUNDS),
           median(full_times, ROUNDS), median(ratios, ROUNDS));
    release_bare(&bare);
}

int main(int argc, char **argv) {
    if (argc != 2)
        die("usage: decision PKI_FOLDER");
    for (size_t k = 0; k < CZ_COUNT(kinds); k++)
        load_kind(&kinds[k], argv[1]);
    printf("%34s %8s   %24s   %24s\n", "", "bare", "without revocation", "with revocation");
    printf("%-34s %8s   %8s %6s %8s   %8s %6s %8s\n", "microseconds (medians)", "calls", "anew",
           "ratio", "memory", "anew", "ratio", "memory");
    for (size_t i = 0; i < CZ_COUNT(subjects); i++)
        measure(argv[1], &subjects[i]);
    printf("\nmicroseconds (medians)             signatures       validation  ratio\n");
    const struct snapshot *snapshot = &kinds[0].generations[0].current->setup.snapshot;
    for (size_t i = 0; i < CZ_COUNT(subjects); i++)
        measure_validator(argv[1], snapshot, &subjects[i]);
    for (size_t k = 0; k < CZ_COUNT(kinds); k++)
        release_kind(&kinds[k]);
    return 0;
}
