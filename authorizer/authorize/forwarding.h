/*
 * Certificates that a proxy in front forwards in a header, and which certificate is the client's
 * where there is one on the proxy's own connection as well.
 *
 * The header counts from the addresses of the list alone, by REMOTE_ADDR, the other end of the
 * connection; anybody could send it. RFC 9440 section 4 has the proxy take it out of what clients
 * send.
 *
 * SSL_CLIENT_CERT and SSL_CLIENT_VERIFY are about that connection too, and so about the proxy: that
 * the web server found the proxy's certificate good says nothing of the one in the header, and NONE
 * does not contradict that. What was forwarded is verified here and nowhere else. But a fault that
 * the web server found, or variables that contradict each other, refuse: they put in doubt who
 * sends the header. And where the proxy forwards none, its own certificate is nobody's: it would
 * make a member of every stranger. So of a request from a proxy
 *
 *   the header holds      SSL_CLIENT_CERT holds    by agreement        by override
 *   a certificate         none                     it                  it
 *   a certificate         the same                 it                  it
 *   a certificate         another                  refused             it
 *   none                  one                      refused             none was presented
 *   none                  none                     none was presented  the same
 *
 * None is an empty header or none at all; or, where the proxy says so in words, these alone, and a
 * request without the header is refused. For lighttpd hands over X.Client.Cert by the name of
 * X-Client-Cert, and nothing that is empty: a client whose proxy knows but the right spelling, and
 * adds nothing, could forward what it likes. Beside a header that is always there its own would be
 * a second one, which refuses.
 */
#ifndef CERTAUTHZ_AUTHORIZE_FORWARDING_H
#define CERTAUTHZ_AUTHORIZE_FORWARDING_H

#include "pem/forwarded.h"
#include "policy/address.h"
#include "request/verification.h"

/* The group `forwarded` of the configuration. */
struct forwarding {
    struct forwarded_variables variables; /* owned; certificate NULL: there is no such group */
    enum forwarded_format format;
    char *none;                    /* owned: what the header holds where there is none; or NULL */
    bool overrides;                /* else what SSL_CLIENT_CERT holds has to agree */
    struct address_range *proxies; /* owned */
    size_t proxy_count;
};

void cz_forwarding_release(struct forwarding *forwarding);

/* True where a certificate came in the header, and from none of the proxies. */
bool cz_forwarding_ignores(const struct forwarding *forwarding, const struct request *request);
/* True where there is such a group, and the request came from one of its proxies. */
bool cz_forwarding_is_proxy(const struct forwarding *forwarding, const struct request *request);

struct presented {
    /* Whether there is one; and why it refuses, of a proxy's request as the table above has it. */
    struct server_verification verification;
    const struct request *request; /* the one asked about, or `forwarded` */
    bool by_proxy;                 /* the request came from one of the proxies */
    bool was_forwarded;            /* and a certificate with it */

    struct request forwarded; /* the same with what was forwarded in its place */
    struct buffer der, chain; /* owned: what that borrows from */
};

/* What the client presented. Fills all of `presented`, which borrows from `request` and must stay
 * where it is; the caller releases it. */
void cz_presented_find(const struct forwarding *forwarding, const struct request *request,
                       struct presented *presented);
void cz_presented_release(struct presented *presented);

#endif
