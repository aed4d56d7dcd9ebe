/*
 * Object identifiers as the content bytes of their DER encoding: compared as bytes,
 * written as dotted decimals for people.
 */
#ifndef CERTAUTHZ_CERTIFICATE_OID_H
#define CERTAUTHZ_CERTIFICATE_OID_H

#include "base/buffer.h"
#include "base/bytes.h"

/* RFC 5280 extensions */
#define OID_SUBJECT_KEY_IDENTIFIER CZ_BYTES("\x55\x1d\x0e")
#define OID_KEY_USAGE CZ_BYTES("\x55\x1d\x0f")
#define OID_SUBJECT_ALT_NAME CZ_BYTES("\x55\x1d\x11")
#define OID_ISSUER_ALT_NAME CZ_BYTES("\x55\x1d\x12")
#define OID_CRL_NUMBER CZ_BYTES("\x55\x1d\x14")
#define OID_REASON_CODE CZ_BYTES("\x55\x1d\x15")
#define OID_HOLD_INSTRUCTION CZ_BYTES("\x55\x1d\x17")
#define OID_INVALIDITY_DATE CZ_BYTES("\x55\x1d\x18")
#define OID_DELTA_CRL_INDICATOR CZ_BYTES("\x55\x1d\x1b")
#define OID_ISSUING_DISTRIBUTION_POINT CZ_BYTES("\x55\x1d\x1c")
#define OID_CERTIFICATE_ISSUER CZ_BYTES("\x55\x1d\x1d")
#define OID_BASIC_CONSTRAINTS CZ_BYTES("\x55\x1d\x13")
#define OID_NAME_CONSTRAINTS CZ_BYTES("\x55\x1d\x1e")
#define OID_CRL_DISTRIBUTION_POINTS CZ_BYTES("\x55\x1d\x1f")
#define OID_CERTIFICATE_POLICIES CZ_BYTES("\x55\x1d\x20")
#define OID_POLICY_MAPPINGS CZ_BYTES("\x55\x1d\x21")
#define OID_AUTHORITY_KEY_IDENTIFIER CZ_BYTES("\x55\x1d\x23")
#define OID_POLICY_CONSTRAINTS CZ_BYTES("\x55\x1d\x24")
#define OID_EXTENDED_KEY_USAGE CZ_BYTES("\x55\x1d\x25")
#define OID_FRESHEST_CRL CZ_BYTES("\x55\x1d\x2e")
#define OID_INHIBIT_ANY_POLICY CZ_BYTES("\x55\x1d\x36")
#define OID_AUTHORITY_INFO_ACCESS CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x01\x01")

/* Extended key purposes (RFC 5280 4.2.1.12) */
#define OID_ANY_EXTENDED_KEY_USAGE CZ_BYTES("\x55\x1d\x25\x00")
#define OID_CLIENT_AUTH CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x03\x02")
#define OID_OCSP_SIGNING CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x03\x09")

/* OCSP: where it is offered (RFC 5280 4.2.2.1), and RFC 6960 4.2.1, 4.4.1, 4.2.2.2.1 */
#define OID_ACCESS_BY_OCSP CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x30\x01")
#define OID_OCSP_BASIC CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x30\x01\x01")
#define OID_OCSP_NONCE CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x30\x01\x02")
#define OID_OCSP_NO_CHECK CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x30\x01\x05")

/* Hashes (RFC 3279 2.1, RFC 5754 2) */
#define OID_SHA1 CZ_BYTES("\x2b\x0e\x03\x02\x1a")
#define OID_SHA256 CZ_BYTES("\x60\x86\x48\x01\x65\x03\x04\x02\x01")
#define OID_SHA384 CZ_BYTES("\x60\x86\x48\x01\x65\x03\x04\x02\x02")
#define OID_SHA512 CZ_BYTES("\x60\x86\x48\x01\x65\x03\x04\x02\x03")

/* Certificate policies (RFC 5280 4.2.1.4) */
#define OID_ANY_POLICY CZ_BYTES("\x55\x1d\x20\x00")

/* Attribute types (RFC 4519, RFC 2985) */
#define OID_COMMON_NAME CZ_BYTES("\x55\x04\x03")
#define OID_ORGANIZATION CZ_BYTES("\x55\x04\x0a")
#define OID_ORGANIZATIONAL_UNIT CZ_BYTES("\x55\x04\x0b")
#define OID_EMAIL_ADDRESS CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01")

/* otherName: Microsoft's user principal name */
#define OID_UPN CZ_BYTES("\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03")

/* Public keys and curves (RFC 3279, RFC 5480, RFC 8410, RFC 4055) */
#define OID_RSA CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define OID_RSA_PSS CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")
#define OID_MGF1 CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08")
#define OID_DSA CZ_BYTES("\x2a\x86\x48\xce\x38\x04\x01")
#define OID_EC CZ_BYTES("\x2a\x86\x48\xce\x3d\x02\x01")
#define OID_ED25519 CZ_BYTES("\x2b\x65\x70")
#define OID_ED448 CZ_BYTES("\x2b\x65\x71")

/* Longest encoding that cz_oid_parse makes; bytes. */
#define CZ_OID_SIZE_MAX 64

/* Reads 1.2.840.113549, with at least two arcs of at most 2^32 - 1, into its DER content. False,
 * with nothing appended, where it is none. */
bool cz_oid_parse(const char *text, struct buffer *out);
/* False where an arc is not minimal, is cut off, or exceeds 2^32 - 1. */
bool cz_oid_valid(struct bytes oid);
/* 1.2.840.113549; appends nothing for an invalid one. */
void cz_oid_append(struct buffer *out, struct bytes oid);

#endif
