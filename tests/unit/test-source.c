/* The configuration's text: its words, what it includes, where its lines come from. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "config/lexer.h"
#include "config/numbers.h"
#include "config/source.h"
#include "config/whole_file.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "test-config.XXXXXX";

static void write_file(const char *name, struct bytes content) {
    FILE *stream = fopen(support_text("%s/%s", folder, name), "w");
    if (stream == NULL || fwrite(content.data, 1, content.len, stream) != content.len ||
        fclose(stream) != 0)
        support_die("%s cannot be written", name);
}

/* Each token by a letter, its line and its text; an open one with an exclamation mark. */
static const char *words(const char *text) {
    static const char letters[] = "EBCSNDIM";
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct lexer lexer = {.at = text, .line = 1};
    struct token token = cz_lexer_next(&lexer);
    for (; token.type != TOKEN_END; token = cz_lexer_next(&lexer))
        cz_buffer_printf(&out, "%c%u%s<%.*s>", letters[token.type], token.line,
                         token.open ? "!" : "", (int)token.len, token.text);
    cz_buffer_printf(&out, "E%u", token.line);
    return support_text("%s", cz_buffer_text(&out));
}

static void test_words(void) {
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "E1"},
        {"a=1;", "N1<a>M1<=>D1<1>M1<;>E1"},
        {"x509_*-b 0x1F", "N1<x509_*-b>B1< >D1<0x1F>E1"},
        {"_a", "M1<_>N1<a>E1"},
        {"a # b\n// c\n/* d\n */ e",
         "N1<a>B1< >C1<# b>B1<\n>C2<// c>B2<\n>C3</* d\n */>B4< >N4<e>E4"},
        {"/*/ a */b", "C1</*/ a */>N1<b>E1"},
        {"/* a\nb", "C1!</* a\nb>E2"},
        {"/", "M1</>E1"},
        {"\"a\\\"b\" \"\\\\\"\"\\\"\"", "S1<\"a\\\"b\">B1< >S1<\"\\\\\">S1<\"\\\"\">E1"},
        {"\"a\n#b\\\n\" c", "S1<\"a\n#b\\\n\">B3< >N3<c>E3"},
        {"\"a\n\\", "S1!<\"a\n\\>E2"},
        {"\"a\\\"", "S1!<\"a\\\">E1"},
        {"@include \"a\" b", "I1<@include \"a\">B1< >N1<b>E1"},
        {"\r\n \t@include\t\"a\\\\\\\"b\"", "B1<\r\n>I2< \t@include\t\"a\\\\\\\"b\">E2"},
        {"\n\r@include \"a\"", "B1<\n>B2<\r>M2<@>N2<include>B2< >S2<\"a\">E2"},
        {"a @include \"a\"", "N1<a>B1< >M1<@>N1<include>B1< >S1<\"a\">E1"},
        {"@include\"a\"", "M1<@>N1<include>S1<\"a\">E1"},
        {"@include a", "M1<@>N1<include>B1< >N1<a>E1"},
        {"@include \"a\n\"", "I1!<@include \"a>B1<\n>S2!<\">E2"},
        {"@include \"a\\\n\"", "I1!<@include \"a\\>B1<\n>S2!<\">E2"},
        {"# @include \"a\"\n\"\n@include \" ",
         "C1<# @include \"a\">B1<\n>S2<\"\n@include \">B3< >E3"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        tap_is(words(cases[i].text), cases[i].words, "words");
}

/* Each line of the text with where it comes from. */
static const char *located(const struct source *source) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    const char *at = cz_buffer_text(&source->text);
    for (unsigned line = 1; *at != '\0'; line++) {
        const char *file;
        unsigned file_line;
        size_t len = strcspn(at, "\n");
        cz_source_locate(source, line, &file, &file_line);
        cz_buffer_printf(&out, "%s:%u:%.*s\n", file + strlen(folder) + 1, file_line, (int)len, at);
        at += len + (at[len] == '\n');
    }
    return support_text("%s", cz_buffer_text(&out));
}

