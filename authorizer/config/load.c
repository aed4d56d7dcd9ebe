#include "config/load.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/oid.h"
#include "config/certificate_file.h"

#include <gnutls/x509.h>
#include <stdlib.h>

static bool load_pool(const struct config *config, const struct config_texts *names,
                      const char *key, struct certificate_pool *pool, struct error *error) {
    for (size_t i = 0; i < names->count; i++) {
        const struct config_text *name = &names->items[i];
        CZ_CLEANUP(cz_free_ptr) char *file = cz_config_resolve(config, name->text);
        struct error cause = {0};
        if (file == NULL)
            return cz_error_set(error, "out of memory");
        if (!cz_certificates_load(file, pool, &cause))
            return cz_error_set(error, "%s:%u: %s: %s", name->file, name->line, key, cause.message);
    }
    return true;
}

/* 64 hexadecimal digits, with or without colons between the bytes. */
static bool read_pin(const char *text, struct pin *pin) {
    size_t digits = 0;
    for (; *text != '\0'; text++) {
        int digit = cz_hex_digit((uint8_t)*text);
        if (*text == ':' && digits > 0 && digits % 2 == 0)
            continue;
        if (digit < 0 || digits == 2 * CZ_SHA256_SIZE)
            return false;
        uint8_t *byte = &pin->sha256[digits / 2];
        *byte = (uint8_t)(digits % 2 == 0 ? digit << 4 : *byte | digit);
        digits++;
    }
    return digits == 2 * CZ_SHA256_SIZE;
}

static bool load_pins(const struct config_texts *texts, struct trust *trust, struct error *error) {
    if (texts->count == 0)
        return true;
    trust->pins = calloc(texts->count, sizeof *trust->pins);
    if (trust->pins == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < texts->count; i++)
        if (!read_pin(texts->items[i].text, &trust->pins[trust->pin_count++]))
            return cz_error_set(error,
                                "%s:%u: trust.pinned: a SHA-256 digest is wanted: 64 "
                                "hexadecimal digits",
                                texts->items[i].file, texts->items[i].line);
    return true;
}

static bool holds_oid(const struct oid_set *set, struct bytes oid) {
    for (size_t i = 0; i < set->count; i++)
        if (cz_bytes_equal(set->oids[i], oid))
            return true;
    return false;
}

/* An OID that is there twice is a mistake, and would upset counting them. */
static bool load_oids(const struct config_texts *texts, const char *key, struct oid_set *set,
                      struct error *error) {
    if (texts->count == 0)
        return true;
    set->oids = calloc(texts->count, sizeof *set->oids);
    if (set->oids == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < texts->count; i++) {
        const struct config_text *text = &texts->items[i];
        struct buffer oid = {0};
        if (!cz_oid_parse(text->text, &oid) || holds_oid(set, cz_buffer_view(&oid))) {
            cz_buffer_release(&oid);
            return cz_error_set(error,
                                "%s:%u: %s: \"%s\": an object identifier is wanted, such as "
                                "\"1.3.6.1.5.5.7.3.2\", each once",
                                text->file, text->line, key, text->text);
        }
        set->oids[set->count++] = cz_buffer_view(&oid); /* the memory is the set's now */
    }
    return true;
}

static void trust_list_release(gnutls_x509_trust_list_t *list) {
    if (*list != NULL)
        gnutls_x509_trust_list_deinit(*list, 1);
}

static void crt_release(gnutls_x509_crt_t *crt) {
    if (*crt != NULL)
        gnutls_x509_crt_deinit(*crt);
}

/* False only when out of memory; *used tells whether it could be read and its key used. */
static bool add_system_anchor(gnutls_x509_crt_t crt, struct certificate_pool *pool, bool *used) {
    gnutls_datum_t der = {0};
    const char *detail;
    struct certificate *certificate = NULL;
    *used = false;
    if (gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der) < 0)
        return true;
    enum certificate_status status = cz_certificate_parse(
        (struct bytes){.data = der.data, .len = der.size}, &certificate, &detail);
    gnutls_free(der.data);
    if (status != CERTIFICATE_OK)
        return status != CERTIFICATE_NO_MEMORY;
    *used = cz_certificate_import_key(certificate);
    if (*used && cz_pool_add(pool, certificate))
        return true;
    cz_certificate_free(certificate);
    return !*used;
}

