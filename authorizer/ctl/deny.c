/* certauthzctl deny and list: who is refused whatever anybody else says. */
#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "ctl/command.h"
#include "ctl/deny_report.h"
#include "ctl/deny_target.h"
#include "ctl/paint.h"
#include "store/deny_file.h"

#include <ctype.h>
#include <stdio.h>
#include <time.h>

#define LAST_TIME INT64_C(253402300799) /* the end of the year 9999 */
#define DURATION_DIGITS_MAX 9

struct denial {
    const struct deny_target *target;
    const char *reason; /* NULL: as before */
    bool has_until;
    int64_t until, now;
    struct buffer shown; /* owned: the entry as it became */
};

/* --- what is asked for --------------------------------------------------------------------- */

/* "12h": a number and a unit. */
static bool read_duration(const char *text, int64_t *seconds) {
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 7 * 86400}};
    int64_t number = 0;
    size_t digits = 0;
    for (; isdigit((unsigned char)text[digits]) && digits < DURATION_DIGITS_MAX; digits++)
        number = 10 * number + (text[digits] - '0');
    if (digits == 0 || text[digits] == '\0' || text[digits + 1] != '\0')
        return false;
    for (size_t i = 0; i < CZ_COUNT(units); i++) {
        *seconds = number * units[i].seconds;
        if (units[i].unit == text[digits])
            return true;
    }
    return false;
}

static bool read_until(const char *text, struct denial *denial, struct error *error) {
    int64_t seconds;
    denial->has_until = text != NULL;
    if (text == NULL)
        return true;
    if (read_duration(text, &seconds))
        denial->until = denial->now + seconds;
    else if (!cz_time_parse(cz_bytes_of(text), &denial->until))
        return cz_error_set(error,
                            "--until %s: a time such as 2026-01-02T03:04:05Z is wanted, or a "
                            "duration such as 90m, 12h or 7d",
                            text);
    if (denial->until > LAST_TIME)
        return cz_error_set(error, "--until %s: lies beyond the year 9999", text);
    return denial->until > denial->now ||
           cz_error_set(error, "--until %s: has passed already", text);
}

static bool read_reason(const char *text, struct denial *denial, struct error *error) {
    denial->reason = text;
    return text == NULL || text[0] == '\0' ||
           cz_text_is_line(cz_bytes_of(text), CZ_DENY_REASON_SIZE_MAX) ||
           cz_error_set(error,
                        "--reason: one line of at most %d bytes is wanted, in UTF-8, without "
                        "controls, and without blanks at its ends",
                        CZ_DENY_REASON_SIZE_MAX);
}

/* --- the list ------------------------------------------------------------------------------ */

/* What is known of an entry from before is kept where nothing better is said now. */
static bool put_on_list(void *context, struct deny_list *list, struct error *error) {
    struct denial *denial = context;
    const struct deny_target *target = denial->target;
    const struct deny_entry *old = cz_deny_list_entry(list, target->kind, target->digest);
    bool keep_text = old != NULL && target->found.count == 0 && target->kind != DENY_SERIAL;
    bool keep_since = old != NULL && cz_deny_entry_holds(old, denial->now);
    const char *reason = denial->reason != NULL ? denial->reason : old != NULL ? old->reason : "";
    CZ_CLEANUP(cz_free_ptr)
    char *text = strdup(keep_text ? old->text : cz_buffer_text(&target->text));
    CZ_CLEANUP(cz_free_ptr) char *why = strdup(reason);
    struct deny_entry entry = {.kind = target->kind,
                               .text = text,
                               .reason = why,
                               .since = keep_since ? old->since : denial->now,
                               .has_until = denial->has_until,
                               .until = denial->until};
    memcpy(entry.digest, target->digest, sizeof entry.digest);
    if (old == NULL && list->count >= CZ_DENY_LIST_MAX)
        return cz_error_set(error,
                            "the deny list is full, with %d entries; take off those that have "
                            "expired (certauthzctl list shows them)",
                            CZ_DENY_LIST_MAX);
    if (text != NULL && why != NULL)
        cz_put_deny_entry(&denial->shown, "denied", &entry);
    if (text == NULL || why == NULL || !cz_deny_list_add(list, &entry))
        return cz_error_set(error, "out of memory");
    text = why = NULL;
    return true;
}

int cz_run_deny(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(cz_deny_target_release) struct deny_target target = {0};
    struct denial denial = {.target = &target, .now = time(NULL)};
    struct error error = {0};
    CZ_CLEANUP(cz_free_ptr) char *folder = NULL;
    bool done = read_until(arguments->values[CTL_UNTIL], &denial, &error) &&
                read_reason(arguments->values[CTL_REASON], &denial, &error) &&
                cz_deny_target_read(arguments, &target, &error) &&
                (folder = cz_ctl_store_folder(arguments, &error)) != NULL &&
                cz_deny_file_change(folder, put_on_list, &denial, &error);
    cz_put_line(&denial.shown, "  store", cz_bytes_of(folder != NULL ? folder : ""));
    cz_buffer_puts(&denial.shown,
                   "in force within a second, in every process that uses this store\n");
    bool told = done && cz_ctl_print(&denial.shown, &error);
    cz_buffer_release(&denial.shown);
    if (!told)
        return cz_ctl_complain(&error);
    return cz_ctl_store_is_used(arguments, folder) ? CTL_GOOD : CTL_BAD;
}

int cz_run_list(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {.limit = CZ_DENY_FILE_SIZE_MAX};
    struct error error = {0};
    int64_t now;
    CZ_CLEANUP(cz_free_ptr) char *folder = cz_ctl_store_folder(arguments, &error);
    if (folder == NULL || !cz_ctl_time(arguments, &now, &error) ||
        !cz_deny_file_load(folder, &list, &error))
        return cz_ctl_complain(&error);
    if (arguments->values[CTL_JSON] != NULL)
        cz_put_deny_json(&out, &list, folder, now);
    else if (list.count > 0)
        cz_put_deny_table(&out, &list, now);
    else
        cz_buffer_printf(&out, "%s: nobody is denied\n", folder);
    return cz_ctl_print(&out, &error) ? CTL_GOOD : cz_ctl_complain(&error);
}
