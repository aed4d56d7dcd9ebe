#include "validate/name_constraints.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/name.h"
#include "certificate/oid.h"
#include "validate/name_match.h"

#define PERMITTED_TAG DER_CONTEXT_CONSTRUCTED(0)
#define EXCLUDED_TAG DER_CONTEXT_CONSTRUCTED(1)

struct comparison {
    struct bytes permitted, excluded; /* contents of the two GeneralSubtrees */
    unsigned *count;
    const char **detail;
};

/* GeneralSubtree; RFC 5280 knows only minimum 0 and no maximum, so nothing follows the base. */
static bool read_subtree(struct bytes *rest, struct general_name *base) {
    struct bytes sequence;
    struct der_element element;
    if (!cz_der_take(rest, DER_SEQUENCE, &sequence) || !cz_der_next(&sequence, &element) ||
        sequence.len != 0)
        return false;
    unsigned number = element.tag & 0x1f;
    if ((element.tag & 0xc0) != 0x80 || number > GENERAL_NAME_REGISTERED_ID)
        return false;
    *base = (struct general_name){.type = (enum general_name_type)number, .value = element.content};
    if (base->type == GENERAL_NAME_DIRECTORY) {
        struct bytes content = element.content;
        if (!cz_der_take(&content, DER_SEQUENCE, &base->value) || content.len != 0)
            return false;
    }
    return cz_subtree_base_valid(base);
}

static bool subtrees_valid(struct bytes subtrees) {
    struct general_name base;
    while (subtrees.len > 0)
        if (!read_subtree(&subtrees, &base))
            return false;
    return true;
}

static bool read_constraints(struct bytes value, struct comparison *comparison) {
    struct bytes sequence;
    if (!cz_der_take(&value, DER_SEQUENCE, &sequence) || value.len != 0 || sequence.len == 0)
        return false;
    bool permits = cz_der_take_optional(&sequence, PERMITTED_TAG, &comparison->permitted);
    bool excludes = cz_der_take_optional(&sequence, EXCLUDED_TAG, &comparison->excluded);
    return sequence.len == 0 && (!permits || comparison->permitted.len > 0) &&
           (!excludes || comparison->excluded.len > 0) && subtrees_valid(comparison->permitted) &&
           subtrees_valid(comparison->excluded);
}

bool cz_name_constraints_valid(struct bytes constraints) {
    struct comparison comparison = {0};
    return read_constraints(constraints, &comparison);
}

/* *any tells whether there is a subtree of the name's type, *inside whether one covers it. */
static bool compare(const struct comparison *comparison, struct bytes subtrees,
                    enum subtree_kind kind, const struct general_name *name, bool *any,
                    bool *inside) {
    struct general_name base;
    *any = *inside = false;
    while (!*inside && subtrees.len > 0 && read_subtree(&subtrees, &base)) {
        if (base.type != name->type)
            continue;
        if (*comparison->count >= CZ_NAME_COMPARISONS_MAX)
            return false;
        ++*comparison->count;
        *any = true;
        *inside = cz_name_within(name, &base, kind);
    }
    return true;
}

static enum constraint_result check_name(const struct comparison *comparison,
                                         const struct general_name *name) {
    bool any, inside;
    *comparison->detail = "its names and the name constraints above it are too many to compare";
    if (!compare(comparison, comparison->excluded, SUBTREE_EXCLUDED, name, &any, &inside))
        return CONSTRAINT_LIMIT;
    if (inside) {
        *comparison->detail = "a name lies in a subtree that a CA above it excludes";
        return CONSTRAINT_VIOLATED;
    }
    if (!compare(comparison, comparison->permitted, SUBTREE_PERMITTED, name, &any, &inside))
        return CONSTRAINT_LIMIT;
    if (any && !inside) {
        *comparison->detail = "a name lies in no subtree that a CA above it permits";
        return CONSTRAINT_VIOLATED;
    }
    return CONSTRAINT_MET;
}

static enum constraint_result check_subject(const struct comparison *comparison,
                                            const struct certificate *certificate) {
    if (certificate->subject.len == 0)
        return CONSTRAINT_MET;
    return check_name(comparison, &(struct general_name){.type = GENERAL_NAME_DIRECTORY,
                                                         .value = certificate->subject});
}

static bool has_name(const struct certificate *certificate, enum general_name_type type) {
    for (size_t i = 0; i < certificate->name_count; i++)
        if (certificate->names[i].type == type)
            return true;
    return false;
}

static bool reads_as_host(struct bytes text) {
    return text.len > 0 && memchr(text.data, '.', text.len) != NULL &&
           memchr(text.data, ' ', text.len) == NULL;
}

/* Without a dNSName a common name that reads as a host is taken for one by many (RFC 6125 6.4.4),
 * so constraints on hosts hold for an end certificate's, as they do with OpenSSL and GnuTLS. */
static enum constraint_result check_common_names(const struct comparison *comparison,
                                                 const struct certificate *certificate) {
    enum constraint_result result = CONSTRAINT_MET;
    struct name_walk walk = cz_name_walk(certificate->subject);
    struct name_attribute attribute;
    while (result == CONSTRAINT_MET && cz_name_next(&walk, &attribute)) {
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        if (!cz_bytes_equal(attribute.type, OID_COMMON_NAME) ||
            !cz_name_value_utf8(&text, &attribute))
            continue;
        struct general_name host = {.type = GENERAL_NAME_DNS, .value = cz_buffer_view(&text)};
        if (text.failed)
            return CONSTRAINT_LIMIT; /* it could not be looked at */
        if (reads_as_host(host.value))
            result = check_name(comparison, &host);
    }
    return result;
}

/* Without an alternative name of that form, rfc822Name constraints hold for the e-mail
 * addresses in the subject (RFC 5280 4.2.1.10). */
static enum constraint_result check_subject_emails(const struct comparison *comparison,
                                                   const struct certificate *certificate) {
    enum constraint_result result = CONSTRAINT_MET;
    struct name_walk walk = cz_name_walk(certificate->subject);
    struct name_attribute attribute;
    while (result == CONSTRAINT_MET && cz_name_next(&walk, &attribute)) {
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        if (!cz_bytes_equal(attribute.type, OID_EMAIL_ADDRESS))
            continue;
        /* RFC 2985 5.2.1 has it an IA5String; what is none is no mailbox */
        bool readable = attribute.value_tag == DER_IA5_STRING &&
                        cz_name_value_utf8(&text, &attribute) && !text.failed;
        struct bytes mailbox = readable ? cz_buffer_view(&text) : (struct bytes){0};
        result = check_name(comparison,
                            &(struct general_name){.type = GENERAL_NAME_EMAIL, .value = mailbox});
    }
    return result;
}

enum constraint_result cz_name_constraints_check(struct bytes constraints,
                                                 const struct certificate *certificate, bool is_end,
                                                 unsigned *comparisons, const char **detail) {
    struct comparison comparison = {.count = comparisons, .detail = detail};
    *detail = "the name constraints are malformed";
    if (!read_constraints(constraints, &comparison))
        return CONSTRAINT_MALFORMED;
    enum constraint_result result = check_subject(&comparison, certificate);
    if (result == CONSTRAINT_MET && !has_name(certificate, GENERAL_NAME_EMAIL))
        result = check_subject_emails(&comparison, certificate);
    if (result == CONSTRAINT_MET && is_end && !has_name(certificate, GENERAL_NAME_DNS))
        result = check_common_names(&comparison, certificate);
    for (size_t i = 0; i < certificate->name_count && result == CONSTRAINT_MET; i++)
        result = check_name(&comparison, &certificate->names[i]);
    return result;
}
