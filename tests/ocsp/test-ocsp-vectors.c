/*
 * The OCSP messages of pyca/cryptography's vectors: each response is read as told here, or refused
 * for this reason, and judged where the vectors hold its issuer; and each request of one
 * certificate is what we write for it.
 *
 * They come from Debian's python3-cryptography-vectors, or the folder in OCSP_VECTORS, which is the
 * vectors' folder x509.
 */
#include "base/calendar.h"
#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/oid.h"
#include "config/certificate_file.h"
#include "config/whole_file.h"
#include "revocation/ocsp_check.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>

#define DATA "/usr/lib/python3/dist-packages/cryptography_vectors/x509"

struct vector {
    const char *name, *expected;
};

static const char *folder = DATA;

static void die(const char *what, const char *which) {
    printf("Bail out! %s: %s\n", what, which);
    exit(1);
}

/* The caller releases it. */
static struct buffer load(const char *name) {
    char path[512];
    struct buffer content = {0};
    struct error error = {{0}};
    snprintf(path, sizeof path, "%s/ocsp/%s.der", folder, name);
    if (!cz_file_read(path, &content, &error))
        die(error.message, path);
    return content;
}

/* --- responses --- */

static const struct vector responses[] = {
    {"ocsp-army.deps.mil-resp", "by key, at 2020-02-22T11:38:11Z, RSA-SHA256, 1 certificate(s); "
                                "03919f 1.3.14.3.2.26 revoked 2018-05-30T20:23:18Z unspecified, "
                                "2020-02-22T00:00:00Z to 2020-02-29T01:00:00Z; "
                                "0391a0 1.3.14.3.2.26 revoked 2019-10-21T14:49:22Z unspecified, "
                                "2020-02-22T00:00:00Z to 2020-02-29T01:00:00Z; 18 more"},
    {"resp-delegate-unknown-cert",
     "by key, at 2018-09-01T13:02:10Z, RSA-SHA256, 1 certificate(s); "
     "6372742e73683fadcfcbaead410f72bee1fd3223 1.3.14.3.2.26 unknown, "
     "2018-09-01T13:02:10Z to 2018-09-02T13:02:09Z"},
    {"resp-invalid-signature-oid", "by name, at 2018-08-30T11:15:00Z, no known algorithm; "
                                   "031c787a7dc90295007bc5f2220b3b527af0 1.3.14.3.2.26 good, "
                                   "2018-08-30T11:00:00Z to 2018-09-06T11:00:00Z"},
    {"resp-responder-key-hash",
     "by key, at 2018-09-01T13:45:20Z, RSA-SHA256; "
     "0fa0a21e15c20bbe1d68ea8fe7706635 1.3.14.3.2.26 revoked 2018-09-01T04:11:54Z unspecified, "
     "2018-09-01T13:45:20Z to 2018-09-08T13:00:20Z"},
    {"resp-response-type-unknown-oid", "refused: not of the basic type (RFC 6960 4.2.1)"},
    {"resp-revoked-no-next-update",
     "by name, at 2018-10-24T00:28:54Z, ECDSA-SHA256; "
     "3f20 1.3.14.3.2.26 revoked 2017-12-27T00:28:54Z unspecified, 2018-10-23T00:28:54Z"},
    {"resp-revoked-reason",
     "by name, at 2018-09-01T19:48:17Z, RSA-SHA256, nonce of 16, 1 certificate(s); "
     "081d8b989e92fae68956dce62a893209a1bc24d3 1.3.14.3.2.26 revoked 2018-06-27T12:30:01Z "
     "superseded, 2018-09-01T19:48:17Z to 2018-09-03T19:48:17Z"},
    {"resp-revoked",
     "by key, at 2018-08-31T17:49:19Z, RSA-SHA256; "
     "01af1efbdd5eae0952320b24fe6b5568 1.3.14.3.2.26 revoked 2016-09-02T21:28:48Z unspecified, "
     "2018-08-31T17:49:19Z to 2018-09-07T17:04:19Z"},
    {"resp-sct-extension",
     "by name, at 2019-11-16T02:30:49Z, RSA-SHA256, nonce of 16, 1 certificate(s); "
     "23bf9a6c2bf9a2f0db5ecb4143caab63ad3871d3 1.3.14.3.2.26 good, "
     "2019-11-16T02:30:49Z to 2019-11-19T02:30:49Z"},
    {"resp-sha256", "by name, at 2018-08-30T11:15:00Z, RSA-SHA256; "
                    "031c787a7dc90295007bc5f2220b3b527af0 1.3.14.3.2.26 good, "
                    "2018-08-30T11:00:00Z to 2018-09-06T11:00:00Z"},
    {"resp-single-extension-reason",
     "by key, at 2019-11-11T04:27:49Z, ECDSA-SHA256; "
     "3f20 1.3.14.3.2.26 good, 2019-11-10T04:27:49Z to 2019-11-17T04:27:49Z"},
    {"resp-successful-no-response-bytes", "refused: the response's bytes are missing or malformed"},
    {"resp-unauthorized", "status 6"},
    {"resp-unknown-extension",
     "by name, at 2018-09-01T19:48:17Z, RSA-SHA256, 1 certificate(s); "
     "081d8b989e92fae68956dce62a893209a1bc24d3 1.3.14.3.2.26 revoked 2018-06-27T12:30:01Z "
     "superseded, 2018-09-01T19:48:17Z to 2018-09-03T19:48:17Z"},
    {"resp-unknown-hash-alg",
     "by key, at 2018-09-01T13:45:20Z, RSA-SHA256; "
     "0fa0a21e15c20bbe1d68ea8fe7706635 1.3.14.3.2.26.17 revoked 2018-09-01T04:11:54Z "
     "unspecified, 2018-09-01T13:45:20Z to 2018-09-08T13:00:20Z"},
    {"resp-unknown-response-status", "refused: the response status is malformed or not known"},
};

