#include "ctl/crl_words.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/extensions.h"
#include "certificate/name.h"
#include "ctl/paint.h"

static const char *const freshness_words[] = {[CRL_FRESH] = "fresh",
                                              [CRL_AHEAD] = "ahead",
                                              [CRL_STALE] = "stale",
                                              [CRL_ENDLESS] = "no-next-update"};
static const char *const signed_words[] = {[CRL_NOT_VERIFIED] = "not-verified",
                                           [CRL_SIGNED] = "good",
                                           [CRL_NO_SIGNER] = "no-issuer",
                                           [CRL_BADLY_SIGNED] = "bad",
                                           [CRL_MAY_NOT_BE_SIGNED] = "issuer-may-not-sign"};
static const char *const standing_words[] = {[CRL_NOT_ASKED] = "not-asked",
                                             [CRL_NOT_ON_IT] = "not-listed",
                                             [CRL_ON_IT] = "listed",
                                             [CRL_OF_OTHERS] = "not-covered"};

const char *cz_crl_freshness_word(enum crl_freshness freshness) {
    return freshness_words[freshness];
}

const char *cz_crl_signed_word(enum crl_signed is_signed) {
    return signed_words[is_signed];
}

const char *cz_crl_standing_word(enum crl_standing standing) {
    return standing_words[standing];
}

void cz_put_crl_number(struct buffer *out, struct bytes magnitude) {
    uint64_t number = 0;
    if (magnitude.len > 7) {
        cz_buffer_puts(out, "0x");
        cz_buffer_hex(out, magnitude);
        return;
    }
    for (size_t i = 0; i < magnitude.len; i++)
        number = number << 8 | magnitude.data[i];
    cz_buffer_decimal(out, (int64_t)number);
}

struct bytes cz_crl_key_identifier(const struct crl *crl) {
    struct bytes value = crl->authority_key_identifier, sequence, id;
    bool has = value.len > 0 && cz_der_take(&value, DER_SEQUENCE, &sequence) &&
               cz_der_take_optional(&sequence, DER_CONTEXT(0), &id);
    return has ? id : (struct bytes){0};
}

/* "keyCompromise, superseded" and so on, bit by bit of ReasonFlags (RFC 5280 4.2.1.13). */
static void put_reasons(struct buffer *out, unsigned reasons) {
    static const enum crl_reason of_bit[] = {
        [1] = CRL_REASON_KEY_COMPROMISE,         [2] = CRL_REASON_CA_COMPROMISE,
        [3] = CRL_REASON_AFFILIATION_CHANGED,    [4] = CRL_REASON_SUPERSEDED,
        [5] = CRL_REASON_CESSATION_OF_OPERATION, [6] = CRL_REASON_CERTIFICATE_HOLD,
        [7] = CRL_REASON_PRIVILEGE_WITHDRAWN,    [8] = CRL_REASON_AA_COMPROMISE};
    const char *between = "";
    for (size_t bit = 1; bit < CZ_COUNT(of_bit); bit++) {
        if ((reasons & 1u << bit) == 0)
            continue;
        cz_buffer_printf(out, "%s%s", between, cz_crl_reason_name(of_bit[bit]));
        between = ", ";
    }
}

static void put_general_name(struct buffer *out, const struct der_element *element) {
    struct general_name name;
    bool is_read = cz_general_name_read(&name, element);
    if (is_read && name.type == GENERAL_NAME_URI)
        cz_put_visible(out, name.value);
    else if (is_read && name.type == GENERAL_NAME_DIRECTORY)
        cz_name_append(out, name.value);
    else
        cz_buffer_puts(out, "a name of another type");
}

static void put_point(struct buffer *out, const struct distribution_name *name) {
    struct bytes rest = name->content;
    struct der_element element;
    cz_buffer_puts(out, "distribution point ");
    if (name->form == DISTRIBUTION_NAME_RELATIVE)
        cz_buffer_puts(out, "with a name relative to the issuer's");
    for (bool first = true; name->form == DISTRIBUTION_NAME_FULL && cz_der_next(&rest, &element);
         first = false) {
        cz_buffer_puts(out, first ? "" : " or ");
        put_general_name(out, &element);
    }
}

void cz_put_crl_scope(struct buffer *out, const struct crl *crl) {
    const struct issuing_point *point = &crl->point;
    const struct {
        bool holds;
        const char *words;
    } parts[] = {
        {point->only_user_certificates, "end certificates alone"},
        {point->only_ca_certificates, "CA certificates alone"},
        {point->only_attribute_certificates, "attribute certificates alone"},
        {point->indirect, "also those of other issuers (indirect)"},
    };
    const char *between = "";
    for (size_t i = 0; i < CZ_COUNT(parts); i++) {
        if (!parts[i].holds)
            continue;
        cz_buffer_printf(out, "%s%s", between, parts[i].words);
        between = ", ";
    }
    if (crl->issuing_distribution_point.len > 0 && point->reasons != CZ_REASONS_ALL) {
        cz_buffer_printf(out, "%sthe reasons ", between);
        put_reasons(out, point->reasons);
        cz_buffer_puts(out, " alone");
        between = ", ";
    }
    if (point->name.form != DISTRIBUTION_NAME_NONE) {
        cz_buffer_puts(out, between);
        put_point(out, &point->name);
        between = ", ";
    }
    if (between[0] == '\0')
        cz_buffer_puts(out, "all certificates of the issuer");
}
