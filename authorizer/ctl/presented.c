#include "ctl/presented.h"

#include "base/cleanup.h"
#include "certificate/certificate.h"
#include "certificate/der.h"
#include "config/whole_file.h"
#include "pem/encodings.h"
#include "pem/pem.h"

#include <gnutls/crypto.h>

bool cz_presented_read(const char *file, struct question *question, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    if (!cz_file_read(file, &content, error))
        return false;
    struct bytes text = cz_buffer_view(&content);
    if (text.len == 0)
        return cz_error_set(error, "%s: is empty", file);
    if (cz_der_begins(text))
        return cz_pem_encode(text, &question->certificate, error);
    cz_buffer_bytes(&question->certificate, text);
    return !question->certificate.failed || cz_error_set(error, "out of memory");
}

bool cz_presented_header(const char *file, struct question *question, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    if (!cz_file_read(file, &content, error))
        return false;
    struct bytes value = cz_trim_blanks(cz_buffer_view(&content));
    if (value.len == 0)
        return cz_error_set(error, "%s: is empty", file);
    cz_buffer_bytes(&question->forwarded, value);
    return !question->forwarded.failed || cz_error_set(error, "out of memory");
}

bool cz_presented_chain(const char *file, struct question *question, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    struct error cause = {0};
    if (!cz_file_read(file, &content, error))
        return false;
    return cz_question_take_chain(question, cz_buffer_view(&content), &cause) ||
           cz_error_set(error, "%s: %s", file, cause.message);
}

bool cz_presented_digest(const struct question *question, struct buffer *digest) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    uint8_t sha256[CZ_SHA256_SIZE];
    const char *detail;
    enum pem_status status = cz_pem_decode(cz_buffer_view(&question->certificate), &der, &detail);
    if (status != PEM_OK)
        return status != PEM_NO_MEMORY;
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, der.data, der.len, sha256) < 0)
        return false;
    cz_buffer_hex(digest, (struct bytes){.data = sha256, .len = sizeof sha256});
    return !digest->failed;
}
