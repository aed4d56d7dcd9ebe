/* What `certauthzctl revocation --json` prints. */
#include "ctl/revocation_account.h"

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "certificate/name.h"
#include "config/revocation.h"
#include "ctl/crl_words.h"
#include "store/health.h"

static void put_name(struct buffer *out, const char *name, struct bytes value) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_name_append(&text, value);
    cz_json_member(out, name, cz_buffer_view(&text));
    if (text.failed)
        cz_buffer_fail(out);
}

static void put_givers(struct buffer *out, const struct revocation_account *account,
                       const struct catalogue_list *list) {
    const struct catalogue *catalogue = cz_store_catalogue(account->store.view);
    bool any = false;
    cz_json_name(out, "from");
    cz_buffer_putc(out, '[');
    for (size_t i = 0; list != NULL && i < catalogue->source_count; i++) {
        const struct catalogue_source *source = &catalogue->sources[i];
        if (!source->has_list || memcmp(source->list, list->sha256, CZ_SHA256_SIZE) != 0)
            continue;
        cz_buffer_puts(out, any ? "," : "");
        cz_json_string(out, cz_bytes_of(source->name));
        any = true;
    }
    cz_buffer_putc(out, ']');
}

static void put_times(struct buffer *out, int64_t this_update, int64_t next_update) {
    cz_json_time(out, "this_update", this_update);
    if (next_update != INT64_MAX)
        cz_json_time(out, "next_update", next_update);
}

static void put_crl(struct buffer *out, const struct revocation_account *account,
                    const struct crl *crl, const struct catalogue_list *list) {
    cz_json_name(out, "crl");
    cz_buffer_putc(out, '{');
    put_times(out, crl->this_update, crl->has_next_update ? crl->next_update : INT64_MAX);
    put_name(out, "issuer", crl->issuer);
    if (crl->has_number) {
        cz_json_name(out, "number");
        cz_buffer_putc(out, '"');
        cz_put_crl_number(out, crl->number);
        cz_buffer_putc(out, '"');
    }
    cz_json_number(out, "entries", (int64_t)crl->totals.entry_count);
    cz_json_truth(out, "delta", crl->is_delta);
    put_givers(out, account, list);
    cz_buffer_putc(out, '}');
}

static void put_witness(struct buffer *out, const struct revocation_account *account,
                        const struct certificate_account *one) {
    if (one->told.by != REVOCATION_BY_OCSP) {
        if (one->found.crl != NULL)
            put_crl(out, account, one->found.crl, one->list);
        return;
    }
    cz_json_name(out, "ocsp");
    cz_buffer_putc(out, '{');
    put_times(out, one->told.this_update, one->told.next_update);
    if (one->has_record && one->record.url != NULL)
        cz_json_member(out, "responder", cz_bytes_of(one->record.url));
    cz_buffer_putc(out, '}');
}

static void put_judgement(struct buffer *out, const struct revocation_account *account,
                          const struct certificate_account *one) {
    const struct certificate_revocation *told = &one->told;
    cz_json_member(out, "status", cz_bytes_of(cz_revocation_status_name(told->status)));
    if (told->status == REVOCATION_REVOKED) {
        cz_json_time(out, "revoked_at", told->revoked_at);
        cz_json_member(out, "reason", cz_bytes_of(cz_crl_reason_name(told->reason)));
        cz_json_truth(out, "stale", told->stale);
    } else if (told->status == REVOCATION_UNKNOWN) {
        cz_json_member(out, "cause", cz_bytes_of(cz_revocation_cause_name(told->cause)));
        if (told->detail != NULL)
            cz_json_member(out, "detail", cz_bytes_of(told->detail));
    }
    put_witness(out, account, one);
    if (told->status == REVOCATION_GOOD)
        return;
    cz_json_member(out, "event", cz_bytes_of(cz_revocation_event_name(told->event)));
    cz_json_member(out, "action", cz_bytes_of(cz_revocation_action_word(told->action)));
    cz_json_member(out, "place", cz_bytes_of(cz_revocation_place_word(one->place)));
    if (one->authority > 0)
        cz_json_number(out, "authority", (int64_t)one->authority);
}

