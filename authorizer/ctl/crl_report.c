/* The account of a CRL, for people and for programs. */
#include "base/calendar.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "certificate/name.h"
#include "certificate/oid.h"
#include "ctl/crl_words.h"
#include "ctl/paint.h"

/* --- for people ---------------------------------------------------------------------------- */

static void put_time(struct buffer *out, const char *label, int64_t seconds) {
    cz_put_label(out, label);
    cz_time_append(out, seconds);
}

static void put_times(struct buffer *out, const struct crl_account *account) {
    const struct crl *crl = account->crl;
    put_time(out, "  this update", crl->this_update);
    if (account->freshness == CRL_AHEAD) {
        cz_buffer_puts(out, " (warning: begins in ");
        cz_duration_append(out, crl->this_update - account->now);
        cz_buffer_putc(out, ')');
    }
    cz_buffer_putc(out, '\n');
    if (!crl->has_next_update) {
        cz_put_label(out, "  next update");
        cz_buffer_puts(out, "none (warning: so it never counts as fresh)\n");
        return;
    }
    put_time(out, "  next update", crl->next_update);
    bool is_over = account->now >= crl->next_update;
    cz_buffer_puts(out, is_over ? " (warning: over for " : " (");
    cz_duration_append(out, crl->next_update - account->now);
    cz_buffer_puts(out, is_over ? ")\n" : " left)\n");
}

static void put_entries(struct buffer *out, const struct crl_account *account) {
    cz_put_label(out, "  entries");
    cz_buffer_printf(out, "%zu\n", account->crl->totals.entry_count);
    for (size_t i = 0; i < CZ_CRL_REASON_COUNT; i++)
        if (account->reasons[i] > 0)
            cz_buffer_printf(out, "%*s%zu %s\n", CZ_LABEL_WIDTH + 2, "", account->reasons[i],
                             i == CRL_REASON_UNSPECIFIED ? "without a reason"
                                                         : cz_crl_reason_name((enum crl_reason)i));
    if (account->crl->totals.unmatchable_count > 0)
        cz_buffer_printf(out, "%*s%zu of them with a serial that no certificate can have\n",
                         CZ_LABEL_WIDTH + 2, "", account->crl->totals.unmatchable_count);
}

static void put_number(struct buffer *out, const char *label, bool has, struct bytes magnitude) {
    if (!has)
        return;
    cz_put_label(out, label);
    cz_put_crl_number(out, magnitude);
    cz_buffer_putc(out, '\n');
}

static void put_hex(struct buffer *out, const char *label, struct bytes bytes) {
    if (bytes.len == 0)
        return;
    cz_put_label(out, label);
    cz_buffer_hex(out, bytes);
    cz_buffer_putc(out, '\n');
}

static void put_signature(struct buffer *out, const struct crl_account *account) {
    static const char *const sentences[] = {
        [CRL_NOT_VERIFIED] = ("not verified; name who may have signed it by --issuer, or by a "
                              "configuration with -c"),
        [CRL_SIGNED] = "good",
        [CRL_NO_SIGNER] = "not verified (warning: no certificate of its issuer's name is there)",
        [CRL_BADLY_SIGNED] = "bad (warning: the key of its issuer does not verify it)",
        [CRL_MAY_NOT_BE_SIGNED] =
            "good (warning: its issuer may not sign CRLs: no cRLSign in its key usage)",
    };
    const char *algorithm = gnutls_sign_get_name(account->crl->signature_algorithm);
    cz_put_label(out, "  signature");
    cz_buffer_printf(out, "%s, %s\n", algorithm != NULL ? algorithm : "unknown",
                     sentences[account->is_signed]);
    if (account->signer != NULL)
        put_hex(out, "  signer",
                (struct bytes){.data = account->signer->sha256, .len = CZ_SHA256_SIZE});
}

static void put_standing(struct buffer *out, const struct crl_account *account) {
    static const char *const sentences[] = {
        [CRL_NOT_ON_IT] = "not on the list",
        [CRL_OF_OTHERS] = "the list does not speak of this certificate",
    };
    const struct crl_entry *entry = &account->entry;
    if (account->standing == CRL_NOT_ASKED)
        return;
    put_hex(out, "serial", account->serial);
    cz_put_label(out, "  standing");
    if (account->standing != CRL_ON_IT) {
        cz_buffer_printf(out, "%s\n", sentences[account->standing]);
        return;
    }
    cz_buffer_puts(out, entry->reason == CRL_REASON_REMOVE_FROM_CRL ? "revoked no longer since "
                                                                    : "revoked since ");
    cz_time_append(out, entry->revoked_at);
    cz_buffer_printf(out, ", %s\n",
                     entry->reason == CRL_REASON_UNSPECIFIED ? "no reason given"
                                                             : cz_crl_reason_name(entry->reason));
    if (entry->has_invalidity_date) {
        put_time(out, "  invalid since", entry->invalidity_date);
        cz_buffer_putc(out, '\n');
    }
    if (entry->certificate_issuer.len > 0) {
        cz_put_label(out, "  issuer");
        cz_name_append(out, entry->certificate_issuer);
        cz_buffer_putc(out, '\n');
    }
}