static const char *file_names(const struct source_files *files) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    for (size_t i = 0; i < files->count; i++)
        cz_buffer_printf(&out, "%s%s", i > 0 ? " " : "",
                         files->names[i] + (files->names[i][0] == '/' ? 0 : strlen(folder) + 1));
    return support_text("%s", cz_buffer_text(&out));
}

static void test_text(void) {
    static const struct {
        const char *text, *lines, *files;
    } cases[] = {
        {"", "", "main"},
        {"a\nb", "main:1:a\nmain:2:b\n", "main"},
        {"a # b", "main:1:a # b\n", "main"},
        {"a\n@include \"two\"\nb\n", "main:1:a\ntwo:1:c\ntwo:2:d\nmain:2:/**/\nmain:3:b\n",
         "main two"},
        {"  @include \"two\" e\nb", "two:1:c\ntwo:2:d\nmain:1:/**/ e\nmain:2:b\n", "main two"},
        {"@include \"two\"", "two:1:c\ntwo:2:d\nmain:1:/**/\n", "main two"},
        {"@include \"cut\"\nb\n", "cut:1:c\nmain:1:/**/\nmain:2:b\n", "main cut"},
        {"a\n@include \"empty\"\nb\n", "main:1:a\nmain:2:/**/\nmain:3:b\n", "main empty"},
        {"@include \"outer\"\n@include \"two\"\n",
         "outer:1:f\ntwo:1:c\ntwo:2:d\nouter:2:/**/\nouter:3:g\nmain:1:/**/\ntwo:1:c\ntwo:2:d\n"
         "main:2:/**/\n",
         "main outer two two"},
        /* no second one on the same line, for libconfig either */
        {"@include \"two\" @include \"two\"\n", "two:1:c\ntwo:2:d\nmain:1:/**/ @include \"two\"\n",
         "main two"},
        {"@include \"a\\\"\\\\b\"\n", "a\"\\b:1:h\nmain:1:/**/\n", "main a\"\\b"},
        {"\"\n@include \\\"two\\\"\n\" /*\n@include \"two\"\n*/ #\n",
         "main:1:\"\nmain:2:@include \\\"two\\\"\nmain:3:\" /*\nmain:4:@include \"two\"\n"
         "main:5:*/ #\n",
         "main"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_source_release) struct source source;
        struct error error = {0};
        write_file("main", cz_bytes_of(cases[i].text));
        tap_ok(cz_source_load(support_text("%s/main", folder), &source, &error), "good: %s (%s)",
               cases[i].text, error.message);
        tap_is(located(&source), cases[i].lines, "its lines");
        tap_is(file_names(&source.files), cases[i].files, "its files");
        tap_is(source.folder, folder, "its folder");
    }
}

static void test_errors(void) {
    const struct {
        struct bytes text;
        const char *error; /* behind the folder */
        const char *files;
    } cases[] = {
        {CZ_BYTES("a\n@include \"none\"\n"),
         "main:2: @include: @/none: cannot be opened: No such file or directory", "main none"},
        {CZ_BYTES("@include \"outer-none\"\n"),
         "outer-none:3: @include: @/none: cannot be opened: No such file or directory",
         "main outer-none none"},
        {CZ_BYTES("@include \"/nowhere/none\"\n"),
         "main:1: @include: /nowhere/none: cannot be opened: No such file or directory",
         "main /nowhere/none"},
        {CZ_BYTES("@include \"\"\n"), "main:1: @include: @/: not a regular file", "main "},
        {CZ_BYTES("@include \"folder\"\n"), "main:1: @include: @/folder: not a regular file",
         "main folder"},
        {CZ_BYTES("a\n @include \"two\n"), "main:2: @include: the name has no closing quote",
         "main"},
        {CZ_BYTES("a\n\"b\nc\n"), "main:2: the text that begins here has no closing quote", "main"},
        {CZ_BYTES("a\n/*b\nc\n"), "main:2: the comment that begins here has no end: */", "main"},
        {CZ_BYTES("@include \"open\"\n*/\n"), "open:1: the comment that begins here has no end: */",
         "main open"},
        {CZ_BYTES("a\nb\0c\n"), "main:2: a NUL byte: this is no text", "main"},
        {CZ_BYTES("@include \"main\"\n"), "main:1: include file nesting too deep",
         "main main main main main main main main main main main"},
        {CZ_BYTES("@include \"number\"\n"), "number:2: the number 4294967297 is out of range",
         "main number"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_source_release) struct source source;
        struct error error = {0};
        write_file("main", cases[i].text);
        tap_ok(!cz_source_load(support_text("%s/main", folder), &source, &error) ||
                   !cz_numbers_check(&source, &error),
               "refused: %s", (const char *)cases[i].text.data);
        const char *rest = strstr(cases[i].error, "@/");
        tap_is(error.message,
               rest == NULL ? support_text("%s/%s", folder, cases[i].error)
                            : support_text("%s/%.*s%s%s", folder, (int)(rest - cases[i].error),
                                           cases[i].error, folder, rest + 1),
               "with this message");
        tap_is(file_names(&source.files), cases[i].files, "the files that were tried");
    }
}

