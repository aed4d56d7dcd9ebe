/*
 * NIST PKITS 1.0.1 against the whole pipeline and the check of revocation behind it, twice: with
 * the chain handed over as a web server hands it over, and with the middle certificates of all
 * subtests together as the configured intermediates, so that the path has to be found. The CRLs of
 * the whole suite are at hand each time, so that the right ones have to be found too.
 *
 * The expectations stand beside this file; the certificates and CRLs come from Debian's
 * python3-cryptography-vectors, or the folder in PKITS_DATA.
 */
#include "authorize/assess.h"
#include "base/calendar.h"
#include "base/cleanup.h"
#include "config/whole_file.h"
#include "revocation/check.h"
#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

#define DATA "/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data"
#define NAMES_MAX 12
#define POLICIES_MAX 4
#define CRLS_MAX 256

struct list {
    struct buffer der;
    struct crl crl;
    struct crl_index index;
};

struct subtest {
    char id[32];
    char expected[32];
    char inputs[64];
    char names[NAMES_MAX][96];
    size_t count;
};

struct suite {
    char folder[512];
    struct subtest *subtests;
    size_t count;
    struct policy alone, pooled; /* without, and with all middle certificates */
    struct trust trust_alone, trust_pooled;
    struct list *lists;
    struct crl_candidate candidates[CRLS_MAX];
    size_t list_count;
};

static void die(const char *what, const char *which) {
    printf("Bail out! %s: %s\n", what, which);
    exit(1);
}

static bool read_subtest(char *line, struct subtest *subtest) {
    *subtest = (struct subtest){0};
    char *rest = line, *word;
    size_t field = 0;
    if (line[0] == '#' || line[0] == '\n')
        return false;
    for (; (word = strsep(&rest, " \n")) != NULL; field++) {
        if (word[0] == '\0')
            continue;
        if (field == 0)
            snprintf(subtest->id, sizeof subtest->id, "%s", word);
        else if (field == 1)
            snprintf(subtest->expected, sizeof subtest->expected, "%s", word);
        else if (field == 2)
            snprintf(subtest->inputs, sizeof subtest->inputs, "%s", word);
        else if (subtest->count < NAMES_MAX)
            snprintf(subtest->names[subtest->count++], sizeof subtest->names[0], "%s", word);
    }
    return subtest->count > 0;
}

static void read_expectations(struct suite *suite) {
    char file[512], line[1024];
    const char *source = getenv("srcdir");
    snprintf(file, sizeof file, "%s/tests/pkits/expectations", source != NULL ? source : ".");
    FILE *stream = fopen(file, "r");
    if (stream == NULL)
        die("cannot be read", file);
    suite->subtests = calloc(300, sizeof *suite->subtests);
    while (suite->count < 300 && fgets(line, sizeof line, stream) != NULL)
        suite->count += read_subtest(line, &suite->subtests[suite->count]);
    fclose(stream);
}

static void read_der(const struct suite *suite, const char *name, struct buffer *der) {
    char file[700];
    struct error error = {0};
    snprintf(file, sizeof file, "%s/certs/%s.crt", suite->folder, name);
    if (!cz_file_read(file, der, &error))
        die("a certificate of the suite", error.message);
}

/* Some certificates of the suite are malformed on purpose; they are no candidates. */
static void load(const struct suite *suite, const char *name, struct certificate_pool *pool) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    struct certificate *certificate = NULL;
    const char *detail;
    read_der(suite, name, &der);
    if (cz_certificate_parse(cz_buffer_view(&der), &certificate, &detail) != CERTIFICATE_OK)
        return;
    cz_certificate_import_key(certificate);
    if (!cz_pool_add(pool, certificate))
        die("out of memory", name);
}

