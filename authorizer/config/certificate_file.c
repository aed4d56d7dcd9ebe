#include "config/certificate_file.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "config/whole_file.h"
#include "pem/pem.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>
#include <sys/stat.h>

static bool add_certificate(const char *file, size_t number, struct bytes der,
                            struct certificate_pool *pool, struct error *error) {
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = NULL;
    const char *detail;
    if (cz_certificate_parse(der, &certificate, &detail) != CERTIFICATE_OK)
        return cz_error_set(error, "%s: certificate %zu: %s", file, number, detail);
    /* DSA parameters may be the issuer's, who is looked for when all are loaded */
    if (!cz_certificate_import_key(certificate) &&
        certificate->public_key.algorithm != GNUTLS_PK_DSA)
        return cz_error_set(error, "%s: certificate %zu: GnuTLS cannot use its public key", file,
                            number);
    if (!cz_pool_add(pool, certificate))
        return cz_error_set(error, "out of memory");
    certificate = NULL;
    return true;
}

static bool add_pem(const char *file, struct bytes text, struct certificate_pool *pool,
                    struct error *error) {
    for (size_t number = 1;; number++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
        const char *detail = "out of memory";
        if (cz_pem_next(&text, &der, &detail) != PEM_OK)
            return cz_error_set(error, "%s: certificate %zu: %s", file, number, detail);
        if (der.len == 0 && number == 1)
            return cz_error_set(error, "%s: holds no certificate (PEM or DER is wanted)", file);
        if (der.len == 0)
            return true;
        if (!add_certificate(file, number, cz_buffer_view(&der), pool, error))
            return false;
    }
}

static bool load_file(const char *file, struct certificate_pool *pool, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    if (!cz_file_read(file, &content, error))
        return false;
    struct bytes text = cz_buffer_view(&content);
    return cz_der_begins(text) ? add_certificate(file, 1, text, pool, error)
                               : add_pem(file, text, pool, error);
}

static bool is_certificate_name(const char *name) {
    static const char *const endings[] = {".pem", ".crt", ".cer", ".der"};
    size_t len = strlen(name);
    for (size_t i = 0; i < CZ_COUNT(endings); i++)
        if (name[0] != '.' && len > 4 && strcasecmp(name + len - 4, endings[i]) == 0)
            return true;
    return false;
}

static bool load_folder(const char *name, struct certificate_pool *pool, struct error *error) {
    CZ_CLEANUP(cz_close_folder) DIR *folder = opendir(name);
    if (folder == NULL)
        return cz_error_set(error, "%s: cannot be opened: %s", name, strerror(errno));
    bool any = false;
    struct dirent *item;
    errno = 0;
    while ((item = readdir(folder)) != NULL) {
        CZ_CLEANUP(cz_free_ptr) char *file = NULL;
        if (!is_certificate_name(item->d_name))
            continue;
        if (asprintf(&file, "%s/%s", name, item->d_name) < 0)
            return cz_error_set(error, "out of memory");
        if (!load_file(file, pool, error))
            return false;
        any = true;
        errno = 0;
    }
    if (errno != 0)
        return cz_error_set(error, "%s: cannot be read: %s", name, strerror(errno));
    return any ||
           cz_error_set(error, "%s: this folder holds no .pem, .crt, .cer or .der file", name);
}

bool cz_certificates_load(const char *name, struct certificate_pool *pool, struct error *error) {
    struct stat status;
    if (stat(name, &status) != 0)
        return cz_error_set(error, "%s: cannot be opened: %s", name, strerror(errno));
    return S_ISDIR(status.st_mode) ? load_folder(name, pool, error) : load_file(name, pool, error);
}
