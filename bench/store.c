/*
 * The revocation store with CRLs of 10,000, 100,000 and 1,000,000 entries with reason codes and
 * random serials of 16 octets. Milliseconds from a mapped file of DER to a published store, the
 * signature verified and all of it on the disk, with the most memory that this took (the mapped
 * file counts); microseconds until a process that starts has its first answer; microseconds for one
 * look-up, half of them listed; and the private memory of such a process after them. Beside OpenSSL
 * where this was built with it, and GnuTLS for the smallest list: their import is the reading of
 * the same file, without a look at the signature. Each in a process of its own, in turn, round by
 * round; the figures are medians over the rounds.
 *
 *   bench/store FOLDER...    each on its own file system, say
 */
#include "store/store.h"
#include "base/cleanup.h"
#include "certificate/name.h"
#include "lists.h"
#include "store/keeper.h"

#include <fcntl.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef BENCH_OPENSSL
#include <openssl/x509.h>
#endif

#define ROUNDS 5
#define LOOK_UPS 100000
#define GNUTLS_ENTRIES_MAX 10000
#define NOW 1767225600 /* 2026-01-01 */
#define ISSUER_RDN                                                                                 \
    "\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02"                                                 \
    "ca"

/* Negative: not measured. */
struct figures {
    double import, open, look_up; /* milliseconds, microseconds, microseconds */
    double peak, private;         /* MiB */
    double import_ratio;          /* of ours to this one's */
};

struct job {
    const char *folder;
    size_t count;
    struct certificate *signer;
};

static const char *file_of(const struct job *job, const char *name) {
    static char path[2][4096];
    static unsigned turn;
    char *chosen = path[turn++ % 2];
    snprintf(chosen, sizeof path[0], "%s/%s", job->folder, name);
    return chosen;
}

static struct bytes map(const char *path) {
    CZ_CLEANUP(cz_close_fd) int fd = open(path, O_RDONLY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0)
        die("cannot open a file");
    void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED)
        die("cannot map a file");
    return (struct bytes){.data = bytes, .len = (size_t)status.st_size};
}

static void write_file(const char *path, const void *bytes, size_t len) {
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(bytes, 1, len, file) != len || fflush(file) != 0 ||
        fsync(fileno(file)) != 0 || fclose(file) != 0)
        die("cannot write a file");
}

/* The number behind "NAME:" in a file of /proc/self, in kB. */
static double kilobytes(const char *path, const char *name) {
    char line[256];
    double found = -1;
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            found = strtod(line + strlen(name), NULL);
    if (file != NULL)
        fclose(file);
    return found;
}

static double peak(void) {
    return kilobytes("/proc/self/status", "VmHWM:") / 1024;
}

/* --- ours --- */

static void import(const struct job *job, struct figures *figures) {
    const struct requirements requirements = {.strength = STRENGTH_MEDIUM};
    struct keeper *keeper;
    struct error error = {0};
    struct catalogue_source source = {.name = (char *)(uintptr_t) "file", .has_list = true};
    double begin = now_microseconds();
    if (!cz_keeper_open(file_of(job, "store"), 0, &keeper, &error))
        die(error.message);
    const struct intake intake = {.content = map(file_of(job, "list")),
                                  .signers = (const struct certificate *const *)&job->signer,
                                  .signer_count = 1,
                                  .requirements = &requirements};
    if (cz_keeper_take_crl(keeper, &intake, source.list, &error) != INTAKE_TAKEN)
        die(error.message);
    cz_keeper_catalogue(keeper)->sources = &source;
    cz_keeper_catalogue(keeper)->source_count = 1;
    if (!cz_keeper_publish(keeper, NOW, &error))
        die(error.message);
    figures->import = (now_microseconds() - begin) / 1e3;
    figures->peak = peak();
}

static size_t ask(const struct store_view *view, const uint8_t *serial) {
    const struct crl_candidate *list = cz_store_holdings(view)->crls;
    struct crl_entry entry;
    return list->lookup.find(list->lookup.context, list->crl->issuer_canonical,
                             (struct bytes){.data = serial, .len = SERIAL_SIZE},
                             &entry) == CRL_LOOKUP_FOUND;
}

