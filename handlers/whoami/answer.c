#include "answer.h"

#include "base/cleanup.h"
#include "page.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#define NO_REFUSAL REFUSAL_COUNT

static enum whoami_refusal hash_body(gnutls_hash_hd_t hash, whoami_read *read, void *source,
                                     uint64_t *bytes) {
    uint8_t chunk[16384];
    ssize_t got;
    while ((got = read(source, chunk, sizeof chunk)) > 0) {
        *bytes += (uint64_t)got;
        if (*bytes > WHOAMI_BODY_LIMIT)
            return REFUSE_BODY_TOO_LARGE;
        if (gnutls_hash(hash, chunk, (size_t)got) < 0)
            return REFUSE_INTERNAL_ERROR;
    }
    return got < 0 ? REFUSE_BODY_UNREADABLE : NO_REFUSAL;
}

static enum whoami_refusal read_body(struct whoami_request *request, whoami_read *read,
                                     void *source) {
    gnutls_hash_hd_t hash;
    if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) < 0)
        return REFUSE_INTERNAL_ERROR;
    enum whoami_refusal refusal = hash_body(hash, read, source, &request->body_bytes);
    gnutls_hash_deinit(hash, request->body_sha256);
    return refusal;
}

void whoami_answer(struct buffer *reply, char *const *variables, whoami_read *read, void *source) {
    struct whoami_request request;
    whoami_request_read(&request, variables);
    bool head = whoami_is_head(&request);
    enum whoami_refusal refusal =
        whoami_method_allowed(&request) ? read_body(&request, read, source) : REFUSE_METHOD;
    if (refusal == NO_REFUSAL) {
        whoami_page(reply, &request);
        if (!reply->failed)
            return;
        refusal = REFUSE_INTERNAL_ERROR;
    }
    whoami_refuse(reply, refusal, head);
}
