#include "ctl/deny_target.h"

#include "base/cleanup.h"
#include "certificate/name.h"
#include "certificate/name_text.h"
#include "config/selectors.h"

#include <string.h>
#include <unistd.h>

bool cz_deny_target_is_file(const char *text) {
    return strcmp(text, "-") == 0 || access(text, F_OK) == 0;
}

static bool read_digest(const char *text, uint8_t digest[CZ_SHA256_SIZE]) {
    CZ_CLEANUP(cz_buffer_release) struct buffer bytes = {0};
    if (!cz_config_read_hexadecimal(text, &bytes) || bytes.len != CZ_SHA256_SIZE)
        return false;
    memcpy(digest, bytes.data, CZ_SHA256_SIZE);
    return true;
}

/* --- what it is about ---------------------------------------------------------------------- */

static void put_name(struct buffer *out, struct bytes name) {
    if (name.len > 0)
        cz_name_append(out, name);
    else
        cz_buffer_puts(out, "no subject");
}

static void put_certificate(struct buffer *out, const struct certificate *certificate) {
    put_name(out, certificate->subject);
    cz_buffer_puts(out, " (serial ");
    cz_buffer_hex(out, certificate->serial);
    cz_buffer_puts(out, " of ");
    put_name(out, certificate->issuer);
    cz_buffer_putc(out, ')');
}

/* To what an entry may hold. */
static bool trim_text(struct buffer *text, struct error *error) {
    static const char cut[] = "…";
    size_t len = text->len;
    if (text->failed)
        return cz_error_set(error, "out of memory");
    if (len > CZ_DENY_TEXT_SIZE_MAX) {
        len = CZ_DENY_TEXT_SIZE_MAX - (sizeof cut - 1);
        while (((uint8_t)text->data[len] & 0xc0) == 0x80)
            len--;
        cz_buffer_truncate(text, len);
        cz_buffer_puts(text, cut);
    }
    while (text->len > 0 && text->data[text->len - 1] == ' ')
        cz_buffer_truncate(text, text->len - 1);
    return !text->failed || cz_error_set(error, "out of memory");
}

/* --- certificates in files ----------------------------------------------------------------- */

/* Of several, as in a file with a chain, the only one that is no CA's. */
static const struct certificate *choose(const struct found_certificates *found) {
    const struct certificate *chosen = NULL;
    if (found->count == 1)
        return found->items[0];
    for (size_t i = 0; i < found->count; i++) {
        if (found->items[i]->is_ca)
            continue;
        if (chosen != NULL)
            return NULL;
        chosen = found->items[i];
    }
    return chosen;
}

static bool read_file(const struct ctl_arguments *arguments, const char *file, bool by_key,
                      struct deny_target *target, struct error *error) {
    if (!cz_certificates_find(file, arguments->values[CTL_PASSWORD_FILE], &target->found, error))
        return false;
    target->certificate = choose(&target->found);
    if (target->certificate == NULL)
        return cz_error_set(error,
                            "%s: holds %zu certificates, and not just one that is no CA's; put "
                            "the one alone in a file, or name it by --sha256 (certauthzctl "
                            "inspect shows each)",
                            file, target->found.count);
    target->kind = by_key ? DENY_PUBLIC_KEY : DENY_SHA256;
    if (!cz_deny_digest(target->kind, target->certificate, target->digest))
        return cz_error_set(error, "%s: SHA-256 is not to be had", file);
    cz_buffer_puts(&target->text, by_key ? "the public key of " : "");
    put_certificate(&target->text, target->certificate);
    return trim_text(&target->text, error);
}

/* --- the ways to say it -------------------------------------------------------------------- */

typedef bool target_reader(const struct ctl_arguments *arguments, const char *text,
                           struct deny_target *target, struct error *error);

static bool read_sha256(const struct ctl_arguments *arguments, const char *text,
                        struct deny_target *target, struct error *error) {
    (void)arguments;
    target->kind = DENY_SHA256;
    if (!read_digest(text, target->digest))
        return cz_error_set(error,
                            "--sha256 %s: the SHA-256 of a certificate is wanted, 64 hexadecimal "
                            "digits",
                            text);
    cz_buffer_puts(&target->text, "a certificate of which only the SHA-256 was given");
    return trim_text(&target->text, error);
}

static bool read_public_key(const struct ctl_arguments *arguments, const char *text,
                            struct deny_target *target, struct error *error) {
    target->kind = DENY_PUBLIC_KEY;
    if (cz_deny_target_is_file(text))
        return read_file(arguments, text, true, target, error);
    if (!read_digest(text, target->digest))
        return cz_error_set(error,
                            "--public-key %s: a file with a certificate is wanted, or the SHA-256 "
                            "of a SubjectPublicKeyInfo, 64 hexadecimal digits",
                            text);
    cz_buffer_puts(&target->text, "a public key of which only the SHA-256 was given");
    return trim_text(&target->text, error);
}

