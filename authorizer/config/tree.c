#include "config/tree.h"

#include "base/cleanup.h"
#include "config/lexer.h"

#include <stdlib.h>

#define PARENTS_MAX 2

/* The way to a list that is left out of the tree; "*" is any group. */
static const struct wanted_list {
    const char *parents[PARENTS_MAX];
    size_t parent_count;
    const char *name;
} wanted_lists[] = {
    {.name = "clients"},
    {.parents = {"policies", "*"}, .parent_count = 2, .name = "clients"},
};

/* What has been read of the source, down to the list that may begin now. */
struct scan {
    struct config_tree *tree;
    struct buffer *text; /* for libconfig */
    struct lexer lexer;
    const char *copied; /* up to here the source is in `text` */
    size_t depth;
    struct token parents[PARENTS_MAX]; /* with no length where it has no name */
    struct token name;                 /* of the setting whose value is next, or no length */
    bool value_next;
};

static bool is_name(const struct token *token, const char *name) {
    return token->len == strlen(name) && memcmp(token->text, name, token->len) == 0;
}

static bool matches(const struct scan *scan, const struct wanted_list *wanted) {
    if (scan->depth != wanted->parent_count || !is_name(&scan->name, wanted->name))
        return false;
    for (size_t i = 0; i < wanted->parent_count; i++)
        if (scan->parents[i].len == 0 ||
            (wanted->parents[i][0] != '*' && !is_name(&scan->parents[i], wanted->parents[i])))
            return false;
    return true;
}

static bool is_wanted(const struct scan *scan) {
    for (size_t i = 0; i < CZ_COUNT(wanted_lists); i++)
        if (matches(scan, &wanted_lists[i]))
            return true;
    return false;
}

/* Behind the bracket that ends what the lexer stands in; false where there is none. */
static bool skip_list(struct lexer *lexer) {
    for (size_t depth = 1; depth > 0;) {
        struct token token = cz_lexer_next(lexer);
        if (token.type == TOKEN_END)
            return false;
        if (cz_token_is_mark(&token, "({["))
            depth++;
        else if (cz_token_is_mark(&token, ")}]"))
            depth--;
    }
    return true;
}

static char *key_of(const struct scan *scan) {
    CZ_CLEANUP(cz_buffer_release) struct buffer key = {0};
    for (size_t i = 0; i < scan->depth; i++) {
        cz_buffer_append(&key, scan->parents[i].text, scan->parents[i].len);
        cz_buffer_putc(&key, '.');
    }
    cz_buffer_append(&key, scan->name.text, scan->name.len);
    return key.failed ? NULL : CZ_STEAL(key.data);
}

static bool add_list(const struct scan *scan, const char *end) {
    struct config_tree *tree = scan->tree;
    if (tree->list_count == tree->list_capacity) {
        size_t capacity = tree->list_capacity > 0 ? tree->list_capacity * 2 : 4;
        struct tree_list *lists = realloc(tree->lists, capacity * sizeof *lists);
        if (lists == NULL)
            return false;
        tree->lists = lists;
        tree->list_capacity = capacity;
    }
    const char *text = cz_buffer_text(&tree->source->text);
    tree->lists[tree->list_count] = (struct tree_list){.tree = tree,
                                                       .key = key_of(scan),
                                                       .start = (size_t)(scan->name.text - text),
                                                       .end = (size_t)(end - text),
                                                       .line = scan->name.line};
    return tree->lists[tree->list_count++].key != NULL;
}

/* The lexer stands behind the list's opening bracket. In the text its number among the lists
 * takes its content's place, and the lines stay as many. */
static bool leave_out(struct scan *scan) {
    struct lexer behind = scan->lexer;
    if (!skip_list(&behind))
        return true; /* libconfig will say where the bracket is missing */
    if (!add_list(scan, behind.at))
        return false;
    cz_buffer_append(scan->text, scan->copied, (size_t)(scan->lexer.at - scan->copied));
    cz_buffer_printf(scan->text, "%zu", scan->tree->list_count - 1);
    for (; scan->lexer.line < behind.line; scan->lexer.line++)
        cz_buffer_putc(scan->text, '\n');
    scan->copied = behind.at - 1;
    scan->lexer = behind;
    return true;
}

static void enter(struct scan *scan, bool is_group) {
    if (scan->depth < PARENTS_MAX)
        scan->parents[scan->depth] =
            is_group && scan->value_next ? scan->name : (struct token){.text = NULL};
    scan->depth++;
}

