/*
 * What the tests of the revocation store share: a scratch folder with a store in it, CAs, lists
 * that they sign, and what a keeper and a reader say as texts.
 */
#ifndef CERTAUTHZ_TESTS_UNIT_STORES_H
#define CERTAUTHZ_TESTS_UNIT_STORES_H

#include "../tap.h"
#include "scratch.h"
#include "support.h"

#include "base/cleanup.h"
#include "store/keeper.h"
#include "store/store.h"

/* "ca" with its first key and with its second, without cRLSign, and "other". */
enum { CA, CA_NEW_KEY, CA_MAY_NOT, OTHER_CA, CA_COUNT };
enum { CA_KEY = 1, CA_SECOND_KEY, OTHER_KEY };

extern struct certificate *stores_cas[CA_COUNT];

/* Between these two; a scratch folder is made too. */
void stores_begin(void);
void stores_end(void);

/* The folder of the store, or a file of it. */
const char *stores_folder(void);
const char *stores_path(const char *name);
const char *stores_list_path(const uint8_t sha256[CZ_SHA256_SIZE]);
/* Removes the whole store. */
void stores_clear(void);
void stores_write(const char *path, struct bytes content);
/* Kept for the length of the test. */
struct bytes stores_read(const char *path);
/* As PEM, with a text before it. */
struct bytes stores_pem(const char *label, struct bytes der);
/* Of a file: the octet there is turned over. */
void stores_damage(const char *path, size_t offset);
size_t stores_file_count(const char *folder);

struct keeper *stores_open(void);
/* "taken", or what became of it and ": " and why. Signers: all CAs but those in `without`. */
const char *stores_take(struct keeper *keeper, struct bytes content,
                        uint8_t sha256[CZ_SHA256_SIZE]);
const char *stores_take_from(struct keeper *keeper, struct bytes content,
                             const struct certificate *const *signers, size_t signer_count,
                             uint8_t sha256[CZ_SHA256_SIZE]);
/* A source of the keeper's catalogue, made where it is missing, that gave the list; NULL: none. */
struct catalogue_source *stores_source(struct keeper *keeper, enum source_kind kind,
                                       const char *name, const uint8_t *sha256);
void stores_publish(struct keeper *keeper);
/* One list, taken, named by the source "file" and published by a keeper of its own. */
void stores_fill(struct bytes content);

/* Whether the view lists the serial: "listed", "absent", "failed", or "no list". */
const char *stores_ask(const struct store_view *view, struct bytes serial);
/* A new look at the store, what it says about the serial and what is amiss: "listed; problem". */
const char *stores_look(struct store *store, struct bytes serial);

#define LIST_CA(...) forge_crl(&(struct forge_list){.issuer = "ca", .signer = CA_KEY, __VA_ARGS__})
extern const struct forge_entry stores_one[], stores_two[]; /* 05; 05 and 06 */

#endif
