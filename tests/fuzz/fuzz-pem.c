/* Any text as a certificate's PEM, and as a file of many. */
#include "fuzz.h"

#include "base/cleanup.h"
#include "pem/pem.h"

#include <gnutls/gnutls.h>

/* What was read is what its own PEM gives again. */
static void check_round_trip(struct bytes der) {
    CZ_CLEANUP(cz_buffer_release) struct buffer again = {0};
    gnutls_datum_t in = {.data = (unsigned char *)der.data, .size = (unsigned)der.len};
    gnutls_datum_t out = {0};
    const char *detail = NULL;
    REQUIRE(gnutls_pem_base64_encode2("CERTIFICATE", &in, &out) >= 0);
    struct bytes text = {.data = out.data, .len = out.size};
    if (text.len <= CZ_PEM_SIZE_MAX) {
        REQUIRE(cz_pem_decode(text, &again, &detail) == PEM_OK);
        REQUIRE(cz_bytes_equal(cz_buffer_view(&again), der));
    }
    gnutls_free(out.data);
}

static void fuzz_one(struct bytes text) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    const char *detail = NULL;
    enum pem_status status = cz_pem_decode(text, &der, &detail);
    REQUIRE(status != PEM_NO_MEMORY && !der.failed);
    REQUIRE((status == PEM_TOO_LARGE) == (text.len > CZ_PEM_SIZE_MAX));
    REQUIRE((status == PEM_OK) == (der.len > 0));
    REQUIRE(status == PEM_OK || detail != NULL);
    /* and shorter, so that each length of the last quantum comes up */
    for (size_t less = 0; status == PEM_OK && less < 3 && less < der.len; less++)
        check_round_trip((struct bytes){.data = (uint8_t *)der.data, .len = der.len - less});
}

static void fuzz_many(struct bytes rest) {
    for (;;) {
        CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
        struct bytes before = rest;
        const char *detail = NULL;
        enum pem_status status = cz_pem_next(&rest, &der, &detail);
        REQUIRE(status == PEM_OK || (status == PEM_MALFORMED && detail != NULL && der.len == 0));
        if (status != PEM_OK || der.len == 0)
            return;
        REQUIRE(rest.len < before.len && rest.data > before.data);
        REQUIRE(rest.data + rest.len == before.data + before.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_one((struct bytes){.data = data, .len = size});
    fuzz_many((struct bytes){.data = data, .len = size});
    return 0;
}
