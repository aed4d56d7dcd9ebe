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
 * early one could swallow the last. Nothing that counts follows a value that a certificate's
 * holder may have chosen (URI, DNS, with quotes or without): neither another element nor Cert or
 * Chain of the same one. Envoy writes such names as they are, and with a comma, a semicolon or
 * quotes in them the holder would have written that himself.
 */
const char *cz_xfcc_last(struct bytes header, struct xfcc_element *last);

#endif
