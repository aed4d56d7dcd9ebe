/*
 * What loading a configuration with many clients takes: `clients COUNT KIND FILE` writes FILE
 * beside the PKI's anchors and loads it whole. One process for each figure, since a peak never
 * falls again.
 */
#include "base/cleanup.h"
#include "config/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

/* How client i is written; each takes the number twice. */
static const struct {
    const char *kind;
    const char *credentials;
} kinds[] = {
    {"sha256", "{ sha256 = \"%064lx\"; }"},
    {"subject", "{ subject = \"CN=client-%05lu,OU=production,O=company\"; }"},
    {"rotation", "{ sha256 = \"%064lx\"; active_until = \"2030-01-01T00:00:00Z\"; }, { issuer = "
                 "\"CN=Issuing CA,O=company\"; serial = \"%lx\"; }"},
};

static void write_clients(const char *file, unsigned long count, const char *credentials) {
    FILE *stream = fopen(file, "w");
    if (stream == NULL)
        exit(1);
    fputs("trust: { anchors = [ \"anchors.pem\" ]; };\nclients = (\n", stream);
    for (unsigned long i = 0; i < count; i++) {
        fprintf(stream, "  { id = \"client-%05lu\"; credentials = ( ", i);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        fprintf(stream, credentials, i + 1, i + 1);
#pragma GCC diagnostic pop
        fprintf(stream, " ); roles = [ \"reader\" ]; }%s\n", i + 1 < count ? "," : "");
    }
    fputs(
        ");\nrules = ( { path = \"/\"; certificate = \"required\"; roles = [ \"reader\" ]; } );\n",
        stream);
    if (fclose(stream) != 0)
        exit(1);
}

int main(int argc, char **argv) {
    struct timespec begin, end;
    struct rusage usage;
    struct error error = {0};
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    size_t kind = 0;
    while (argc == 4 && kind < CZ_COUNT(kinds) && strcmp(kinds[kind].kind, argv[2]) != 0)
        kind++;
    if (argc != 4 || kind == CZ_COUNT(kinds)) {
        fputs("usage: clients COUNT sha256|subject|rotation FILE\n", stderr);
        return 2;
    }
    write_clients(argv[3], strtoul(argv[1], NULL, 10), kinds[kind].credentials);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    if (!cz_setup_load(argv[3], &setup, &error)) {
        fprintf(stderr, "clients: %s\n", error.message);
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    getrusage(RUSAGE_SELF, &usage);
    printf("%8zu clients by %-10s loaded in %5.2f s, at most %6.1f MB of memory\n",
           setup.snapshot.client_sets[0].count, argv[2],
           (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
           (double)usage.ru_maxrss * 1024 / 1e6);
    return 0;
}
