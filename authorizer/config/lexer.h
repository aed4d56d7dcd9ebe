/*
 * The words of a configuration, as libconfig's own scanner splits them. It is read here too: for
 * what is included, for numbers that libconfig would change, and for the lists that libconfig
 * gets in portions. What the words mean together is left to libconfig.
 */
#ifndef CERTAUTHZ_CONFIG_LEXER_H
#define CERTAUTHZ_CONFIG_LEXER_H

#include <stdbool.h>
#include <stddef.h>

enum token_type {
    TOKEN_END = 0,
    TOKEN_BLANK,   /* blanks and ends of lines */
    TOKEN_COMMENT, /* #, // or slash and asterisk */
    TOKEN_STRING,  /* with its quotes */
    TOKEN_NAME,
    TOKEN_NUMBER,
    TOKEN_INCLUDE, /* @include "NAME" at the start of a line, with the blanks before it */
    TOKEN_MARK,    /* any other character, by itself */
};

struct token {
    enum token_type type;
    bool open; /* a comment, string or include whose end is missing; it reaches to the text's end,
                  an include to the line's */
    const char *text; /* in the lexer's text */
    size_t len;       /* bytes */
    unsigned line;    /* where it begins, in the lexer's count */
};

struct lexer {
    const char *at;   /* borrowed, NUL-terminated; what comes next */
    unsigned line;    /* of `at`; the caller sets the first */
    bool within_line; /* something stands before `at` on its line */
};

/* The next token, and `at` behind it. TOKEN_END with no length at the end, again and again. */
struct token cz_lexer_next(struct lexer *lexer);
/* The next one that is neither blank nor comment. */
struct token cz_lexer_next_word(struct lexer *lexer);
/* Whether it is one of these characters. */
bool cz_token_is_mark(const struct token *token, const char *marks);

#endif
