/* What `certauthzctl revocation` prints for people. */
#include "ctl/revocation_account.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/name.h"
#include "config/revocation.h"
#include "ctl/crl_words.h"
#include "ctl/paint.h"
#include "store/health.h"

static void put_time(struct buffer *out, const char *label, int64_t when, int64_t now) {
    cz_put_label(out, label);
    cz_time_append(out, when);
    cz_buffer_puts(out, when > now ? ", in " : ", ");
    cz_duration_append(out, when - now);
    cz_buffer_puts(out, when > now ? "\n" : " ago\n");
}

static void put_hex(struct buffer *out, const char *label, struct bytes bytes) {
    CZ_CLEANUP(cz_buffer_release) struct buffer hex = {0};
    cz_buffer_hex(&hex, bytes);
    cz_put_line(out, label, cz_buffer_view(&hex));
    if (hex.failed)
        cz_buffer_fail(out);
}

static void put_name(struct buffer *out, const char *label, struct bytes name) {
    cz_put_label(out, label);
    cz_name_append(out, name);
    cz_buffer_putc(out, '\n');
}

static void put_status(struct buffer *out, const struct certificate_account *one) {
    const struct certificate_revocation *told = &one->told;
    cz_put_label(out, "  status");
    cz_buffer_puts(out, cz_revocation_status_name(told->status));
    if (told->status == REVOCATION_REVOKED) {
        cz_buffer_printf(out, " since ");
        cz_time_append(out, told->revoked_at);
        cz_buffer_printf(out, ": %s", cz_crl_reason_name(told->reason));
    } else if (told->status == REVOCATION_UNKNOWN) {
        cz_buffer_printf(out, ": %s", cz_revocation_cause_text(told->cause));
        if (told->detail != NULL)
            cz_buffer_printf(out, ": %s", told->detail);
    }
    cz_buffer_putc(out, '\n');
}

/* Every source that gave this very list. */
static void put_givers(struct buffer *out, const struct revocation_account *account,
                       const struct catalogue_list *list) {
    const struct catalogue *catalogue = cz_store_catalogue(account->store.view);
    for (size_t i = 0; i < catalogue->source_count; i++)
        if (catalogue->sources[i].has_list &&
            memcmp(catalogue->sources[i].list, list->sha256, CZ_SHA256_SIZE) == 0)
            cz_put_line(out, "    from", cz_bytes_of(catalogue->sources[i].name));
}

static void put_times(struct buffer *out, int64_t this_update, int64_t next_update, int64_t now) {
    put_time(out, "    thisUpdate", this_update, now);
    if (next_update != INT64_MAX)
        put_time(out, "    nextUpdate", next_update, now);
}

static void put_crl(struct buffer *out, const struct revocation_account *account,
                    const struct certificate_account *one) {
    const struct crl *crl = one->found.crl;
    put_name(out, "  list of", crl->issuer);
    if (crl->has_number) {
        cz_put_label(out, "    number");
        cz_put_crl_number(out, crl->number);
        cz_buffer_putc(out, '\n');
    }
    cz_put_label(out, "    entries");
    cz_buffer_printf(out, "%zu%s\n", crl->totals.entry_count, crl->is_delta ? " (delta)" : "");
    if (one->list != NULL)
        put_givers(out, account, one->list);
    put_times(out, crl->this_update, crl->has_next_update ? crl->next_update : INT64_MAX,
              account->now);
}

static void put_witness(struct buffer *out, const struct revocation_account *account,
                        const struct certificate_account *one) {
    if (one->told.by == REVOCATION_BY_OCSP) {
        cz_put_line(out, "  OCSP response",
                    one->has_record ? cz_bytes_of(one->record.url) : CZ_BYTES("kept"));
        put_times(out, one->told.this_update, one->told.next_update, account->now);
    } else if (one->found.crl != NULL) {
        put_crl(out, account, one);
    }
}

static void put_action(struct buffer *out, const struct revocation_account *account,
                       const struct certificate_account *one) {
    if (one->told.status == REVOCATION_GOOD)
        return;
    cz_put_label(out, "  action");
    if (account->policy->revocation.mode == REVOCATION_NONE) {
        cz_buffer_puts(out, "none: revocation.mode is \"none\"\n");
        return;
    }
    cz_buffer_printf(out, "%s, by ", cz_revocation_action_word(one->told.action));
    if (one->authority > 0)
        cz_buffer_printf(out, "entry %zu of revocation.authorities", one->authority);
    else
        cz_buffer_puts(out, "revocation.on");
    cz_buffer_printf(out, " for %s of %s\n", cz_revocation_event_name(one->told.event),
                     cz_revocation_place_word(one->place));
}

static void put_denied(struct buffer *out, const struct certificate_account *one) {
    cz_put_label(out, "  deny list");
    if (one->denied != NULL) {
        cz_buffer_puts(out, "refused as ");
        cz_put_visible(out, cz_bytes_of(one->denied->text));
        if (one->denied->reason[0] != '\0') {
            cz_buffer_puts(out, ": ");
            cz_put_visible(out, cz_bytes_of(one->denied->reason));
        }
    } else {
        cz_buffer_puts(out,
                       one->deny_unknown ? "cannot be read, so that all are refused" : "not on it");
    }
    cz_buffer_putc(out, '\n');
}