static void describe_single(struct buffer *out, const struct ocsp_single_response *single) {
    static const char *const names[] = {
        [OCSP_GOOD] = " good", [OCSP_REVOKED] = " revoked ", [OCSP_UNKNOWN] = " unknown"};
    cz_buffer_puts(out, "; ");
    cz_buffer_hex(out, single->serial);
    cz_buffer_putc(out, ' ');
    cz_oid_append(out, single->hash_algorithm);
    cz_buffer_puts(out, names[single->status]);
    if (single->status == OCSP_REVOKED) {
        cz_time_append(out, single->revoked_at);
        cz_buffer_printf(out, " %s", cz_crl_reason_name(single->reason));
    }
    cz_buffer_puts(out, ", ");
    cz_time_append(out, single->this_update);
    if (single->has_next_update) {
        cz_buffer_puts(out, " to ");
        cz_time_append(out, single->next_update);
    }
    if (single->unknown_critical.len > 0)
        cz_buffer_puts(out, ", critical");
}

static void describe_signature(struct buffer *out, const struct ocsp_response *response) {
    const char *algorithm = gnutls_sign_get_name(response->signature_algorithm);
    cz_buffer_printf(out, ", %s", algorithm != NULL ? algorithm : "no known algorithm");
    if (response->nonce.len > 0)
        cz_buffer_printf(out, ", nonce of %zu", response->nonce.len);
    if (response->certificate_count > 0)
        cz_buffer_printf(out, ", %zu certificate(s)", response->certificate_count);
    if (response->unknown_critical.len > 0)
        cz_buffer_puts(out, ", critical");
}

static void describe(struct buffer *out, struct bytes der) {
    struct ocsp_response response;
    struct ocsp_single_response single;
    const char *detail = NULL;
    size_t count = 0;
    if (!cz_ocsp_response_parse(der, &response, &detail)) {
        cz_buffer_printf(out, "refused: %s", detail);
        return;
    }
    if (response.status != OCSP_SUCCESSFUL) {
        cz_buffer_printf(out, "status %d", response.status);
        return;
    }
    cz_buffer_puts(out, response.responder_name.len > 0 ? "by name, at " : "by key, at ");
    cz_time_append(out, response.produced_at);
    describe_signature(out, &response);
    for (struct bytes rest = response.single_responses; cz_ocsp_next(&rest, &single);)
        if (count++ < 2)
            describe_single(out, &single);
    if (count > 2)
        cz_buffer_printf(out, "; %zu more", count - 2);
}

