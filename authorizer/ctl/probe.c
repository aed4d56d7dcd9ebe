/* certauthzctl probe: plays attacker against the user's own server. */
#include "ctl/probe.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/certificate.h"
#include "certificate/name.h"
#include "ctl/command.h"
#include "ctl/probe_transfer.h"
#include "pem/pem.h"

#include <stdio.h>

#define REQUEST_MILLISECONDS 10000 /* for one request */
#define SECONDS_DEFAULT 120u       /* for all */
#define SECONDS_MOST 3600u
#define TEXT_MAX 1000 /* bytes of a header that is sent back */

/* Its tries, in this order. */
enum { BASE_GOOD = 0, BASE_AGAIN, BASE_NOBODY, BASE_ABSENT, BASE_DENIED, BASE_COUNT };

struct probe {
    const struct ctl_arguments *arguments;
    bool json;
    bool groups[PROBE_GROUP_COUNT]; /* to be tried */
    struct probe_settings settings;
    struct prober *prober; /* owned, like all that follow */
    struct probe_plan baseline, plan;
    struct probe_reply bases[BASE_COUNT];
    struct buffer etag, modified;
    struct buffer rows; /* in JSON */
    struct probe_page page;
    struct probe_ground ground;
    bool is_open; /* to everybody: each further try would only say so again */
    struct probe_tally tally;
    int64_t begin, end; /* milliseconds of the monotonic clock */
};

static void probe_release(struct probe *probe) {
    cz_prober_free(&probe->prober);
    cz_probe_plan_release(&probe->baseline);
    cz_probe_plan_release(&probe->plan);
    for (size_t i = 0; i < BASE_COUNT; i++)
        cz_probe_reply_release(&probe->bases[i]);
    cz_buffer_release(&probe->etag);
    cz_buffer_release(&probe->modified);
    cz_buffer_release(&probe->rows);
}

/* --- what is wanted -------------------------------------------------------------------- */

static bool read_timeout(struct probe *probe, struct error *error) {
    const char *text = probe->arguments->values[CTL_TIMEOUT];
    unsigned seconds = SECONDS_DEFAULT;
    char rest;
    if (text != NULL &&
        (text[strspn(text, "0123456789")] != '\0' || strlen(text) > 4 ||
         sscanf(text, "%u%c", &seconds, &rest) != 1 || seconds == 0 || seconds > SECONDS_MOST))
        return cz_error_set(error, "--timeout %s: 1 to %u seconds are wanted", text, SECONDS_MOST);
    probe->begin = cz_ctl_milliseconds();
    probe->end = probe->begin + (int64_t)seconds * 1000;
    return true;
}

static bool wrong_group(const char *name, size_t len, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer known = {0};
    for (int i = PROBE_BASELINE + 1; i < PROBE_GROUP_COUNT; i++)
        cz_buffer_printf(&known, "%s%s", known.len > 0 ? ", " : "", cz_probe_group_name(i));
    return cz_error_set(error, "--only: %.*s is no group; there are %s",
                        (int)(len < 100 ? len : 100), name, cz_buffer_text(&known));
}

/* All of them, or those of --only, with commas between. */
static bool read_groups(struct probe *probe, struct error *error) {
    const char *rest = probe->arguments->values[CTL_ONLY];
    for (int i = 0; rest == NULL && i < PROBE_GROUP_COUNT; i++)
        probe->groups[i] = true;
    while (rest != NULL) {
        size_t len = strcspn(rest, ",");
        int i = PROBE_BASELINE + 1;
        while (i < PROBE_GROUP_COUNT && (strlen(cz_probe_group_name(i)) != len ||
                                         memcmp(cz_probe_group_name(i), rest, len) != 0))
            i++;
        if (i == PROBE_GROUP_COUNT)
            return wrong_group(rest, len, error);
        probe->groups[i] = true;
        rest = rest[len] == ',' ? rest + len + 1 : NULL;
    }
    return true;
}

static void free_credentials(gnutls_certificate_credentials_t *credentials) {
    if (*credentials != NULL)
        gnutls_certificate_free_credentials(*credentials);
}

/* So that a file that cannot be used is not taken for a refusal of the server. */
static bool check_identity(const struct probe_identity *identity, const char *option,
                           struct error *error) {
    CZ_CLEANUP(free_credentials) gnutls_certificate_credentials_t credentials = NULL;
    if (identity->certificate == NULL && identity->key == NULL)
        return true;
    if (identity->certificate == NULL || identity->key == NULL)
        return cz_error_set(error, "probe: --%scert and --%skey go together", option, option);
    if (gnutls_certificate_allocate_credentials(&credentials) != GNUTLS_E_SUCCESS)
        return cz_error_set(error, "out of memory");
    int status = gnutls_certificate_set_x509_key_file(credentials, identity->certificate,
                                                      identity->key, GNUTLS_X509_FMT_PEM);
    return status >= 0 ||
           cz_error_set(error,
                        "--%scert %.200s, --%skey %.200s: a certificate and its key in PEM, "
                        "without a password, are wanted: %s",
                        option, identity->certificate, option, identity->key,
                        gnutls_strerror(status));
}

