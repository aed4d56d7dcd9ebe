/*
 * The sources of the catalogue, brought in line with the configuration: which files and URLs are
 * meant by revocation.crls, and which of the learned distribution points are still of use.
 */
#ifndef CERTAUTHZ_REFRESH_SOURCES_H
#define CERTAUTHZ_REFRESH_SOURCES_H

#include "config/files.h"
#include "store/catalogue.h"

#define CZ_POINT_KEPT_SECONDS (30 * 86400) /* after a certificate named it last */

/* NULL where there is none. Borrowed until one is added or removed, like the next. */
struct catalogue_source *cz_source_find(const struct catalogue *catalogue, enum source_kind kind,
                                        const char *name);
/* The same, made where it is missing: untried, and due at once. NULL when out of memory. */
struct catalogue_source *cz_source_add(struct catalogue *catalogue, enum source_kind kind,
                                       const char *name);
/* The others move up. */
void cz_source_remove(struct catalogue *catalogue, size_t index);
/* The clock says `now`, which is before what it said when some of them were tried: these are due,
 * as they would rest for as long as the clock was wrong. */
void cz_sources_turn_back(struct catalogue *catalogue, int64_t now);
/* The list that the source gave last, or NULL. */
const struct catalogue_list *cz_source_list(const struct catalogue *catalogue,
                                            const struct catalogue_source *source);

/*
 * The files that revocation.crls names, and those in its folders that are lists: named .crl, or .r0
 * to .r9 as `openssl rehash` names them, or named .pem or .der with a list in them. A file that is
 * not there and a folder that cannot be read to its end are among them, so that reading them says
 * so; and then those of the folder that the catalogue has: only a folder that has been read puts an
 * end to a list that it held. In the same way a .pem or .der that cannot be read, or is empty, is
 * one where the catalogue has it. Sticky failure in `files`.
 */
void cz_crl_files(const struct config *config, const struct catalogue *catalogue,
                  struct file_names *files);

/* Whether DER that begins so is a list. It differs from a certificate, of which the fourth element
 * is no time, and the fifth neither (RFC 5280 5.1). Only what the head tells: a list that is
 * malformed further on is one, so that it is complained of. */
bool cz_list_begins(struct bytes head);
/* Takes the text up to the end of the next list in PEM off `text`; empty: there is no other. */
struct bytes cz_list_next_part(struct bytes *text);

/* "FILE" for the first list in a file, "FILE#2" for the second, and so on. The caller frees it;
 * NULL when out of memory. */
char *cz_part_name(const char *file, size_t number);
/* Whether `name` is one of a file's parts, and which. 0: it is not. */
size_t cz_part_number(const char *file, const char *name);

/*
 * Adds what the configuration names and the catalogue does not have, and drops what the
 * configuration names no more, and the points that no certificate has named for long. *changed
 * tells whether anything was. False when out of memory.
 */
bool cz_sources_sync(struct catalogue *catalogue, const struct config *config,
                     const struct file_names *files, int64_t now, bool *changed);

#endif
