#include "response/claim_name.h"

#include "base/cleanup.h"

#include <string.h>

/* Each covers all names that begin with it. A variable of a handler's environment is an order to
 * whoever reads it: CGI's own, the loader's, the shells' and interpreters'. */
static const char *const taken[] = {
    "AUTH_",    "CERTAUTHZ", "CERT_",    "CONTENT_", "DOCUMENT_", "FCGI_",   "GATEWAY_",
    "HTTP",     "LD_",       "PATH",     "PERL",     "PHP",       "PYTHON",  "QUERY_",
    "REDIRECT", "REMOTE_",   "REQUEST_", "RUBY",     "SCRIPT_",   "SERVER_", "SSL_",
    "NODE_",    "BASH",      "ENV",      "IFS",      "LC_",       "LANG",    "TZ",
    "HOME",     "TMPDIR",    "MALLOC_",  "GNUTLS_",  "OPENSSL_",  "SHELL",   "GLIBC_",
};

const char *cz_claim_name_problem(const char *name) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    size_t len = strlen(name);
    if (len == 0 || len > CZ_CLAIM_NAME_MAX || strspn(name, letters) != len || name[0] < 'A' ||
        name[0] > 'Z')
        return "a claim's name has capital letters, digits and underscores, at most 64, and begins "
               "with a letter";
    for (size_t i = 0; i < CZ_COUNT(taken); i++)
        if (strncmp(name, taken[i], strlen(taken[i])) == 0)
            return "names that begin so mean something to servers, loaders or interpreters; choose "
                   "another";
    return NULL;
}
