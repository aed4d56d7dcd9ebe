/*
 * Whole decisions as golden files: run-cases [FILE.cases…], by default all of tests/cases.
 * tests/cases/README describes the files. The PKI is that of `make check`, or the folder in
 * CERTAUTHZ_TEST_PKI.
 */
#include "../tap.h"

#include "base/cleanup.h"
#include "case.h"
#include "config/whole_file.h"
#include "value.h"

#include <dirent.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>

struct progress {
    struct workshop *workshop;
    const char *file;  /* without its folder */
    const char *title; /* of the case that runs */
    unsigned number;
};

static void show(const char *text) {
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        printf("#   %.*s\n", (int)len, text);
        text += len + (text[len] == '\n');
    }
}

static void report(void *context, unsigned line, const char *complaints) {
    const struct progress *progress = context;
    (void)line;
    if (!tap_ok(complaints[0] == '\0', "%s:%u: %s", progress->file, progress->number,
                progress->title))
        show(complaints);
}

static void visit(void *context, const char *title, unsigned number, const struct lines *lines) {
    struct progress *progress = context;
    struct error error = {0};
    progress->title = title;
    progress->number = number;
    if (!case_run(progress->workshop, lines, report, progress, &error)) {
        tap_ok(false, "%s:%u: %s", progress->file, number, title);
        show(error.message);
    }
}

static void run_file(struct workshop *workshop, const char *file) {
    const char *slash = strrchr(file, '/');
    struct progress progress = {.workshop = workshop, .file = slash != NULL ? slash + 1 : file};
    struct error error = {0};
    if (!script_run(file, visit, &progress, &error)) {
        tap_ok(false, "%s can be read", progress.file);
        show(error.message);
    }
}

/* A named configuration, with its facts filled in. */
static bool copy_config(const char *file, const char *pki, const char *scratch,
                        struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer expanded = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer copy = {0};
    cz_buffer_printf(&copy, "%s/%s", scratch, strrchr(file, '/') + 1);
    if (!cz_file_read(file, &content, error) ||
        !value_expand(cz_buffer_text(&content), pki, &expanded, error))
        return false;
    FILE *out = fopen(cz_buffer_text(&copy), "w");
    bool written = out != NULL && fputs(cz_buffer_text(&expanded), out) >= 0;
    if (out != NULL && fclose(out) != 0)
        written = false;
    return written || cz_error_set(error, "%s cannot be written", cz_buffer_text(&copy));
}

static bool copy_configs(const char *source, const char *pki, const char *scratch,
                         struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    CZ_CLEANUP(globfree) glob_t files = {0};
    cz_buffer_printf(&text, "%s/config/*.conf", source);
    if (glob(cz_buffer_text(&text), 0, NULL, &files) != 0)
        return cz_error_set(error, "%s: no configurations", cz_buffer_text(&text));
    for (size_t i = 0; i < files.gl_pathc; i++)
        if (!copy_config(files.gl_pathv[i], pki, scratch, error))
            return false;
    cz_buffer_clear(&text);
    cz_buffer_printf(&text, "%s/pki", scratch);
    return symlink(pki, cz_buffer_text(&text)) == 0 || cz_error_set(error, "no link can be made");
}

static void remove_scratch(const char *scratch) {
    DIR *folder = opendir(scratch);
    struct dirent *item;
    while (folder != NULL && (item = readdir(folder)) != NULL)
        unlinkat(dirfd(folder), item->d_name, 0);
    if (folder != NULL)
        closedir(folder);
    rmdir(scratch);
}

static const char *from_environment(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : otherwise;
}

static void run_all(struct workshop *workshop, const char *source, int argc, char **argv) {
    CZ_CLEANUP(cz_buffer_release) struct buffer pattern = {0};
    CZ_CLEANUP(globfree) glob_t files = {0};
    for (int i = 1; i < argc; i++)
        run_file(workshop, argv[i]);
    cz_buffer_printf(&pattern, "%s/*.cases", source);
    if (argc == 1 && glob(cz_buffer_text(&pattern), 0, NULL, &files) == 0)
        for (size_t i = 0; i < files.gl_pathc; i++)
            run_file(workshop, files.gl_pathv[i]);
}

static int bail_out(const char *why) {
    printf("Bail out! %s\n", why);
    return 1;
}

int main(int argc, char **argv) {
    CZ_CLEANUP(cz_buffer_release) struct buffer pki = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer source = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer scratch = {0};
    struct error error = {0};
    char pki_path[PATH_MAX];
    cz_buffer_printf(&pki, "%s/tests/pki/out", from_environment("builddir", "."));
    cz_buffer_printf(&source, "%s/tests/cases", from_environment("srcdir", "."));
    cz_buffer_printf(&scratch, "%s/certauthz-cases.XXXXXX", from_environment("TMPDIR", "/tmp"));
    if (realpath(from_environment("CERTAUTHZ_TEST_PKI", cz_buffer_text(&pki)), pki_path) == NULL)
        return bail_out("no PKI: use `make check`, or name a folder in CERTAUTHZ_TEST_PKI");
    if (mkdtemp(scratch.data) == NULL)
        return bail_out("no temporary folder can be made");
    struct workshop workshop = {.pki = pki_path, .scratch = scratch.data};
    if (copy_configs(cz_buffer_text(&source), pki_path, scratch.data, &error))
        run_all(&workshop, cz_buffer_text(&source), argc, argv);
    cz_setup_release(&workshop.setup);
    cz_buffer_release(&workshop.setup_key);
    remove_scratch(scratch.data);
    return error.message[0] == '\0' ? tap_done() : bail_out(error.message);
}
