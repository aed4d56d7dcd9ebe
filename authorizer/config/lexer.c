#include "config/lexer.h"

#include <string.h>

#define BLANKS " \t\r\n\f"
#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define INCLUDE "@include"

/* To the quote that ends what begins at the quote `at`, that quote included, or 0. A backslash
 * takes the next character's meaning from it. */
static size_t quoted_length(const char *at, char stop) {
    size_t len = 1;
    while (at[len] != '"') {
        len += at[len] == '\\' && at[len + 1] != '\0';
        if (at[len] == '\0' || at[len] == stop)
            return 0;
        len++;
    }
    return len + 1;
}

/* Blanks at a line's start belong to an @include that follows them. */
static size_t blank_length(const char *at) {
    size_t len = strspn(at, BLANKS);
    if (at[len] != '@')
        return len;
    for (size_t i = len; i > 0; i--)
        if (at[i - 1] == '\n')
            return i;
    return len;
}

/* The length of `[blanks]@include blanks"`, or 0. */
static size_t include_length(const char *at) {
    size_t before = strspn(at, " \t");
    if (strncmp(at + before, INCLUDE, strlen(INCLUDE)) != 0)
        return 0;
    size_t word = before + strlen(INCLUDE);
    size_t blanks = strspn(at + word, " \t");
    return blanks > 0 && at[word + blanks] == '"' ? word + blanks : 0;
}

static void set_length(struct token *token, size_t len, size_t if_open) {
    token->open = len == 0;
    token->len = len > 0 ? len : if_open;
}

static bool read_include(struct token *token) {
    size_t quote = include_length(token->text);
    if (quote == 0)
        return false;
    size_t name = quoted_length(token->text + quote, '\n');
    token->type = TOKEN_INCLUDE;
    set_length(token, name > 0 ? quote + name : 0, strcspn(token->text, "\n"));
    return true;
}

static void read_long_comment(struct token *token) {
    const char *end = strstr(token->text + 2, "*/");
    token->type = TOKEN_COMMENT;
    set_length(token, end != NULL ? (size_t)(end + 2 - token->text) : 0, strlen(token->text));
}

static void read_string(struct token *token) {
    size_t len = quoted_length(token->text, '\0');
    token->type = TOKEN_STRING;
    set_length(token, len, len > 0 ? 0 : strlen(token->text));
}

static void read_simple(struct token *token, enum token_type type, size_t len) {
    token->type = type;
    token->len = len;
}

static void read_token(struct token *token) {
    const char *at = token->text;
    if (*at == '\0')
        return;
    if (strchr(BLANKS, *at) != NULL)
        read_simple(token, TOKEN_BLANK, blank_length(at));
    else if (*at == '#' || strncmp(at, "//", 2) == 0)
        read_simple(token, TOKEN_COMMENT, strcspn(at, "\n"));
    else if (strncmp(at, "/*", 2) == 0)
        read_long_comment(token);
    else if (*at == '"')
        read_string(token);
    else if (strchr(LETTERS "*", *at) != NULL)
        read_simple(token, TOKEN_NAME, strspn(at, LETTERS DIGITS "_-*"));
    else if (strchr(DIGITS, *at) != NULL)
        read_simple(token, TOKEN_NUMBER, strspn(at, DIGITS "abcdefABCDEFxX.+-"));
    else
        read_simple(token, TOKEN_MARK, 1);
}

struct token cz_lexer_next(struct lexer *lexer) {
    struct token token = {.text = lexer->at, .line = lexer->line};
    if (lexer->within_line || !read_include(&token))
        read_token(&token);
    lexer->at += token.len;
    if (token.len > 0)
        lexer->within_line = lexer->at[-1] != '\n';
    for (const char *end = token.text; token.type <= TOKEN_STRING; end++) {
        end = memchr(end, '\n', (size_t)(lexer->at - end));
        if (end == NULL)
            break;
        lexer->line++;
    }
    return token;
}

struct token cz_lexer_next_word(struct lexer *lexer) {
    struct token token;
    do
        token = cz_lexer_next(lexer);
    while (token.type == TOKEN_BLANK || token.type == TOKEN_COMMENT);
    return token;
}

bool cz_token_is_mark(const struct token *token, const char *marks) {
    return token->type == TOKEN_MARK && strchr(marks, *token->text) != NULL;
}
