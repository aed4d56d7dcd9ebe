#include "config/selectors.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/name_text.h"
#include "certificate/oid.h"
#include "config/schema.h"
#include "config/tree.h"

#include <arpa/inet.h>

/* One selector on its way from a text to a term. */
struct selection {
    const struct condition_reader *reader;
    const config_setting_t *setting; /* where the text stands, for messages */
    enum name_comparison how;
    struct buffer term; /* owned */
};

struct selector {
    const char *name;
    bool (*read)(struct selection *selection, const struct selector *selector, const char *text,
                 struct error *error);
    enum term_kind kind;
    struct bytes type; /* of an attribute */
};

static bool wanted(const struct selection *selection, struct error *error, const char *text,
                   const char *what) {
    return cz_schema_error(error, selection->setting, "\"%s\": %s is wanted", text, what);
}

/* What could not be kept of a text is no fault of the text. */
static bool is_out_of_memory(const struct buffer *buffer, struct error *error) {
    if (buffer->failed)
        cz_error_set(error, "out of memory");
    return buffer->failed;
}

/* `problem` is empty where there was no memory for it. */
static bool bad_name(const struct selection *selection, const struct buffer *problem,
                     struct error *error) {
    return problem->len > 0
               ? cz_schema_error(error, selection->setting, "%s", cz_buffer_text(problem))
               : cz_error_set(error, "out of memory");
}

static bool read_name(struct selection *selection, const struct selector *selector,
                      const char *text, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer problem = {0};
    if (!cz_name_parse(text, selection->how != NAME_ANY_ORDER, &name, &problem))
        return bad_name(selection, &problem, error);
    cz_term_name(&selection->term, selector->kind, selection->how, cz_buffer_view(&name));
    return true;
}

bool cz_config_read_hexadecimal(const char *text, struct buffer *bytes) {
    size_t digits = 0;
    uint8_t byte = 0;
    for (; *text != '\0'; text++) {
        int digit = cz_hex_digit((uint8_t)*text);
        if (*text == ':' && digits > 0 && digits % 2 == 0 && cz_hex_digit((uint8_t)text[1]) >= 0)
            continue;
        if (digit < 0)
            return false;
        byte = (uint8_t)(byte << 4 | digit);
        if (++digits % 2 == 0)
            cz_buffer_putc(bytes, (char)byte);
    }
    return digits > 0 && digits % 2 == 0;
}

static bool read_digest(struct selection *selection, const struct selector *selector,
                        const char *text, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer digest = {0};
    bool is_sha1 = selector->kind == TERM_SHA1;
    bool good = cz_config_read_hexadecimal(text, &digest);
    if (is_out_of_memory(&digest, error))
        return false;
    if (!good || digest.len != (is_sha1 ? 20 : CZ_SHA256_SIZE))
        return wanted(selection, error, text,
                      is_sha1 ? "a SHA-1 digest, 40 hexadecimal digits,"
                              : "a SHA-256 digest, 64 hexadecimal digits,");
    cz_term_bytes(&selection->term, selector->kind, cz_buffer_view(&digest));
    const char *file;
    unsigned line;
    cz_tree_locate(selection->setting, &file, &line);
    if (is_sha1)
        cz_buffer_printf(selection->reader->notices,
                         "%s:%u: sha1: certificates of the same SHA-1 can be made; use sha256\n",
                         file, line);
    return true;
}

bool cz_config_read_serial(const char *text, struct buffer *serial) {
    CZ_CLEANUP(cz_buffer_release) struct buffer padded = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer bytes = {0};
    if (strlen(text) % 2 != 0 && strchr(text, ':') == NULL)
        cz_buffer_putc(&padded, '0');
    cz_buffer_puts(&padded, text);
    bool good = cz_config_read_hexadecimal(cz_buffer_text(&padded), &bytes);
    if (padded.failed || bytes.failed)
        cz_buffer_fail(serial);
    struct bytes number = cz_buffer_view(&bytes);
    while (number.len > 0 && number.data[0] == 0) {
        number.data++;
        number.len--;
    }
    cz_buffer_bytes(serial, number);
    return good && number.len > 0 && number.len <= CZ_SERIAL_SIZE_MAX;
}

static bool read_serial(struct selection *selection, const struct selector *selector,
                        const char *text, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer serial = {0};
    bool good = cz_config_read_serial(text, &serial);
    if (is_out_of_memory(&serial, error))
        return false;
    if (!good)
        return wanted(selection, error, text,
                      "a serial number in hexadecimal, of at most 20 bytes and not zero,");
    cz_term_bytes(&selection->term, selector->kind, cz_buffer_view(&serial));
    return true;
}

static bool is_host(const char *text) {
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    size_t len = strlen(text);
    return len > 0 && strspn(text, letters) == len && text[0] != '.' && text[len - 1] != '.' &&
           strstr(text, "..") == NULL;
}

