/*
 * The variables that the web server sets and that we read: FastCGI parameters and the CGI
 * environment come as the same array of NAME=VALUE and are read by the same code.
 * Client headers (HTTP_*) never say who somebody is; of them only Accept is read, to choose
 * the form of a denial, and what the configuration says that a proxy forwards a certificate in.
 */
#ifndef CERTAUTHZ_REQUEST_REQUEST_H
#define CERTAUTHZ_REQUEST_REQUEST_H

#include "base/bytes.h"

#define CZ_REQUEST_SIZE_MAX (256u * 1024) /* bytes of all variables together */
#define CZ_REQUEST_CHAIN_MAX 10

/* Everything is borrowed from the array that was read. A variable that is not set has
 * data == NULL; one that is set and empty has len == 0. */
struct request {
    struct bytes method;
    struct bytes uri;          /* REQUEST_URI, as the client sent it */
    struct bytes redirect_uri; /* REDIRECT_URI, lighttpd's normalised form where it differs, and
                                  where our files for Apache say that it was sent on to */
    struct bytes host;         /* SERVER_NAME */
    struct bytes address;      /* REMOTE_ADDR */
    struct bytes role;         /* FCGI_ROLE, from FastCGI's BEGIN_REQUEST */
    struct bytes path;         /* CERTAUTHZ_PATH: nginx's path, decoded and normalised by it */
    struct bytes policy;       /* CERTAUTHZ_POLICY: the name of the policy that holds here */
    struct bytes certificate;  /* SSL_CLIENT_CERT */
    struct bytes verify;       /* SSL_CLIENT_VERIFY */
    struct bytes chain[CZ_REQUEST_CHAIN_MAX]; /* SSL_CLIENT_CERT_CHAIN_0 … 9, gaps are empty */
    struct bytes accept;                      /* HTTP_ACCEPT */
    bool is_der; /* certificate and chain are DER, not text: of one that was forwarded */
    struct {
        struct bytes certificate, chain; /* read by cz_request_read_forwarded */
        bool repeated;                   /* one of the two came twice */
    } forwarded;                         /* means nothing before it is known who sent it */
    bool too_large;                      /* all variables exceed CZ_REQUEST_SIZE_MAX */
    const char *repeated;                /* the name of a variable that came twice, or NULL */
};

/* `variables` ends with NULL. Entries without '=' are passed over. */
void cz_request_read(struct request *request, const char *const *variables);

/* Names of variables. */
struct forwarded_variables {
    char *certificate; /* HTTP_CLIENT_CERT; NULL: none is read */
    char *chain;       /* the same */
};
/* To be called after cz_request_read, with the same variables. */
void cz_request_read_forwarded(struct request *request, const struct forwarded_variables *names,
                               const char *const *variables);

#endif
