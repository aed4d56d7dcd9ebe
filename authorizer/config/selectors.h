/* Single selectors: a text of the configuration, and the term that it stands for. */
#ifndef CERTAUTHZ_CONFIG_SELECTORS_H
#define CERTAUTHZ_CONFIG_SELECTORS_H

#include "base/error.h"
#include "selector/condition.h"

#include <libconfig.h>

struct condition_reader {
    struct vocabulary *vocabulary; /* borrowed; terms are added to it */
    struct buffer *notices;        /* borrowed; lines for people about what is no error */
    /* keys of the outermost group that are no selectors, ended by NULL; may be NULL */
    const char *const *passed_over;
};

struct selector;

/* NULL where there is none of this name. Static. */
const struct selector *cz_config_find_selector(const char *name);
/* Their names, separated by commas, for messages. */
void cz_config_name_selectors(struct buffer *out);

/* Reads a text, or the group of an extension, as a condition of one term. On failure `error` says
 * what, where, and what is wanted. */
bool cz_config_read_selector(const struct condition_reader *reader, const struct selector *selector,
                             enum name_comparison how, const config_setting_t *setting,
                             struct condition *condition, struct error *error);
bool cz_config_read_extension(const struct condition_reader *reader, const config_setting_t *group,
                              struct condition *condition, struct error *error);

/* Appends what hexadecimal digits stand for, in pairs, with or without colons between the bytes.
 * False where the text is something else; then `bytes` may hold a part. */
bool cz_config_read_hexadecimal(const char *text, struct buffer *bytes);
/* A serial number in the same form, of 1 to 20 octets and not zero: appends it as struct
 * certificate has it. Leading zeros are for the sign, and people write them or not. `serial` has
 * failed where memory ran out. */
bool cz_config_read_serial(const char *text, struct buffer *serial);

#endif
