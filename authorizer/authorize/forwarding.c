#include "authorize/forwarding.h"

#include "base/cleanup.h"
#include "certificate/der.h"

#include <stdlib.h>

void cz_forwarding_release(struct forwarding *forwarding) {
    free(forwarding->variables.certificate);
    free(forwarding->variables.chain);
    free(forwarding->none);
    free(forwarding->proxies);
    *forwarding = (struct forwarding){0};
}

bool cz_forwarding_is_proxy(const struct forwarding *forwarding, const struct request *request) {
    struct ip_address address;
    if (forwarding->variables.certificate == NULL || !cz_address_parse(request->address, &address))
        return false;
    for (size_t i = 0; i < forwarding->proxy_count; i++)
        if (cz_address_in(&address, &forwarding->proxies[i]))
            return true;
    return false;
}

bool cz_forwarding_ignores(const struct forwarding *forwarding, const struct request *request) {
    return request->forwarded.certificate.len > 0 && !cz_forwarding_is_proxy(forwarding, request);
}

static struct server_verification refused(enum reason reason, const char *detail) {
    return (struct server_verification){.presented = true, .reason = reason, .detail = detail};
}

/* The reason of a fault would be told to the client as if it were its certificate's. */
static struct server_verification own_fault(struct server_verification own) {
    if (own.reason == REASON_INCONSISTENT_SERVER_VARIABLES)
        return own;
    return refused(REASON_SERVER_VERIFICATION_FAILED,
                   "the web server found fault with the proxy's own certificate "
                   "(SSL_CLIENT_VERIFY)");
}

static struct server_verification none_forwarded(const struct forwarding *forwarding,
                                                 const struct request *request, bool own) {
    if (forwarding->none != NULL && request->forwarded.certificate.len == 0)
        return refused(REASON_INCONSISTENT_SERVER_VARIABLES,
                       "the proxy's header is not there; see forwarded.none");
    if (own && !forwarding->overrides)
        return refused(REASON_INCONSISTENT_SERVER_VARIABLES,
                       "the proxy forwarded no certificate, yet there is SSL_CLIENT_CERT; is it "
                       "the proxy's own? See forwarded.agreement");
    return (struct server_verification){.presented = false};
}

static struct server_verification decode(enum forwarded_format format, struct bytes value,
                                         struct buffer *der) {
    const char *detail = NULL;
    switch (cz_forwarded_decode(format, value, der, &detail)) {
    case PEM_OK:
        return (struct server_verification){.presented = true};
    case PEM_MALFORMED:
        return refused(REASON_MALFORMED_CERTIFICATE, detail);
    case PEM_TOO_LARGE:
        return refused(REASON_REQUEST_TOO_LARGE, detail);
    case PEM_NO_MEMORY:
        break;
    }
    return refused(REASON_INTERNAL_ERROR, "out of memory");
}

/* Whether the web server's own is the same; what cannot be read is another. */
static struct server_verification compare(const struct request *request, struct bytes forwarded) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    const char *detail;
    if (cz_pem_decode(request->certificate, &der, &detail) == PEM_OK &&
        cz_bytes_equal(cz_buffer_view(&der), forwarded))
        return (struct server_verification){.presented = true};
    return refused(REASON_INCONSISTENT_SERVER_VARIABLES,
                   "SSL_CLIENT_CERT is another certificate than the one that the proxy forwarded; "
                   "is it the proxy's own? See forwarded.agreement");
}

/* Envoy's chain begins with the certificate itself, which helps nobody. */
static void split_chain(struct bytes rest, struct bytes certificate, struct request *request) {
    struct der_element element;
    size_t count = 0;
    while (count < CZ_REQUEST_CHAIN_MAX && cz_der_next(&rest, &element))
        if (!cz_bytes_equal(element.whole, certificate))
            request->chain[count++] = element.whole;
}

static void take(const struct forwarding *forwarding, struct presented *presented) {
    const struct request *request = presented->request;
    bool is_inside = forwarding->format == FORWARDED_XFCC;
    presented->forwarded = *request;
    memset(presented->forwarded.chain, 0, sizeof presented->forwarded.chain);
    presented->forwarded.is_der = true;
    presented->forwarded.certificate = cz_buffer_view(&presented->der);
    cz_forwarded_decode_chain(forwarding->format,
                              is_inside ? request->forwarded.certificate : request->forwarded.chain,
                              &presented->chain);
    split_chain(cz_buffer_view(&presented->chain), presented->forwarded.certificate,
                &presented->forwarded);
    presented->request = &presented->forwarded;
}

static struct server_verification find(const struct forwarding *forwarding,
                                       const struct request *request, struct presented *presented) {
    struct server_verification own = cz_server_verification(request);
    if (!presented->by_proxy)
        return own;
    if (own.reason != REASON_UNDECIDED)
        return own_fault(own);
    if (request->forwarded.repeated)
        return refused(REASON_INCONSISTENT_SERVER_VARIABLES, "the proxy's header is there twice");
    if (!presented->was_forwarded)
        return none_forwarded(forwarding, request, own.presented);
    struct server_verification found =
        decode(forwarding->format, request->forwarded.certificate, &presented->der);
    if (found.reason == REASON_UNDECIDED && own.presented && !forwarding->overrides)
        found = compare(request, cz_buffer_view(&presented->der));
    if (found.reason == REASON_UNDECIDED)
        take(forwarding, presented);
    return found;
}

static bool holds_one(const struct forwarding *forwarding, struct bytes header) {
    return header.len > 0 &&
           (forwarding->none == NULL || !cz_bytes_equal(header, cz_bytes_of(forwarding->none)));
}

void cz_presented_find(const struct forwarding *forwarding, const struct request *request,
                       struct presented *presented) {
    *presented = (struct presented){.request = request,
                                    .by_proxy = cz_forwarding_is_proxy(forwarding, request)};
    presented->was_forwarded =
        presented->by_proxy && holds_one(forwarding, request->forwarded.certificate);
    presented->verification = find(forwarding, request, presented);
}

void cz_presented_release(struct presented *presented) {
    cz_buffer_release(&presented->der);
    cz_buffer_release(&presented->chain);
}
