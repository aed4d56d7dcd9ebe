/* What is demanded of a certificate: the configuration's group `certificates` as a value. */
#ifndef CERTAUTHZ_VALIDATE_REQUIREMENTS_H
#define CERTAUTHZ_VALIDATE_REQUIREMENTS_H

#include <stdbool.h>

enum certificate_use {
    USE_CLIENT_AUTH = 0,    /* clientAuth in the extended key usage, or no such extension */
    USE_CLIENT_AUTH_STRICT, /* clientAuth must be named */
    USE_ANY,
};

enum certificate_strength { /* GnuTLS's verification profiles of the same names */
                            STRENGTH_MEDIUM = 0,
                            STRENGTH_NONE, /* no least size of a key; SHA-1 passes, MD5 never */
                            STRENGTH_LOW,
                            STRENGTH_HIGH,
};

#define CZ_MAX_PATH_LENGTH_LIMIT 14 /* intermediates that the search can handle */

struct requirements {
    bool allow_chained;
    bool allow_self_signed;
    enum certificate_use use;
    bool check_validity;
    enum certificate_strength strength;
    int max_path_length; /* intermediates between the certificate and its anchor */
};

#endif
