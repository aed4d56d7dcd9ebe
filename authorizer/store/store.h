/*
 * The revocation store as readers see it: a folder that one writer (store/keeper.h) fills and any
 * number of processes read, without locks and without write access. What is in it is published by
 * renaming one file, the catalogue; lists are files of their own that are never changed, mapped
 * into memory and shared by all processes.
 *
 *   catalogue   the sources, how it went with each, and which lists count
 *   lists/      one file for each CRL: its DER, its index, the key that verified it
 *   ocsp/       one file for each certificate that was asked about
 *   newest      how new the newest list of each kind was, for the writer (see store/newest.h)
 *   deny        the operator's deny list (see revocation/deny_list.h)
 *   lock        held by the writer; deny.lock by whoever changes the deny list
 *   refresh.socket   where certauthz-refresh answers (see query/query.h)
 */
#ifndef CERTAUTHZ_STORE_STORE_H
#define CERTAUTHZ_STORE_STORE_H

#include "base/error.h"
#include "revocation/holdings.h"
#include "store/catalogue.h"

/* How long a view may be older than what lies on the disk. */
#define CZ_STORE_LOOK_MILLISECONDS 200

struct store; /* of one process; thread-safe */
struct store_view;

/* Never fails for what is or is not in the folder: one that is missing is an empty store, and what
 * cannot be read is told by cz_store_view_problem. NULL when out of memory. */
struct store *cz_store_open(const char *folder);
void cz_store_close(struct store **store); /* no view may be held */

/*
 * The present content, for as long as it is not let go; never NULL, but for want of memory. Looks
 * at the folder where the last look is more than CZ_STORE_LOOK_MILLISECONDS ago, or `look` says so;
 * reads nothing where nothing has changed. What has become unreadable leaves the last good content
 * in force, and so does a catalogue that is gone. A deny list that is gone is, half a second later,
 * an empty one, but where the folder that it was read from is not there any more, or not the
 * catalogue that was there.
 */
struct store_view *cz_store_hold(struct store *store, bool look);
void cz_store_let_go(struct store_view **view);

/* All borrowed from the view. */
const struct revocation_holdings *cz_store_holdings(const struct store_view *view);
const struct catalogue *cz_store_catalogue(const struct store_view *view);
/* What could not be read, for people: a line each, "" where all is well. It changes only when
 * something else is wrong, so that it can be told once. */
const char *cz_store_view_problem(const struct store_view *view);

#endif
