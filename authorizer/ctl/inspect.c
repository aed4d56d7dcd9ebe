/* certauthzctl inspect: whose certificate is this, and how does a configuration name it? */
#include "base/calendar.h"
#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/oid.h"
#include "ctl/certificate_source.h"
#include "ctl/command.h"
#include "ctl/paint.h"
#include "ctl/spelling.h"
#include "identity/identity.h"
#include "validate/strength.h"

#include <unistd.h>

#define DAY INT64_C(86400)
#define SOON (30 * DAY)

static void put_validity(struct buffer *out, const struct certificate *certificate, int64_t now) {
    int64_t left = certificate->not_after - now;
    cz_put_label(out, "  valid");
    cz_time_append(out, certificate->not_before);
    cz_buffer_puts(out, " to ");
    cz_time_append(out, certificate->not_after);
    if (left < 0)
        cz_buffer_printf(out, " (warning: over for %lld days; renew it)\n",
                         (long long)(-left / DAY));
    else if (left < SOON)
        cz_buffer_printf(out, " (warning: %lld days left; renew it)\n", (long long)(left / DAY));
    else if (now < certificate->not_before)
        cz_buffer_puts(out, " (warning: not valid yet)\n");
    else
        cz_buffer_printf(out, " (%lld days left)\n", (long long)(left / DAY));
}

/* The greatest of certificates.strength that they pass. */
static const char *strength_of(const struct certificate *certificate, bool of_key) {
    static const struct {
        enum certificate_strength strength;
        const char *name;
    } levels[] = {{STRENGTH_HIGH, "high"},
                  {STRENGTH_MEDIUM, "medium"},
                  {STRENGTH_LOW, "low"},
                  {STRENGTH_NONE, "none"}};
    for (size_t i = 0; i < CZ_COUNT(levels); i++)
        if (of_key ? cz_key_is_strong(&certificate->public_key, levels[i].strength)
                   : cz_signature_is_strong(certificate->signature_algorithm, levels[i].strength))
            return levels[i].name;
    return "refused by all";
}

static void put_strength(struct buffer *out, const struct certificate *certificate) {
    const char *key = gnutls_pk_get_name(certificate->public_key.algorithm);
    const char *signature = gnutls_sign_get_name(certificate->signature_algorithm);
    cz_put_label(out, "  key");
    cz_buffer_printf(out, "%s, %u bits (strength: %s)\n", key != NULL ? key : "unknown",
                     certificate->public_key.bits, strength_of(certificate, true));
    cz_put_label(out, "  signature");
    cz_buffer_printf(out, "%s (strength: %s)\n", signature != NULL ? signature : "unknown",
                     strength_of(certificate, false));
}

static void put_usage(struct buffer *out, const struct certificate *certificate) {
    static const char *const names[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
                                        "dataEncipherment", "keyAgreement",   "keyCertSign",
                                        "cRLSign",          "encipherOnly",   "decipherOnly"};
    if (certificate->is_ca)
        cz_put_line(out, "  type", CZ_BYTES("a CA"));
    if (!certificate->has_key_usage)
        return;
    cz_put_label(out, "  usage");
    for (size_t i = 0; i < CZ_COUNT(names); i++)
        if ((certificate->key_usage & 0x8000u >> i) != 0)
            cz_buffer_printf(out, "%s ", names[i]);
    if (out->len > 0 && out->data[out->len - 1] == ' ')
        out->len--;
    cz_buffer_putc(out, '\n');
}

