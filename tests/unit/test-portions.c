/* Long lists in portions: the same elements, places and errors as libconfig has for the whole. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "config/portions.h"
#include "config/schema.h"
#include "config/tree.h"

#include <stdlib.h>

#define FILE_NAME "a.conf"
#define SIZE CZ_PORTION_ELEMENTS

struct listed {
    struct config_text id;
};

static const struct key keys[] = {
    {.name = "id", .type = KEY_TEXT, .offset = offsetof(struct listed, id)},
};
static const struct schema schema = {.name = "a client", .keys = keys, .count = CZ_COUNT(keys)};

struct reading {
    struct buffer ids;      /* each with its line */
    struct buffer portions; /* their firsts and lengths */
};

static void reading_release(struct reading *reading) {
    cz_buffer_release(&reading->ids);
    cz_buffer_release(&reading->portions);
}

static void listed_release(struct listed *client) {
    cz_text_release(&client->id);
}

/* Clients with nothing but an id. */
static bool read_clients(void *context, const config_setting_t *portion, size_t first,
                         struct error *error) {
    struct reading *reading = context;
    if (config_setting_type(portion) != CONFIG_TYPE_LIST)
        return cz_schema_error(error, portion, "a list is wanted");
    int count = config_setting_length(portion);
    cz_buffer_printf(&reading->portions, "%zu+%d ", first, count);
    for (int i = 0; i < count; i++) {
        CZ_CLEANUP(listed_release) struct listed client = {.id = {.line = 0}};
        if (!cz_schema_read(&schema, config_setting_get_elem(portion, (unsigned)i), &client, error))
            return false;
        cz_buffer_printf(&reading->ids, "%s:%u:%s ", client.id.file, client.id.line,
                         client.id.text);
    }
    return true;
}

static bool count_elements(void *context, const config_setting_t *portion, size_t first,
                           struct error *error) {
    size_t *count = context;
    if (first != *count)
        return cz_error_set(error, "out of order");
    *count += (size_t)config_setting_length(portion);
    return true;
}

/* Reads the list at `path` in the text. */
static bool read_list(const char *text, const char *path, portion_reader *read, void *context,
                      struct error *error) {
    CZ_CLEANUP(cz_source_release) struct source source;
    CZ_CLEANUP(cz_tree_release) struct config_tree tree = {.source = NULL};
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    cz_buffer_puts(&content, text);
    if (!cz_source_parse(FILE_NAME, &content, &source, error) ||
        !cz_tree_parse(&source, &tree, error))
        return false;
    const config_setting_t *list = config_lookup(&tree.parsed, path);
    return list == NULL ? cz_error_set(error, "no %s", path)
                        : cz_portions_read(list, read, context, error);
}

/* `count` clients, a line each, the first on line 2. Lives until the next. */
static const char *with_clients(size_t count, const char *rest) {
    static struct buffer text;
    cz_buffer_clear(&text);
    cz_buffer_puts(&text, "clients = (");
    for (size_t i = 0; i < count; i++)
        cz_buffer_printf(&text, "%s\n{ id = \"%zu\"; }", i > 0 ? "," : "", i);
    cz_buffer_puts(&text, rest);
    return cz_buffer_text(&text);
}

static void test_sizes(void) {
    static const struct {
        size_t count;
        const char *portions;
    } cases[] = {
        {0, "0+0 "},
        {1, "0+1 "},
        {SIZE - 1, "0+499 "},
        {SIZE, "0+500 "},
        {SIZE + 1, "0+500 500+1 "},
        {2 * SIZE, "0+500 500+500 "},
        {2 * SIZE + 1, "0+500 500+500 1000+1 "},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(reading_release) struct reading reading = {.ids = {0}};
        CZ_CLEANUP(cz_buffer_release) struct buffer ids = {0};
        struct error error = {0};
        for (size_t j = 0; j < cases[i].count; j++)
            cz_buffer_printf(&ids, FILE_NAME ":%zu:%zu ", j + 2, j);
        tap_ok(read_list(with_clients(cases[i].count, ");\nlog = { };\n"), "clients", read_clients,
                         &reading, &error),
               "%zu are good (%s)", cases[i].count, error.message);
        tap_is(cz_buffer_text(&reading.portions), cases[i].portions, "in these portions");
        tap_is(cz_buffer_text(&reading.ids), cz_buffer_text(&ids), "each where it stands");
    }
}

