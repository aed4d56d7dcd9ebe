#include "ctl/pkcs12.h"

#include "base/cleanup.h"
#include "config/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/pkcs12.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <termios.h>

#define PASSWORD_SIZE_MAX 1024 /* bytes */

static void pkcs12_release(gnutls_pkcs12_t *store) {
    if (*store != NULL)
        gnutls_pkcs12_deinit(*store);
}

/* What a key's bag gives. */
struct bag {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t *chain, *others;
    unsigned chain_count, other_count;
};

static void crts_free(gnutls_x509_crt_t *crts, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        gnutls_x509_crt_deinit(crts[i]);
    gnutls_free(crts);
}

static void bag_release(struct bag *bag) {
    if (bag->key != NULL)
        gnutls_x509_privkey_deinit(bag->key);
    crts_free(bag->chain, bag->chain_count);
    crts_free(bag->others, bag->other_count);
}

static void wipe(struct buffer *password) {
    if (password->data != NULL)
        gnutls_memset(password->data, 0, password->capacity);
    cz_buffer_release(password);
}

/* Up to the first line end. */
static void cut_line(struct buffer *text) {
    if (text->len > 0) {
        text->len = strcspn(text->data, "\r\n");
        text->data[text->len] = '\0';
    }
}

static bool read_line(int terminal, struct buffer *password) {
    char c;
    ssize_t got;
    while ((got = read(terminal, &c, 1)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || password->len == PASSWORD_SIZE_MAX)
            return false;
        if (c == '\n')
            return true;
        cz_buffer_putc(password, c);
    }
    return false;
}

/* On the terminal itself: standard input may be the file. */
static bool ask_password(const char *file, struct buffer *password, struct error *error) {
    CZ_CLEANUP(cz_close_fd) int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios before, silent;
    if (terminal < 0 || tcgetattr(terminal, &before) != 0)
        return cz_error_set(error,
                            "%s: it has a password, and there is no terminal to ask for it; give "
                            "it by --password-file",
                            file);
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    dprintf(terminal, "Password of %s: ", file);
    tcsetattr(terminal, TCSADRAIN, &silent);
    bool read = read_line(terminal, password);
    tcsetattr(terminal, TCSADRAIN, &before);
    dprintf(terminal, "\n");
    return read || cz_error_set(error, "%s: no password was given", file);
}

static bool find_password(gnutls_pkcs12_t store, const char *file, const char *password_file,
                          struct buffer *password, struct error *error) {
    if (password_file != NULL) {
        if (!cz_file_read(password_file, password, error))
            return false;
        cut_line(password);
    } else if (gnutls_pkcs12_verify_mac(store, "") < 0 && !ask_password(file, password, error)) {
        return false;
    }
    return gnutls_pkcs12_verify_mac(store, cz_buffer_text(password)) >= 0 ||
           cz_error_set(error, "%s: the password is wrong, or the file is damaged", file);
}

static bool add(gnutls_x509_crt_t crt, const char *file, struct found_certificates *found,
                struct error *error) {
    gnutls_datum_t der = {0};
    if (gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der) < 0)
        return cz_error_set(error, "out of memory");
    bool added =
        cz_found_add((struct bytes){.data = der.data, .len = der.size}, file, found, error);
    gnutls_free(der.data);
    return added;
}

bool cz_pkcs12_read(struct bytes der, const char *file, const char *password_file,
                    struct found_certificates *found, struct error *error) {
    CZ_CLEANUP(pkcs12_release) gnutls_pkcs12_t store = NULL;
    CZ_CLEANUP(bag_release) struct bag bag = {0};
    CZ_CLEANUP(wipe) struct buffer password = {0};
    gnutls_datum_t data = {.data = (unsigned char *)der.data, .size = (unsigned)der.len};
    if (gnutls_pkcs12_init(&store) < 0)
        return cz_error_set(error, "out of memory");
    if (gnutls_pkcs12_import(store, &data, GNUTLS_X509_FMT_DER, 0) < 0)
        return cz_error_set(error, "%s: is neither a certificate nor PKCS#12", file);
    if (!find_password(store, file, password_file, &password, error))
        return false;
    int result =
        gnutls_pkcs12_simple_parse(store, cz_buffer_text(&password), &bag.key, &bag.chain,
                                   &bag.chain_count, &bag.others, &bag.other_count, NULL, 0);
    if (result < 0 || bag.chain_count == 0)
        return cz_error_set(error, "%s: holds no key with a certificate: %s", file,
                            result < 0 ? gnutls_strerror(result) : "no certificate is its own");
    for (unsigned i = 0; i < bag.chain_count; i++)
        if (!add(bag.chain[i], file, found, error))
            return false;
    return true;
}