static void put_purpose(struct buffer *out, struct bytes oid) {
    static const struct {
        struct bytes oid;
        const char *name;
    } known[] = {
        {OID_ANY_EXTENDED_KEY_USAGE, "any"},
        {OID_CLIENT_AUTH, "clientAuth"},
        {CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x03\x01"), "serverAuth"},
        {CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x03\x03"), "codeSigning"},
        {CZ_BYTES("\x2b\x06\x01\x05\x05\x07\x03\x04"), "emailProtection"},
    };
    cz_oid_append(out, oid);
    for (size_t i = 0; i < CZ_COUNT(known); i++)
        if (cz_bytes_equal(known[i].oid, oid))
            cz_buffer_printf(out, " (%s)", known[i].name);
}

static void put_purposes(struct buffer *out, const struct certificate *certificate) {
    struct bytes rest = certificate->extended_key_usage, oid;
    cz_put_label(out, "  purposes");
    if (!certificate->has_extended_key_usage)
        cz_buffer_puts(out, "not said, so any");
    for (size_t i = 0; cz_der_take(&rest, DER_OID, &oid); i++) {
        cz_buffer_puts(out, i > 0 ? ", " : "");
        put_purpose(out, oid);
    }
    cz_buffer_putc(out, '\n');
}

static bool put_identity(struct buffer *out, const struct certificate *certificate, int64_t now,
                         struct error *error) {
    CZ_CLEANUP(cz_identity_release) struct identity identity;
    if (!cz_identity_read(certificate, &identity))
        return cz_error_set(error, "out of memory");
    cz_put_line(out, "certificate", cz_identity_field(&identity, IDENTITY_USER));
    cz_put_line(out, "  issuer", cz_identity_field(&identity, IDENTITY_ISSUER));
    cz_put_line(out, "  serial", cz_identity_field(&identity, IDENTITY_SERIAL));
    put_validity(out, certificate, now);
    put_strength(out, certificate);
    put_usage(out, certificate);
    put_purposes(out, certificate);
    cz_buffer_puts(out, "pins\n");
    cz_put_line(out, "  sha256", cz_identity_field(&identity, IDENTITY_SHA256));
    cz_put_line(out, "  spki_sha256", cz_identity_field(&identity, IDENTITY_SPKI_SHA256));
    cz_put_line(out, "  x5t#S256", cz_identity_field(&identity, IDENTITY_X5T_S256));
    return true;
}

static void put_who(struct buffer *out, const struct clients *clients,
                    const struct identification *who) {
    cz_put_label(out, "client");
    if (who->client != NULL) {
        cz_buffer_printf(out, "%s\n", who->client->id);
    } else if (who->credential != NULL) {
        cz_buffer_printf(out, "none: %s, as a credential of %s\n",
                         cz_reason_info(who->reason)->slug,
                         clients->items[who->credential->client].id);
    } else {
        cz_buffer_printf(out, "none: %s\n", cz_reason_info(who->reason)->slug);
    }
    if (who->credential != NULL)
        cz_put_line(out, "  credential", cz_bytes_of(who->credential->label));
}

/* Among the policies' clients, each set once. Whether the certificate is valid is not asked. */
static bool put_clients(struct buffer *out, const struct snapshot *snapshot,
                        const struct certificate *certificate, int64_t now, struct error *error) {
    CZ_CLEANUP(cz_term_set_release) struct term_set terms = {0};
    struct policies_found policies;
    cz_policies_named(certificate, &policies);
    if (!cz_vocabulary_match(&snapshot->vocabulary, certificate, &policies, &terms))
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < snapshot->policy_count; i++) {
        const struct policy *policy = &snapshot->policies[i];
        CZ_CLEANUP(cz_credential_set_release) struct credential_set set = {0};
        bool inherited = i > 0 && policy->clients == snapshot->policies[0].clients;
        if (policy->clients == NULL || inherited)
            continue;
        if (!cz_clients_match(policy->clients, &terms, &set))
            return cz_error_set(error, "out of memory");
        struct identification who = cz_clients_identify(policy->clients, &set, now);
        if (policy->name != NULL)
            cz_put_line(out, "policy", cz_bytes_of(policy->name));
        put_who(out, policy->clients, &who);
    }
    return true;
}

/* The configuration, where one was named or is there to be read. */
static bool load_configuration(const struct ctl_arguments *arguments, struct setup *setup,
                               bool *loaded, struct error *error) {
    const char *file = cz_setup_file(arguments->values[CTL_CONFIG]);
    *loaded = arguments->values[CTL_CONFIG] != NULL || access(file, R_OK) == 0;
    return !*loaded || cz_ctl_load(arguments, setup, error);
}

int cz_run_inspect(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(cz_found_certificates_release) struct found_certificates found = {0};
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct error error = {0};
    int64_t now;
    bool loaded;
    if (!cz_ctl_time(arguments, &now, &error) ||
        !load_configuration(arguments, &setup, &loaded, &error) ||
        !cz_certificates_find(arguments->file, arguments->values[CTL_PASSWORD_FILE], &found,
                              &error))
        return cz_ctl_complain(&error);
    for (size_t i = 0; i < found.count; i++) {
        cz_buffer_puts(&out, i > 0 ? "\n" : "");
        if (!put_identity(&out, found.items[i], now, &error) ||
            (loaded && !put_clients(&out, &setup.snapshot, found.items[i], now, &error)))
            return cz_ctl_complain(&error);
        cz_buffer_puts(&out, "selectors\n");
        if (!cz_spell_selectors(&out, found.items[i], &error))
            return cz_ctl_complain(&error);
    }
    return cz_ctl_print(&out, &error) ? CTL_GOOD : cz_ctl_complain(&error);
}