static bool read_dns(struct selection *selection, const struct selector *selector, const char *text,
                     struct error *error) {
    bool below = strncmp(text, "*.", 2) == 0;
    const char *host = below ? text + 2 : text;
    (void)selector;
    if (!is_host(host))
        return wanted(selection, error, text,
                      "a host name, or *. and one for every host one label below,");
    cz_term_folded(&selection->term, below ? TERM_DNS_BELOW : TERM_DNS, cz_bytes_of(host));
    return true;
}

static bool has_inner(const char *text, char c) {
    const char *at = strchr(text, c);
    return at != NULL && at != text && at[1] != '\0';
}

static bool read_email(struct selection *selection, const struct selector *selector,
                       const char *text, struct error *error) {
    (void)selector;
    if (!has_inner(text, '@'))
        return wanted(selection, error, text, "a mailbox such as name@example.org");
    cz_term_email(&selection->term, cz_bytes_of(text));
    return true;
}

static bool read_upn(struct selection *selection, const struct selector *selector, const char *text,
                     struct error *error) {
    if (!has_inner(text, '@'))
        return wanted(selection, error, text, "a user principal name such as name@example.org");
    cz_term_folded(&selection->term, selector->kind, cz_bytes_of(text));
    return true;
}

static bool read_uri(struct selection *selection, const struct selector *selector, const char *text,
                     struct error *error) {
    if (!has_inner(text, ':'))
        return wanted(selection, error, text, "a URI with its scheme, such as urn:example:1,");
    cz_term_bytes(&selection->term, selector->kind, cz_bytes_of(text));
    return true;
}

static bool read_ip(struct selection *selection, const struct selector *selector, const char *text,
                    struct error *error) {
    uint8_t address[16];
    size_t size = inet_pton(AF_INET, text, address) == 1    ? 4
                  : inet_pton(AF_INET6, text, address) == 1 ? 16
                                                            : 0;
    if (size == 0)
        return wanted(selection, error, text, "an IP address");
    cz_term_bytes(&selection->term, selector->kind, (struct bytes){.data = address, .len = size});
    return true;
}

static bool read_spiffe(struct selection *selection, const struct selector *selector,
                        const char *text, struct error *error) {
    struct bytes id = cz_bytes_of(text);
    bool below = id.len > 2 && strcmp(text + id.len - 2, "/*") == 0;
    size_t domain_length;
    (void)selector;
    id.len -= below ? 2 : 0;
    if (!cz_spiffe_valid(id, &domain_length))
        return wanted(selection, error, text,
                      "a SPIFFE ID such as spiffe://example.org/service, or one with /* behind it "
                      "for all below,");
    cz_term_bytes(&selection->term, below ? TERM_SPIFFE_BELOW : TERM_SPIFFE, id);
    return true;
}

static bool read_typed(struct selection *selection, const struct selector *selector,
                       const char *text, struct error *error) {
    (void)error;
    cz_term_attribute(&selection->term, selection->how, selector->type, cz_bytes_of(text));
    return true;
}

static bool read_attribute(struct selection *selection, const struct selector *selector,
                           const char *text, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer type = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer problem = {0};
    (void)selector;
    if (!cz_name_attribute_parse(text, &type, &value, &problem))
        return bad_name(selection, &problem, error);
    cz_term_attribute(&selection->term, selection->how, cz_buffer_view(&type),
                      cz_buffer_view(&value));
    return true;
}

static bool read_policy(struct selection *selection, const struct selector *selector,
                        const char *text, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer oid = {0};
    bool good = cz_oid_parse(text, &oid);
    if (is_out_of_memory(&oid, error))
        return false;
    if (!good)
        return wanted(selection, error, text, "an object identifier such as 1.3.6.1.4.1.99999.1");
    cz_term_bytes(&selection->term, selector->kind, cz_buffer_view(&oid));
    return true;
}

static const struct selector selectors[] = {
    {"subject", read_name, .kind = TERM_SUBJECT},
    {"issuer", read_name, .kind = TERM_ISSUER},
    {"serial", read_serial, .kind = TERM_SERIAL},
    {"sha256", read_digest, .kind = TERM_SHA256},
    {"sha1", read_digest, .kind = TERM_SHA1},
    {"spki_sha256", read_digest, .kind = TERM_SPKI_SHA256},
    {"dns", read_dns, .kind = TERM_DNS},
    {"email", read_email, .kind = TERM_EMAIL},
    {"uri", read_uri, .kind = TERM_URI},
    {"upn", read_upn, .kind = TERM_UPN},
    {"ip", read_ip, .kind = TERM_IP},
    {"spiffe", read_spiffe, .kind = TERM_SPIFFE},
    {"cn", read_typed, .kind = TERM_ATTRIBUTE, .type = OID_COMMON_NAME},
    {"ou", read_typed, .kind = TERM_ATTRIBUTE, .type = OID_ORGANIZATIONAL_UNIT},
    {"o", read_typed, .kind = TERM_ATTRIBUTE, .type = OID_ORGANIZATION},
    {"attribute", read_attribute, .kind = TERM_ATTRIBUTE},
    {"policy", read_policy, .kind = TERM_POLICY},
};