static void test_places(void) {
    static const struct {
        const char *text, *path, *ids, *error;
    } cases[] = {
        {"a = 1;\nclients\n:\n(\n{ id\n= \"a\" \"b\"; } # ( {\n, /* , */ { id = "
         "\"}\\\"),\\\\\"\n});",
         "clients", "a.conf:5:ab a.conf:7:}\"),\\ ", NULL},
        {"policies = { one = { clients = ( { id = \"a\"; } ); }; two : {\nclients = ( { id = "
         "\"b\"; } ); }; };",
         "policies.two.clients", "a.conf:2:b ", NULL},
        {"policies = { one = {\nclients = ( { id = \"a\"; }, { ID = \"b\"; } ); }; };",
         "policies.one.clients", "a.conf:2:a ",
         "a.conf:2: policies.one.clients[1].ID: unknown key; a client knows: id"},
        /* what stays in the tree */
        {"clients = [\n];", "clients", "", "a.conf:1: clients: a list is wanted"},
        {"\nclients = 1;", "clients", "", "a.conf:2: clients: a list is wanted"},
        {"clients = { };", "clients", "", "a.conf:1: clients: a list is wanted"},
        {"rules = ( { clients = ( { id = \"a\"; } ); } );", "rules.[0].clients", "a.conf:1:a ",
         NULL},
        {"policies = ( { clients = ( { id = \"a\"; } ); } );", "policies.[0].clients",
         "a.conf:1:a ", NULL},
        {"policies = { one = { a = { clients = ( 0 ); }; }; };", "policies.one.a.clients", "",
         "a.conf:1: policies.one.a.clients[0]: a group is wanted: { key = value; … }"},
        {"a = { clients = ( 0 ); }; clients = ( { id = \"b\"; } );", "a.clients", "",
         "a.conf:1: a.clients[0]: a group is wanted: { key = value; … }"},
        /* each once */
        {"clients = ( { id = \"a\"; } );\nclients = ( );", "clients", "",
         "a.conf:2: duplicate setting name"},
        {"clients = ( { id = \"a\";\n id = \"b\"; } );", "clients", "",
         "a.conf:2: duplicate setting name"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(reading_release) struct reading reading = {.ids = {0}};
        struct error error = {0};
        bool good = read_list(cases[i].text, cases[i].path, read_clients, &reading, &error);
        tap_ok(good == (cases[i].error == NULL), "%s: %s", good ? "good" : "refused",
               cases[i].text);
        tap_is(error.message, cases[i].error != NULL ? cases[i].error : "", "the message");
        tap_is(cz_buffer_text(&reading.ids), cases[i].ids, "what was read");
    }
}

/* Clients 0 to 699 stand on the lines 2 to 701. */
static void test_errors(void) {
    static const struct {
        size_t before;
        const char *rest, *error;
    } cases[] = {
        {700, ",\n{ id = \"\"; } );", "a.conf:702: clients[700].id: the text is empty"},
        {SIZE, ", {\nid = 1; } );",
         "a.conf:502: clients[500].id: a text in double quotes is wanted"},
        {1, ", 5 );", "a.conf:2: clients[1]: a group is wanted: { key = value; … }"},
        {700, ",\n{ id = \"b\", \n );\n", "a.conf:703: syntax error"},
        {700, ",\n{ id = ; },\n{ } );\n", "a.conf:702: syntax error"},
        {700, "\n{ } );\n", "a.conf:702: syntax error"},
        {SIZE, "\n{ } );\n", "a.conf:502: syntax error"},
        {700, ",\n{ id = \"a\"; id = \"b\"; } );\n", "a.conf:702: duplicate setting name"},
        {700, ",\n{ id = \"a\"; ] );\n", "a.conf:702: syntax error"},
        {700, ",\n{ id = \"a\"; } ];\n", "a.conf:702: syntax error"},
        {700, ",\n{ id = \"a\"; };\nlog = { };\n", "a.conf:702: syntax error"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(reading_release) struct reading reading = {.ids = {0}};
        struct error error = {0};
        tap_ok(!read_list(with_clients(cases[i].before, cases[i].rest), "clients", read_clients,
                          &reading, &error),
               "%zu clients are refused with %s", cases[i].before, cases[i].rest);
        tap_is(error.message, cases[i].error, "with this message");
    }
}

/* Clients of another file, behind the first portion. */
static void test_included(void) {
    static const char name[] = "test-portions.inc";
    CZ_CLEANUP(reading_release) struct reading reading = {.ids = {0}};
    struct error error = {0};
    FILE *stream = fopen(name, "w");
    if (stream == NULL || fputs("{ id = \"a\"; },\n{ id = \"\"; }\n", stream) < 0 ||
        fclose(stream) != 0)
        support_die("%s cannot be written", name);
    tap_ok(!read_list(with_clients(600, ",\n@include \"test-portions.inc\"\n, { } );\n"), "clients",
                      read_clients, &reading, &error),
           "an included client is not good");
    tap_is(error.message, "./test-portions.inc:2: clients[601].id: the text is empty",
           "and named by its file and its index in the whole");
    remove(name);
}

/* libconfig's own opinion of the whole text, whatever its version thinks of commas. */
static void test_like_libconfig(void) {
    static const char *const rests[] = {
        ");",
        ",);",
        ",\n\n);",
        ",,);",
        ",\n,\n{ } );",
        ", ,\n, );",
        ",,\n{ },,);",
        ", #\n);",
        ",/*\n*/);",
        ",\n{ },\n);",
        ";",
        "",
        ",\n{ } { });",
        ",=);",
        ", { }, [ 1, 2, ],\n( ) );",
        ", [ 1, \"a\" ] );",
        ", 1, 2.5, true, \"a\" \"b\" );",
    };
    static const size_t befores[] = {0, 1, SIZE - 2, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE};
    for (size_t i = 0; i < CZ_COUNT(rests) * CZ_COUNT(befores); i++) {
        CZ_CLEANUP(config_destroy) config_t whole;
        struct error error = {0};
        size_t count = 0, before = befores[i % CZ_COUNT(befores)];
        const char *rest = rests[i / CZ_COUNT(befores)];
        const char *text = with_clients(before, support_text("%s\n", rest));
        config_init(&whole);
        bool wanted = config_read_string(&whole, text) == CONFIG_TRUE;
        bool good = read_list(text, "clients", count_elements, &count, &error);
        tap_ok(good == wanted, "%zu elements and %s", before, rest);
        if (wanted)
            tap_is_int((long long)count, config_setting_length(config_lookup(&whole, "clients")),
                       "as many as libconfig finds");
        else
            tap_is(error.message,
                   support_text(FILE_NAME ":%d: %s", config_error_line(&whole),
                                config_error_text(&whole)),
                   "the same error");
    }
}

/* Who reads the list from the tree must not find it empty. */
static void test_placeholder(void) {
    static const struct key texts[] = {{.name = "clients", .type = KEY_TEXTS}};
    static const struct schema root = {.name = "", .keys = texts, .count = 1};
    CZ_CLEANUP(cz_source_release) struct source source;
    CZ_CLEANUP(cz_tree_release) struct config_tree tree = {.source = NULL};
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    CZ_CLEANUP(cz_texts_release) struct config_texts values = {.items = NULL};
    struct error error = {0};
    cz_buffer_puts(&content, "clients = ( \"a\" );\n");
    tap_ok(cz_source_parse(FILE_NAME, &content, &source, &error) &&
               cz_tree_parse(&source, &tree, &error),
           "a list of texts is left out too");
    tap_ok(!cz_schema_read(&root, config_root_setting(&tree.parsed), &values, &error),
           "and not read where it is not asked for in portions");
    tap_is(error.message, FILE_NAME ":1: clients[0]: a text in double quotes is wanted",
           "with this message");
}

/* A setting of a tree that is not ours. */
static void test_stranger(void) {
    CZ_CLEANUP(config_destroy) config_t parsed;
    CZ_CLEANUP(reading_release) struct reading reading = {.ids = {0}};
    struct error error = {0};
    config_init(&parsed);
    tap_ok(config_read_string(&parsed, "\nclients = ( 0 );") == CONFIG_TRUE &&
               !cz_portions_read(config_lookup(&parsed, "clients"), read_clients, &reading, &error),
           "a stranger's list is read as it is");
    tap_is(error.message, "configuration:2: clients[0]: a group is wanted: { key = value; … }",
           "and errors name no file");
}

int main(void) {
    test_sizes();
    test_places();
    test_errors();
    test_included();
    test_like_libconfig();
    test_placeholder();
    test_stranger();
    return tap_done();
}
