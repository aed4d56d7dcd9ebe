#include "revocation/distribution_point.h"

#include "base/cleanup.h"
#include "certificate/extensions.h"

/* ReasonFlags has nine bits. */
static bool read_reasons(struct bytes bits, unsigned *reasons) {
    if (bits.len < 1 || bits.len > 3 || bits.data[0] > 7 || (bits.len == 1 && bits.data[0] != 0))
        return false;
    /* X.690 11.2.1: unused bits are zero; read as reasons they would be more than are covered */
    if (bits.len > 1 && (bits.data[bits.len - 1] & ((1u << bits.data[0]) - 1)) != 0)
        return false;
    *reasons = 0;
    for (unsigned n = 1; n <= 8; n++)
        if (1 + n / 8 < bits.len && (bits.data[1 + n / 8] & (0x80u >> n % 8)) != 0)
            *reasons |= 1u << n;
    return true;
}

static bool are_general_names(struct bytes names) {
    struct der_element element;
    struct general_name name;
    if (names.len == 0)
        return false;
    while (names.len > 0)
        if (!cz_der_next(&names, &element) || !cz_general_name_read(&name, &element))
            return false;
    return true;
}

/* DistributionPointName, a CHOICE and so with a tag of its own around. */
static bool read_name(struct bytes wrapped, struct distribution_name *name) {
    struct der_element element;
    if (!cz_der_next(&wrapped, &element) || wrapped.len != 0)
        return false;
    name->content = element.content;
    if (element.tag == DER_CONTEXT_CONSTRUCTED(0)) {
        name->form = DISTRIBUTION_NAME_FULL;
        return are_general_names(element.content);
    }
    name->form = DISTRIBUTION_NAME_RELATIVE;
    return element.tag == DER_CONTEXT_CONSTRUCTED(1) && element.content.len > 0;
}

bool cz_distribution_points_open(struct bytes value, struct bytes *list) {
    return cz_der_take(&value, DER_SEQUENCE, list) && value.len == 0 && list->len > 0;
}

bool cz_distribution_point_next(struct bytes *list, struct distribution_point *point) {
    struct bytes sequence, field;
    *point = (struct distribution_point){.reasons = CZ_REASONS_ALL};
    if (!cz_der_take(list, DER_SEQUENCE, &sequence))
        return false;
    if (cz_der_take_optional(&sequence, DER_CONTEXT_CONSTRUCTED(0), &field) &&
        !read_name(field, &point->name))
        return false;
    if (cz_der_take_optional(&sequence, DER_CONTEXT(1), &field) &&
        !read_reasons(field, &point->reasons))
        return false;
    if (cz_der_take_optional(&sequence, DER_CONTEXT_CONSTRUCTED(2), &point->crl_issuer) &&
        !are_general_names(point->crl_issuer))
        return false;
    /* 4.2.1.13: reasons alone say nothing of where the CRL is */
    return sequence.len == 0 &&
           (point->name.form != DISTRIBUTION_NAME_NONE || point->crl_issuer.len > 0);
}

bool cz_issuing_point_read(struct bytes value, struct issuing_point *point) {
    struct bytes sequence, field;
    *point = (struct issuing_point){.reasons = CZ_REASONS_ALL};
    const struct {
        uint8_t tag;
        bool *flag;
    } flags[] = {
        {DER_CONTEXT(1), &point->only_user_certificates},
        {DER_CONTEXT(2), &point->only_ca_certificates},
        {DER_CONTEXT(4), &point->indirect},
        {DER_CONTEXT(5), &point->only_attribute_certificates},
    };
    if (!cz_der_take(&value, DER_SEQUENCE, &sequence) || value.len != 0)
        return false;
    if (cz_der_take_optional(&sequence, DER_CONTEXT_CONSTRUCTED(0), &field) &&
        !read_name(field, &point->name))
        return false;
    for (size_t i = 0; i < CZ_COUNT(flags); i++) {
        /* onlySomeReasons stands before indirectCRL */
        if (flags[i].flag == &point->indirect &&
            cz_der_take_optional(&sequence, DER_CONTEXT(3), &field) &&
            !read_reasons(field, &point->reasons))
            return false;
        if (cz_der_take_optional(&sequence, flags[i].tag, &field) &&
            !cz_der_boolean(field, flags[i].flag))
            return false;
    }
    return sequence.len == 0;
}
