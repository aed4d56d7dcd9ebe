/* Asking processes over their control sockets: what is found, understood and shown. */
#include "../tap.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "ctl/answer.h"
#include "ctl/control.h"

#include <pthread.h>
#include <sys/stat.h>

static void test_answers(void) {
    const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"{\"a\":1}", true},
        {"{\"a\":-1,\"b\":\"x\\\"\\\\\\u000a\\u0085\",\"c\":true,\"d\":false}", true},
        {"", false},
        {"{}", false},
        {"{\"a\":1", false},
        {"{\"a\":1}x", false},
        {"{\"a\":}", false},
        {"{\"a\"}", false},
        {"{a:1}", false},
        {"{\"a\":{}}", false},
        {"{\"a\":[1]}", false},
        {"{\"a\":1,}", false},
        {"{\"a\":\"x}", false},
        {"{\"a\":\"\\x\"}", false},
        {"{\"a\":\"\\", false},
        {"{\"a\":\"\\u00g0\"}", false},
        {"{\"a\":\"\\u00", false},
        {"{\"a\":\"\\u0000\"}", false},
        {"{\"a\":\"\\ud800\"}", false},
        {"{\"a\":\"\n\"}", false},
        {"{\"a\":\"\xff\"}", false},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_ok(cz_answer_is_good(cz_bytes_of(cases[i].text)) == cases[i].good, "%s: %s",
               cases[i].text, cases[i].good ? "understood" : "not understood");
    struct bytes answer = cz_bytes_of(cases[1].text);
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    tap_ok(cz_answer_member(answer, "b", &value), "a member is found");
    tap_is(cz_buffer_text(&value), "x\"\\\n\xc2\x85", "without its escapes");
    tap_ok(!cz_answer_member(answer, "x", &value), "one that is not there is not");
    tap_ok(!cz_answer_member(cz_bytes_of("{\"a\":1"), "a", &value),
           "nor any of what is not understood");
    tap_ok(cz_answer_is_true(answer, "c") && !cz_answer_is_true(answer, "d") &&
               !cz_answer_is_true(answer, "x"),
           "true is told from false and from nothing");
}

