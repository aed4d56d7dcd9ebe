/* certauthzctl undeny: an entry of the deny list is taken off it. */
#include "base/cleanup.h"
#include "base/text.h"
#include "ctl/command.h"
#include "ctl/deny_report.h"
#include "ctl/deny_target.h"
#include "ctl/paint.h"
#include "store/deny_file.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define NUMBER_DIGITS_MAX 6 /* up to CZ_DENY_LIST_MAX; more digits begin a digest */
#define PREFIX_DIGITS_MIN 8

struct removal {
    const char *shown; /* a number, or the beginning of a digest, as list shows them; or NULL */
    struct deny_target target; /* else; owned */
    bool absent;               /* there is no such entry, which is no failure */
    struct buffer told;        /* owned: what was taken off */
    struct buffer still;       /* owned: by what the certificate is denied all the same */
};

static bool is_number(const char *text) {
    size_t len = strlen(text);
    return len > 0 && len <= NUMBER_DIGITS_MAX && strspn(text, "0123456789") == len;
}

/* Of which a whole digest is one. */
static bool is_prefix(const char *text) {
    size_t len = strlen(text);
    return len >= PREFIX_DIGITS_MIN && len <= 2 * CZ_SHA256_SIZE &&
           strspn(text, "0123456789abcdefABCDEF") == len;
}

static bool begins_with(const struct deny_entry *entry, const char *prefix) {
    for (size_t i = 0; prefix[i] != '\0'; i++) {
        int digit = i % 2 == 0 ? entry->digest[i / 2] >> 4 : entry->digest[i / 2] & 0xf;
        if (digit != cz_hex_digit((uint8_t)prefix[i]))
            return false;
    }
    return true;
}

/* --- which entry --------------------------------------------------------------------------- */

static bool find_number(struct removal *removal, const struct deny_list *list,
                        const struct deny_entry **entry, struct error *error) {
    size_t number = strtoul(removal->shown, NULL, 10);
    removal->absent = number == 0 || number > list->count;
    if (removal->absent)
        return cz_error_set(error, "there is no entry %s; certauthzctl list shows them",
                            removal->shown);
    *entry = &list->entries[number - 1];
    return true;
}

static bool find_prefix(struct removal *removal, const struct deny_list *list,
                        const struct deny_entry **entry, struct error *error) {
    *entry = NULL;
    for (size_t i = 0; i < list->count; i++) {
        if (!begins_with(&list->entries[i], removal->shown))
            continue;
        if (*entry != NULL)
            return cz_error_set(error, "more than one entry begins with %s; give more digits",
                                removal->shown);
        *entry = &list->entries[i];
    }
    removal->absent = *entry == NULL;
    return *entry != NULL ||
           cz_error_set(error, "no entry begins with %s; certauthzctl list shows them",
                        removal->shown);
}

/* What denies the certificate, where there is one to look for. */
static void find_others(struct removal *removal, const struct deny_list *list) {
    const struct certificate *certificate = removal->target.certificate;
    int64_t from = INT64_MIN, until = INT64_MAX;
    bool known;
    const struct deny_entry *other =
        certificate != NULL
            ? cz_deny_list_find(list, certificate, time(NULL), &from, &until, &known)
            : NULL;
    if (other == NULL)
        return;
    cz_buffer_printf(&removal->still, "%s ", cz_deny_kind_name(other->kind));
    cz_put_deny_digits(&removal->still, other);
    cz_buffer_printf(&removal->still, " (%s); that is taken off by certauthzctl undeny ",
                     other->text);
    cz_put_deny_digits(&removal->still, other);
}

static bool find_target(struct removal *removal, const struct deny_list *list,
                        const struct deny_entry **entry, struct error *error) {
    const struct deny_target *target = &removal->target;
    *entry = cz_deny_list_entry(list, target->kind, target->digest);
    removal->absent = *entry == NULL;
    if (*entry != NULL)
        return true;
    find_others(removal, list);
    return cz_error_set(error, "not on the deny list by %s: %s%s%s",
                        cz_deny_kind_name(target->kind), cz_buffer_text(&target->text),
                        removal->still.len > 0 ? "; it is denied by " : "",
                        cz_buffer_text(&removal->still));
}

static bool take_off(void *context, struct deny_list *list, struct error *error) {
    struct removal *removal = context;
    const struct deny_entry *entry = NULL;
    bool found = removal->shown == NULL      ? find_target(removal, list, &entry, error)
                 : is_number(removal->shown) ? find_number(removal, list, &entry, error)
                                             : find_prefix(removal, list, &entry, error);
    if (!found)
        return false;
    struct deny_entry taken = *entry;
    cz_put_deny_entry(&removal->told, "taken off", entry);
    cz_deny_list_remove(list, taken.kind, taken.digest);
    find_others(removal, list);
    return true;
}

/* --- the command --------------------------------------------------------------------------- */

static bool is_shown(const struct ctl_arguments *arguments) {
    static const enum ctl_option others[] = {CTL_SHA256, CTL_PUBLIC_KEY, CTL_SERIAL, CTL_ISSUER,
                                             CTL_KEY};
    for (size_t i = 0; i < CZ_COUNT(others); i++)
        if (arguments->values[others[i]] != NULL)
            return false;
    return arguments->file != NULL && !cz_deny_target_is_file(arguments->file) &&
           (is_number(arguments->file) || is_prefix(arguments->file));
}

static void release(struct removal *removal) {
    cz_deny_target_release(&removal->target);
    cz_buffer_release(&removal->told);
    cz_buffer_release(&removal->still);
}

static int tell(struct removal *removal, const char *folder, struct error *error) {
    cz_put_line(&removal->told, "  store", cz_bytes_of(folder));
    if (!cz_ctl_print(&removal->told, error))
        return cz_ctl_complain(error);
    if (removal->still.len == 0)
        return CTL_GOOD;
    fprintf(stderr, "certauthzctl: it is still denied, by %s\n", cz_buffer_text(&removal->still));
    return CTL_BAD;
}

int cz_run_undeny(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(release) struct removal removal = {0};
    CZ_CLEANUP(cz_free_ptr) char *folder = NULL;
    struct error error = {0};
    if (is_shown(arguments))
        removal.shown = arguments->file;
    else if (!cz_deny_target_read(arguments, &removal.target, &error))
        return cz_ctl_complain(&error);
    folder = cz_ctl_store_folder(arguments, &error);
    if (folder == NULL || !cz_deny_file_change(folder, take_off, &removal, &error)) {
        cz_ctl_complain(&error);
        return removal.absent ? CTL_BAD : CTL_ERROR;
    }
    int status = tell(&removal, folder, &error);
    return cz_ctl_store_is_used(arguments, folder) || status != CTL_GOOD ? status : CTL_BAD;
}