static bool read_issuer_file(const struct ctl_arguments *arguments, const char *file,
                             struct deny_target *target, struct buffer *name, struct error *error) {
    if (!cz_certificates_find(file, arguments->values[CTL_PASSWORD_FILE], &target->found, error))
        return false;
    if (target->found.count != 1)
        return cz_error_set(error, "--issuer %s: holds %zu certificates; the CA's alone is wanted",
                            file, target->found.count);
    cz_buffer_bytes(name, target->found.items[0]->subject);
    return !name->failed || cz_error_set(error, "out of memory");
}

static bool read_issuer(const struct ctl_arguments *arguments, struct deny_target *target,
                        struct buffer *name, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer problem = {0};
    const char *text = arguments->values[CTL_ISSUER];
    if (text == NULL)
        return cz_error_set(error, "--serial goes with --issuer: the CA's name, or a file with its "
                                   "certificate");
    if (cz_deny_target_is_file(text))
        return read_issuer_file(arguments, text, target, name, error);
    return cz_name_parse(text, true, name, &problem) ||
           cz_error_set(error, "--issuer %s: no such file, and %s", text,
                        problem.len > 0 ? cz_buffer_text(&problem) : "out of memory");
}

static bool read_serial(const struct ctl_arguments *arguments, const char *text,
                        struct deny_target *target, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer serial = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer canonical = {0};
    target->kind = DENY_SERIAL;
    if (!cz_ctl_serial(text, &serial, error))
        return false;
    if (!read_issuer(arguments, target, &name, error))
        return false;
    cz_name_canonical(&canonical, cz_buffer_view(&name));
    if (canonical.failed || serial.failed ||
        !cz_deny_digest_serial(cz_buffer_view(&canonical), cz_buffer_view(&serial), target->digest))
        return cz_error_set(error, "out of memory");
    cz_buffer_puts(&target->text, "serial ");
    cz_buffer_hex(&target->text, cz_buffer_view(&serial));
    cz_buffer_puts(&target->text, " of ");
    put_name(&target->text, cz_buffer_view(&name));
    return trim_text(&target->text, error);
}

static bool read_operand(const struct ctl_arguments *arguments, const char *text,
                         struct deny_target *target, struct error *error) {
    bool by_key = arguments->values[CTL_KEY] != NULL;
    if (cz_deny_target_is_file(text))
        return read_file(arguments, text, by_key, target, error);
    if (!read_digest(text, target->digest))
        return cz_error_set(error,
                            "%s: no such file, and no SHA-256 of a certificate (64 hexadecimal "
                            "digits)",
                            text);
    if (by_key)
        return cz_error_set(error, "--key needs a certificate; a key's own SHA-256 goes with "
                                   "--public-key");
    return read_sha256(arguments, text, target, error);
}

static bool check_options(const struct ctl_arguments *arguments, size_t ways, struct error *error) {
    if (ways != 1)
        return cz_error_set(error,
                            "%s: name it by a file with its certificate, --sha256, --public-key, "
                            "or --serial with --issuer",
                            ways == 0 ? "nothing is named" : "too much is named");
    if (arguments->values[CTL_ISSUER] != NULL && arguments->values[CTL_SERIAL] == NULL)
        return cz_error_set(error, "--issuer goes with --serial");
    if (arguments->values[CTL_KEY] != NULL && arguments->file == NULL)
        return cz_error_set(error, "--key goes with a file with a certificate");
    return true;
}

bool cz_deny_target_read(const struct ctl_arguments *arguments, struct deny_target *target,
                         struct error *error) {
    const struct {
        const char *text;
        target_reader *read;
    } ways[] = {
        {arguments->file, read_operand},
        {arguments->values[CTL_SHA256], read_sha256},
        {arguments->values[CTL_PUBLIC_KEY], read_public_key},
        {arguments->values[CTL_SERIAL], read_serial},
    };
    size_t count = 0, chosen = 0;
    *target = (struct deny_target){0};
    for (size_t i = 0; i < CZ_COUNT(ways); i++) {
        if (ways[i].text == NULL)
            continue;
        chosen = i;
        count++;
    }
    return check_options(arguments, count, error) &&
           ways[chosen].read(arguments, ways[chosen].text, target, error);
}

void cz_deny_target_release(struct deny_target *target) {
    cz_found_certificates_release(&target->found);
    cz_buffer_release(&target->text);
}