static void load_list(struct suite *suite, const char *name) {
    char file[1024];
    struct error error = {0};
    const char *detail = "";
    struct list *list = &suite->lists[suite->list_count];
    snprintf(file, sizeof file, "%s/crls/%s", suite->folder, name);
    if (!cz_file_read(file, &list->der, &error))
        die("a CRL of the suite", error.message);
    if (cz_crl_parse(cz_buffer_view(&list->der), &list->crl, &detail) != CRL_OK) {
        tap_ok(strcmp(name, "BadCRLSignatureCACRL.crl") == 0, "%s cannot be read: %s", name,
               detail);
        cz_buffer_release(&list->der);
        return;
    }
    if (!cz_crl_index_build(&list->crl, &list->index))
        die("out of memory", name);
    suite->candidates[suite->list_count++] = (struct crl_candidate){
        .crl = &list->crl, .lookup = {.find = cz_crl_index_find, .context = &list->index}};
}

/* In the folder's order, which is as good as any. */
static void load_lists(struct suite *suite) {
    char folder[600];
    snprintf(folder, sizeof folder, "%s/crls", suite->folder);
    DIR *stream = opendir(folder);
    struct dirent *item;
    suite->lists = calloc(CRLS_MAX, sizeof *suite->lists);
    if (stream == NULL || suite->lists == NULL)
        die("cannot be read", folder);
    while ((item = readdir(stream)) != NULL && suite->list_count < CRLS_MAX)
        if (item->d_name[0] != '.')
            load_list(suite, item->d_name);
    closedir(stream);
}

static void release_lists(struct suite *suite) {
    for (size_t i = 0; i < suite->list_count; i++) {
        cz_crl_index_release(&suite->lists[i].index);
        cz_crl_release(&suite->lists[i].crl);
        cz_buffer_release(&suite->lists[i].der);
    }
    free(suite->lists);
}

static void prepare(const struct suite *suite, struct policy *policy, struct trust *trust,
                    bool pooled) {
    load(suite, "TrustAnchorRootCertificate", &trust->anchors);
    for (size_t i = 0; pooled && i < suite->count; i++)
        for (size_t j = 0; j + 1 < suite->subtests[i].count; j++)
            load(suite, suite->subtests[i].names[j], &trust->intermediates);
    cz_pool_sort(&trust->anchors);
    cz_pool_sort(&trust->intermediates);
    cz_trust_complete_keys(trust, trust->intermediates.items, trust->intermediates.count);
    policy->trust = trust;
    policy->revocation =
        (struct revocation_settings){.mode = REVOCATION_OFFLINE, .order = REVOCATION_CRL_ONLY};
    policy->requirements = (struct requirements){.allow_chained = true,
                                                 .allow_self_signed = true,
                                                 .use = USE_ANY,
                                                 .check_validity = true,
                                                 .lenient_dates = true,
                                                 .strength = STRENGTH_NONE,
                                                 .heeds_distribution_points = true,
                                                 .max_path_length = CZ_MAX_PATH_LENGTH_LIMIT};
}

/* 2.16.840.1.101.3.2.1.48.n */
static void set_inputs(struct policy *policy, const struct subtest *subtest,
                       uint8_t oids[POLICIES_MAX][10], struct bytes *policies) {
    static const uint8_t prefix[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x02, 0x01, 0x30};
    struct requirements *requirements = &policy->requirements;
    const char *flags = subtest->inputs;
    size_t flag_count = strcspn(flags, ",");
    requirements->require_explicit_policy = memchr(flags, 'E', flag_count) != NULL;
    requirements->inhibit_policy_mapping = memchr(flags, 'M', flag_count) != NULL;
    requirements->inhibit_any_policy = memchr(flags, 'A', flag_count) != NULL;
    requirements->initial_policies = (struct oid_set){.oids = policies};
    for (const char *at = flags + flag_count; *at == ',' && *at != '\0';
         at += strcspn(at + 1, ",") + 1) {
        size_t i = requirements->initial_policies.count++;
        memcpy(oids[i], prefix, sizeof prefix);
        oids[i][9] = (uint8_t)atoi(at + 1);
        policies[i] = (struct bytes){.data = oids[i], .len = 10};
    }
}

