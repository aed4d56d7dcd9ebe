/* Any header as a forwarded certificate: the first byte chooses the form, '0' base64 and so on. */
#include "fuzz.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "pem/forwarded.h"
#include "pem/xfcc.h"

/* What was read is what its own base64 gives again. */
static void check_round_trip(struct bytes der) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer again = {0};
    const char *detail;
    cz_base64(&text, der);
    if (text.len > CZ_PEM_SIZE_MAX)
        return;
    REQUIRE(cz_forwarded_decode(FORWARDED_BASE64, cz_buffer_view(&text), &again, &detail) ==
            PEM_OK);
    REQUIRE(cz_bytes_equal(cz_buffer_view(&again), der));
}

static bool is_inside(struct bytes part, struct bytes whole) {
    return part.data == NULL ||
           (part.data >= whole.data && part.data + part.len <= whole.data + whole.len);
}

static void fuzz_xfcc(struct bytes header) {
    struct xfcc_element last;
    const char *problem = cz_xfcc_last(header, &last);
    REQUIRE(problem != NULL || header.len > 0);
    if (problem == NULL)
        REQUIRE(is_inside(last.certificate, header) && is_inside(last.chain, header));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer chain = {0};
    const char *detail = NULL;
    if (size == 0)
        return 0;
    enum forwarded_format format =
        (enum forwarded_format)((data[0] - '0') & 0xff) % FORWARDED_FORMATS;
    struct bytes value = {.data = data + 1, .len = size - 1};
    enum pem_status status = cz_forwarded_decode(format, value, &der, &detail);
    REQUIRE(status != PEM_NO_MEMORY && !der.failed);
    REQUIRE((status == PEM_TOO_LARGE) == (value.len > CZ_PEM_SIZE_MAX));
    REQUIRE((status == PEM_OK) == (der.len > 0));
    REQUIRE(status == PEM_OK || detail != NULL);
    if (status == PEM_OK)
        check_round_trip(cz_buffer_view(&der));
    cz_forwarded_decode_chain(format, value, &chain);
    REQUIRE(!chain.failed && chain.len <= value.len);
    fuzz_xfcc(value);
    return 0;
}