static void serve(const struct job *job, struct figures *figures) {
    const uint8_t *questions = map(file_of(job, "questions")).data;
    size_t found = 0;
    double begin = now_microseconds();
    struct store *store = cz_store_open(file_of(job, "store"));
    struct store_view *view = store != NULL ? cz_store_hold(store, false) : NULL;
    if (view == NULL || cz_store_holdings(view)->crl_count != 1 || ask(view, questions) != 1)
        die("the store has no list");
    double opened = now_microseconds();
    for (size_t i = 0; i < LOOK_UPS; i++)
        found += ask(view, questions + i * SERIAL_SIZE);
    figures->look_up = (now_microseconds() - opened) / LOOK_UPS;
    figures->open = opened - begin;
    if (found != LOOK_UPS / 2)
        die("a look-up went wrong");
    figures->private = kilobytes("/proc/self/smaps_rollup", "Private_Dirty:") / 1024;
}

/* --- the others --- */

static void read_with_gnutls(const struct job *job, struct figures *figures) {
    struct bytes der = map(file_of(job, "list"));
    gnutls_datum_t datum = {.data = (unsigned char *)der.data, .size = (unsigned)der.len};
    gnutls_x509_crl_t crl;
    double begin = now_microseconds();
    if (gnutls_x509_crl_init(&crl) < 0 ||
        gnutls_x509_crl_import(crl, &datum, GNUTLS_X509_FMT_DER) < 0)
        die("GnuTLS cannot import the list");
    figures->import = (now_microseconds() - begin) / 1e3;
    figures->peak = peak();
}

#ifdef BENCH_OPENSSL
static size_t ask_openssl(X509_CRL *crl, const uint8_t *serial) {
    X509_REVOKED *revoked;
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    if (number == NULL || ASN1_STRING_set(number, serial, SERIAL_SIZE) != 1)
        die("out of memory");
    bool found = X509_CRL_get0_by_serial(crl, &revoked, number) == 1;
    ASN1_INTEGER_free(number);
    return found;
}

static void read_with_openssl(const struct job *job, struct figures *figures) {
    const uint8_t *questions = map(file_of(job, "questions")).data;
    struct bytes der = map(file_of(job, "list"));
    const unsigned char *at = der.data;
    size_t found = 0;
    double begin = now_microseconds();
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der.len);
    double read = now_microseconds();
    if (crl == NULL || ask_openssl(crl, questions) != 1)
        die("OpenSSL cannot read the list");
    double opened = now_microseconds();
    for (size_t i = 0; i < LOOK_UPS; i++)
        found += ask_openssl(crl, questions + i * SERIAL_SIZE);
    figures->look_up = (now_microseconds() - opened) / LOOK_UPS;
    figures->import = (read - begin) / 1e3;
    figures->open = opened - begin;
    figures->peak = peak();
    figures->private = kilobytes("/proc/self/smaps_rollup", "Private_Dirty:") / 1024;
    if (found != LOOK_UPS / 2)
        die("a look-up of OpenSSL's went wrong");
}
#endif

/* --- each in a process of its own --- */