void cz_put_crl_text(struct buffer *out, const struct crl_account *account) {
    const struct crl *crl = account->crl;
    cz_put_label(out, "list of");
    cz_name_append(out, crl->issuer);
    cz_buffer_putc(out, '\n');
    put_number(out, "  number", crl->has_number, crl->number);
    put_number(out, "  delta to", crl->is_delta, crl->delta_base);
    put_times(out, account);
    put_entries(out, account);
    cz_put_label(out, "  tells of");
    cz_put_crl_scope(out, crl);
    cz_buffer_putc(out, '\n');
    put_hex(out, "  key id", cz_crl_key_identifier(crl));
    put_signature(out, account);
    if (account->objection != NULL) {
        cz_put_label(out, "  unusable");
        cz_buffer_puts(out, account->objection);
        if (crl->unknown_critical.len > 0) {
            cz_buffer_puts(out, ": ");
            cz_oid_append(out, crl->unknown_critical);
        }
        cz_buffer_putc(out, '\n');
    }
    put_standing(out, account);
}

/* --- for programs -------------------------------------------------------------------------- */

static void put_word(struct buffer *out, const char *name, const char *word) {
    cz_json_member(out, name, cz_bytes_of(word));
}

static void put_text(struct buffer *out, const char *name, const struct buffer *text) {
    cz_json_member(out, name, cz_buffer_view(text));
    if (text->failed)
        cz_buffer_fail(out);
}

static void put_digits(struct buffer *out, const char *name, struct bytes bytes) {
    if (bytes.len > 0)
        cz_json_hex(out, name, bytes);
}

static void put_written(struct buffer *out, const char *name, struct bytes argument,
                        void (*write)(struct buffer *out, struct bytes argument)) {
    struct buffer text = {0};
    write(&text, argument);
    put_text(out, name, &text);
    cz_buffer_release(&text);
}

static void put_entry(struct buffer *out, const struct crl_entry *entry) {
    cz_json_time(out, "revoked_at", entry->revoked_at);
    put_word(out, "reason", cz_crl_reason_name(entry->reason));
    if (entry->has_invalidity_date)
        cz_json_time(out, "invalid_since", entry->invalidity_date);
    if (entry->certificate_issuer.len > 0)
        put_written(out, "issuer", entry->certificate_issuer, cz_name_append);
}

static void put_counts(struct buffer *out, const struct crl_account *account) {
    cz_json_number(out, "entries", (int64_t)account->crl->totals.entry_count);
    cz_json_name(out, "reasons");
    cz_buffer_putc(out, '{');
    for (size_t i = 0; i < CZ_CRL_REASON_COUNT; i++)
        if (account->reasons[i] > 0)
            cz_json_number(out, cz_crl_reason_name((enum crl_reason)i),
                           (int64_t)account->reasons[i]);
    cz_buffer_putc(out, '}');
    cz_json_number(out, "unmatchable", (int64_t)account->crl->totals.unmatchable_count);
}

static void put_verification(struct buffer *out, const struct crl_account *account) {
    const char *algorithm = gnutls_sign_get_name(account->crl->signature_algorithm);
    put_word(out, "algorithm", algorithm != NULL ? algorithm : "unknown");
    put_word(out, "signature", cz_crl_signed_word(account->is_signed));
    if (account->signer != NULL)
        put_digits(out, "signer",
                   (struct bytes){.data = account->signer->sha256, .len = CZ_SHA256_SIZE});
    if (account->objection != NULL)
        put_word(out, "unusable", account->objection);
    if (account->crl->unknown_critical.len > 0)
        put_written(out, "unknown_critical", account->crl->unknown_critical, cz_oid_append);
}

void cz_put_crl_json(struct buffer *out, const struct crl_account *account) {
    const struct crl *crl = account->crl;
    struct buffer scope = {0};
    cz_buffer_putc(out, '{');
    put_written(out, "issuer", crl->issuer, cz_name_append);
    if (crl->has_number)
        put_written(out, "number", crl->number, cz_put_crl_number);
    if (crl->is_delta)
        put_written(out, "delta_to", crl->delta_base, cz_put_crl_number);
    cz_json_time(out, "this_update", crl->this_update);
    if (crl->has_next_update)
        cz_json_time(out, "next_update", crl->next_update);
    put_word(out, "freshness", cz_crl_freshness_word(account->freshness));
    put_counts(out, account);
    cz_put_crl_scope(&scope, crl);
    put_text(out, "tells_of", &scope);
    cz_buffer_release(&scope);
    put_digits(out, "key_id", cz_crl_key_identifier(crl));
    put_verification(out, account);
    if (account->standing != CRL_NOT_ASKED) {
        cz_json_name(out, "certificate");
        cz_buffer_putc(out, '{');
        put_digits(out, "serial", account->serial);
        put_word(out, "standing", cz_crl_standing_word(account->standing));
        if (account->standing == CRL_ON_IT)
            put_entry(out, &account->entry);
        cz_buffer_putc(out, '}');
    }
    cz_buffer_puts(out, "}\n");
}