/* It is sent as it is. */
static bool is_target(const char *text) {
    while (*text > ' ' && *text < 0x7f)
        text++;
    return *text == '\0';
}

static bool read_settings(struct probe *probe, struct error *error) {
    const char *const *values = probe->arguments->values;
    struct probe_identity *identities = probe->settings.identities;
    probe->json = values[CTL_JSON] != NULL;
    probe->settings.url = probe->arguments->file;
    probe->settings.plain = values[CTL_HTTP];
    probe->settings.ca = values[CTL_CA];
    identities[PROBE_GOOD] = (struct probe_identity){values[CTL_CERT], values[CTL_KEY_FILE]};
    identities[PROBE_DENIED] = (struct probe_identity){values[CTL_DENY_CERT], values[CTL_DENY_KEY]};
    if (values[CTL_CERT] == NULL)
        return cz_error_set(error, "probe: --cert and --key name a certificate that is admitted");
    if (values[CTL_PUBLIC] != NULL &&
        (values[CTL_PUBLIC][0] != '/' || !is_target(values[CTL_PUBLIC])))
        return cz_error_set(error, "--public %s: a path such as /public/page.html is wanted",
                            values[CTL_PUBLIC]);
    probe->page.open = values[CTL_PUBLIC];
    probe->page.has_denied = values[CTL_DENY_CERT] != NULL;
    probe->page.has_plain = values[CTL_HTTP] != NULL;
    return check_identity(&identities[PROBE_GOOD], "", error) &&
           check_identity(&identities[PROBE_DENIED], "deny-", error) &&
           read_timeout(probe, error) && read_groups(probe, error);
}

/* The good certificate as headers may carry it. */
static bool read_forms(struct probe *probe, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0}, der = {0}, subject = {0};
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = NULL;
    const char *file = probe->arguments->values[CTL_CERT], *detail = "holds no certificate";
    if (!cz_ctl_read(file, &content, error))
        return false;
    struct bytes rest = cz_buffer_view(&content);
    if (cz_pem_next(&rest, &der, &detail) != PEM_OK || der.len == 0 ||
        cz_certificate_parse(cz_buffer_view(&der), &certificate, &detail) != CERTIFICATE_OK)
        return cz_error_set(error, "%s: %s", file, detail);
    cz_name_append(&subject, certificate->subject);
    cz_probe_forms(&probe->plan, cz_buffer_view(&der), cz_buffer_view(&subject));
    return !subject.failed || cz_error_set(error, "out of memory");
}

/* --- what is tried --------------------------------------------------------------------- */

static bool put_row(struct probe *probe, const struct probe_try *try,
                    const struct probe_result *result, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer row = {0};
    probe->tally.findings[result->finding]++;
    probe->tally.holes[try->group] += result->finding == PROBE_HOLE;
    if (probe->json) {
        cz_probe_put_row_json(&probe->rows, try, result);
        return true;
    }
    cz_probe_put_row(&row, try, result);
    return cz_ctl_print(&row, error);
}

/* False where nothing more can be done; without an error where the time is over. */
static bool run_try(struct probe *probe, const struct probe_try *try, struct probe_reply *reply,
                    struct probe_result *result, struct error *error) {
    int64_t left = probe->end - cz_ctl_milliseconds();
    if (left <= 0) {
        probe->tally.out_of_time = true;
        return false;
    }
    probe->tally.requests++;
    unsigned wait = left < REQUEST_MILLISECONDS ? (unsigned)left : REQUEST_MILLISECONDS;
    if (!cz_prober_send(probe->prober, try, wait, reply, error))
        return false;
    cz_probe_judge(&probe->ground, try, reply, result);
    return put_row(probe, try, result, error);
}

/* A text out of the good answer, to be sent back; where it is none that may be, it is not. */
static const char *keep_header(const struct probe_reply *good, const char *name,
                               struct buffer *text) {
    struct bytes value;
    if (!cz_probe_header(good, name, &value) || !cz_text_is_line(value, TEXT_MAX))
        return NULL;
    cz_buffer_bytes(text, value);
    return text->failed ? NULL : cz_buffer_text(text);
}