static void put_denied(struct buffer *out, const struct certificate_account *one) {
    if (one->denied == NULL) {
        if (one->deny_unknown)
            cz_json_truth(out, "deny_list_unreadable", true);
        return;
    }
    cz_json_name(out, "denied");
    cz_buffer_putc(out, '{');
    cz_json_member(out, "as", cz_bytes_of(one->denied->text));
    cz_json_optional(out, "reason", cz_bytes_of(one->denied->reason));
    cz_json_time(out, "since", one->denied->since);
    if (one->denied->has_until)
        cz_json_time(out, "until", one->denied->until);
    cz_buffer_putc(out, '}');
}

static void put_url(struct buffer *out, const char *kind, struct bytes url, enum source_state state,
                    int64_t last_try, const char *error) {
    cz_json_separate(out);
    cz_buffer_putc(out, '{');
    cz_json_member(out, "kind", cz_bytes_of(kind));
    cz_json_member(out, "url", url);
    cz_json_member(out, "state", cz_bytes_of(cz_source_state_name(state)));
    if (last_try != 0)
        cz_json_time(out, "last_try", last_try);
    if (state != SOURCE_GOOD && error != NULL)
        cz_json_optional(out, "error", cz_bytes_of(error));
    cz_buffer_putc(out, '}');
}

static void put_urls(struct buffer *out, const struct revocation_account *account,
                     const struct certificate_account *one) {
    const struct ocsp_record *record = &one->record;
    cz_json_name(out, "sources");
    cz_buffer_putc(out, '[');
    for (size_t i = 0; i < one->crl_url_count; i++) {
        const struct catalogue_source *source = cz_revocation_source(account, one->crl_urls[i]);
        put_url(out, "crl", one->crl_urls[i], source != NULL ? source->state : SOURCE_UNTRIED,
                source != NULL ? source->last_try : 0,
                source != NULL ? cz_source_error(source) : NULL);
    }
    for (size_t i = 0; i < one->ocsp_url_count; i++) {
        bool asked = one->has_record && record->url != NULL &&
                     cz_bytes_equal(cz_bytes_of(record->url), one->ocsp_urls[i]);
        put_url(out, "ocsp", one->ocsp_urls[i], asked ? record->state : SOURCE_UNTRIED,
                asked ? record->last_try : 0, asked ? record->error : NULL);
    }
    cz_buffer_putc(out, ']');
}

static void put_one(struct buffer *out, const struct revocation_account *account, size_t depth) {
    const struct certificate_account *one = &account->of[depth];
    const char *remedy = cz_revocation_remedy(account, one);
    cz_json_separate(out);
    cz_buffer_putc(out, '{');
    put_name(out, "subject", one->certificate->subject);
    put_name(out, "issuer", one->certificate->issuer);
    cz_json_hex(out, "serial", one->certificate->serial);
    if (one->judged)
        put_judgement(out, account, one);
    put_denied(out, one);
    put_urls(out, account, one);
    if (remedy != NULL)
        cz_json_member(out, "remedy", cz_bytes_of(remedy));
    cz_buffer_putc(out, '}');
}

void cz_revocation_account_json(struct buffer *out, const struct revocation_account *account) {
    CZ_CLEANUP(cz_buffer_release) struct buffer settings = {0};
    const struct validation *validation = &account->assessment->validation;
    cz_revocation_settings_describe(&account->policy->revocation, &settings);
    cz_buffer_putc(out, '{');
    cz_json_time(out, "time", account->now);
    if (account->policy->name != NULL)
        cz_json_member(out, "policy", cz_bytes_of(account->policy->name));
    cz_json_member(out, "settings", cz_buffer_view(&settings));
    cz_json_member(out, "store", cz_bytes_of(account->store.folder));
    cz_json_optional(out, "problem", cz_bytes_of(cz_store_view_problem(account->store.view)));
    cz_json_name(out, "path");
    cz_buffer_putc(out, '[');
    for (size_t depth = 0; depth < account->count; depth++)
        put_one(out, account, depth);
    cz_buffer_putc(out, ']');
    cz_json_truth(out, "good", cz_revocation_account_passes(account));
    if (!validation->valid)
        cz_json_member(out, "refused", cz_bytes_of(cz_reason_info(validation->reason)->slug));
    cz_buffer_puts(out, "}\n");
    if (settings.failed)
        cz_buffer_fail(out);
}
