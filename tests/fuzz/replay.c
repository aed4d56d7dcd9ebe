/* Runs a fuzz target over files, and over all files of folders: replay FILE-OR-FOLDER... */
#include "fuzz.h"

#include "base/cleanup.h"
#include "config/whole_file.h"

#include <sys/stat.h>

static bool replay(const char *name);

static bool replay_folder(const char *name) {
    CZ_CLEANUP(cz_close_folder) DIR *folder = opendir(name);
    bool good = folder != NULL;
    struct dirent *item;
    while (good && (item = readdir(folder)) != NULL) {
        CZ_CLEANUP(cz_free_ptr) char *inner = NULL;
        if (item->d_name[0] != '.')
            good = asprintf(&inner, "%s/%s", name, item->d_name) >= 0 && replay(inner);
    }
    return good;
}

static bool replay(const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    struct error error = {0};
    struct stat status;
    if (stat(name, &status) == 0 && S_ISDIR(status.st_mode))
        return replay_folder(name);
    if (!cz_file_read(name, &content, &error)) {
        fprintf(stderr, "%s\n", error.message);
        return false;
    }
    /* an exact copy, so that a sanitizer sees a read past its end */
    uint8_t *exact = malloc(content.len > 0 ? content.len : 1);
    if (exact == NULL)
        return false;
    if (content.len > 0)
        memcpy(exact, content.data, content.len);
    fprintf(stderr, "%s: %zu bytes\n", name, content.len);
    LLVMFuzzerTestOneInput(exact, content.len);
    free(exact);
    return true;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s FILE-OR-FOLDER...\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++)
        if (!replay(argv[i]))
            return 1;
    return 0;
}
