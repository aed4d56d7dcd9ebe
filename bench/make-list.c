/*
 * Writes a CRL with random serials and reason codes, signed by the CA whose certificate and P-256
 * key are given. Lists of different seeds have different serials, and are of the same age and
 * number, so that each may take another's place.
 *
 * usage: make-list COUNT SEED CERTIFICATE KEY FILE
 */
#include "base/cleanup.h"
#include "lists.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>

static gnutls_datum_t load(const char *file) {
    gnutls_datum_t content;
    if (gnutls_load_file(file, &content) < 0)
        die("a file cannot be read");
    return content;
}

static gnutls_privkey_t load_key(const char *file) {
    gnutls_privkey_t key;
    gnutls_datum_t content = load(file);
    if (gnutls_privkey_init(&key) < 0 ||
        gnutls_privkey_import_x509_raw(key, &content, GNUTLS_X509_FMT_PEM, NULL, 0) < 0)
        die("the key cannot be read");
    gnutls_free(content.data);
    return key;
}

static gnutls_datum_t load_name(const char *file) {
    gnutls_x509_crt_t certificate;
    gnutls_datum_t content = load(file), name;
    if (gnutls_x509_crt_init(&certificate) < 0 ||
        gnutls_x509_crt_import(certificate, &content, GNUTLS_X509_FMT_PEM) < 0 ||
        gnutls_x509_crt_get_raw_dn(certificate, &name) < 0)
        die("the certificate cannot be read");
    gnutls_x509_crt_deinit(certificate);
    gnutls_free(content.data);
    return name;
}

int main(int argc, char **argv) {
    CZ_CLEANUP(release_list) struct list list = {.count = 0};
    if (argc != 6)
        die("usage: make-list COUNT SEED CERTIFICATE KEY FILE");
    start_random(strtoull(argv[2], NULL, 10));
    gnutls_datum_t name = load_name(argv[3]);
    gnutls_privkey_t key = load_key(argv[4]);
    make_list(&list, strtoul(argv[1], NULL, 10), key,
              (struct bytes){.data = name.data, .len = name.size});
    FILE *file = fopen(argv[5], "w");
    if (file == NULL || fwrite(list.der, 1, list.len, file) != list.len || fclose(file) != 0)
        die("the list cannot be written");
    gnutls_privkey_deinit(key);
    gnutls_free(name.data);
    return 0;
}
