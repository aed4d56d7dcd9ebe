/* certauthzctl crl: what does a CRL say, who signed it, and is a certificate on it? */
#include "base/cleanup.h"
#include "certificate/der.h"
#include "ctl/certificate_source.h"
#include "ctl/command.h"
#include "ctl/crl_account.h"
#include "pem/pem.h"

#include <string.h>

/* Base64 with its line ends takes 1.4 times as much. */
#define PEM_LIMIT (CZ_CRL_SIZE_MAX / 2 * 3)

/* What a list is read from, and what the account of it borrows. */
struct materials {
    struct buffer content, der; /* of the file; and of the PEM in it */
    struct crl crl;
    struct setup setup;
    struct found_certificates signers, asked;
    struct buffer serial;
};

static void release(struct materials *materials) {
    cz_crl_release(&materials->crl);
    cz_buffer_release(&materials->content);
    cz_buffer_release(&materials->der);
    cz_setup_release(&materials->setup);
    cz_found_certificates_release(&materials->signers);
    cz_found_certificates_release(&materials->asked);
    cz_buffer_release(&materials->serial);
}

static bool read_pem(const char *file, struct materials *materials, struct error *error) {
    struct bytes rest = cz_buffer_view(&materials->content);
    struct buffer *der = &materials->der;
    const char *detail = "out of memory";
    *der = (struct buffer){.limit = CZ_CRL_SIZE_MAX};
    if (cz_pem_next_crl(&rest, der, &detail) != PEM_OK)
        return cz_error_set(error, "%s: %s", file, detail);
    return der->len > 0 || cz_error_set(error, "%s: holds no CRL (PEM or DER is wanted)", file);
}

static bool read_list(const char *file, struct materials *materials, struct error *error) {
    struct buffer *content = &materials->content;
    const char *name = strcmp(file, "-") == 0 ? "standard input" : file;
    const char *detail = "out of memory";
    *content = (struct buffer){.limit = PEM_LIMIT};
    if (!cz_ctl_read(file, content, error))
        return false;
    bool is_der = cz_der_begins(cz_buffer_view(content));
    if (!is_der && !read_pem(name, materials, error))
        return false;
    struct bytes der = cz_buffer_view(is_der ? content : &materials->der);
    return cz_crl_parse(der, &materials->crl, &detail) == CRL_OK ||
           cz_error_set(error, "%s: is no CRL that can be used: %s", name, detail);
}

/* --- who may have signed it ---------------------------------------------------------------- */

static void verify_by_policies(const struct snapshot *snapshot, struct crl_account *account) {
    for (size_t i = 0; i < snapshot->policy_count; i++) {
        const struct trust *trust = snapshot->policies[i].trust;
        const struct certificate_pool *pools[] = {&trust->anchors, &trust->intermediates};
        for (size_t j = 0; j < CZ_COUNT(pools); j++)
            cz_crl_account_verify(account, pools[j]->items, pools[j]->count);
    }
}

static bool verify(const struct ctl_arguments *arguments, struct materials *materials,
                   struct crl_account *account, struct error *error) {
    const char *file = arguments->values[CTL_ISSUER];
    struct found_certificates *signers = &materials->signers;
    if (file != NULL && !cz_certificates_find(file, NULL, signers, error))
        return false;
    for (size_t i = 0; i < signers->count; i++)
        if (!cz_certificate_import_key(signers->items[i]))
            return cz_error_set(error, "%s: certificate %zu: GnuTLS cannot use its public key",
                                file, i + 1);
    if (file != NULL)
        cz_crl_account_verify(account, signers->items, signers->count);
    if (arguments->values[CTL_CONFIG] == NULL)
        return true;
    if (!cz_ctl_load(arguments, &materials->setup, error))
        return false;
    verify_by_policies(&materials->setup.snapshot, account);
    return true;
}

/* --- who is asked about -------------------------------------------------------------------- */

static bool ask_certificate(const char *file, struct materials *materials,
                            struct crl_account *account, struct error *error) {
    struct found_certificates *asked = &materials->asked;
    if (!cz_certificates_find(file, NULL, asked, error))
        return false;
    if (asked->count != 1)
        return cz_error_set(error, "--cert %s: holds %zu certificates; one is wanted", file,
                            asked->count);
    return cz_crl_account_certificate(account, asked->items[0]) ||
           cz_error_set(error, "out of memory");
}

static bool ask(const struct ctl_arguments *arguments, struct materials *materials,
                struct crl_account *account, struct error *error) {
    const char *serial = arguments->values[CTL_SERIAL], *file = arguments->values[CTL_CERT];
    if (serial != NULL && file != NULL)
        return cz_error_set(error, "--serial and --cert do not go together");
    if (file != NULL)
        return ask_certificate(file, materials, account, error);
    if (serial == NULL)
        return true;
    if (!cz_ctl_serial(serial, &materials->serial, error))
        return false;
    cz_crl_account_serial(account, cz_buffer_view(&materials->serial));
    return true;
}

int cz_run_crl(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(release) struct materials materials = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct crl_account account;
    struct error error = {0};
    int64_t now;
    if (!cz_ctl_time(arguments, &now, &error) || !read_list(arguments->file, &materials, &error))
        return cz_ctl_complain(&error);
    cz_crl_account(&materials.crl, now, &account);
    if (!verify(arguments, &materials, &account, &error) ||
        !ask(arguments, &materials, &account, &error))
        return cz_ctl_complain(&error);
    if (arguments->values[CTL_JSON] != NULL)
        cz_put_crl_json(&out, &account);
    else
        cz_put_crl_text(&out, &account);
    if (!cz_ctl_print(&out, &error))
        return cz_ctl_complain(&error);
    return cz_crl_account_is_good(&account) ? CTL_GOOD : CTL_BAD;
}
