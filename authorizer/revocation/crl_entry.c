#include "base/cleanup.h"
#include "certificate/extensions.h"
#include "certificate/oid.h"
#include "revocation/crl.h"

static const char *const reason_names[] = {
    [CRL_REASON_UNSPECIFIED] = "unspecified",
    [CRL_REASON_KEY_COMPROMISE] = "keyCompromise",
    [CRL_REASON_CA_COMPROMISE] = "cACompromise",
    [CRL_REASON_AFFILIATION_CHANGED] = "affiliationChanged",
    [CRL_REASON_SUPERSEDED] = "superseded",
    [CRL_REASON_CESSATION_OF_OPERATION] = "cessationOfOperation",
    [CRL_REASON_CERTIFICATE_HOLD] = "certificateHold",
    [CRL_REASON_REMOVE_FROM_CRL] = "removeFromCRL",
    [CRL_REASON_PRIVILEGE_WITHDRAWN] = "privilegeWithdrawn",
    [CRL_REASON_AA_COMPROMISE] = "aACompromise",
};

const char *cz_crl_reason_name(enum crl_reason reason) {
    bool known = (size_t)reason < CZ_COUNT(reason_names) && reason_names[reason] != NULL;
    return known ? reason_names[reason] : "other";
}

bool cz_crl_reason_read(struct bytes value, enum crl_reason *reason) {
    struct bytes content;
    int number;
    if (!cz_der_take(&value, DER_ENUMERATED, &content) || value.len != 0 ||
        !cz_der_small_integer(content, &number))
        return false;
    bool known = (size_t)number < CZ_COUNT(reason_names) && reason_names[number] != NULL;
    *reason = known ? (enum crl_reason)number : CRL_REASON_OTHER;
    return true;
}

static bool read_reason(struct bytes value, struct crl_entry *entry) {
    return cz_crl_reason_read(value, &entry->reason);
}

static bool read_hold_instruction(struct bytes value, struct crl_entry *entry) {
    return cz_der_take(&value, DER_OID, &entry->hold_instruction) && value.len == 0 &&
           cz_oid_valid(entry->hold_instruction);
}

static bool read_invalidity_date(struct bytes value, struct crl_entry *entry) {
    struct der_element time;
    entry->has_invalidity_date = true;
    return cz_der_next(&value, &time) && value.len == 0 && time.tag == DER_GENERALIZED_TIME &&
           cz_der_time(&time, &entry->invalidity_date);
}

/* GeneralNames with exactly one directoryName, which is the one that a certificate's issuer can
 * equal. */
static bool read_certificate_issuer(struct bytes value, struct crl_entry *entry) {
    struct bytes names;
    if (!cz_der_take(&value, DER_SEQUENCE, &names) || value.len != 0)
        return false;
    while (names.len > 0) {
        struct der_element element;
        struct general_name name;
        if (!cz_der_next(&names, &element) || !cz_general_name_read(&name, &element))
            return false;
        if (name.type != GENERAL_NAME_DIRECTORY)
            continue;
        if (entry->certificate_issuer.len > 0 || name.value.len == 0)
            return false;
        entry->certificate_issuer = name.value;
    }
    return entry->certificate_issuer.len > 0;
}

struct reader {
    struct bytes oid;
    bool (*read)(struct bytes value, struct crl_entry *entry);
};

static const struct reader readers[] = {
    {OID_REASON_CODE, read_reason},
    {OID_INVALIDITY_DATE, read_invalidity_date},
    {OID_CERTIFICATE_ISSUER, read_certificate_issuer},
    {OID_HOLD_INSTRUCTION, read_hold_instruction},
};

/* *seen has a bit for each of the readers: no extension may be there twice (RFC 5280 4.2). */
static bool read_extension(const struct extension *extension, unsigned *seen,
                           struct crl_entry *entry) {
    for (size_t i = 0; i < CZ_COUNT(readers); i++) {
        if (!cz_bytes_equal(readers[i].oid, extension->oid))
            continue;
        bool twice = (*seen & 1u << i) != 0;
        *seen |= 1u << i;
        return !twice && readers[i].read(extension->value, entry);
    }
    if (extension->critical && entry->unknown_critical.len == 0)
        entry->unknown_critical = extension->oid;
    return true;
}

static bool read_extensions(struct bytes sequence, struct crl_entry *entry) {
    struct bytes list;
    unsigned seen = 0;
    if (!cz_der_take(&sequence, DER_SEQUENCE, &list) || sequence.len != 0 || list.len == 0)
        return false;
    for (size_t count = 0; list.len > 0; count++) {
        struct extension extension;
        if (count == CZ_CRL_ENTRY_EXTENSIONS_MAX || !cz_extension_next(&list, &extension) ||
            !read_extension(&extension, &seen, entry))
            return false;
    }
    return true;
}

static bool read_serial(struct bytes *sequence, struct crl_entry *entry) {
    struct bytes number;
    if (!cz_der_take(sequence, DER_INTEGER, &number) || !cz_der_integer_is_minimal(number))
        return false;
    entry->serial = number;
    entry->matchable =
        number.len <= CZ_SERIAL_SIZE_MAX && cz_der_positive_integer(number, &entry->serial);
    return true;
}

/* revokedCertificates' element. Its dates may be in either form: nothing hangs on them. */
static bool read_entry(struct bytes *rest, const struct crl *crl, struct crl_entry *entry) {
    struct bytes sequence;
    struct der_element date;
    *entry = (struct crl_entry){.offset = (size_t)(rest->data - crl->der.data)};
    if (!cz_der_take(rest, DER_SEQUENCE, &sequence) || !read_serial(&sequence, entry) ||
        !cz_der_next(&sequence, &date) || !cz_der_time(&date, &entry->revoked_at))
        return false;
    return sequence.len == 0 || (crl->version == 2 && read_extensions(sequence, entry));
}

struct crl_walk cz_crl_walk(const struct crl *crl) {
    return (struct crl_walk){.crl = crl, .rest = crl->entries};
}

bool cz_crl_next(struct crl_walk *walk, struct crl_entry *entry) {
    struct bytes before = walk->rest;
    if (walk->rest.len == 0)
        return false;
    if (!read_entry(&walk->rest, walk->crl, entry)) {
        walk->rest = before;
        return false;
    }
    if (entry->certificate_issuer.len > 0)
        walk->certificate_issuer = entry->certificate_issuer;
    entry->certificate_issuer = walk->certificate_issuer;
    return true;
}

bool cz_crl_entry_at(const struct crl *crl, size_t offset, struct crl_entry *entry) {
    size_t first = (size_t)(crl->entries.data - crl->der.data);
    if (crl->entries.len == 0 || offset < first || offset - first >= crl->entries.len)
        return false;
    struct bytes rest = {.data = crl->der.data + offset,
                         .len = crl->entries.len - (offset - first)};
    return read_entry(&rest, crl, entry);
}
