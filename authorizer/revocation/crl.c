#include "revocation/crl.h"

#include "base/cleanup.h"
#include "certificate/extensions.h"
#include "certificate/name.h"
#include "certificate/oid.h"
#include "certificate/public_key.h"

#define YEAR_2050 INT64_C(2524608000)

static enum crl_status malformed(const char **detail, const char *text) {
    *detail = text;
    return CRL_MALFORMED;
}

/* Absent for version 1; an INTEGER of 1 for version 2. */
static bool read_version(struct crl *crl, struct bytes *tbs) {
    struct bytes number;
    int value;
    crl->version = 1;
    if (!cz_der_take_optional(tbs, DER_INTEGER, &number))
        return true;
    crl->version = 2;
    return cz_der_small_integer(number, &value) && value == 1;
}

static bool read_issuer(struct crl *crl, struct bytes *tbs) {
    return cz_der_take(tbs, DER_SEQUENCE, &crl->issuer) && crl->issuer.len > 0 &&
           cz_name_valid(crl->issuer);
}

static bool read_time(struct crl *crl, struct bytes *tbs, int64_t *seconds) {
    struct der_element time;
    if (!cz_der_next(tbs, &time) || !cz_der_time(&time, seconds))
        return false;
    crl->early_generalized_time |= time.tag == DER_GENERALIZED_TIME && *seconds < YEAR_2050;
    return true;
}

static bool read_updates(struct crl *crl, struct bytes *tbs) {
    if (!read_time(crl, tbs, &crl->this_update))
        return false;
    uint8_t next = cz_der_peek(*tbs);
    crl->has_next_update = next == DER_UTC_TIME || next == DER_GENERALIZED_TIME;
    return !crl->has_next_update || read_time(crl, tbs, &crl->next_update);
}

static bool read_magnitude(struct bytes value, struct bytes *magnitude) {
    struct bytes number;
    return cz_der_take(&value, DER_INTEGER, &number) && value.len == 0 &&
           number.len <= CZ_CRL_NUMBER_SIZE_MAX && cz_der_positive_integer(number, magnitude);
}

static bool read_number(struct crl *crl, struct bytes value) {
    crl->has_number = true;
    return read_magnitude(value, &crl->number);
}

static bool read_delta_base(struct crl *crl, struct bytes value) {
    crl->is_delta = true;
    return read_magnitude(value, &crl->delta_base);
}

static bool read_authority_key_identifier(struct crl *crl, struct bytes value) {
    struct bytes sequence;
    crl->authority_key_identifier = value;
    return cz_der_take(&value, DER_SEQUENCE, &sequence) && value.len == 0;
}

static bool read_issuing_point(struct crl *crl, struct bytes value) {
    crl->issuing_distribution_point = value;
    return cz_issuing_point_read(value, &crl->point);
}

static bool read_freshest_crl(struct crl *crl, struct bytes value) {
    struct bytes list;
    struct distribution_point point;
    crl->freshest_crl = value;
    if (!cz_distribution_points_open(value, &list))
        return false;
    while (list.len > 0)
        if (!cz_distribution_point_next(&list, &point))
            return false;
    return true;
}

struct reader {
    struct bytes oid;
    bool (*read)(struct crl *crl, struct bytes value);
    const char *detail;
};

static const struct reader readers[] = {
    {OID_AUTHORITY_KEY_IDENTIFIER, read_authority_key_identifier,
     "the authority key identifier is malformed"},
    {OID_CRL_NUMBER, read_number, "the CRL number is negative, longer than 20 octets or malformed"},
    {OID_DELTA_CRL_INDICATOR, read_delta_base, "the delta CRL indicator is malformed"},
    {OID_ISSUING_DISTRIBUTION_POINT, read_issuing_point,
     "the issuing distribution point is malformed"},
    {OID_FRESHEST_CRL, read_freshest_crl, "the freshest CRL's distribution point is malformed"},
};

static enum crl_status read_extension(struct crl *crl, const struct extension *extension,
                                      const char **detail) {
    for (size_t i = 0; i < CZ_COUNT(readers); i++) {
        if (!cz_bytes_equal(readers[i].oid, extension->oid))
            continue;
        return readers[i].read(crl, extension->value) ? CRL_OK
                                                      : malformed(detail, readers[i].detail);
    }
    if (extension->critical && crl->unknown_critical.len == 0)
        crl->unknown_critical = extension->oid;
    return CRL_OK;
}

static enum crl_status read_extensions(struct crl *crl, struct bytes list, const char **detail) {
    struct bytes seen[CZ_CRL_EXTENSIONS_MAX];
    for (size_t count = 0; list.len > 0; count++) {
        struct extension extension;
        if (count == CZ_CRL_EXTENSIONS_MAX)
            return malformed(detail, "more than 64 extensions");
        if (!cz_extension_next(&list, &extension))
            return malformed(detail, "an extension is malformed");
        for (size_t i = 0; i < count; i++)
            if (cz_bytes_equal(seen[i], extension.oid))
                return malformed(detail, "an extension is there twice (RFC 5280 4.2)");
        seen[count] = extension.oid;
        enum crl_status status = read_extension(crl, &extension, detail);
        if (status != CRL_OK)
            return status;
    }
    return CRL_OK;
}

