/* A certification path (RFC 5280 section 6), from the client's certificate to the anchor. */
#ifndef CERTAUTHZ_PATH_PATH_H
#define CERTAUTHZ_PATH_PATH_H

#include "certificate/certificate.h"

#define CZ_PATH_MAX 16 /* certificates, the end certificate and the anchor included */

struct path {
    const struct certificate *certificates[CZ_PATH_MAX]; /* [0] end, [count - 1] anchor */
    size_t count;
};

#endif
