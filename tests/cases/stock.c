#include "stock.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "pem/pem.h"

#include <stdio.h>
#include <stdlib.h>

static bool read_file(const char *folder, const char *name, struct buffer *content,
                      struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    char part[4096];
    size_t len;
    cz_buffer_printf(&path, "%s/%s", folder, name);
    FILE *in = fopen(cz_buffer_text(&path), "r");
    if (in == NULL)
        return cz_error_set(error, "%s cannot be read", cz_buffer_text(&path));
    while ((len = fread(part, 1, sizeof part, in)) > 0)
        cz_buffer_append(content, part, len);
    fclose(in);
    return !content->failed || cz_error_set(error, "out of memory");
}

static void drop_lists(struct stock *stock) {
    while (stock->count > 0) {
        size_t i = --stock->count;
        cz_crl_index_release(&stock->lists[i].index);
        cz_crl_release(&stock->lists[i].crl);
        cz_buffer_release(&stock->lists[i].der);
    }
}

bool stock_take_crl(struct stock *stock, const char *pki, const char *text, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    const char *detail = "there is no CRL in it";
    stock->number++;
    if (strcmp(text, "none") == 0) {
        drop_lists(stock);
        return true;
    }
    if (stock->count == STOCK_LISTS_MAX)
        return cz_error_set(error, "too many CRLs");
    if (!read_file(pki, text, &content, error))
        return false;
    size_t i = stock->count;
    struct bytes rest = cz_buffer_view(&content);
    stock->lists[i].der = (struct buffer){0};
    if (cz_pem_next_crl(&rest, &stock->lists[i].der, &detail) != PEM_OK ||
        cz_crl_parse(cz_buffer_view(&stock->lists[i].der), &stock->lists[i].crl, &detail) != CRL_OK)
        return cz_error_set(error, "%s: %s", text, detail);
    if (!cz_crl_index_build(&stock->lists[i].crl, &stock->lists[i].index))
        return cz_error_set(error, "out of memory");
    stock->candidates[i] = (struct crl_candidate){
        .crl = &stock->lists[i].crl,
        .lookup = {.find = cz_crl_index_find, .context = &stock->lists[i].index}};
    stock->count++;
    return true;
}

static bool read_certificate(const char *pki, const char *name, struct certificate **certificate,
                             struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0}, der = {0};
    const char *detail = "";
    if (!read_file(pki, name, &content, error))
        return false;
    return (cz_pem_decode(cz_buffer_view(&content), &der, &detail) == PEM_OK &&
            cz_certificate_parse(cz_buffer_view(&der), certificate, &detail) == CERTIFICATE_OK) ||
           cz_error_set(error, "%s: %s", name, detail);
}

bool stock_take_deny(struct stock *stock, const char *pki, const char *text, int64_t now,
                     struct error *error) {
    static const char *const kinds[] = {"sha256", "key", "serial"};
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = NULL;
    char kind[16], file[64], until[32] = "";
    int read = 0;
    struct deny_entry entry = {.since = now};
    if (sscanf(text, "%15s %63s %n", kind, file, &read) != 2)
        return cz_error_set(error, "KIND FILE is wanted: %s", text);
    const char *reason = text + read;
    if (sscanf(reason, "until=%31s %n", until, &read) == 1)
        reason += read;
    while (strcmp(kinds[entry.kind], kind) != 0)
        if (++entry.kind == CZ_COUNT(kinds))
            return cz_error_set(error, "no kind of entry: %s", kind);
    entry.has_until = until[0] != '\0';
    if (entry.has_until && !cz_time_parse(cz_bytes_of(until), &entry.until))
        return cz_error_set(error, "not a time: %s", until);
    if (!read_certificate(pki, file, &certificate, error))
        return false;
    entry.text = strdup(file);
    entry.reason = strdup(reason);
    stock->number++;
    if (entry.text != NULL && entry.reason != NULL &&
        cz_deny_digest(entry.kind, certificate, entry.digest) &&
        cz_deny_list_add(&stock->denied, &entry))
        return true;
    free(entry.text);
    free(entry.reason);
    return cz_error_set(error, "the entry cannot be added");
}

bool stock_take_points(struct stock *stock, const char *text, struct error *error) {
    static const char *const states[SOURCE_STATE_COUNT] = {
        [SOURCE_UNTRIED] = "untried",
        [SOURCE_GOOD] = "good",
        [SOURCE_UNREACHABLE] = "unreachable",
        [SOURCE_BAD_SIGNATURE] = "bad-signature",
    };
    for (size_t i = 0; i < CZ_COUNT(states); i++)
        if (strcmp(states[i], text) == 0) {
            stock->points = (enum source_state)i;
            stock->number++;
            return true;
        }
    return cz_error_set(error, "no state of a source: %s", text);
}

static enum source_state point(const void *context, struct bytes url) {
    (void)url;
    return ((const struct stock *)context)->points;
}

struct revocation_holdings stock_holdings(const struct stock *stock) {
    return (struct revocation_holdings){.number = stock->number,
                                        .crls = stock->candidates,
                                        .crl_count = stock->count,
                                        .point = point,
                                        .context = stock,
                                        .configured = SOURCE_GOOD,
                                        .denied = &stock->denied};
}

void stock_release(struct stock *stock) {
    drop_lists(stock);
    cz_deny_list_release(&stock->denied);
}
