/* Apart from the other judge, since the headers of the two libraries need not agree. */
#include "judge.h"
#include "world.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>

void world_judge_openssl(const struct world *world, struct verdict *verdict);

struct openssl_world {
    X509_STORE *store;
    X509 *certificates[PLAN_CERTIFICATES_MAX];
    STACK_OF(X509) * untrusted;
    STACK_OF(X509_CRL) * lists;
};

static void import_certificates(struct openssl_world *theirs, const struct plan *plan) {
    for (size_t i = 0; i < plan->count; i++) {
        const unsigned char *at = plan->certificates[i].der.data;
        X509 *x509 = d2i_X509(NULL, &at, (long)plan->certificates[i].der.len);
        theirs->certificates[i] = x509;
        if (x509 == NULL)
            forge_die("d2i_X509");
        if (plan->certificates[i].is_anchor ? X509_STORE_add_cert(theirs->store, x509) != 1
                                            : sk_X509_push(theirs->untrusted, x509) <= 0)
            forge_die("out of memory");
    }
}

static void import_lists(struct openssl_world *theirs, const struct world *world) {
    for (size_t i = 0; i < world->list_count; i++) {
        const unsigned char *at = world->lists[i].der.data;
        X509_CRL *list = d2i_X509_CRL(NULL, &at, (long)world->lists[i].der.len);
        if (list != NULL && sk_X509_CRL_push(theirs->lists, list) <= 0)
            forge_die("out of memory");
    }
}

static void set_parameters(const struct world *world, X509_STORE_CTX *context) {
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
    unsigned long flags =
        X509_V_FLAG_CRL_CHECK | X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS;
    if (world->whole_chain)
        flags |= X509_V_FLAG_CRL_CHECK_ALL;
    if (X509_VERIFY_PARAM_set_flags(parameters, flags) != 1 ||
        X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT) != 1)
        forge_die("X509_VERIFY_PARAM");
    X509_VERIFY_PARAM_set_auth_level(parameters, 2);
    X509_VERIFY_PARAM_set_time(parameters, (time_t)PLAN_NOW);
}

static void verify(struct openssl_world *theirs, const struct world *world,
                   struct verdict *verdict) {
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (context == NULL || X509_STORE_CTX_init(context, theirs->store, theirs->certificates[0],
                                               theirs->untrusted) != 1)
        forge_die("X509_STORE_CTX_init");
    X509_STORE_CTX_set0_crls(context, theirs->lists);
    set_parameters(world, context);
    verdict->accepted = X509_verify_cert(context) == 1;
    verdict->code = X509_STORE_CTX_get_error(context);
    snprintf(verdict->text, sizeof verdict->text, "%s (%d) at depth %d",
             X509_verify_cert_error_string(verdict->code), verdict->code,
             X509_STORE_CTX_get_error_depth(context));
    X509_STORE_CTX_free(context);
}

void world_judge_openssl(const struct world *world, struct verdict *verdict) {
    struct openssl_world theirs = {.store = X509_STORE_new(),
                                   .untrusted = sk_X509_new_null(),
                                   .lists = sk_X509_CRL_new_null()};
    *verdict = (struct verdict){.detail = ""};
    if (theirs.store == NULL || theirs.untrusted == NULL || theirs.lists == NULL)
        forge_die("out of memory");
    import_certificates(&theirs, &world->plan);
    import_lists(&theirs, world);
    verify(&theirs, world, verdict);
    for (size_t i = 0; i < world->plan.count; i++)
        X509_free(theirs.certificates[i]);
    sk_X509_free(theirs.untrusted);
    sk_X509_CRL_pop_free(theirs.lists, X509_CRL_free);
    X509_STORE_free(theirs.store);
    ERR_clear_error();
}
