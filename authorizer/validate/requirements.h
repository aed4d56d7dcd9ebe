/* What is demanded of a certificate: the configuration's group `certificates` as a value. */
#ifndef CERTAUTHZ_VALIDATE_REQUIREMENTS_H
#define CERTAUTHZ_VALIDATE_REQUIREMENTS_H

#include "base/bytes.h"

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

struct oid_set {
    struct bytes *oids; /* owned, each too */
    size_t count;
};

struct requirements {
    bool allow_chained;
    bool allow_self_signed;
    enum certificate_use use;
    bool check_validity;
    enum certificate_strength strength;
    bool lenient_dates;  /* dates before 2050 may be written as GeneralizedTime */
    int max_path_length; /* intermediates between the certificate and its anchor */

    bool heeds_distribution_points; /* revocation is checked: a critical extension of them is
                                       processed (RFC 5280 4.2) */

    bool refuse_weak_algorithms; /* of the end certificate: SHA-1 and older, RSA and DSA under
                                    2,048 bits, EC under 256, whatever `strength` says */

    struct oid_set purposes; /* that the end certificate's extended key usage must hold */
    bool purposes_exact;     /* … and no other */

    /* RFC 5280 6.1.1 (c) and (e) to (g) */
    struct oid_set initial_policies; /* none: any policy */
    bool require_explicit_policy;
    bool inhibit_policy_mapping;
    bool inhibit_any_policy;
};

void cz_requirements_release(struct requirements *requirements);

#endif
