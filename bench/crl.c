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

#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifdef BENCH_OPENSSL
#include <openssl/x509.h>
#endif

#define ROUNDS 5
#define LOOK_UPS 100000
#define SERIAL_SIZE 16
#define ENTRY_SIZE 49
#define GNUTLS_ENTRIES_MAX 10000

struct list {
    size_t count;
    uint8_t *serials; /* count of them, owned */
    uint8_t *der;     /* owned */
    size_t len;
    struct certificate issuer; /* its key alone is set */
};

static void die(const char *what) {
    fprintf(stderr, "crl: %s\n", what);
    exit(1);
}

static double now_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static uint64_t next_random(void) {
    static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void fill_serial(uint8_t serial[SERIAL_SIZE]) {
    for (size_t i = 0; i < SERIAL_SIZE; i++)
        serial[i] = (uint8_t)(next_random() >> 32);
    serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40);
}

/* --- a signed list --- */

static size_t header_size(size_t len) {
    return len < 0x80 ? 2 : len <= 0xff ? 3 : len <= 0xffff ? 4 : len <= 0xffffff ? 5 : 6;
}

static uint8_t *put_header(uint8_t *at, uint8_t tag, size_t len) {
    size_t octets = header_size(len) - 2;
    *at++ = tag;
    *at++ = (uint8_t)(octets == 0 ? len : 0x80 | octets);
    for (size_t i = octets; i-- > 0;)
        *at++ = (uint8_t)(len >> (8 * i));
    return at;
}

static uint8_t *put(uint8_t *at, const void *data, size_t len) {
    memcpy(at, data, len);
    return at + len;
}

#define PUT(at, literal) put(at, literal, sizeof(literal) - 1)

static uint8_t *put_entries(uint8_t *at, const struct list *list) {
    for (size_t i = 0; i < list->count; i++) {
        at = PUT(at, "\x30\x2f\x02\x10");
        at = put(at, list->serials + i * SERIAL_SIZE, SERIAL_SIZE);
        at = PUT(at, "\x17\x0d"
                     "260101000000Z"
                     "\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01\x01");
    }
    return at;
}

static const char algorithm[] = "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";
static const char head[] = "\x02\x01\x01"
                           "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
                           "\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02"
                           "ca\x17\x0d"
                           "260101000000Z\x17\x0d"
                           "460101000000Z";
static const char tail[] = "\xa0\x0e\x30\x0c\x30\x0a\x06\x03\x55\x1d\x14\x04\x03\x02\x01\x01";

/* Signs the list, which has 8 octets of room before it, and puts the whole where it belongs. */
static void sign(struct list *list, uint8_t *tbs, size_t tbs_len, gnutls_privkey_t key) {
    gnutls_datum_t data = {.data = tbs, .size = (unsigned)tbs_len}, signature = {0};
    if (gnutls_privkey_sign_data2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &signature) < 0)
        die("cannot sign");
    size_t bits = signature.size + 1;
    size_t len = tbs_len + sizeof algorithm - 1 + header_size(bits) + bits;
    uint8_t *begin = tbs - header_size(len);
    put_header(begin, 0x30, len);
    uint8_t *at = put(tbs + tbs_len, algorithm, sizeof algorithm - 1);
    at = put_header(at, 0x03, bits);
    *at++ = 0;
    at = put(at, signature.data, signature.size);
    list->len = (size_t)(at - begin);
    memmove(list->der, begin, list->len);
    gnutls_free(signature.data);
}

static void make_list(struct list *list, size_t count, gnutls_privkey_t key) {
    *list = (struct list){.count = count};
    size_t entries = count * ENTRY_SIZE;
    size_t inner = sizeof head - 1 + header_size(entries) + entries + sizeof tail - 1;
    list->serials = malloc(count * SERIAL_SIZE);
    list->der = malloc(inner + 256);
    if (list->serials == NULL || list->der == NULL || gnutls_pubkey_init(&list->issuer.key) < 0 ||
        gnutls_pubkey_import_privkey(list->issuer.key, key, 0, 0) < 0)
        die("out of memory");
    for (size_t i = 0; i < count; i++)
        fill_serial(list->serials + i * SERIAL_SIZE);
    uint8_t *tbs = list->der + 8;
    uint8_t *at = put_header(tbs, 0x30, inner);
    at = PUT(at, head);
    at = put_header(at, 0x30, entries);
    at = PUT(put_entries(at, list), tail);
    sign(list, tbs, (size_t)(at - tbs), key);
}

static void release_list(struct list *list) {
    gnutls_pubkey_deinit(list->issuer.key);
    free(list->serials);
    free(list->der);
}

/* The i-th question: every other serial is listed. */
static const uint8_t *question(const struct list *list, size_t i, uint8_t scratch[SERIAL_SIZE]) {
    if (i % 2 == 0)
        return list->serials + next_random() % list->count * SERIAL_SIZE;
    fill_serial(scratch);
    return scratch;
}

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
    gnutls_privkey_t key;
    if (gnutls_privkey_init(&key) < 0 ||
        gnutls_privkey_generate(key, GNUTLS_PK_ECDSA,
                                GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0) < 0)
        die("cannot make a key");
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
