#include "ctl/spelling.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/oid.h"
#include "config/conditions.h"
#include "ctl/spelling_walk.h"

void cz_policies_named(const struct certificate *certificate, struct policies_found *found) {
    const struct extension *extension =
        cz_certificate_extension(certificate, OID_CERTIFICATE_POLICIES);
    struct bytes value = extension != NULL ? extension->value : (struct bytes){0};
    struct bytes list, one, oid;
    found->count = 0;
    found->any = false;
    if (!cz_der_take(&value, DER_SEQUENCE, &list))
        return;
    while (found->count < CZ_POLICIES_FOUND_MAX && cz_der_take(&list, DER_SEQUENCE, &one) &&
           cz_der_take(&one, DER_OID, &oid))
        if (!cz_bytes_equal(oid, OID_ANY_POLICY))
            found->oids[found->count++] = oid;
}

/* Read as the configuration would read it. */
static bool read_spelling(const char *text, struct vocabulary *vocabulary,
                          struct condition *condition) {
    CZ_CLEANUP(config_destroy) config_t parsed;
    CZ_CLEANUP(cz_buffer_release) struct buffer notices = {0};
    struct condition_reader reader = {.vocabulary = vocabulary, .notices = &notices};
    struct error ignored = {0};
    config_init(&parsed);
    return config_read_string(&parsed, text) == CONFIG_TRUE &&
           cz_config_read_condition(&reader, config_root_setting(&parsed), condition, &ignored);
}

static void read_spellings(struct spelling_list *list, struct vocabulary *vocabulary) {
    for (size_t i = 0; i < list->count; i++)
        for (size_t j = 0; j < list->items[i].count; j++)
            list->items[i].readable[j] = read_spelling(cz_buffer_text(&list->items[i].texts[j]),
                                                       vocabulary, &list->items[i].conditions[j]);
}

static void put_comment(struct buffer *out, const struct spelling *spelling, const char *why) {
    cz_buffer_printf(out, "  // %s: %s\n", spelling->name, why);
}

static void put_spelling(struct buffer *out, const struct spelling *spelling,
                         const struct term_set *terms) {
    if (spelling->problem != NULL) {
        put_comment(out, spelling, spelling->problem);
        return;
    }
    for (size_t i = 0; i < spelling->count; i++)
        if (spelling->readable[i] && cz_condition_holds(&spelling->conditions[i], terms)) {
            cz_buffer_puts(out, "  ");
            cz_buffer_bytes(out, cz_buffer_view(&spelling->texts[i]));
            cz_buffer_putc(out, '\n');
            return;
        }
    put_comment(out, spelling, "no text in a configuration stands for it; use another selector");
}

bool cz_spell_selectors(struct buffer *out, const struct certificate *certificate,
                        struct error *error) {
    CZ_CLEANUP(cz_vocabulary_release) struct vocabulary vocabulary = {0};
    CZ_CLEANUP(cz_term_set_release) struct term_set terms = {0};
    CZ_CLEANUP(cz_spelling_list_release) struct spelling_list list = {0};
    struct policies_found policies;
    cz_policies_named(certificate, &policies);
    cz_spelling_walk(&list, certificate, &policies);
    read_spellings(&list, &vocabulary);
    if (list.failed || !cz_vocabulary_match(&vocabulary, certificate, &policies, &terms))
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < list.count; i++)
        put_spelling(out, &list.items[i], &terms);
    return !out->failed || cz_error_set(error, "out of memory");
}