static void test_responses(void) {
    for (size_t i = 0; i < CZ_COUNT(responses); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer der = load(responses[i].name), out = {0};
        describe(&out, cz_buffer_view(&der));
        tap_is(cz_buffer_text(&out), responses[i].expected, responses[i].name);
    }
}

/* --- judged --- */

struct pair {
    struct certificate_pool pool; /* the issuer */
    struct certificate certificate;
};

/* As much of a certificate as OCSP looks at: what the response says is said of it. */
static void make_pair(const char *issuer, struct bytes serial, struct pair *pair) {
    char path[512];
    struct error error = {{0}};
    *pair = (struct pair){.certificate = {.serial = serial}};
    snprintf(path, sizeof path, "%s/%s", folder, issuer);
    if (!cz_certificates_load(path, &pair->pool, &error))
        die(error.message, path);
    pair->certificate.issuer = pair->pool.items[0]->subject;
}

static const struct judged {
    const char *name, *issuer;
    struct bytes serial;
    int64_t after; /* seconds since thisUpdate */
    const char *expected;
} judged[] = {
#define LETS_ENCRYPT(file, seconds, answer)                                                        \
    {                                                                                              \
        file, "letsencryptx3.pem",                                                                 \
            CZ_BYTES("\x03\x1c\x78\x7a\x7d\xc9\x02\x95\x00\x7b\xc5\xf2\x22\x0b\x3b\x52\x7a\xf0"),  \
            seconds, answer                                                                        \
    }
#define RAPID_SSL(file, answer)                                                                    \
    { file, "rapidssl_sha256_ca_g3.pem", CZ_BYTES("\x3f\x20"), 0, answer }
    LETS_ENCRYPT("resp-sha256", 900, "good"),
    LETS_ENCRYPT("resp-sha256", 899, "unknown, stale"), /* producedAt lies ahead */
    LETS_ENCRYPT("resp-sha256", 7 * 86400, "good"),
    LETS_ENCRYPT("resp-sha256", 7 * 86400 + 1, "unknown, stale"),
    LETS_ENCRYPT("resp-invalid-signature-oid", 900, "unknown, weak-signature"),
    LETS_ENCRYPT("resp-revoked", 0, "unknown, wrong-certificate"),
    LETS_ENCRYPT("resp-unauthorized", 0, "unknown, response-error"),
    LETS_ENCRYPT("resp-unknown-response-status", 0, "unknown, unusable"),
    RAPID_SSL("resp-single-extension-reason", "unknown, no-issuer"),
    RAPID_SSL("resp-revoked-no-next-update", "unknown, no-issuer"),
};

static void test_judged(void) {
    static const struct requirements requirements = {.strength = STRENGTH_MEDIUM};
    static const struct revocation_settings settings = {.ocsp_skew = 0};
    for (size_t i = 0; i < CZ_COUNT(judged); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer der = load(judged[i].name), out = {0};
        struct pair pair;
        struct ocsp_response response;
        struct ocsp_single_response single = {.this_update = 0};
        struct ocsp_answer answer;
        const char *detail;
        make_pair(judged[i].issuer, judged[i].serial, &pair);
        if (cz_ocsp_response_parse(cz_buffer_view(&der), &response, &detail))
            cz_ocsp_find(&response, &pair.certificate, pair.pool.items[0], &single);
        const struct ocsp_question question = {.certificate = &pair.certificate,
                                               .issuer = pair.pool.items[0],
                                               .settings = &settings,
                                               .requirements = &requirements,
                                               .now = single.this_update + judged[i].after};
        cz_ocsp_verify(&question, cz_buffer_view(&der), &answer);
        cz_buffer_puts(&out, cz_revocation_status_name(answer.status));
        if (answer.status == REVOCATION_UNKNOWN)
            cz_buffer_printf(&out, ", %s", cz_revocation_cause_name(answer.cause));
        tap_is(cz_buffer_text(&out), judged[i].expected, judged[i].name);
        cz_pool_release(&pair.pool);
    }
}

/* --- requests --- */

/* Those that we would write: for one certificate, by SHA-1, with no extension but a nonce. */
static const char *const requests[] = {"req-sha1", "req-ext-nonce", "ocsp-army.valid-req",
                                       "ocsp-army.revoked-req", "ocsp-army.inapplicable-req"};