static void run(const struct job *job, void (*one)(const struct job *job, struct figures *figures),
                struct figures *figures) {
    struct figures *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        die("out of memory");
    *shared = *figures;
    fflush(stdout);
    pid_t child = fork();
    int status = 0;
    if (child == 0) {
        one(job, shared);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        die("a process failed");
    *figures = *shared;
    munmap(shared, sizeof *shared);
}

static void make_files(const struct job *job, struct figures *figures) {
    struct list list;
    (void)figures;
    gnutls_privkey_t key = make_key();
    make_list(&list, job->count, key, CZ_BYTES("\x30\x0d" ISSUER_RDN));
    gnutls_datum_t spki;
    if (gnutls_pubkey_export2(list.issuer.key, GNUTLS_X509_FMT_DER, &spki) < 0)
        die("cannot export a key");
    write_file(file_of(job, "key"), spki.data, spki.size);
    write_file(file_of(job, "list"), list.der, list.len);
    uint8_t *questions = malloc(LOOK_UPS * SERIAL_SIZE), scratch[SERIAL_SIZE];
    for (size_t i = 0; questions != NULL && i < LOOK_UPS; i++)
        memcpy(questions + i * SERIAL_SIZE, question(&list, i, scratch), SERIAL_SIZE);
    if (questions == NULL)
        die("out of memory");
    write_file(file_of(job, "questions"), questions, LOOK_UPS * SERIAL_SIZE);
}

/* What the keeper needs to know of the list's issuer. */
static void load_signer(const struct job *job) {
    struct certificate *signer = job->signer;
    signer->spki = map(file_of(job, "key"));
    gnutls_datum_t spki = {.data = (unsigned char *)signer->spki.data,
                           .size = (unsigned)signer->spki.len};
    cz_name_canonical(&signer->canonical, CZ_BYTES(ISSUER_RDN));
    signer->subject_canonical = cz_buffer_view(&signer->canonical);
    if (gnutls_pubkey_init(&signer->key) < 0 ||
        gnutls_pubkey_import(signer->key, &spki, GNUTLS_X509_FMT_DER) < 0)
        die("cannot import a key");
}

/* --- the table --- */

static int compare_doubles(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void print_median(const struct figures *rounds, size_t offset, int width) {
    double values[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++)
        values[i] = *(const double *)((const char *)&rounds[i] + offset);
    qsort(values, ROUNDS, sizeof *values, compare_doubles);
    if (values[ROUNDS / 2] < 0)
        printf(" %*s", width, "-");
    else
        printf(" %*.2f", width, values[ROUNDS / 2]);
}

struct contender {
    const char *name;
    void (*first)(const struct job *job, struct figures *figures);
    void (*second)(const struct job *job, struct figures *figures); /* NULL: none */
    size_t most;                                                    /* entries */
    struct figures rounds[ROUNDS];
};

static struct contender contenders[] = {
    {.name = "ours", .first = import, .second = serve, .most = SIZE_MAX},
#ifdef BENCH_OPENSSL
    {.name = "OpenSSL", .first = read_with_openssl, .most = SIZE_MAX},
#endif
    {.name = "GnuTLS", .first = read_with_gnutls, .most = GNUTLS_ENTRIES_MAX},
};

static void print_row(const struct job *job, const struct contender *contender) {
    const struct figures *rounds = contender->rounds;
    printf("%9zu  %-8s", job->count, contender->name);
    print_median(rounds, offsetof(struct figures, import), 11);
    print_median(rounds, offsetof(struct figures, import_ratio), 10);
    print_median(rounds, offsetof(struct figures, peak), 10);
    print_median(rounds, offsetof(struct figures, open), 13);
    print_median(rounds, offsetof(struct figures, look_up), 12);
    print_median(rounds, offsetof(struct figures, private), 13);
    printf("\n");
}

static void measure_round(const struct job *job, size_t round) {
    char command[5000];
    snprintf(command, sizeof command, "rm -rf '%s'", file_of(job, "store"));
    if (system(command) != 0)
        die("cannot remove the store");
    for (size_t i = 0; i < CZ_COUNT(contenders) && job->count <= contenders[i].most; i++) {
        struct figures *figures = &contenders[i].rounds[round];
        *figures = (struct figures){-1, -1, -1, -1, -1, -1};
        run(job, contenders[i].first, figures);
        if (contenders[i].second != NULL)
            run(job, contenders[i].second, figures);
        figures->import_ratio = contenders[0].rounds[round].import / figures->import;
    }
}

static void measure_all(const char *folder, size_t count) {
    struct certificate signer = {.version = 3};
    const struct job job = {.folder = folder, .count = count, .signer = &signer};
    struct figures none = {0};
    run(&job, make_files, &none);
    load_signer(&job);
    for (size_t round = 0; round < ROUNDS; round++)
        measure_round(&job, round);
    for (size_t i = 0; i < CZ_COUNT(contenders) && count <= contenders[i].most; i++)
        print_row(&job, &contenders[i]);
}

int main(int argc, char **argv) {
    static const size_t counts[] = {10000, 100000, 1000000};
    for (int i = 1; i < argc; i++) {
        printf(
            "in %s\n  entries  of        import, ms  ours: it  peak, MiB  1st answer, us look-up, "
            "us  private, MiB\n",
            argv[i]);
        for (size_t k = 0; k < CZ_COUNT(counts); k++)
            measure_all(argv[i], counts[k]);
    }
    return argc > 1 ? 0 : 2;
}
