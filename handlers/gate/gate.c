/*
 * gate: a CGI program for web servers that run nothing else: it lets certauthz decide, and then
 * serves the file, or becomes the program, that was asked for. See certauthz-gate(8).
 */
#include "answer.h"
#include "base/cleanup.h"
#include "config/setup.h"
#include "server/program.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int complain(const struct error *error) {
    if (error->message[0] != '\0')
        fprintf(stderr, "gate: %s\n", error->message);
    return EXIT_FAILURE;
}

/* gate.conf beside the program itself. Not an argument, and not a variable: a client could choose
 * the one, and the other is not to be had on shared hosting. */
static bool find_settings(char file[PATH_MAX], struct error *error) {
    static const char name[] = "gate.conf";
    ssize_t len = readlink("/proc/self/exe", file, PATH_MAX - sizeof name);
    if (len < 0)
        return cz_error_set(error, "/proc/self/exe cannot be read, so gate.conf cannot be found");
    file[len] = '\0';
    char *slash = strrchr(file, '/');
    strcpy(slash != NULL ? slash + 1 : file, name);
    return true;
}

static bool load(struct gate_settings *settings, char file[PATH_MAX], struct error *error) {
    return find_settings(file, error) && gate_settings_load(file, settings, error);
}

/* Started by hand: is all in order? */
static int check(void) {
    CZ_CLEANUP(gate_settings_release) struct gate_settings settings = {0};
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer description = {0};
    struct error error = {0};
    char file[PATH_MAX];
    if (!load(&settings, file, &error) || !cz_setup_load(settings.configuration, &setup, &error))
        return complain(&error);
    cz_setup_describe(&setup, settings.configuration, &description);
    printf("%s: good: %zu folders, %zu kinds of programs\n%s\n", file, settings.folders.count,
           settings.program_count, cz_buffer_text(&description));
    return EXIT_SUCCESS;
}

static int answer(void) {
    CZ_CLEANUP(gate_settings_release) struct gate_settings settings = {0};
    struct error error = {0};
    char file[PATH_MAX];
    if (!load(&settings, file, &error)) {
        gate_answer_failure(environ);
        return complain(&error);
    }
    return gate_answer(&settings, environ, &error) ? EXIT_SUCCESS : complain(&error);
}

/* Arguments are not looked at: a query without '=' would be some. */
int main(void) {
    cz_program_prepare();
    return getenv("GATEWAY_INTERFACE") != NULL ? answer() : check();
}
