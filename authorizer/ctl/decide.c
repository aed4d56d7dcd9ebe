#include "ctl/decide.h"

#include "authorize/authorize.h"
#include "base/cleanup.h"

/* The question has PEM, which is one of the formats; a file may be percent-encoded as a whole. */
static void forward(struct forwarding *forwarding, struct request *request, struct buffer *chain) {
    struct bytes text = request->certificate;
    if (text.len == 0) {
        if (forwarding->none != NULL)
            request->forwarded.certificate = cz_bytes_of(forwarding->none);
        return;
    }
    bool escaped = memchr(text.data, '%', text.len) != NULL;
    forwarding->format = escaped ? FORWARDED_PEM_ESCAPED : FORWARDED_PEM;
    for (size_t i = 0; i < CZ_REQUEST_CHAIN_MAX; i++) {
        cz_buffer_bytes(chain, request->chain[i]);
        request->chain[i] = (struct bytes){0};
    }
    request->forwarded.certificate = text;
    request->forwarded.chain = cz_buffer_view(chain);
    request->certificate = (struct bytes){0};
}

bool cz_question_decide(const struct snapshot *snapshot, const struct revocation_holdings *holdings,
                        const struct question *question, struct decision *decision,
                        struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer chain = {0};
    struct snapshot asked = *snapshot;
    struct request request = cz_question_request(question);
    if (request.forwarded.certificate.len == 0 &&
        cz_forwarding_is_proxy(&asked.forwarding, &request))
        forward(&asked.forwarding, &request, &chain);
    cz_decision_init(decision);
    if (chain.failed)
        return cz_error_set(error, "out of memory");
    cz_authorize(&asked, NULL, holdings, &request, question->now, decision);
    return true;
}
