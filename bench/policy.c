/*
 * Microseconds that clients and rules add to a decision whose certificate is remembered, and
 * those of finding the client of a certificate that is not: with one client and one rule, and with
 * 10,000 clients and 1,000 rules of several kinds. Medians over rounds that take turns.
 *
 * usage: policy PKI_FOLDER
 */
#include "authorize/authorize.h"
#include "base/cleanup.h"
#include "config/certificate_file.h"
#include "config/setup.h"
#include "config/whole_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 41
#define CALLS 2000
#define CLIENTS 10000
#define RULES 1000
#define HIT 7777 /* the client and the rule, of many, that the request is for */

struct scene {
    const char *label;
    unsigned clients, rules;
    const char *credential; /* of a client; takes its number, or whatever `good` has */
    const char *rule;       /* takes the number */
    const char *uri, *host;
    struct setup setup;
    struct memory *memory;
    double find[ROUNDS], evaluate[ROUNDS];
};

#define OWN_CREDENTIAL "{ cn = \"good client\"; }"
#define OWN_RULE "{ path = \"/\"; certificate = \"required\"; roles = [ \"reader\" ]; }"

static struct scene scenes[] = {
    {.label = "1 client, 1 rule",
     .clients = 1,
     .rules = 1,
     .credential = "{ sha256 = \"%064x\"; }",
     .rule = OWN_RULE},
    {.label = "clients by sha256, rules by folder",
     .clients = CLIENTS,
     .rules = RULES,
     .credential = "{ sha256 = \"%064x\"; }",
     .rule = "{ path = \"/area/%u/\"; certificate = \"required\"; roles = [ \"reader\" ]; }",
     .uri = "/area/777/x"},
    {.label = "clients by subject, rules by glob",
     .clients = CLIENTS,
     .rules = RULES,
     .credential = "{ subject = \"CN=client %u,OU=production,O=Example\"; }",
     .rule = "{ glob = \"/*/%u/**/x\"; certificate = \"required\"; roles = [ \"reader\" ]; }",
     .uri = "/area/777/a/b/x"},
    {.label = "clients by OU and CN, rules by host",
     .clients = CLIENTS,
     .rules = RULES,
     .credential = "{ ou = \"production\"; cn = \"client %u\"; }",
     .rule =
         "{ path = \"/\"; hosts = [ \"host-%u.example\" ]; certificate = \"required\"; roles = [ "
         "\"reader\" ]; }",
     .host = "host-777.example"},
    {.label = "rules by client, passed on",
     .clients = CLIENTS,
     .rules = RULES,
     .credential = "{ cn = \"client %u\"; }",
     .rule = "{ path = \"/\"; certificate = \"required\"; clients = [ \"client-%u\" ]; otherwise = "
             "\"next\"; }"},
    {.label = "rules that deny, by condition",
     .clients = CLIENTS,
     .rules = RULES,
     .credential = "{ cn = \"client %u\"; }",
     .rule = "{ path = \"/\"; action = \"deny\"; condition = { cn = \"bad %u\"; }; }"},
};

static void die(const char *what) {
    fprintf(stderr, "policy: %s\n", what);
    exit(1);
}

static double now_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void write_scene(const struct scene *scene, const char *file) {
    FILE *stream = fopen(file, "w");
    if (stream == NULL)
        die("the configuration cannot be written");
    fputs("trust: { anchors = [ \"root-ca.pem\" ]; };\nclients = (\n", stream);
    for (unsigned i = 0; i < scene->clients; i++) {
        bool is_own = i == (scene->clients > HIT ? HIT : 0);
        fprintf(stream, "{ id = \"client-%u\"; roles = [ \"reader\" ]; credentials = ( ", i);
        if (is_own)
            fputs(OWN_CREDENTIAL, stream);
        else
            fprintf(stream, scene->credential, i);
        fprintf(stream, " ); }%s\n", i + 1 < scene->clients ? "," : ");\nrules = (");
    }
    for (unsigned i = 0; i < scene->rules; i++) {
        fprintf(stream, scene->rule, i);
        fputs(",\n", stream);
    }
    fputs(OWN_RULE ");\n", stream);
    if (fclose(stream) != 0)
        die("the configuration cannot be written");
}
#pragma GCC diagnostic pop

