/* What the benchmarks of CRLs share: large lists, signed, with random serials and reason codes. */
#ifndef CERTAUTHZ_BENCH_LISTS_H
#define CERTAUTHZ_BENCH_LISTS_H

#include "certificate/certificate.h"

#define SERIAL_SIZE 16

struct list {
    size_t count;
    uint8_t *serials; /* count of them, owned */
    uint8_t *der;     /* owned */
    size_t len;
    struct certificate issuer; /* its key alone is set */
};

_Noreturn void die(const char *what);
double now_microseconds(void);
uint64_t next_random(void);
/* Other numbers than without it. */
void start_random(uint64_t seed);
void fill_serial(uint8_t serial[SERIAL_SIZE]);
gnutls_privkey_t make_key(void);
/* By the issuer with this key, P-256, and this name, the DER of a Name. */
void make_list(struct list *list, size_t count, gnutls_privkey_t key, struct bytes name);
void release_list(struct list *list);
/* The i-th question: every other serial is listed. */
const uint8_t *question(const struct list *list, size_t i, uint8_t scratch[SERIAL_SIZE]);

#endif
