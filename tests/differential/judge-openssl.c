/* Apart from the other judges, since the headers of the two libraries need not agree. */
#include "judge.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>

struct openssl_judge {
    const struct plan *plan;
    X509_STORE *store;
    X509 *certificates[PLAN_CERTIFICATES_MAX]; /* NULL: it could not be read */
    bool any;
    struct verdict *verdict;
};

static ASN1_OBJECT *object_of(struct bytes oid) {
    struct bytes der = DER(DER_OID, oid);
    const unsigned char *at = der.data;
    ASN1_OBJECT *object = d2i_ASN1_OBJECT(NULL, &at, (long)der.len);
    if (object == NULL)
        forge_die("d2i_ASN1_OBJECT");
    return object;
}

/* RSA of 2,048 bits, no SHA-1: level 2. An anchor need not be self-signed, as with us. */
static void set_parameters(const struct plan *plan, X509_STORE_CTX *context) {
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
    unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN;
    if (plan->check_policies)
        flags |= X509_V_FLAG_POLICY_CHECK;
    if (plan->require_explicit_policy)
        flags |= X509_V_FLAG_EXPLICIT_POLICY;
    if (plan->inhibit_policy_mapping)
        flags |= X509_V_FLAG_INHIBIT_MAP;
    if (plan->inhibit_any_policy)
        flags |= X509_V_FLAG_INHIBIT_ANY;
    if (X509_VERIFY_PARAM_set_flags(parameters, flags) != 1 ||
        X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT) != 1)
        forge_die("X509_VERIFY_PARAM");
    X509_VERIFY_PARAM_set_auth_level(parameters, 2);
    X509_VERIFY_PARAM_set_time(parameters, (time_t)PLAN_NOW);
    /* with none set it accepts none, where RFC 5280 6.1.1 (c) starts with any */
    if (plan->initial_policy_count == 0 &&
        X509_VERIFY_PARAM_add0_policy(parameters, object_of(OID_ANY_POLICY)) != 1)
        forge_die("X509_VERIFY_PARAM_add0_policy");
    for (size_t i = 0; i < plan->initial_policy_count; i++)
        if (X509_VERIFY_PARAM_add0_policy(parameters, object_of(plan->initial_policies[i])) != 1)
            forge_die("X509_VERIFY_PARAM_add0_policy");
}

static bool try_with_openssl(void *context, const size_t *chain, size_t count) {
    struct openssl_judge *judge = context;
    for (size_t i = 0; i < count; i++)
        if (judge->certificates[chain[i]] == NULL) {
            judge->verdict->unreadable |= !judge->any;
            return false;
        }
    X509_STORE_CTX *verification = X509_STORE_CTX_new();
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    if (verification == NULL || untrusted == NULL)
        forge_die("out of memory");
    for (size_t i = 1; i < count; i++)
        if (sk_X509_push(untrusted, judge->certificates[chain[i]]) <= 0)
            forge_die("out of memory");
    if (X509_STORE_CTX_init(verification, judge->store, judge->certificates[0], untrusted) != 1)
        forge_die("X509_STORE_CTX_init");
    set_parameters(judge->plan, verification);
    bool accepted = X509_verify_cert(verification) == 1;
    if (!judge->any || accepted)
        judge->verdict->code = X509_STORE_CTX_get_error(verification);
    if (!accepted && !judge->any)
        snprintf(judge->verdict->text, sizeof judge->verdict->text, "%s (%d) at depth %d",
                 X509_verify_cert_error_string(judge->verdict->code), judge->verdict->code,
                 X509_STORE_CTX_get_error_depth(verification));
    judge->any = true;
    judge->verdict->accepted = accepted;
    sk_X509_free(untrusted);
    X509_STORE_CTX_free(verification);
    return accepted;
}

/* A certificate with octets behind it is none: d2i_X509 leaves them for its caller to see. */
static void import_all(struct openssl_judge *judge) {
    for (size_t i = 0; i < judge->plan->count; i++) {
        const struct plan_certificate *certificate = &judge->plan->certificates[i];
        const unsigned char *at = certificate->der.data;
        X509 *x509 = d2i_X509(NULL, &at, (long)certificate->der.len);
        if (x509 != NULL && at != certificate->der.data + certificate->der.len) {
            X509_free(x509);
            x509 = NULL;
        }
        judge->certificates[i] = x509;
        if (x509 == NULL)
            judge->verdict->unreadable |= i <= judge->plan->anchor;
        else if (certificate->is_anchor && X509_STORE_add_cert(judge->store, x509) != 1)
            forge_die("X509_STORE_add_cert");
    }
}

void judge_openssl(const struct plan *plan, struct verdict *verdict) {
    struct openssl_judge judge = {.plan = plan, .store = X509_STORE_new(), .verdict = verdict};
    *verdict = (struct verdict){.detail = ""};
    if (judge.store == NULL)
        forge_die("out of memory");
    import_all(&judge);
    judge_chains(plan, try_with_openssl, &judge);
    if (verdict->accepted)
        snprintf(verdict->text, sizeof verdict->text, "accepted");
    else if (!judge.any)
        snprintf(verdict->text, sizeof verdict->text, "no chain could be read");
    for (size_t i = 0; i < plan->count; i++)
        X509_free(judge.certificates[i]);
    X509_STORE_free(judge.store);
    ERR_clear_error();
}