static bool cannot_be_tried(const struct probe *probe, const struct probe_result *result,
                            const struct probe_reply *good, struct error *error) {
    const char *url = probe->settings.url;
    if (good->failure != FAILURE_NONE)
        return cz_error_set(error,
                            "%.300s: nothing can be said, since there is no answer to the "
                            "good certificate: %.300s",
                            url, result->why);
    if (good->status / 100 == 3)
        return cz_error_set(error,
                            "%.300s: the good certificate is answered with a redirect (%u): "
                            "give the URL that it leads to",
                            url, good->status);
    return cz_error_set(error,
                        "%.300s: nothing can be said, since the good certificate is answered "
                        "with %u: give a page that it opens, or another certificate",
                        url, good->status);
}

/* False where there is nothing more to try: an error says why it could not be tried at all. */
static bool run_baseline(struct probe *probe, struct error *error) {
    struct probe_reply *bases = probe->bases;
    struct probe_result result;
    cz_probe_baseline(&probe->baseline, &probe->page);
    if (probe->baseline.failed)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < probe->baseline.count; i++) {
        if (!run_try(probe, &probe->baseline.tries[i], &bases[i], &result, error))
            return false;
        if (i <= BASE_AGAIN && (bases[i].failure != FAILURE_NONE || bases[i].status / 100 != 2))
            return cannot_be_tried(probe, &result, &bases[i], error);
        probe->is_open |= i == BASE_NOBODY && result.is_page;
        if (i == BASE_DENIED && result.is_page)
            probe->page.has_denied = false; /* it is admitted: the rest would only say so again */
        probe->ground = (struct probe_ground){
            .good = &bases[BASE_GOOD],
            .refused = i >= BASE_NOBODY ? &bases[BASE_NOBODY] : NULL,
            .absent = i >= BASE_ABSENT ? &bases[BASE_ABSENT] : NULL,
            .changes = i >= BASE_AGAIN && !cz_bytes_equal(cz_buffer_view(&bases[BASE_GOOD].body),
                                                          cz_buffer_view(&bases[BASE_AGAIN].body)),
        };
    }
    probe->page.etag = keep_header(&bases[BASE_GOOD], "ETag", &probe->etag);
    probe->page.modified = keep_header(&bases[BASE_GOOD], "Last-Modified", &probe->modified);
    return true;
}

static void run_groups(struct probe *probe, struct error *error) {
    struct probe_result result;
    bool goes_on = true;
    for (int i = PROBE_BASELINE + 1; i < PROBE_GROUP_COUNT; i++)
        if (probe->groups[i])
            cz_probe_plan(&probe->plan, (enum probe_group)i, &probe->page);
    if (probe->plan.failed)
        cz_error_set(error, "out of memory");
    for (size_t i = 0; goes_on && !probe->plan.failed && i < probe->plan.count; i++) {
        CZ_CLEANUP(cz_probe_reply_release) struct probe_reply reply = {0};
        goes_on = run_try(probe, &probe->plan.tries[i], &reply, &result, error);
    }
}

/* --- the end --------------------------------------------------------------------------- */

static bool put_end(struct probe *probe, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    probe->tally.milliseconds = (unsigned)(cz_ctl_milliseconds() - probe->begin);
    if (probe->json)
        cz_probe_put_json(&out, probe->settings.url, &probe->tally, &probe->rows);
    else
        cz_probe_put_end(&out, &probe->tally);
    return cz_ctl_print(&out, error);
}

static int status_of(const struct probe_tally *tally) {
    if (tally->findings[PROBE_HOLE] > 0)
        return CTL_BAD;
    return tally->findings[PROBE_UNTRIED] > 0 || tally->out_of_time ? CTL_ERROR : CTL_GOOD;
}

int cz_run_probe(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(probe_release) struct probe probe = {.arguments = arguments};
    CZ_CLEANUP(cz_buffer_release) struct buffer head = {0};
    struct error error = {0};
    if (!read_settings(&probe, &error) || !read_forms(&probe, &error) ||
        !cz_prober_new(&probe.settings, &probe.prober, &error))
        return cz_ctl_complain(&error);
    cz_prober_page(probe.prober, &probe.page);
    cz_probe_put_head(&head);
    if (!probe.json && !cz_ctl_print(&head, &error))
        return cz_ctl_complain(&error);
    if (run_baseline(&probe, &error) && !probe.is_open)
        run_groups(&probe, &error);
    struct error print = {0};
    put_end(&probe, error.message[0] != '\0' ? &print : &error);
    return error.message[0] != '\0' ? cz_ctl_complain(&error) : status_of(&probe.tally);
}
