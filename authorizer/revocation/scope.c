#include "revocation/scope.h"

#include "base/cleanup.h"
#include "certificate/extensions.h"
#include "certificate/name.h"
#include "certificate/oid.h"

/* A distribution point's names, each in a form in which equal ones are equal bytes. */
struct name_list {
    struct buffer text;
    size_t starts[CZ_DISTRIBUTION_NAMES_MAX + 1]; /* ends with the end of the last one */
    size_t count;
};

static void release_list(struct name_list *list) {
    cz_buffer_release(&list->text);
}

static void add_name(struct name_list *list, const struct general_name *name) {
    cz_buffer_printf(&list->text, "%d:%zu:", (int)name->type, name->other_type.len);
    cz_buffer_bytes(&list->text, name->other_type);
    if (name->type == GENERAL_NAME_DIRECTORY)
        cz_name_canonical(&list->text, name->value);
    else
        cz_buffer_bytes(&list->text, name->value);
    list->starts[++list->count] = list->text.len;
}

static void add_directory(struct name_list *list, struct bytes name) {
    add_name(list, &(struct general_name){.type = GENERAL_NAME_DIRECTORY, .value = name});
}

/* None at all where they are too many. */
static void add_names(struct name_list *list, struct bytes names) {
    while (names.len > 0) {
        struct der_element element;
        struct general_name name;
        if (list->count == CZ_DISTRIBUTION_NAMES_MAX || !cz_der_next(&names, &element) ||
            !cz_general_name_read(&name, &element)) {
            list->count = 0;
            return;
        }
        add_name(list, &name);
    }
}

static void put_set_header(struct buffer *out, size_t len) {
    cz_buffer_putc(out, DER_SET);
    if (len > 0xff)
        cz_buffer_append(out, (const uint8_t[]){0x82, (uint8_t)(len >> 8)}, 2);
    else if (len >= 0x80)
        cz_buffer_putc(out, (char)0x81);
    cz_buffer_putc(out, (char)len);
}

/* One more RDN behind the name of the CRL's issuer (4.2.1.13). */
static void add_relative(struct name_list *list, struct bytes base, struct bytes rdn) {
    CZ_CLEANUP(cz_buffer_release) struct buffer composed = {0};
    if (rdn.len > 0xffff)
        return;
    cz_buffer_bytes(&composed, base);
    put_set_header(&composed, rdn.len);
    cz_buffer_bytes(&composed, rdn);
    if (composed.failed)
        cz_buffer_fail(&list->text);
    else if (cz_name_valid(cz_buffer_view(&composed)))
        add_directory(list, cz_buffer_view(&composed));
}

static void add_point(struct name_list *list, const struct distribution_name *name,
                      struct bytes base) {
    switch (name->form) {
    case DISTRIBUTION_NAME_NONE:
        break;
    case DISTRIBUTION_NAME_FULL:
        add_names(list, name->content);
        break;
    case DISTRIBUTION_NAME_RELATIVE:
        add_relative(list, base, name->content);
        break;
    }
}

static struct bytes item(const struct name_list *list, size_t i) {
    return (struct bytes){.data = (const uint8_t *)list->text.data + list->starts[i],
                          .len = list->starts[i + 1] - list->starts[i]};
}

static bool have_common_name(const struct name_list *a, const struct name_list *b) {
    if (a->text.failed || b->text.failed)
        return false;
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            if (cz_bytes_equal(item(a, i), item(b, j)))
                return true;
    return false;
}

struct judgement {
    const struct crl *crl;
    const struct certificate *certificate;
    struct name_list names; /* of the CRL's issuing distribution point */
    unsigned reasons;       /* covered so far */
    bool no_memory;
};

/* The names of which one must be among the CRL's: the point's own, else those of cRLIssuer. */
static bool is_same_point(struct judgement *judgement, const struct distribution_point *point) {
    CZ_CLEANUP(release_list) struct name_list names = {.count = 0};
    if (judgement->crl->point.name.form == DISTRIBUTION_NAME_NONE)
        return true;
    /* with a cRLIssuer that is where a relative name begins, and the CRL's issuer is it */
    struct bytes base =
        point->crl_issuer.len > 0 ? judgement->crl->issuer : judgement->certificate->issuer;
    if (point->name.form != DISTRIBUTION_NAME_NONE)
        add_point(&names, &point->name, base);
    else
        add_names(&names, point->crl_issuer);
    judgement->no_memory |= names.text.failed;
    return have_common_name(&names, &judgement->names);
}

