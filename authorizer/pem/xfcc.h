/*
 * Envoy's X-Forwarded-Client-Cert: elements separated by commas, one for each proxy on the way,
 * each with pairs KEY=VALUE separated by semicolons. Keys in any case; a value may stand in double
 * quotes, in which a backslash takes its meaning from the character behind it.
 */
#ifndef CERTAUTHZ_PEM_XFCC_H
#define CERTAUTHZ_PEM_XFCC_H

#include "base/bytes.h"

/* Borrowed from the header, without quotes: what stands behind Cert= and Chain=, percent-encoded
 * PEM; empty where it is not there. */
struct xfcc_element {
    struct bytes certificate, chain;
};

/*
 * The last element, which the nearest proxy has written, about whoever connected to it. Those
 * before it are what that proxy was told, by its client if it came to that. NULL on success, else
 * static text that says what is wrong: of all elements, since a quote that is not closed in an
 * early one could swallow the last. No element follows one in which a value that a certificate's
 * holder may have chosen (URI, DNS) stands without quotes, as Envoy writes them: with a comma in
 * the name he would have written that element himself.
 */
const char *cz_xfcc_last(struct bytes header, struct xfcc_element *last);

#endif
