/*
 * A configuration with many clients: what reading its text takes, apart from what is made of the
 * clients. `clients COUNT FILE` writes FILE and reads it; one process for each figure, since a
 * peak never falls again.
 */
#include "base/cleanup.h"
#include "config/numbers.h"
#include "config/portions.h"
#include "config/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static void write_clients(const char *file, unsigned long count) {
    FILE *stream = fopen(file, "w");
    if (stream == NULL)
        exit(1);
    fputs("clients = (\n", stream);
    for (unsigned long i = 0; i < count; i++)
        fprintf(stream,
                "  { id = \"client-%05lu\"; credentials = ( { sha256 = \"%064lx\"; } ); "
                "roles = [ \"reader\" ]; }%s\n",
                i, i * 2654435761u, i + 1 < count ? "," : "");
    fputs(");\nrules = ( { path = \"/\"; certificate = \"none\"; } );\n", stream);
    if (fclose(stream) != 0)
        exit(1);
}

static bool count_clients(void *context, const config_setting_t *portion, size_t first,
                          struct error *error) {
    size_t *count = context;
    if (first != *count)
        return cz_error_set(error, "out of order");
    *count += (size_t)config_setting_length(portion);
    return true;
}

static bool load(const char *file, size_t *count, struct error *error) {
    CZ_CLEANUP(cz_source_release) struct source source = {.line = 0};
    CZ_CLEANUP(cz_tree_release) struct config_tree tree = {.source = NULL};
    return cz_source_load(file, &source, error) && cz_numbers_check(&source, error) &&
           cz_tree_parse(&source, &tree, error) &&
           cz_portions_read(config_setting_get_elem(config_root_setting(&tree.parsed), 0),
                            count_clients, count, error);
}

int main(int argc, char **argv) {
    struct timespec begin, end;
    struct rusage usage;
    struct error error = {0};
    size_t count = 0;
    if (argc != 3)
        return 2;
    write_clients(argv[2], strtoul(argv[1], NULL, 10));
    clock_gettime(CLOCK_MONOTONIC, &begin);
    bool good = load(argv[2], &count, &error);
    clock_gettime(CLOCK_MONOTONIC, &end);
    getrusage(RUSAGE_SELF, &usage);
    if (!good)
        return fprintf(stderr, "%s\n", error.message), 1;
    double seconds =
        (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    printf("%zu clients: %.2f s, %.1f MB at the peak\n", count, seconds,
           (double)usage.ru_maxrss / 1024);
    return 0;
}