/* Where the two hashes, the serial and the nonce stand in a request. */
struct request {
    struct bytes name_hash, key_hash, serial, nonce;
};

/* The SEQUENCE that `outer` begins with. */
static bool enter(struct bytes outer, struct bytes *inner) {
    return cz_der_take(&outer, DER_SEQUENCE, inner);
}

static bool read_nonce(struct bytes tbs, struct bytes *nonce) {
    struct bytes wrapped, list, extension, oid, value;
    return cz_der_take(&tbs, DER_CONTEXT_CONSTRUCTED(2), &wrapped) && enter(wrapped, &list) &&
           enter(list, &extension) && cz_der_take(&extension, DER_OID, &oid) &&
           cz_der_take(&extension, DER_OCTET_STRING, &value) &&
           cz_der_take(&value, DER_OCTET_STRING, nonce);
}

static bool read_request(struct bytes der, struct request *request) {
    struct bytes whole, tbs, list, one, id, algorithm, number;
    *request = (struct request){.nonce = {0}};
    return enter(der, &whole) && enter(whole, &tbs) && cz_der_take(&tbs, DER_SEQUENCE, &list) &&
           enter(list, &one) && enter(one, &id) && cz_der_take(&id, DER_SEQUENCE, &algorithm) &&
           cz_der_take(&id, DER_OCTET_STRING, &request->name_hash) &&
           cz_der_take(&id, DER_OCTET_STRING, &request->key_hash) &&
           cz_der_take(&id, DER_INTEGER, &number) &&
           cz_der_positive_integer(number, &request->serial) &&
           (tbs.len == 0 || read_nonce(tbs, &request->nonce));
}

/* The names and keys behind the hashes are not told, so that any issuer will do: ours may differ
 * in the hashes alone. */
static void test_requests(void) {
    for (size_t i = 0; i < CZ_COUNT(requests); i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer theirs = load(requests[i]), ours = {0};
        struct request request, again;
        struct pair pair;
        if (!read_request(cz_buffer_view(&theirs), &request))
            die("not read", requests[i]);
        make_pair("letsencryptx3.pem", request.serial, &pair);
        bool written = cz_ocsp_request_write(&ours, &pair.certificate, pair.pool.items[0], false,
                                             request.nonce) &&
                       read_request(cz_buffer_view(&ours), &again);
        if (written && again.name_hash.len == 20 && again.key_hash.len == 20) {
            memcpy((void *)again.name_hash.data, request.name_hash.data, 20);
            memcpy((void *)again.key_hash.data, request.key_hash.data, 20);
        }
        tap_ok(written && cz_bytes_equal(cz_buffer_view(&ours), cz_buffer_view(&theirs)),
               "%s is what we write", requests[i]);
        cz_pool_release(&pair.pool);
    }
}

/* A response holds the CertID that it was asked about. */
static void test_certificate_id(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer request = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer der = load("resp-single-extension-reason");
    struct bytes serial = CZ_BYTES("\x3f\x20");
    struct request read;
    struct ocsp_response response;
    struct ocsp_single_response single;
    const char *detail;
    struct pair pair;
    make_pair("rapidssl_sha256_ca_g3.pem", serial, &pair);
    tap_ok(cz_ocsp_request_write(&request, &pair.certificate, pair.pool.items[0], false,
                                 (struct bytes){0}) &&
               read_request(cz_buffer_view(&request), &read) &&
               cz_ocsp_response_parse(cz_buffer_view(&der), &response, &detail) &&
               cz_ocsp_find(&response, &pair.certificate, pair.pool.items[0], &single) &&
               cz_bytes_equal(read.name_hash, single.issuer_name_hash) &&
               cz_bytes_equal(read.key_hash, single.issuer_key_hash),
           "the hashes are those of a response about the same certificate");
    cz_pool_release(&pair.pool);
}

int main(void) {
    if (getenv("OCSP_VECTORS") != NULL)
        folder = getenv("OCSP_VECTORS");
    if (access(folder, R_OK) != 0) {
        printf("1..0 # SKIP %s: %s; install python3-cryptography-vectors, or set OCSP_VECTORS\n",
               folder, strerror(errno));
        return 0;
    }
    test_responses();
    test_judged();
    test_requests();
    test_certificate_id();
    return tap_done();
}
