/* The lists that the tree leaves out (see config/tree.h), a few elements at a time. */
#ifndef CERTAUTHZ_CONFIG_PORTIONS_H
#define CERTAUTHZ_CONFIG_PORTIONS_H

#include "base/error.h"

#include <libconfig.h>

#define CZ_PORTION_ELEMENTS 500

/* Takes some elements of a list, `first` being the index of the portion's first. The settings
 * live until it returns. False, with the error set, ends the reading. */
typedef bool portion_reader(void *context, const config_setting_t *portion, size_t first,
                            struct error *error);

/*
 * Hands the elements of `list` to the reader, in order and at most CZ_PORTION_ELEMENTS at once;
 * at least once, even where the list is empty. What was not left out of the tree, such as a
 * setting that is no list at all, is handed over as it is. False where the reader says so, and,
 * with file and line in `error`, where libconfig refuses the list's text; the reader may have had
 * the portions before it then. cz_schema_error and cz_tree_locate know where a portion's settings
 * stand, and name them by their index in the whole list.
 */
bool cz_portions_read(const config_setting_t *list, portion_reader *read, void *context,
                      struct error *error);

#endif
