#include "ctl/explain.h"

#include "authorize/authorize.h"
#include "base/cleanup.h"
#include "config/certificate_file.h"
#include "pem/pem.h"

#include <gnutls/gnutls.h>

static bool encode_pem(struct bytes der, struct buffer *pem, struct error *error) {
    gnutls_datum_t in = {.data = (unsigned char *)der.data, .size = (unsigned)der.len};
    gnutls_datum_t out = {0};
    if (gnutls_pem_base64_encode2("CERTIFICATE", &in, &out) < 0)
        return cz_error_set(error, "out of memory");
    cz_buffer_append(pem, out.data, out.size);
    gnutls_free(out.data);
    return true;
}

/* As the web server would hand it over: PEM; text that is none is handed over as it is. */
static bool read_presented(const char *file, struct buffer *pem, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    if (!cz_file_read(file, &content, error))
        return false;
    struct bytes text = cz_buffer_view(&content);
    if (text.len == 0)
        return cz_error_set(error, "%s: is empty", file);
    if (text.data[0] == 0x30)
        return encode_pem(text, pem, error);
    cz_buffer_bytes(pem, text);
    return true;
}

struct chain_texts {
    struct buffer texts[CZ_REQUEST_CHAIN_MAX];
};

static void chain_texts_release(struct chain_texts *chain) {
    for (size_t i = 0; i < CZ_REQUEST_CHAIN_MAX; i++)
        cz_buffer_release(&chain->texts[i]);
}

static bool read_chain(const char *file, struct chain_texts *chain, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    if (!cz_file_read(file, &content, error))
        return false;
    struct bytes rest = cz_buffer_view(&content);
    for (size_t i = 0;; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
        const char *detail = "out of memory";
        if (cz_pem_next(&rest, &der, &detail) != PEM_OK)
            return cz_error_set(error, "%s: certificate %zu: %s", file, i + 1, detail);
        if (der.len == 0 && i == 0)
            return cz_error_set(error, "%s: holds no certificate in PEM", file);
        if (der.len == 0)
            return true;
        if (i == CZ_REQUEST_CHAIN_MAX)
            return cz_error_set(error, "%s: more than %d certificates", file, CZ_REQUEST_CHAIN_MAX);
        if (!encode_pem(cz_buffer_view(&der), &chain->texts[i], error))
            return false;
    }
}

bool cz_explain(const struct setup *setup, const struct explain_question *question,
                struct decision *decision, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer certificate = {0};
    CZ_CLEANUP(chain_texts_release) struct chain_texts chain = {0};
    if ((question->certificate_file != NULL &&
         !read_presented(question->certificate_file, &certificate, error)) ||
        (question->chain_file != NULL && !read_chain(question->chain_file, &chain, error)))
        return false;
    struct request request = {.method = cz_bytes_of(question->method),
                              .uri = cz_bytes_of(question->uri),
                              .certificate = cz_buffer_view(&certificate)};
    for (size_t i = 0; i < CZ_REQUEST_CHAIN_MAX; i++)
        request.chain[i] = cz_buffer_view(&chain.texts[i]);
    cz_authorize(&setup->snapshot, NULL, &request, question->now, decision);
    return true;
}
