/*
 * CRLs of 10,000, 100,000 and 1,000,000 entries with reason codes and random serials of 16 octets:
 * milliseconds to read one whole, to index it, and to verify its signature; microseconds to look a
 * serial up, half of them listed. Beside GnuTLS, whose import takes time quadratic in the entries
 * and is asked for the smallest alone, and OpenSSL where this was built with it: its first look-up
 * sorts the list, and stands apart. All on the same bytes, in one run; medians over the rounds.
 */
#include "base/cleanup.h"
#include "certificate/signature.h"
#include "revocation/crl_index.h"

#include "lists.h"

#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef BENCH_OPENSSL
#include <openssl/x509.h>
#endif

#define ROUNDS 5
#define LOOK_UPS 100000
#define GNUTLS_ENTRIES_MAX 10000

/* --- the three --- */

struct times { /* milliseconds, and microseconds for one look-up; negative: not measured */
    double read, index, verify, look_up;
};

static struct times measure_ours(const struct list *list) {
    struct crl crl;
    struct crl_index index;
    struct crl_entry entry;
    const char *detail = "";
    uint8_t scratch[SERIAL_SIZE];
    size_t found = 0;
    double begin = now_microseconds();
    if (cz_crl_parse((struct bytes){.data = list->der, .len = list->len}, &crl, &detail) != CRL_OK)
        die(detail);
    double after_read = now_microseconds();
    if (!cz_crl_index_build(&crl, &index))
        die("out of memory");
    double after_index = now_microseconds();
    if (!cz_signature_verify(&list->issuer, crl.signature_algorithm, crl.tbs, crl.signature))
        die("the signature does not verify");
    double after_verify = now_microseconds();
    for (size_t i = 0; i < LOOK_UPS; i++)
        found += cz_crl_index_find(
                     &index, crl.issuer_canonical,
                     (struct bytes){.data = question(list, i, scratch), .len = SERIAL_SIZE},
                     &entry) == CRL_LOOKUP_FOUND;
    double end = now_microseconds();
    if (found != LOOK_UPS / 2)
        die("a look-up went wrong");
    cz_crl_index_release(&index);
    cz_crl_release(&crl);
    return (struct times){.read = (after_read - begin) / 1e3,
                          .index = (after_index - after_read) / 1e3,
                          .verify = (after_verify - after_index) / 1e3,
                          .look_up = (end - after_verify) / LOOK_UPS};
}

static struct times measure_gnutls(const struct list *list) {
    gnutls_x509_crl_t crl;
    gnutls_datum_t der = {.data = list->der, .size = (unsigned)list->len};
    double begin = now_microseconds();
    if (gnutls_x509_crl_init(&crl) < 0 ||
        gnutls_x509_crl_import(crl, &der, GNUTLS_X509_FMT_DER) < 0)
        die("GnuTLS cannot import the list");
    double end = now_microseconds();
    gnutls_x509_crl_deinit(crl);
    return (struct times){.read = (end - begin) / 1e3, .index = -1, .verify = -1, .look_up = -1};
}

#ifdef BENCH_OPENSSL
static bool ask_openssl(X509_CRL *crl, const uint8_t *serial) {
    X509_REVOKED *revoked;
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    if (number == NULL || ASN1_STRING_set(number, serial, SERIAL_SIZE) != 1)
        die("out of memory");
    bool found = X509_CRL_get0_by_serial(crl, &revoked, number) == 1;
    ASN1_INTEGER_free(number);
    return found;
}

static struct times measure_openssl(const struct list *list) {
    const unsigned char *at = list->der;
    uint8_t scratch[SERIAL_SIZE];
    size_t found = 0;
    double begin = now_microseconds();
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)list->len);
    if (crl == NULL)
        die("OpenSSL cannot read the list");
    double after_read = now_microseconds();
    ask_openssl(crl, list->serials);
    double after_first = now_microseconds();
    for (size_t i = 0; i < LOOK_UPS; i++)
        found += ask_openssl(crl, question(list, i, scratch));
    double end = now_microseconds();
    if (found != LOOK_UPS / 2)
        die("a look-up of OpenSSL's went wrong");
    X509_CRL_free(crl);
    return (struct times){.read = (after_read - begin) / 1e3,
                          .index = (after_first - after_read) / 1e3,
                          .verify = -1,
                          .look_up = (end - after_first) / LOOK_UPS};
}
#endif

/* --- the table --- */

static int compare_doubles(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void print_median(const struct times *rounds, size_t count, size_t offset, int width) {
    double values[ROUNDS];
    for (size_t i = 0; i < count; i++)
        values[i] = *(const double *)((const char *)&rounds[i] + offset);
    qsort(values, count, sizeof *values, compare_doubles);
    if (values[count / 2] < 0)
        printf(" %*s", width, "-");
    else
        printf(" %*.2f", width, values[count / 2]);
}

static void measure(const struct list *list, const char *who,
                    struct times (*one)(const struct list *list)) {
    struct times rounds[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++)
        rounds[i] = one(list);
    printf("%9zu  %-8s", list->count, who);
    print_median(rounds, ROUNDS, offsetof(struct times, read), 10);
    print_median(rounds, ROUNDS, offsetof(struct times, index), 10);
    print_median(rounds, ROUNDS, offsetof(struct times, verify), 10);
    print_median(rounds, ROUNDS, offsetof(struct times, look_up), 12);
    printf("\n");
}

int main(void) {
    static const size_t counts[] = {10000, 100000, 1000000};
    gnutls_privkey_t key = make_key();
    printf("  entries  of         read, ms  index, ms verify, ms  look-up, us\n");
    for (size_t i = 0; i < CZ_COUNT(counts); i++) {
        CZ_CLEANUP(release_list) struct list list;
        make_list(&list, counts[i], key);
        measure(&list, "ours", measure_ours);
#ifdef BENCH_OPENSSL
        measure(&list, "OpenSSL", measure_openssl);
#endif
        if (counts[i] <= GNUTLS_ENTRIES_MAX)
            measure(&list, "GnuTLS", measure_gnutls);
    }
    gnutls_privkey_deinit(key);
    return 0;
}