static char *pem_of(const struct suite *suite, const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    gnutls_datum_t pem = {0};
    read_der(suite, name, &content);
    gnutls_datum_t der = {.data = (unsigned char *)content.data, .size = (unsigned)content.len};
    if (gnutls_pem_base64_encode2("CERTIFICATE", &der, &pem) < 0)
        die("out of memory", name);
    char *text = strndup((const char *)pem.data, pem.size);
    gnutls_free(pem.data);
    return text;
}

/* What is wrong: the reason, and where revocation is not known, the cause. */
static const char *slug_of(const struct assessment *assessment) {
    const struct revocation_verdict *revocation = &assessment->revocation;
    const struct certificate_revocation *one = &revocation->of[revocation->depth];
    return revocation->denies && one->status == REVOCATION_UNKNOWN
               ? cz_revocation_cause_name(one->cause)
               : cz_reason_info(assessment->validation.reason)->slug;
}

static bool is_valid(const struct suite *suite, struct policy *policy,
                     const struct subtest *subtest, bool hand_over, const char **slug) {
    static const struct civil_time when = {.year = 2011, .month = 4, .day = 15};
    uint8_t oids[POLICIES_MAX][10];
    struct bytes policies[POLICIES_MAX];
    const struct vocabulary vocabulary = {0};
    const struct revocation_holdings holdings = {.crls = suite->candidates,
                                                 .crl_count = suite->list_count};
    struct request request = {0};
    char *texts[NAMES_MAX] = {0};
    int64_t now;
    set_inputs(policy, subtest, oids, policies);
    cz_civil_to_seconds(&when, &now);
    for (size_t i = 0; i < subtest->count; i++) {
        bool is_end = i + 1 == subtest->count;
        if (!is_end && !hand_over)
            continue;
        texts[i] = pem_of(suite, subtest->names[i]);
        *(is_end ? &request.certificate : &request.chain[i]) = cz_bytes_of(texts[i]);
    }
    CZ_CLEANUP(cz_assessment_release)
    struct assessment *assessment = cz_assess(policy, &vocabulary, &holdings, &request, now);
    for (size_t i = 0; i < subtest->count; i++)
        free(texts[i]);
    if (assessment == NULL)
        die("out of memory", subtest->id);
    *slug = slug_of(assessment);
    return assessment->validation.valid;
}

static void run(struct suite *suite, struct policy *policy, bool hand_over, const char *how) {
    for (size_t i = 0; i < suite->count; i++) {
        const struct subtest *subtest = &suite->subtests[i];
        const char *slug;
        bool valid = is_valid(suite, policy, subtest, hand_over, &slug);
        const char *got = valid ? "valid" : slug;
        bool as_expected = strcmp(subtest->expected, "invalid") == 0
                               ? !valid
                               : strcmp(subtest->expected, got) == 0;
        tap_ok(as_expected, "PKITS %s, %s: %s (%s)", subtest->id, how, subtest->expected, got);
    }
}

int main(void) {
    struct suite suite = {0};
    const char *folder = getenv("PKITS_DATA");
    snprintf(suite.folder, sizeof suite.folder, "%s", folder != NULL ? folder : DATA);
    if (access(suite.folder, R_OK) != 0) {
        printf("1..0 # SKIP %s: %s; install python3-cryptography-vectors, or set PKITS_DATA\n",
               suite.folder, strerror(errno));
        return 0;
    }
    read_expectations(&suite);
    prepare(&suite, &suite.alone, &suite.trust_alone, false);
    prepare(&suite, &suite.pooled, &suite.trust_pooled, true);
    load_lists(&suite);
    run(&suite, &suite.alone, true, "chain handed over");
    run(&suite, &suite.pooled, false, "path found in the pool");
    tap_ok(suite.count == 249, "all 249 subtests are listed");
    tap_ok(suite.list_count == 172, "all other 172 CRLs are read");
    release_lists(&suite);
    cz_trust_release(&suite.trust_alone);
    cz_trust_release(&suite.trust_pooled);
    free(suite.subtests);
    return tap_done();
}
