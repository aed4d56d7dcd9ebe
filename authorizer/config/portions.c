#include "config/portions.h"

#include "base/cleanup.h"
#include "config/lexer.h"
#include "config/tree.h"

/* The way through a list's text. */
struct walk {
    struct lexer lexer; /* at the next portion */
    struct tree_part part;
    struct buffer text; /* of the portion, for libconfig */
    bool last;
    portion_reader *read;
    void *context;
};

static void walk_release(struct walk *walk) {
    cz_buffer_release(&walk->text);
}

/*
 * To the comma behind the portion's last element, or behind the bracket that ends the list. The
 * first portion begins with the list's name, each other one with the comma before it.
 */
static void skip_portion(struct walk *walk, bool is_first) {
    size_t depth = is_first ? 0 : 1;
    size_t elements = is_first ? 1 : 0;
    while (!walk->last) {
        struct token token = cz_lexer_next_word(&walk->lexer);
        bool separates = depth == 1 && cz_token_is_mark(&token, ",");
        if (separates && elements == CZ_PORTION_ELEMENTS) {
            walk->lexer.at = token.text;
            walk->lexer.line = token.line;
            return;
        }
        elements += separates;
        if (cz_token_is_mark(&token, "({["))
            depth++;
        if (cz_token_is_mark(&token, ")}]"))
            depth--;
        walk->last = token.type == TOKEN_END || (depth == 0 && cz_token_is_mark(&token, ")}]"));
    }
}

/*
 * A portion as a list of its own. The comma between two portions stays with the second, behind an
 * element that is taken out again: so libconfig judges every comma, an element that is missing
 * beside one, and a last one, by its own grammar.
 */
static bool read_portion(struct walk *walk, bool is_first, struct error *error) {
    CZ_CLEANUP(config_destroy) config_t parsed;
    const char *from = walk->lexer.at;
    walk->part.lines_before = walk->lexer.line - 1;
    skip_portion(walk, is_first);
    cz_buffer_clear(&walk->text);
    cz_buffer_puts(&walk->text, is_first ? "" : "list=(0");
    cz_buffer_append(&walk->text, from, (size_t)(walk->lexer.at - from));
    cz_buffer_puts(&walk->text, walk->last ? "" : ")");
    config_init(&parsed);
    if (!cz_tree_parse_part(&parsed, &walk->text, &walk->part, error))
        return false;
    config_setting_t *portion = config_setting_get_elem(config_root_setting(&parsed), 0);
    if (!is_first)
        config_setting_remove_elem(portion, 0);
    if (!walk->read(walk->context, portion, walk->part.first, error))
        return false;
    walk->part.first += (size_t)config_setting_length(portion);
    return true;
}

bool cz_portions_read(const config_setting_t *list, portion_reader *read, void *context,
                      struct error *error) {
    const struct tree_list *left_out = cz_tree_left_out(list);
    if (left_out == NULL)
        return read(context, list, 0, error);
    const struct config_tree *tree = left_out->tree;
    CZ_CLEANUP(walk_release)
    struct walk walk = {.lexer = {.at = cz_buffer_text(&tree->source->text) + left_out->start,
                                  .line = left_out->line,
                                  .within_line = true},
                        .part = {.tree = tree, .key = left_out->key},
                        .text = {.limit = CZ_SOURCE_LIMIT},
                        .read = read,
                        .context = context};
    bool good = read_portion(&walk, true, error);
    while (good && !walk.last)
        good = read_portion(&walk, false, error);
    return good;
}
