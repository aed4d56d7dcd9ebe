#include "refresh/sources.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "config/revocation.h"

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

static bool holds_list(int folder, const char *name) {
    static const char label[] = "-----BEGIN X509 CRL-----";
    CZ_CLEANUP(cz_close_fd)
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    CZ_CLEANUP(cz_free_ptr) uint8_t *head = malloc(HEAD_SIZE);
    ssize_t got = fd >= 0 && head != NULL ? read(fd, head, HEAD_SIZE) : -1;
    if (got <= 0)
        return false;
    return cz_list_begins((struct bytes){.data = head, .len = (size_t)got}) ||
           memmem(head, (size_t)got, label, sizeof label - 1) != NULL;
}

static bool ends_with(const char *name, const char *ending) {
    size_t len = strlen(name), part = strlen(ending);
    return len > part && strcasecmp(name + len - part, ending) == 0;
}

static bool is_list_name(int folder, const char *name) {
    size_t len = strlen(name);
    if (name[0] == '.')
        return false;
    if (ends_with(name, ".crl"))
        return true;
    if (len > 3 && name[len - 3] == '.' && name[len - 2] == 'r' && name[len - 1] >= '0' &&
        name[len - 1] <= '9')
        return true;
    return (ends_with(name, ".pem") || ends_with(name, ".der")) && holds_list(folder, name);
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In alphabetical order, so that what comes of them does not hang on the file system. */
static void add_folder(struct file_names *files, const char *name) {
    CZ_CLEANUP(cz_close_folder) DIR *folder = opendir(name);
    const struct dirent *item;
    if (folder == NULL) {
        cz_names_add(files, name);
        return;
    }
    size_t first = files->count;
    while ((item = readdir(folder)) != NULL) {
        CZ_CLEANUP(cz_free_ptr) char *path = NULL;
        if (!is_list_name(dirfd(folder), item->d_name))
            continue;
        if (asprintf(&path, "%s/%s", name, item->d_name) < 0)
            files->failed = true;
        else
            cz_names_add(files, path);
    }
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

void cz_crl_files(const struct config *config, struct file_names *files) {
    const struct config_texts *crls = &config->revocation.crls;
    for (size_t i = 0; i < crls->count; i++) {
        struct stat status;
        if (cz_is_url(crls->items[i].text))
            continue;
        CZ_CLEANUP(cz_free_ptr) char *name = absolute_name(config, crls->items[i].text);
        if (name == NULL)
            files->failed = true;
        else if (stat(name, &status) == 0 && S_ISDIR(status.st_mode))
            add_folder(files, name);
        else
            cz_names_add(files, name);
    }
}