/* 6.3.3 (b)(1) */
static bool is_its_issuer(struct judgement *judgement, const struct distribution_point *point) {
    CZ_CLEANUP(release_list) struct name_list named = {.count = 0};
    CZ_CLEANUP(release_list) struct name_list own = {.count = 0};
    if (point->crl_issuer.len == 0)
        return cz_bytes_equal(judgement->crl->issuer_canonical,
                              judgement->certificate->issuer_canonical);
    add_names(&named, point->crl_issuer);
    add_directory(&own, judgement->crl->issuer);
    judgement->no_memory |= named.text.failed || own.text.failed;
    return judgement->crl->point.indirect && have_common_name(&named, &own);
}

/* 6.3.3 (d): the reasons that both the point and the CRL are for. */
static void judge_point(struct judgement *judgement, const struct distribution_point *point) {
    if (is_its_issuer(judgement, point) && is_same_point(judgement, point))
        judgement->reasons |= point->reasons & judgement->crl->point.reasons;
}

/* The point that every certificate has (the end of 6.3.3): its issuer's name, for all reasons. */
static void judge_implied_point(struct judgement *judgement) {
    CZ_CLEANUP(release_list) struct name_list names = {.count = 0};
    if (!cz_bytes_equal(judgement->crl->issuer_canonical, judgement->certificate->issuer_canonical))
        return;
    add_directory(&names, judgement->certificate->issuer);
    judgement->no_memory |= names.text.failed;
    if (judgement->crl->point.name.form == DISTRIBUTION_NAME_NONE ||
        have_common_name(&names, &judgement->names))
        judgement->reasons |= judgement->crl->point.reasons;
}

static bool judge_points(struct judgement *judgement) {
    const struct extension *extension =
        cz_certificate_extension(judgement->certificate, OID_CRL_DISTRIBUTION_POINTS);
    struct bytes list;
    struct distribution_point point;
    if (extension == NULL)
        return true;
    if (!cz_distribution_points_open(extension->value, &list))
        return false;
    for (size_t count = 0; list.len > 0; count++) {
        if (count == CZ_DISTRIBUTION_POINTS_MAX || !cz_distribution_point_next(&list, &point))
            return false;
        judge_point(judgement, &point);
    }
    return true;
}

/* 6.3.3 (b)(2)(ii) to (iv) */
static bool is_of_its_kind(const struct issuing_point *point,
                           const struct certificate *certificate) {
    bool is_ca = certificate->has_basic_constraints && certificate->is_ca;
    return !(point->only_user_certificates && is_ca) && !(point->only_ca_certificates && !is_ca) &&
           !point->only_attribute_certificates;
}

enum scope_result cz_scope_check(const struct crl *crl, const struct certificate *certificate,
                                 unsigned *reasons) {
    struct judgement judgement = {.crl = crl, .certificate = certificate};
    *reasons = 0;
    bool own = cz_bytes_equal(crl->issuer_canonical, certificate->issuer_canonical);
    if (crl->is_delta || (!own && !crl->point.indirect) ||
        !is_of_its_kind(&crl->point, certificate))
        return SCOPE_OUTSIDE;
    CZ_CLEANUP(release_list) struct name_list names = {.count = 0};
    add_point(&names, &crl->point.name, crl->issuer);
    judgement.names = names; /* borrowed */
    judgement.no_memory = names.text.failed;
    bool readable = judge_points(&judgement);
    judge_implied_point(&judgement);
    if (judgement.no_memory)
        return SCOPE_FAILED;
    if (!readable || judgement.reasons == 0)
        return SCOPE_OUTSIDE;
    *reasons = judgement.reasons;
    return SCOPE_COVERED;
}

bool cz_scope_delta_fits(const struct crl *complete, const struct crl *delta) {
    return !complete->is_delta && delta->is_delta &&
           cz_bytes_equal(complete->issuer_canonical, delta->issuer_canonical) &&
           complete->has_number && delta->has_number &&
           cz_crl_compare_numbers(complete->number, delta->delta_base) >= 0 &&
           cz_crl_compare_numbers(complete->number, delta->number) < 0 &&
           cz_bytes_equal(complete->issuing_distribution_point,
                          delta->issuing_distribution_point) &&
           cz_bytes_equal(complete->authority_key_identifier, delta->authority_key_identifier);
}

const char *cz_scope_objection(const struct crl *crl, bool lenient_dates) {
    if (crl->unknown_critical.len > 0)
        return "it holds a critical extension that is not processed (RFC 5280 5.2)";
    if (crl->totals.unknown_critical)
        return "an entry holds a critical extension that is not processed (RFC 5280 5.3)";
    if (crl->totals.names_issuers && !crl->point.indirect)
        return "an entry names its certificate's issuer, and the CRL does not say that it is "
               "indirect (RFC 5280 5.3.3)";
    if (crl->early_generalized_time && !lenient_dates)
        return "a date before 2050 is written as GeneralizedTime (RFC 5280 5.1.2.4)";
    return NULL;
}
