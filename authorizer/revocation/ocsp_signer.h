/* Who signed an OCSP response, and may they (RFC 6960 4.2.2.2)? Part of cz_ocsp_verify. */
#ifndef CERTAUTHZ_REVOCATION_OCSP_SIGNER_H
#define CERTAUTHZ_REVOCATION_OCSP_SIGNER_H

#include "revocation/ocsp_check.h"

/* True where there is one who may; then the answer's times are narrowed to those of the signer's
 * certificate. Else its cause and detail are set. `question` with signatures and responders. */
bool cz_ocsp_signer_find(const struct ocsp_question *question, const struct ocsp_response *response,
                         struct ocsp_answer *answer);

#endif
