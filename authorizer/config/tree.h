/*
 * The source as libconfig's tree of settings. Such a tree takes about 1.5 KB for each client, so
 * the lists `clients` and `policies.NAME.clients` are left out of it: cz_portions_read hands
 * them out in portions. In the tree such a list holds a placeholder that no reader of clients or
 * texts accepts, so that nobody takes it for an empty one.
 */
#ifndef CERTAUTHZ_CONFIG_TREE_H
#define CERTAUTHZ_CONFIG_TREE_H

#include "base/buffer.h"
#include "base/error.h"
#include "config/source.h"

#include <libconfig.h>

struct config_tree;

/* A list that was left out: from its name to behind its closing bracket. */
struct tree_list {
    const struct config_tree *tree;
    const config_setting_t *setting; /* with the placeholder: the list's number */
    char *key;                       /* owned: policies.admin.clients */
    size_t start, end;               /* in the source's text */
    unsigned line;                   /* of its name, in the source's text */
};

/* Which part of the source a tree of libconfig is; its root's hook. */
struct tree_part {
    const struct config_tree *tree;
    unsigned lines_before; /* in the source's text */
    const char *key;       /* of the list that this is a portion of; NULL: the file itself */
    size_t first;          /* how many elements of the list stand before the portion's */
};

struct config_tree {
    config_t parsed;
    const struct source *source;
    struct tree_part part;
    struct tree_list *lists; /* owned */
    size_t list_count;
    size_t list_capacity;
};

/* Reads the source's text, with `error` naming file and line where libconfig refuses it. The
 * source must outlive the tree, and the tree must stay where it is, since settings refer to it.
 * The caller releases it in either case. */
bool cz_tree_parse(const struct source *source, struct config_tree *tree, struct error *error);
void cz_tree_release(struct config_tree *tree);

/* Where a setting stands, by libconfig's parse of any part. `file` lives as long as the source;
 * a setting of no tree of ours is in a file called "configuration". */
void cz_tree_locate(const config_setting_t *setting, const char **file, unsigned *line);
/* Appends the way to it from the root: trust.anchors, rules[2].path, clients[70123].id */
void cz_tree_key(const config_setting_t *setting, struct buffer *out);

/* What was left out where `setting` stands, or NULL. Lives as long as the tree. */
const struct tree_list *cz_tree_left_out(const config_setting_t *setting);
/* Gives libconfig a text of the source, and hooks `part`, which must live as long as `parsed`, to
 * its root. False, with file and line in `error`, where libconfig refuses it. */
bool cz_tree_parse_part(config_t *parsed, const struct buffer *text, struct tree_part *part,
                        struct error *error);

#endif