static void load_scene(struct scene *scene, const char *folder) {
    CZ_CLEANUP(cz_free_ptr) char *file = NULL;
    struct error error = {0};
    if (asprintf(&file, "%s/policy.conf", folder) < 0)
        die("out of memory");
    write_scene(scene, file);
    if (!cz_setup_load(file, &scene->setup, &error))
        die(error.message);
    scene->memory = cz_memory_new(64, 86400);
    if (scene->memory == NULL)
        die("out of memory");
}

static void check_decision(const struct scene *scene, const struct decision *decision) {
    if (decision->verdict != VERDICT_GRANTED || decision->identification.client == NULL ||
        !decision->remembered) {
        fprintf(stderr, "%s: %s\n", scene->label, cz_reason_info(decision->reason)->slug);
        die("the request is not granted from memory");
    }
}

static double time_evaluation(struct scene *scene, const struct request *request, int64_t now) {
    struct decision decision;
    cz_authorize(&scene->setup.snapshot, scene->memory, CZ_NO_HOLDINGS, request, now, &decision);
    cz_decision_release(&decision);
    double begin = now_microseconds();
    for (int i = 0; i < CALLS; i++) {
        cz_authorize(&scene->setup.snapshot, scene->memory, CZ_NO_HOLDINGS, request, now,
                     &decision);
        if (i == 0)
            check_decision(scene, &decision);
        cz_decision_release(&decision);
    }
    return (now_microseconds() - begin) / CALLS;
}

static double time_finding(const struct scene *scene, const struct certificate *certificate) {
    static const struct policies_found none = {0};
    const struct clients *clients = &scene->setup.snapshot.client_sets[0];
    double begin = now_microseconds();
    for (int i = 0; i < CALLS; i++) {
        CZ_CLEANUP(cz_term_set_release) struct term_set terms = {0};
        CZ_CLEANUP(cz_credential_set_release) struct credential_set credentials = {0};
        if (!cz_vocabulary_match(&scene->setup.snapshot.vocabulary, certificate, &none, &terms) ||
            !cz_clients_match(clients, &terms, &credentials) ||
            cz_clients_identify(clients, &credentials, 0).client == NULL)
            die("the client is not found");
    }
    return (now_microseconds() - begin) / CALLS;
}

static int compare_doubles(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values) {
    qsort(values, ROUNDS, sizeof *values, compare_doubles);
    return values[ROUNDS / 2];
}

static void measure(const struct request *request, const struct certificate *certificate) {
    int64_t now = time(NULL);
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < CZ_COUNT(scenes); i++) {
            struct request asked = *request;
            if (scenes[i].uri != NULL)
                asked.uri = cz_bytes_of(scenes[i].uri);
            if (scenes[i].host != NULL)
                asked.host = cz_bytes_of(scenes[i].host);
            scenes[i].find[round] = time_finding(&scenes[i], certificate);
            scenes[i].evaluate[round] = time_evaluation(&scenes[i], &asked, now);
        }
    printf("microseconds (medians), of %d clients and %d rules   find client   whole decision, "
           "remembered\n",
           CLIENTS, RULES);
    for (size_t i = 0; i < CZ_COUNT(scenes); i++)
        printf("%-52s %11.2f   %26.2f\n", scenes[i].label, median(scenes[i].find),
               median(scenes[i].evaluate));
}

int main(int argc, char **argv) {
    CZ_CLEANUP(cz_buffer_release) struct buffer pem = {0};
    CZ_CLEANUP(cz_free_ptr) char *file = NULL;
    CZ_CLEANUP(cz_pool_release) struct certificate_pool pool = {0};
    struct error error = {0};
    if (argc != 2)
        die("usage: policy PKI_FOLDER");
    if (asprintf(&file, "%s/good.pem", argv[1]) < 0 || !cz_file_read(file, &pem, &error) ||
        !cz_certificates_load(file, &pool, &error))
        die(error.message);
    struct request request = {.method = CZ_BYTES("GET"),
                              .uri = CZ_BYTES("/reports/2026/november.html"),
                              .host = CZ_BYTES("localhost"),
                              .certificate = cz_buffer_view(&pem)};
    for (size_t i = 0; i < CZ_COUNT(scenes); i++)
        load_scene(&scenes[i], argv[1]);
    measure(&request, pool.items[0]);
    for (size_t i = 0; i < CZ_COUNT(scenes); i++) {
        cz_memory_release(&scenes[i].memory);
        cz_setup_release(&scenes[i].setup);
    }
    return 0;
}