const struct selector *cz_config_find_selector(const char *name) {
    for (size_t i = 0; i < CZ_COUNT(selectors); i++)
        if (strcmp(selectors[i].name, name) == 0)
            return &selectors[i];
    return NULL;
}

static bool take_term(struct selection *selection, struct condition *condition,
                      struct error *error) {
    *condition = (struct condition){.kind = CONDITION_TERM};
    return (!selection->term.failed &&
            cz_vocabulary_add(selection->reader->vocabulary, cz_buffer_view(&selection->term),
                              &condition->term)) ||
           cz_error_set(error, "out of memory");
}

static bool check_text(const config_setting_t *setting, const char *text, struct error *error) {
    if (text[0] == '\0')
        return cz_schema_error(error, setting, "the text is empty");
    return (cz_utf8_valid(cz_bytes_of(text)) && !cz_text_has_control(cz_bytes_of(text))) ||
           cz_schema_error(error, setting, "the text is not UTF-8, or holds control characters");
}

bool cz_config_read_selector(const struct condition_reader *reader, const struct selector *selector,
                             enum name_comparison how, const config_setting_t *setting,
                             struct condition *condition, struct error *error) {
    struct selection selection = {.reader = reader, .setting = setting, .how = how};
    if (config_setting_type(setting) != CONFIG_TYPE_STRING)
        return cz_schema_error(error, setting,
                               "a text in double quotes is wanted, or a list of them");
    const char *text = config_setting_get_string(setting);
    if (!check_text(setting, text, error))
        return false;
    bool read = selector->read(&selection, selector, text, error) &&
                take_term(&selection, condition, error);
    cz_buffer_release(&selection.term);
    return read;
}

struct raw_extension {
    struct config_text oid, der, text;
};

static const struct key extension_keys[] = {
    {.name = "oid", .type = KEY_TEXT, .offset = offsetof(struct raw_extension, oid)},
    {.name = "der", .type = KEY_TEXT, .offset = offsetof(struct raw_extension, der)},
    {.name = "text", .type = KEY_TEXT, .offset = offsetof(struct raw_extension, text)},
};

static const struct schema extension_schema = {
    .name = "an extension", .keys = extension_keys, .count = CZ_COUNT(extension_keys)};

static void raw_extension_release(struct raw_extension *raw) {
    cz_text_release(&raw->oid);
    cz_text_release(&raw->der);
    cz_text_release(&raw->text);
}

bool cz_config_read_extension(const struct condition_reader *reader, const config_setting_t *group,
                              struct condition *condition, struct error *error) {
    CZ_CLEANUP(raw_extension_release) struct raw_extension raw = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer oid = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    struct selection selection = {.reader = reader, .setting = group};
    if (!cz_schema_read(&extension_schema, group, &raw, error))
        return false;
    bool has_oid = raw.oid.text != NULL && cz_oid_parse(raw.oid.text, &oid);
    if (is_out_of_memory(&oid, error))
        return false;
    if (!has_oid)
        return cz_schema_error(error, group, "oid: an object identifier is wanted");
    if ((raw.der.text == NULL) == (raw.text.text == NULL))
        return cz_schema_error(error, group,
                               "the value is wanted: der, in hexadecimal, or text, one of both");
    bool is_text = raw.text.text != NULL;
    if (is_text && !check_text(config_setting_get_member((config_setting_t *)group, "text"),
                               raw.text.text, error))
        return false;
    bool good = true;
    if (is_text)
        cz_buffer_puts(&value, raw.text.text);
    else
        good = cz_config_read_hexadecimal(raw.der.text, &value);
    if (is_out_of_memory(&value, error))
        return false;
    if (!good)
        return cz_schema_error(error, config_setting_get_member((config_setting_t *)group, "der"),
                               "hexadecimal digits are wanted");
    cz_term_extension(&selection.term, is_text ? TERM_EXTENSION_TEXT : TERM_EXTENSION,
                      cz_buffer_view(&oid), cz_buffer_view(&value));
    bool taken = take_term(&selection, condition, error);
    cz_buffer_release(&selection.term);
    return taken;
}

void cz_config_name_selectors(struct buffer *out) {
    for (size_t i = 0; i < CZ_COUNT(selectors); i++)
        cz_buffer_printf(out, "%s, ", selectors[i].name);
    cz_buffer_puts(out, "extension");
}