static void test_folder(void) {
    const char *file = scratch_path("c.conf");
    const char *off = support_text(
        "%s: server.control is off: set it to a folder and start certauthz again, or send SIGHUP "
        "to its processes to have them reload",
        file);
    const char *rules = "rules = ( { path = \"/\"; certificate = \"none\"; } );\n";
    const char *run = support_text("%s/run", scratch);
    const struct {
        const char *text, *folder, *error, *name;
    } cases[] = {
        {support_text("%sserver: { control = \"run\"; };", rules), run, "", "a good one"},
        {support_text("%sserver: { control = \"/x\"; };", rules), "/x", "", "an absolute name"},
        {rules, NULL, off, "none"},
        {support_text("%sserver: { control = \"off\"; };", rules), NULL, off, "off"},
        {"server: { control = \"off\"; };", NULL, off, "off, and else bad"},
        {"server: { control = \"run\"; };", run, "", "without rules"},
        {"nonsense: { };\nserver: { control : \"run\"; };", run, "", "an unknown group before it"},
        {"@@ // control = \"a\"\n# control = \"b\"\n/* control = \"c\" */ x = \"control = d\";\n"
         "x_control = \"e\"; control 1; control = 2;\nserver = { control =\n\"run\" };",
         run, "", "a broken text, and comments"},
        {"@@ x = \"a\\\" control = \\\"b\"", NULL,
         support_text("%s:1: syntax error; so the folder of the control sockets cannot be found: "
                      "name it by --control FOLDER",
                      file),
         "a broken text without it"},
        {"@@ /* control = \"x\"", NULL,
         support_text("%s:1: the comment that begins here has no end: */; so the folder of the "
                      "control sockets cannot be found: "
                      "name it by --control FOLDER",
                      file),
         "a broken text with an open comment"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct error error = {0};
        scratch_write("c.conf", cases[i].text);
        CZ_CLEANUP(cz_free_ptr) char *found = cz_control_folder(file, &error);
        if (cases[i].folder != NULL)
            tap_is(found, cases[i].folder, cases[i].name);
        else
            tap_ok(found == NULL, "%s: no folder", cases[i].name);
        tap_is(error.message, cases[i].error, "with its error, if any");
    }
}

/* A process as we would like it to be, or one that sends what it is told to. */
struct fake {
    int fd;
    const char *answer;
    pthread_t thread;
};

static void *answer_once(void *argument) {
    struct fake *fake = argument;
    char line[100];
    int peer = accept(fake->fd, NULL, NULL);
    if (peer >= 0 && recv(peer, line, sizeof line, 0) > 0)
        send(peer, fake->answer, strlen(fake->answer), MSG_NOSIGNAL);
    close(peer);
    return NULL;
}

#define STATUS                                                                                     \
    "\"pid\":7,\"version\":\"1\",\"started\":\"S\",\"file\":\"F\\u001b\\u009b\",\"generation\":3," \
    "\"loaded\":\"L\",\"anchors\":1,\"intermediates\":2,\"pinned\":0,\"clients\":3,\"log_lost\":"  \
    "1,\"rules\":4,\"granted\":5,"                                                                 \
    "\"refused\":6"

static void test_asking(void) {
    static char too_long[(8u << 20) + 2];
    static const char first_line[] =
        "process 7: certauthz 1 since S: generation 3 of F??, loaded L: 1 anchors, 2 "
        "intermediates, 0 pinned, 3 clients, 4 rules; 5 granted, 6 refused, 1 lines of the log "
        "lost\n";
    const char *sorry = "process 7: not reloaded, generation 3 stays in force: E\n";
    const struct {
        const char *answer;
        void (*put)(struct buffer *, const struct control_answer *);
        const char *text;
    } cases[] = {
        {"{\"ok\":true," STATUS "}\n", cz_control_put_status, first_line},
        {"{\"ok\":false," STATUS ",\"failed\":\"T\",\"error\":\"E\"}\n", cz_control_put_status,
         support_text("%sprocess 7: the last reload failed, T: E\n", first_line)},
        {"{\"ok\":true," STATUS "}\n", cz_control_put_reload,
         "process 7: generation 3: 1 anchors, 2 intermediates, 0 pinned, 3 clients, 4 rules\n"},
        {"{\"ok\":false," STATUS ",\"error\":\"E\"}\n", cz_control_put_reload, sorry},
        {"{\"ok\":true}\n", cz_control_put_reload,
         "process ?: generation ?: ? anchors, ? intermediates, ? pinned, ? clients, ? rules\n"},
        {"", cz_control_put_status, "process 7: does not answer: the connection was closed\n"},
        {"{\"ok\":true", cz_control_put_reload,
         "process 7: does not answer: the connection was closed\n"},
        {"rubbish\n", cz_control_put_status, "process 7: its answer cannot be understood\n"},
        {too_long, cz_control_put_status, "process 7: its answer is too long\n"},
    };
    const char *place = scratch_path("fakes");
    memset(too_long, 'x', sizeof too_long - 1);
    mkdir(place, 0700);
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_control_answers_release) struct control_answers answers = {0};
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        struct error error = {0};
        const char *path = support_text("%s/7.sock", place);
        struct fake fake = {.fd = scratch_listener(path), .answer = cases[i].answer};
        if (pthread_create(&fake.thread, NULL, answer_once, &fake) != 0)
            support_die("no thread can be started");
        bool asked = cz_control_ask(place, "status", &answers, &error);
        pthread_join(fake.thread, NULL);
        close(fake.fd);
        unlink(path);
        if (asked && answers.count == 1)
            cases[i].put(&text, &answers.items[0]);
        tap_is(cz_buffer_text(&text), cases[i].text, "an answer, for people");
    }
}

static void test_several(void) {
    CZ_CLEANUP(cz_control_answers_release) struct control_answers answers = {0};
    struct error error = {0};
    const char *place = scratch_path("fakes");
    static const char *const names[] = {"20.sock", "3.sock"};
    struct fake fakes[CZ_COUNT(names)];
    for (size_t i = 0; i < CZ_COUNT(names); i++) {
        fakes[i] = (struct fake){.fd = scratch_listener(support_text("%s/%s", place, names[i])),
                                 .answer = "{\"ok\":true}\n"};
        if (pthread_create(&fakes[i].thread, NULL, answer_once, &fakes[i]) != 0)
            support_die("no thread can be started");
    }
    close(scratch_listener(support_text("%s/5.sock", place)));
    scratch_write("fakes/x.sock", "");
    scratch_write("fakes/99999999999999999999.sock", "");
    scratch_write("fakes/8.sock.new", "");
    tap_ok(cz_control_ask(place, "status", &answers, &error) && answers.count == 2 &&
               answers.items[0].pid == 3 && answers.items[1].pid == 20,
           "all that live are asked, in their order, and nothing else");
    for (size_t i = 0; i < CZ_COUNT(names); i++) {
        pthread_join(fakes[i].thread, NULL);
        close(fakes[i].fd);
    }
    struct control_answers none = {0};
    tap_ok(!cz_control_ask(scratch_path("absent"), "status", &none, &error),
           "a folder that is not there is an error");
    tap_is(error.message,
           support_text("%s: cannot be read: No such file or directory", scratch_path("absent")),
           "that says so");
    cz_control_answers_release(&none);
}

int main(void) {
    scratch_open();
    test_answers();
    test_folder();
    test_asking();
    test_several();
    scratch_close();
    return tap_done();
}
