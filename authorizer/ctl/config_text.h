/* What a configuration file says of a folder, as far as its text can be understood: so that what
 * is urgent can be done while the file is bad. */
#ifndef CERTAUTHZ_CTL_CONFIG_TEXT_H
#define CERTAUTHZ_CTL_CONFIG_TEXT_H

/* The text of the first `key = "TEXT"`, wherever it stands but in comments and texts; files that
 * are included are not looked into. The caller frees it; NULL where there is none, the file cannot
 * be read, or memory ran out. */
char *cz_config_text_find(const char *config_file, const char *key);

#endif
