/*
 * Distribution points, as a certificate names them (RFC 5280 4.2.1.13) and as a CRL does
 * (issuingDistributionPoint, 5.2.5). All borrowed from the extension's value.
 */
#ifndef CERTAUTHZ_REVOCATION_DISTRIBUTION_POINT_H
#define CERTAUTHZ_REVOCATION_DISTRIBUTION_POINT_H

#include "base/bytes.h"

/* ReasonFlags: bit n of the BIT STRING is 1 << n. Bit 0 has no meaning. */
#define CZ_REASONS_ALL 0x1feu

enum distribution_name_form {
    DISTRIBUTION_NAME_NONE = 0,
    DISTRIBUTION_NAME_FULL,
    DISTRIBUTION_NAME_RELATIVE, /* to the name of the CRL's issuer */
};

struct distribution_name {
    enum distribution_name_form form;
    struct bytes content; /* FULL: GeneralNames in a row; RELATIVE: one RDN's attributes */
};

struct distribution_point {
    struct distribution_name name;
    unsigned reasons;        /* CZ_REASONS_ALL where it names none */
    struct bytes crl_issuer; /* GeneralNames in a row; empty: the certificate's issuer */
};

/* The zero value with all reasons is what a CRL without the extension has. */
struct issuing_point {
    struct distribution_name name;
    bool only_user_certificates, only_ca_certificates, only_attribute_certificates;
    bool indirect;
    unsigned reasons;
};

/* `value` is that of the extension cRLDistributionPoints; gives the points in a row, at least one.
 * False where it is malformed; each point is judged when it is taken. */
bool cz_distribution_points_open(struct bytes value, struct bytes *list);
/* Takes the next point off `list`. False where it is malformed or there is none. */
bool cz_distribution_point_next(struct bytes *list, struct distribution_point *point);

/* `value` is that of the extension issuingDistributionPoint. False where it is malformed. */
bool cz_issuing_point_read(struct bytes value, struct issuing_point *point);

#endif
