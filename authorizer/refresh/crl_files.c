#include "refresh/sources.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "config/revocation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_SIZE 65536 /* bytes that are looked at to tell what a file holds */

bool cz_list_begins(struct bytes head) {
    static const uint8_t fields[] = {DER_INTEGER, DER_SEQUENCE, DER_SEQUENCE};
    for (int level = 0; level < 2; level++) {
        if (head.len < 2 || head.data[0] != DER_SEQUENCE)
            return false;
        size_t lead = head.data[1] < 0x80 ? 2 : 2u + (head.data[1] & 0x7f);
        if (lead > head.len)
            return false;
        head = (struct bytes){.data = head.data + lead, .len = head.len - lead};
    }
    struct bytes content;
    cz_der_take_optional(&head, fields[0], &content);
    for (size_t i = 1; i < CZ_COUNT(fields); i++)
        if (!cz_der_take(&head, fields[i], &content))
            return false;
    return cz_der_peek(head) == DER_UTC_TIME || cz_der_peek(head) == DER_GENERALIZED_TIME;
}

struct bytes cz_list_next_part(struct bytes *text) {
    static const char end_line[] = "-----END X509 CRL-----";
    const uint8_t *end =
        text->len > 0 ? memmem(text->data, text->len, end_line, sizeof end_line - 1) : NULL;
    struct bytes part = {0};
    if (end != NULL)
        part = (struct bytes){.data = text->data,
                              .len = (size_t)(end - text->data) + sizeof end_line - 1};
    text->data += part.len;
    text->len -= part.len;
    return part;
}

/* What a name tells of a file in a folder. */
enum name_says { NAME_NO_LIST = 0, NAME_MAYBE, NAME_LIST };

static bool ends_with(const char *name, const char *ending) {
    size_t len = strlen(name), part = strlen(ending);
    return len > part && strcasecmp(name + len - part, ending) == 0;
}

static enum name_says judge_name(const char *name) {
    size_t len = strlen(name);
    if (name[0] == '.')
        return NAME_NO_LIST;
    if (ends_with(name, ".crl"))
        return NAME_LIST;
    if (len > 3 && name[len - 3] == '.' && name[len - 2] == 'r' && name[len - 1] >= '0' &&
        name[len - 1] <= '9')
        return NAME_LIST;
    return ends_with(name, ".pem") || ends_with(name, ".der") ? NAME_MAYBE : NAME_NO_LIST;
}

/* False where it cannot be told what it holds. One that is empty may be about to be written. */
static bool look_into(int folder, const char *name, bool *holds) {
    static const char label[] = "-----BEGIN X509 CRL-----";
    CZ_CLEANUP(cz_close_fd)
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    CZ_CLEANUP(cz_free_ptr) uint8_t *head = malloc(HEAD_SIZE);
    ssize_t got = fd >= 0 && head != NULL ? read(fd, head, HEAD_SIZE) : -1;
    if (got <= 0)
        return false;
    *holds = cz_list_begins((struct bytes){.data = head, .len = (size_t)got}) ||
             memmem(head, (size_t)got, label, sizeof label - 1) != NULL;
    return true;
}

/* What cannot be told is as it was. */
static bool holds_list(const struct catalogue *catalogue, int folder, const char *name,
                       const char *path) {
    bool holds = false;
    return look_into(folder, name, &holds) ? holds
                                           : cz_source_find(catalogue, SOURCE_FILE, path) != NULL;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_item(const struct catalogue *catalogue, int folder, const char *folder_name,
                     const char *name, struct file_names *files) {
    CZ_CLEANUP(cz_free_ptr) char *path = NULL;
    enum name_says says = judge_name(name);
    if (says == NAME_NO_LIST)
        return;
    if (asprintf(&path, "%s/%s", folder_name, name) < 0)
        files->failed = true;
    else if (says == NAME_LIST || holds_list(catalogue, folder, name, path))
        cz_names_add(files, path);
}

/* False where it cannot be read, or not to its end. */
static bool add_items(const struct catalogue *catalogue, const char *name,
                      struct file_names *files) {
    CZ_CLEANUP(cz_close_folder) DIR *folder = opendir(name);
    const struct dirent *item;
    if (folder == NULL)
        return false;
    for (errno = 0; (item = readdir(folder)) != NULL; errno = 0)
        add_item(catalogue, dirfd(folder), name, item->d_name, files);
    return errno == 0;
}

/* Those that the folder held before. The parts of a file behind the first are not named as lists
 * are: their file stands for them. */
static void add_known(const struct catalogue *catalogue, const char *folder,
                      struct file_names *files) {
    size_t len = strlen(folder);
    for (size_t i = 0; i < catalogue->source_count; i++) {
        const struct catalogue_source *source = &catalogue->sources[i];
        if (source->kind != SOURCE_FILE || strncmp(source->name, folder, len) != 0 ||
            source->name[len] != '/')
            continue;
        const char *name = source->name + len + 1;
        if (strchr(name, '/') == NULL && judge_name(name) != NAME_NO_LIST)
            cz_names_add(files, source->name);
    }
}

/* What may have been a folder: that it is not there for a moment is no reason to give up what it
 * held. */
static void add_unread(const struct catalogue *catalogue, const char *name,
                       struct file_names *files) {
    cz_names_add(files, name);
    add_known(catalogue, name, files);
}

/* In alphabetical order, so that what comes of them does not hang on the file system. */
static void add_folder(const struct catalogue *catalogue, const char *name,
                       struct file_names *files) {
    size_t first = files->count;
    if (!add_items(catalogue, name, files))
        add_unread(catalogue, name, files);
    if (files->count > first)
        qsort(files->items + first, files->count - first, sizeof *files->items, compare_names);
}

/* The same name from wherever the program is started: the catalogue keeps it. */
static char *absolute_name(const struct config *config, const char *text) {
    CZ_CLEANUP(cz_free_ptr) char *name = cz_config_resolve(config, text);
    CZ_CLEANUP(cz_free_ptr) char *here = NULL;
    char *absolute = NULL;
    if (name == NULL || name[0] == '/')
        return CZ_STEAL(name);
    here = getcwd(NULL, 0);
    const char *rest = name;
    while (strncmp(rest, "./", 2) == 0)
        rest += 2;
    return here == NULL || asprintf(&absolute, "%s/%s", here, rest) < 0 ? NULL : absolute;
}

static void add_named(const struct catalogue *catalogue, const char *name,
                      struct file_names *files) {
    struct stat status;
    if (stat(name, &status) != 0)
        add_unread(catalogue, name, files);
    else if (S_ISDIR(status.st_mode))
        add_folder(catalogue, name, files);
    else
        cz_names_add(files, name);
}

void cz_crl_files(const struct config *config, const struct catalogue *catalogue,
                  struct file_names *files) {
    const struct config_texts *crls = &config->revocation.crls;
    for (size_t i = 0; i < crls->count; i++) {
        if (cz_is_url(crls->items[i].text))
            continue;
        CZ_CLEANUP(cz_free_ptr) char *name = absolute_name(config, crls->items[i].text);
        if (name == NULL)
            files->failed = true;
        else
            add_named(catalogue, name, files);
    }
}
