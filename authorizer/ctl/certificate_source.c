#include "ctl/certificate_source.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "ctl/command.h"
#include "ctl/pkcs12.h"
#include "pem/encodings.h"
#include "pem/forwarded.h"

bool cz_found_add(struct bytes der, const char *file, struct found_certificates *found,
                  struct error *error) {
    const char *detail;
    if (found->count == CZ_FOUND_MAX)
        return cz_error_set(error, "%s: more than %d certificates", file, CZ_FOUND_MAX);
    if (cz_certificate_parse(der, &found->items[found->count], &detail) != CERTIFICATE_OK)
        return cz_error_set(error, "%s: certificate %zu: %s", file, found->count + 1, detail);
    found->count++;
    return true;
}

/*
 * PFX begins with its version, a certificate with what is signed (RFC 7292 4, RFC 5280 4.1). PFX
 * is BER, so its length may take any form.
 */
static bool is_pkcs12(struct bytes content) {
    if (content.len < 2 || content.data[0] != DER_SEQUENCE)
        return false;
    size_t length_octets = (content.data[1] & 0x80) != 0 ? content.data[1] & 0x7fu : 0;
    return content.len > 2 + length_octets && content.data[2 + length_octets] == DER_INTEGER;
}

static bool read_pem(struct bytes rest, const char *file, struct found_certificates *found,
                     struct error *error) {
    for (;;) {
        CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
        const char *detail = "out of memory";
        if (cz_pem_next(&rest, &der, &detail) != PEM_OK)
            return cz_error_set(error, "%s: certificate %zu: %s", file, found->count + 1, detail);
        if (der.len == 0)
            break;
        if (!cz_found_add(cz_buffer_view(&der), file, found, error))
            return false;
    }
    return true;
}

/* What a proxy forwards has no name for its form; no text is good in two of them but PEM that is
 * percent-encoded, which is the same in both. */
static bool read_header(struct bytes value, const char *file, struct found_certificates *found,
                        struct error *error) {
    for (int format = 0; format < FORWARDED_FORMATS; format++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
        const char *detail;
        struct error cause = {0};
        if (cz_forwarded_decode((enum forwarded_format)format, value, &der, &detail) == PEM_OK &&
            cz_found_add(cz_buffer_view(&der), file, found, &cause))
            return true;
    }
    return cz_error_set(error,
                        "%s: holds no certificate (PEM, DER, PKCS#12 or the header of a proxy is "
                        "wanted)",
                        file);
}

bool cz_certificates_find(const char *file, const char *password_file,
                          struct found_certificates *found, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    const char *name = strcmp(file, "-") == 0 ? "standard input" : file;
    *found = (struct found_certificates){0};
    if (!cz_ctl_read(file, &content, error))
        return false;
    struct bytes bytes = cz_buffer_view(&content);
    if (is_pkcs12(bytes))
        return cz_pkcs12_read(bytes, name, password_file, found, error);
    if (cz_der_begins(bytes))
        return cz_found_add(bytes, name, found, error);
    return read_pem(bytes, name, found, error) &&
           (found->count > 0 || read_header(cz_trim_blanks(bytes), name, found, error));
}

void cz_found_certificates_release(struct found_certificates *found) {
    for (size_t i = 0; i < found->count; i++)
        cz_certificate_free(found->items[i]);
    found->count = 0;
}
