/* What certauthzctl tells of the store and of a certificate, when memory runs out anywhere: the
 * whole truth, that something is wrong, or nothing. */
#include "../tap.h"
#include "faults.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "ctl/revocation_account.h"
#include "ctl/store_status.h"
#include "store/keeper.h"

#include <stdlib.h>

enum { KEY_ROOT = 1 };

static struct setup setup;
static struct question question;

static void write_pem(const char *name, const struct certificate *certificate) {
    scratch_write(name, (const char *)support_pem(certificate->der).data);
}

static struct catalogue_source *add_sources(struct keeper *keeper) {
    struct catalogue *catalogue = cz_keeper_catalogue(keeper);
    catalogue->source_count = 2;
    catalogue->sources = calloc(2, sizeof *catalogue->sources);
    for (size_t i = 0; catalogue->sources != NULL && i < 2; i++)
        catalogue->sources[i] = (struct catalogue_source){.kind = i == 0 ? SOURCE_FILE : SOURCE_URL,
                                                          .name = strdup(i == 0 ? "a" : "b"),
                                                          .state = SOURCE_GOOD,
                                                          .last_try = NOW,
                                                          .last_success = NOW,
                                                          .next_try = NOW + 60};
    return catalogue->sources;
}

static void make_store(const struct certificate *root, const struct certificate *client) {
    struct error error = {0};
    struct keeper *keeper = NULL;
    const struct requirements requirements = {.max_path_length = 8};
    const struct intake intake = {
        .content = forge_crl(&(struct forge_list){.issuer = "root", .signer = KEY_ROOT}),
        .signers = &root,
        .signer_count = 1,
        .requirements = &requirements};
    const struct ocsp_record record = {.state = SOURCE_UNREACHABLE,
                                       .error = (char *)"it broke",
                                       .failures = 1,
                                       .last_try = NOW,
                                       .last_seen = NOW - 2 * DAY,
                                       .url = (char *)"http://ocsp.example/"};
    uint8_t key[CZ_OCSP_KEY_SIZE];
    if (!cz_keeper_open(scratch_path("store"), 0, &keeper, &error))
        support_die("%s", error.message);
    struct catalogue_source *sources = add_sources(keeper);
    if (sources == NULL ||
        cz_keeper_take_crl(keeper, &intake, sources[0].list, &error) != INTAKE_TAKEN ||
        !cz_ocsp_key(client, root, key) || !cz_keeper_put_ocsp(keeper, key, &record, &error))
        support_die("%s", error.message);
    memcpy(sources[1].list, sources[0].list, sizeof sources[0].list);
    sources[0].has_list = sources[1].has_list = true;
    if (!cz_keeper_publish(keeper, NOW, &error))
        support_die("%s", error.message);
    cz_keeper_close(&keeper);
    scratch_write("store/deny", "certauthz-deny-list 1\nend 0\n");
}

static void prepare(void) {
    struct error error = {0};
    struct certificate *root = forge_certificate(&(struct forge){
        .subject = "root", .issuer = "root", .key = KEY_ROOT, .signer = KEY_ROOT, .ca = true});
    struct certificate *client = forge_certificate(
        &(struct forge){.subject = "client", .issuer = "root", .signer = KEY_ROOT});
    write_pem("root.pem", root);
    scratch_write("s.conf", "rules = ( { path = \"/\"; certificate = \"required\"; } );\n"
                            "trust: { anchors = [ \"root.pem\" ]; };\n"
                            "revocation: { store = \"store\"; };\n");
    make_store(root, client);
    if (!cz_setup_load(scratch_path("s.conf"), &setup, &error) ||
        !cz_pem_encode(client->der, &question.certificate, &error))
        support_die("%s", error.message);
    question.now = NOW;
    cz_certificate_free(root);
    cz_certificate_free(client);
}

/* One attempt at telling: false where it was given up, with the message. */
typedef bool teller(struct buffer *out, bool *good, struct error *error);

static bool tell_status(struct buffer *out, bool *good, struct error *error) {
    CZ_CLEANUP(cz_store_status_release) struct store_status status = {0};
    CZ_CLEANUP(cz_summary_release) struct summary summary = {0};
    if (!cz_store_status_gather(&setup.config, NOW, &status, error))
        return false;
    cz_store_status_sum_up(&status, &summary);
    cz_summary_put(out, &summary);
    cz_store_status_text(out, &status);
    cz_buffer_putc(out, '{');
    cz_store_status_json(out, &status);
    *good = summary.worst == HEALTH_GOOD;
    return !out->failed || cz_error_set(error, "out of memory");
}

static bool tell_certificate(struct buffer *out, bool *good, struct error *error) {
    CZ_CLEANUP(cz_revocation_account_release) struct revocation_account account = {0};
    if (!cz_revocation_account_make(&setup, &question, "c.pem", &account, error))
        return false;
    cz_revocation_account_text(out, &account);
    cz_revocation_account_json(out, &account);
    *good = cz_revocation_account_passes(&account);
    return !out->failed || cz_error_set(error, "out of memory");
}

/* One that is told to be good is told as it is without a fault. */
static void starve(teller *tell, bool keep, const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer truth = {0};
    struct error error = {0};
    long attempts = 0, wrong = 0;
    bool good = false, failed = true;
    tap_ok(tell(&truth, &good, &error) && good, "%s: good while there is memory (%s)", name,
           error.message);
    for (; failed; attempts++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
        struct error cause = {0};
        good = false;
        faults_begin(attempts, keep);
        bool told = tell(&out, &good, &cause);
        failed = faults_end();
        bool same = told && strcmp(cz_buffer_text(&out), cz_buffer_text(&truth)) == 0;
        bool sound = told ? same || !good : strstr(cause.message, "out of memory") != NULL;
        if (!sound)
            printf("# at allocation %ld: %s%s\n", attempts, cause.message, cz_buffer_text(&out));
        wrong += !sound;
    }
    tap_ok(wrong == 0 && attempts > 20, "%s: whichever of %ld allocations fails", name, attempts);
}

int main(void) {
    scratch_open();
    prepare();
    starve(tell_status, false, "the store");
    starve(tell_status, true, "the store, with all that follow");
    starve(tell_certificate, false, "a certificate");
    starve(tell_certificate, true, "a certificate, with all that follow");
    cz_question_release(&question);
    cz_setup_release(&setup);
    scratch_close();
    return tap_done();
}
