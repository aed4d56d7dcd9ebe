/*
 * Is this path valid (RFC 5280 section 6.1)? A pure function of the path, what is required,
 * and the time.
 *
 * What a trust anchor's own extensions say is honoured too, as RFC 5937 describes: its name
 * constraints, path length, key usage and extended key usage; not its policies.
 */
#ifndef CERTAUTHZ_VALIDATE_VALIDATE_H
#define CERTAUTHZ_VALIDATE_VALIDATE_H

#include "certificate/signature.h"
#include "path/path.h"
#include "reason/trace.h"
#include "trust/trust.h"
#include "validate/policies.h"
#include "validate/requirements.h"

/* The zero value is "not valid". */
struct validation {
    bool valid;
    enum reason reason;             /* why not; REASON_UNDECIDED when valid */
    int64_t valid_from;             /* the verdict holds from here */
    int64_t valid_until;            /* … to here, both inclusive, in seconds since 1970 */
    struct path path;               /* the path judged */
    struct policies_found policies; /* acceptable ones, when valid */
    struct trace trace;
};

/* What the end certificate alone tells: its type, use, validity, strength and critical
 * extensions. Where this fails no path can help. */
void cz_validate_end_certificate(const struct certificate *certificate,
                                 const struct requirements *requirements, int64_t now,
                                 struct validation *validation);

/* The end certificate again and everything up to the anchor. */
void cz_validate_path(const struct path *path, const struct requirements *requirements,
                      struct signature_checks *signatures, int64_t now,
                      struct validation *validation);

/* A self-signed certificate: it must be among the anchors, or pinned. */
void cz_validate_self_signed(const struct certificate *certificate, const struct trust *trust,
                             const struct requirements *requirements,
                             struct signature_checks *signatures, int64_t now,
                             struct validation *validation);

#endif