/* One URL of the certificate: how it went when it was tried last. */
static void put_try(struct buffer *out, enum source_state state, int64_t last_try,
                    const char *error) {
    cz_buffer_printf(out, ": %s", cz_source_state_name(state));
    if (last_try != 0) {
        cz_buffer_puts(out, ", last tried at ");
        cz_time_append(out, last_try);
    }
    if (state != SOURCE_GOOD && error != NULL && error[0] != '\0') {
        cz_buffer_puts(out, ": ");
        cz_put_visible(out, cz_bytes_of(error));
    }
    cz_buffer_putc(out, '\n');
}

static void put_urls(struct buffer *out, const struct revocation_account *account,
                     const struct certificate_account *one) {
    const struct ocsp_record *record = &one->record;
    for (size_t i = 0; i < one->crl_url_count; i++) {
        const struct catalogue_source *source = cz_revocation_source(account, one->crl_urls[i]);
        cz_put_label(out, "  names list");
        cz_put_visible(out, one->crl_urls[i]);
        put_try(out, source != NULL ? source->state : SOURCE_UNTRIED,
                source != NULL ? source->last_try : 0,
                source != NULL ? cz_source_error(source) : NULL);
    }
    for (size_t i = 0; i < one->ocsp_url_count; i++) {
        bool asked = one->has_record && record->url != NULL &&
                     cz_bytes_equal(cz_bytes_of(record->url), one->ocsp_urls[i]);
        cz_put_label(out, "  names OCSP");
        cz_put_visible(out, one->ocsp_urls[i]);
        put_try(out, asked ? record->state : SOURCE_UNTRIED, asked ? record->last_try : 0,
                asked ? record->error : NULL);
    }
}

static const char *unjudged_text(const struct revocation_account *account,
                                 const struct certificate_account *one) {
    if (one->issuer == NULL)
        return "cannot be told: no path leads to an anchor";
    return account->count > 1 ? "not asked for, by revocation.check"
                              : "nobody says: it is its own issuer";
}

static void put_one(struct buffer *out, const struct revocation_account *account, size_t depth) {
    const struct certificate_account *one = &account->of[depth];
    const char *remedy = cz_revocation_remedy(account, one);
    cz_buffer_printf(out, "certificate %-4zu", depth);
    cz_name_append(out, one->certificate->subject);
    cz_buffer_puts(out, account->count > 1 && depth + 1 == account->count ? " (anchor)\n" : "\n");
    put_name(out, "  issuer", one->certificate->issuer);
    put_hex(out, "  serial", one->certificate->serial);
    if (one->judged) {
        put_status(out, one);
        put_witness(out, account, one);
        put_action(out, account, one);
    } else {
        cz_put_line(out, "  status", cz_bytes_of(unjudged_text(account, one)));
    }
    put_denied(out, one);
    put_urls(out, account, one);
    if (remedy != NULL)
        cz_put_line(out, "  what to do", cz_bytes_of(remedy));
}

static bool is_unknown(const struct revocation_account *account) {
    for (size_t i = 0; i < account->count; i++)
        if (account->of[i].judged && account->of[i].told.status == REVOCATION_UNKNOWN)
            return true;
    return false;
}

static void put_verdict(struct buffer *out, const struct revocation_account *account) {
    const struct validation *validation = &account->assessment->validation;
    const struct reason_info *reason = cz_reason_info(validation->reason);
    cz_put_label(out, "verdict");
    if (validation->valid && !cz_revocation_account_passes(account))
        cz_buffer_puts(out, "revoked, and the policy lets that pass\n");
    else if (validation->valid && is_unknown(account))
        cz_buffer_puts(out, "not known, and the policy lets that pass\n");
    else if (validation->valid)
        cz_buffer_puts(out, "good\n");
    else
        cz_buffer_printf(out, "refused: %s: %s\n", reason->slug, reason->sentence);
}

void cz_revocation_account_text(struct buffer *out, const struct revocation_account *account) {
    CZ_CLEANUP(cz_buffer_release) struct buffer settings = {0};
    const char *problem = cz_store_view_problem(account->store.view);
    cz_revocation_settings_describe(&account->policy->revocation, &settings);
    if (account->policy->name != NULL)
        cz_put_line(out, "policy", cz_bytes_of(account->policy->name));
    cz_put_line(out, "revocation", cz_buffer_view(&settings));
    cz_put_line(out, "store", cz_bytes_of(account->store.folder));
    for (struct bytes line; (line = cz_text_next_line(&problem)).len > 0;)
        cz_put_line(out, "problem", line);
    for (size_t depth = 0; depth < account->count; depth++)
        put_one(out, account, depth);
    put_verdict(out, account);
    if (settings.failed)
        cz_buffer_fail(out);
}