static bool load_system(struct certificate_pool *pool, struct buffer *notices,
                        struct error *error) {
    CZ_CLEANUP(trust_list_release) gnutls_x509_trust_list_t list = NULL;
    unsigned total = 0, passed_over = 0;
    if (gnutls_x509_trust_list_init(&list, 0) < 0 ||
        gnutls_x509_trust_list_add_system_trust(list, 0, 0) <= 0)
        return cz_error_set(error, "trust.system: GnuTLS finds no system trust store (Debian: "
                                   "install ca-certificates)");
    gnutls_x509_trust_list_iter_t iterator = NULL;
    for (;; total++) {
        CZ_CLEANUP(crt_release) gnutls_x509_crt_t crt = NULL;
        bool used;
        if (gnutls_x509_trust_list_iter_get_ca(list, &iterator, &crt) < 0)
            break;
        if (!add_system_anchor(crt, pool, &used))
            return cz_error_set(error, "out of memory");
        passed_over += !used;
    }
    if (passed_over > 0)
        cz_buffer_printf(notices,
                         "trust.system: %u of %u certificates cannot be used and are passed over\n",
                         passed_over, total);
    return true;
}

static bool load_trust(const struct config *config, const struct policy_config *policy,
                       struct trust *trust, struct buffer *notices, struct error *error) {
    if (!load_pool(config, &policy->trust.anchors, "trust.anchors", &trust->anchors, error) ||
        !load_pool(config, &policy->trust.intermediates, "trust.intermediates",
                   &trust->intermediates, error) ||
        !load_pins(&policy->trust.pinned, trust, error))
        return false;
    if (policy->trust.system && !load_system(&trust->anchors, notices, error))
        return false;
    cz_pool_sort(&trust->anchors);
    cz_pool_sort(&trust->intermediates);
    cz_trust_complete_keys(trust, trust->intermediates.items, trust->intermediates.count);
    return true;
}

static const struct config_texts *given_or(const struct config_texts *texts,
                                           const struct config_texts *otherwise) {
    return texts->items != NULL ? texts : otherwise;
}

/* The tables change hands; the plain values stay to be told. */
static void take_revocation(const struct config *config, struct policy_config *from,
                            const struct snapshot *snapshot, struct policy *policy) {
    policy->revocation = from->revocation;
    policy->requirements.heeds_distribution_points = from->revocation.mode != REVOCATION_NONE;
    policy->revocation.has_responders = config->revocation.ocsp.responders.count > 0;
    policy->revocation.responders = snapshot->responders.items;
    policy->revocation.responder_count = snapshot->responders.count;
    from->revocation.authorities = NULL;
    from->revocation.authority_count = 0;
}

static bool load_responders(const struct config *config, struct snapshot *snapshot,
                            struct error *error) {
    if (!load_pool(config, &config->revocation.ocsp.signers, "revocation.ocsp.signers",
                   &snapshot->responders, error))
        return false;
    cz_pool_sort(&snapshot->responders);
    return true;
}

static bool load_policy(struct config *config, size_t number, struct snapshot *snapshot,
                        struct buffer *notices, struct error *error) {
    struct policy_config *from = &config->policies[number], *base = &config->policies[0];
    struct policy *policy = &snapshot->policies[number];
    *policy = (struct policy){.name = CZ_STEAL(from->name),
                              .number = (uint32_t)number,
                              .requirements = from->certificates,
                              .trust = &snapshot->trusts[0],
                              .clients = from->clients,
                              .claims = from->claims,
                              .rules = from->rules};
    from->rules = (struct rules){0};
    take_revocation(config, from, snapshot, policy);
    if (from->own_trust) {
        struct trust *trust = &snapshot->trusts[snapshot->trust_count++];
        policy->trust = trust;
        if (!load_trust(config, from, trust, notices, error))
            return false;
    }
    return load_oids(given_or(&from->oids.purposes, &base->oids.purposes), "certificates.purposes",
                     &policy->requirements.purposes, error) &&
           load_oids(given_or(&from->oids.initial_policies, &base->oids.initial_policies),
                     "certificates.initial_policies", &policy->requirements.initial_policies,
                     error);
}

bool cz_snapshot_load(struct config *config, struct snapshot *snapshot, struct buffer *notices,
                      struct error *error) {
    *snapshot = (struct snapshot){.vocabulary = config->vocabulary,
                                  .client_sets = CZ_STEAL(config->client_sets),
                                  .client_set_count = config->client_set_count,
                                  .claim_plans = CZ_STEAL(config->claim_plans),
                                  .claim_plan_count = config->claim_plan_count,
                                  .forwarding = config->forwarded.forwarding};
    config->vocabulary = (struct vocabulary){0};
    config->forwarded.forwarding = (struct forwarding){0};
    config->client_set_count = 0;
    config->claim_plan_count = 0;
    snapshot->policies = calloc(config->policy_count, sizeof *snapshot->policies);
    snapshot->trusts = calloc(config->policy_count, sizeof *snapshot->trusts);
    if (snapshot->policies == NULL || snapshot->trusts == NULL)
        return cz_error_set(error, "out of memory");
    if (!load_responders(config, snapshot, error))
        return false;
    for (size_t i = 0; i < config->policy_count; i++) {
        snapshot->policy_count = i + 1;
        if (!load_policy(config, i, snapshot, notices, error))
            return false;
    }
    return true;
}