static bool scan_token(struct scan *scan, const struct token *token) {
    if (cz_token_is_mark(token, "(") && scan->value_next && is_wanted(scan)) {
        const char *before = scan->lexer.at;
        if (!leave_out(scan))
            return false;
        if (scan->lexer.at == before)
            enter(scan, false);
    } else if (cz_token_is_mark(token, "{([")) {
        enter(scan, *token->text == '{');
    } else if (cz_token_is_mark(token, "})]") && scan->depth > 0) {
        scan->depth--;
    }
    scan->value_next = cz_token_is_mark(token, "=:") && scan->name.len > 0;
    if (!scan->value_next)
        scan->name = token->type == TOKEN_NAME ? *token : (struct token){.text = NULL};
    return true;
}

static bool make_text(struct config_tree *tree, struct buffer *text, struct error *error) {
    const char *from = cz_buffer_text(&tree->source->text);
    struct scan scan = {
        .tree = tree, .text = text, .lexer = {.at = from, .line = 1}, .copied = from};
    struct token token = cz_lexer_next_word(&scan.lexer);
    for (; token.type != TOKEN_END; token = cz_lexer_next_word(&scan.lexer))
        if (!scan_token(&scan, &token))
            return cz_error_set(error, "out of memory");
    cz_buffer_append(text, scan.copied, (size_t)(token.text - scan.copied));
    return true;
}

bool cz_tree_parse_part(config_t *parsed, const struct buffer *text, struct tree_part *part,
                        struct error *error) {
    const char *file;
    unsigned line;
    if (text->failed)
        return cz_error_set(error, "out of memory");
    if (config_read_string(parsed, cz_buffer_text(text)) == CONFIG_TRUE) {
        config_setting_set_hook(config_root_setting(parsed), part);
        return true;
    }
    line = part->lines_before + (unsigned)config_error_line(parsed);
    cz_source_locate(part->tree->source, line, &file, &line);
    return cz_error_set(error, "%s:%u: %s", file, line, config_error_text(parsed));
}

bool cz_tree_parse(const struct source *source, struct config_tree *tree, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {.limit = CZ_SOURCE_LIMIT};
    *tree = (struct config_tree){.source = source, .part = {.tree = tree}};
    config_init(&tree->parsed);
    if (!make_text(tree, &text, error) ||
        !cz_tree_parse_part(&tree->parsed, &text, &tree->part, error))
        return false;
    for (size_t i = 0; i < tree->list_count; i++)
        tree->lists[i].setting = config_lookup(&tree->parsed, tree->lists[i].key);
    return true;
}

void cz_tree_release(struct config_tree *tree) {
    for (size_t i = 0; i < tree->list_count; i++)
        free(tree->lists[i].key);
    free(tree->lists);
    config_destroy(&tree->parsed);
    *tree = (struct config_tree){.source = NULL};
}

static const struct tree_part *part_of(const config_setting_t *setting) {
    while (config_setting_parent(setting) != NULL)
        setting = config_setting_parent(setting);
    return config_setting_get_hook(setting);
}

void cz_tree_locate(const config_setting_t *setting, const char **file, unsigned *line) {
    const struct tree_part *part = part_of(setting);
    *file = "configuration";
    *line = config_setting_source_line(setting);
    if (part != NULL)
        cz_source_locate(part->tree->source, part->lines_before + *line, file, line);
}

/* The part where `setting` is the very list that it is a portion of, else NULL. */
static const struct tree_part *portion_of(const config_setting_t *setting) {
    const config_setting_t *root = config_setting_parent(setting);
    if (root == NULL || config_setting_parent(root) != NULL)
        return NULL;
    const struct tree_part *part = config_setting_get_hook(root);
    return part != NULL && part->key != NULL ? part : NULL;
}

void cz_tree_key(const config_setting_t *setting, struct buffer *out) {
    const config_setting_t *parent = config_setting_parent(setting);
    const struct tree_part *portion = portion_of(setting);
    const char *name = config_setting_name(setting);
    if (portion != NULL)
        cz_buffer_puts(out, portion->key);
    if (portion != NULL || parent == NULL)
        return;
    cz_tree_key(parent, out);
    portion = portion_of(parent);
    if (name != NULL)
        cz_buffer_printf(out, "%s%s", out->len > 0 ? "." : "", name);
    else
        cz_buffer_printf(out, "[%zu]",
                         (portion != NULL ? portion->first : 0) +
                             (size_t)config_setting_index(setting));
}

const struct tree_list *cz_tree_left_out(const config_setting_t *setting) {
    const struct tree_part *part = part_of(setting);
    if (part == NULL || config_setting_type(setting) != CONFIG_TYPE_LIST ||
        config_setting_length(setting) != 1)
        return NULL;
    const config_setting_t *placeholder = config_setting_get_elem(setting, 0);
    if (config_setting_type(placeholder) != CONFIG_TYPE_INT)
        return NULL;
    size_t number = (size_t)config_setting_get_int(placeholder);
    const struct config_tree *tree = part->tree;
    return number < tree->list_count && tree->lists[number].setting == setting
               ? &tree->lists[number]
               : NULL;
}