static enum crl_status read_entries(struct crl *crl, const char **detail) {
    struct crl_walk walk = cz_crl_walk(crl);
    struct crl_entry entry;
    while (cz_crl_next(&walk, &entry)) {
        crl->totals.entry_count++;
        crl->totals.unmatchable_count += !entry.matchable;
        crl->totals.unknown_critical |= entry.unknown_critical.len > 0;
    }
    crl->totals.names_issuers = walk.certificate_issuer.len > 0;
    return walk.rest.len == 0 ? CRL_OK : malformed(detail, "an entry is malformed");
}

/* `totals`: NULL, or those of the entries, which are then not read. */
static enum crl_status read_list(struct crl *crl, struct bytes *tbs,
                                 const struct crl_totals *totals, const char **detail) {
    struct bytes wrapped, list;
    if (cz_der_peek(*tbs) == DER_SEQUENCE && !cz_der_take(tbs, DER_SEQUENCE, &crl->entries))
        return malformed(detail, "the list of entries is malformed or cut off");
    if (totals != NULL)
        crl->totals = *totals;
    else if (read_entries(crl, detail) != CRL_OK)
        return CRL_MALFORMED;
    if (tbs->len == 0)
        return CRL_OK;
    if (crl->version != 2 || !cz_der_take(tbs, DER_CONTEXT_CONSTRUCTED(0), &wrapped) ||
        tbs->len != 0 || !cz_der_take(&wrapped, DER_SEQUENCE, &list) || wrapped.len != 0 ||
        list.len == 0)
        return malformed(detail, "the extensions are malformed, or of a CRL of version 1");
    return read_extensions(crl, list, detail);
}

/* `algorithm` is given back: it must stand again outside (RFC 5280 5.1.1.2). */
static enum crl_status read_tbs(struct crl *crl, struct bytes tbs, const struct crl_totals *totals,
                                struct bytes *algorithm, const char **detail) {
    if (!read_version(crl, &tbs))
        return malformed(detail, "the version is neither 1 nor 2");
    if (!cz_der_take(&tbs, DER_SEQUENCE, algorithm))
        return malformed(detail, "the signature algorithm is malformed");
    if (!read_issuer(crl, &tbs))
        return malformed(detail, "the issuer's name is empty or malformed");
    if (!read_updates(crl, &tbs))
        return malformed(detail, "thisUpdate or nextUpdate is malformed (RFC 5280 5.1.2.4)");
    return read_list(crl, &tbs, totals, detail);
}

static enum crl_status read_signature(struct crl *crl, struct bytes rest,
                                      struct bytes inner_algorithm, const char **detail) {
    struct bytes algorithm, bits;
    if (!cz_der_take(&rest, DER_SEQUENCE, &algorithm) ||
        !cz_bytes_equal(algorithm, inner_algorithm))
        return malformed(detail, "the two signature algorithms differ (RFC 5280 5.1.1.2)");
    if (!cz_der_take(&rest, DER_BIT_STRING, &bits) || rest.len != 0 || bits.len < 2 ||
        bits.data[0] != 0)
        return malformed(detail, "the signature is malformed");
    crl->signature_algorithm = cz_signature_algorithm_of(algorithm);
    crl->signature = (struct bytes){.data = bits.data + 1, .len = bits.len - 1};
    return CRL_OK;
}

static enum crl_status read_all(struct crl *crl, const struct crl_totals *totals,
                                const char **detail) {
    struct bytes rest = crl->der, outer, algorithm;
    struct der_element tbs;
    if (crl->der.len > CZ_CRL_SIZE_MAX)
        return malformed(detail, "it is larger than 1 GiB");
    if (!cz_der_take(&rest, DER_SEQUENCE, &outer) || rest.len != 0)
        return malformed(detail, "not one DER CRL and nothing else");
    if (!cz_der_next(&outer, &tbs) || tbs.tag != DER_SEQUENCE)
        return malformed(detail, "the CRL's content is malformed");
    crl->tbs = tbs.whole;
    enum crl_status status = read_tbs(crl, tbs.content, totals, &algorithm, detail);
    return status != CRL_OK ? status : read_signature(crl, outer, algorithm, detail);
}

static enum crl_status parse(struct bytes der, const struct crl_totals *totals, struct crl *crl,
                             const char **detail) {
    *crl = (struct crl){.der = der, .point.reasons = CZ_REASONS_ALL};
    enum crl_status status = read_all(crl, totals, detail);
    if (status == CRL_OK) {
        cz_name_canonical(&crl->canonical, crl->issuer);
        crl->issuer_canonical = cz_buffer_view(&crl->canonical);
    }
    if (status == CRL_OK && crl->canonical.failed) {
        *detail = "out of memory";
        status = CRL_NO_MEMORY;
    }
    if (status != CRL_OK)
        cz_crl_release(crl);
    return status;
}

enum crl_status cz_crl_parse(struct bytes der, struct crl *crl, const char **detail) {
    return parse(der, NULL, crl, detail);
}

enum crl_status cz_crl_reopen(struct bytes der, const struct crl_totals *totals, struct crl *crl,
                              const char **detail) {
    return parse(der, totals, crl, detail);
}

void cz_crl_release(struct crl *crl) {
    cz_buffer_release(&crl->canonical);
    *crl = (struct crl){0};
}

int cz_crl_compare_numbers(struct bytes a, struct bytes b) {
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    int order = a.len > 0 ? memcmp(a.data, b.data, a.len) : 0;
    return (order > 0) - (order < 0);
}