static void test_main_file(void) {
    static const struct {
        const char *name, *error;
    } cases[] = {
        {"none", "none: cannot be read: No such file or directory"},
        {"folder", "folder: cannot be read: not a regular file"},
        {"huge", "huge: larger than 268435456 bytes, or out of memory"},
    };
    if (truncate(support_text("%s/huge", folder), CZ_SOURCE_LIMIT) != 0)
        support_die("huge cannot be made");
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_source_release) struct source source;
        struct error error = {0};
        tap_ok(!cz_source_load(support_text("%s/%s", folder, cases[i].name), &source, &error),
               "%s is refused", cases[i].name);
        tap_is(error.message, support_text("%s/%s", folder, cases[i].error), "with this message");
        tap_is(file_names(&source.files), cases[i].name, "and is watched all the same");
    }
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    struct error error = {0};
    tap_ok(!cz_file_read(support_text("%s/huge", folder), &content, &error),
           "other files have a limit of their own");
    tap_is(error.message,
           support_text("%s/huge: larger than 16777216 bytes, or out of memory", folder),
           "and their message");
}

/* More files than may be included, by two that multiply. */
static void test_many(void) {
    CZ_CLEANUP(cz_source_release) struct source source;
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    struct error error = {0};
    for (int i = 0; i < 101; i++)
        cz_buffer_puts(&text, "@include \"hundred\"\n");
    write_file("main", cz_buffer_view(&text));
    cz_buffer_clear(&text);
    for (int i = 0; i < 100; i++)
        cz_buffer_puts(&text, "@include \"empty\"\n");
    write_file("hundred", cz_buffer_view(&text));
    tap_ok(!cz_source_load(support_text("%s/main", folder), &source, &error),
           "10,201 files are too many");
    tap_is(error.message,
           support_text("%s/hundred:1: @include: more than 10000 files are included", folder),
           "and the message says where it was enough");
    tap_is_int((long long)source.files.count, CZ_SOURCE_INCLUDES_MAX + 1, "the file and 10,000");
}

int main(void) {
    if (mkdtemp(folder) == NULL || mkdir(support_text("%s/folder", folder), 0700) != 0)
        support_die("mkdtemp");
    write_file("two", TEXT("c\nd\n"));
    write_file("cut", TEXT("c"));
    write_file("empty", TEXT(""));
    write_file("huge", TEXT(""));
    write_file("outer", TEXT("f\n@include \"two\"\ng\n"));
    write_file("outer-none", TEXT("\n\n@include \"none\"\n"));
    write_file("open", TEXT("/*\n"));
    write_file("number", TEXT("\na = 4294967297;\n"));
    write_file("a\"\\b", TEXT("h\n"));
    test_words();
    test_text();
    test_errors();
    test_main_file();
    test_many();
    return system(support_text("rm -rf '%s'", folder)) == 0 ? tap_done() : 1;
}
