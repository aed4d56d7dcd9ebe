#include "config/numbers.h"

#include "config/lexer.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* Digits with what belongs to them: a name such as x509 is no number, 0x1F is one. */
static bool check_number(const struct source *source, const struct token *token,
                         struct error *error) {
    const char *at = token->text;
    char *end;
    errno = 0;
    bool is_hex = at[0] == '0' && (at[1] == 'x' || at[1] == 'X');
    /* libconfig knows no octal numbers: a leading zero means nothing */
    unsigned long long number = strtoull(at, &end, is_hex ? 16 : 10);
    bool is_float = *end == '.' || *end == 'e' || *end == 'E';
    bool is_long = *end == 'L' || *end == 'l';
    if (is_float || is_long || (errno != ERANGE && number <= INT_MAX))
        return true;
    const char *file;
    unsigned line;
    cz_source_locate(source, token->line, &file, &line);
    return cz_error_set(error, "%s:%u: the number %.*s is out of range", file, line,
                        (int)(end - at), at);
}

bool cz_numbers_check(const struct source *source, struct error *error) {
    struct lexer lexer = {.at = cz_buffer_text(&source->text), .line = 1};
    struct token token = cz_lexer_next(&lexer);
    for (; token.type != TOKEN_END; token = cz_lexer_next(&lexer))
        if (token.type == TOKEN_NUMBER && !check_number(source, &token, error))
            return false;
    return true;
}
