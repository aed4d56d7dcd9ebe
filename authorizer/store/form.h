/*
 * The form of the store's small files: a line that names what it is and the number of its form,
 * then numbers and runs of bytes, then the SHA-256 of all that. So a person who looks at one sees
 * what it is, and a reader refuses it whole where a byte of it is wrong.
 */
#ifndef CERTAUTHZ_STORE_FORM_H
#define CERTAUTHZ_STORE_FORM_H

#include "base/buffer.h"
#include "base/error.h"
#include "store/files.h"

/* `what` is a word: "catalogue". */
void cz_form_begin(struct buffer *out, const char *what, unsigned form);
void cz_form_number(struct buffer *out, uint64_t number);
/* Their length and they themselves. */
void cz_form_bytes(struct buffer *out, struct bytes bytes);
/* Everything before has to have begun with the buffer. */
void cz_form_end(struct buffer *out);

/* Sticky: once something is wrong, everything taken is zero or empty. */
struct form_reader {
    struct bytes rest;
    bool malformed, no_memory;
};

/* False, with `error`, where it is no such file, of another form, or damaged. */
bool cz_form_open(struct bytes file, const char *what, unsigned form, struct form_reader *reader,
                  struct error *error);
uint64_t cz_form_take_number(struct form_reader *reader);
/* Below `end`: an enumeration, or with 2 a bool. */
unsigned cz_form_take_small(struct form_reader *reader, unsigned end);
/* How many follow, each of which takes `least` bytes at least. */
size_t cz_form_take_count(struct form_reader *reader, size_t least);
/* Borrowed from the file. */
struct bytes cz_form_take_bytes(struct form_reader *reader);
/* Exactly `len` of them, into `out`. */
void cz_form_take_exactly(struct form_reader *reader, void *out, size_t len);
/* Copies; the caller frees them. NULL, and of no length, where something is wrong. */
char *cz_form_take_text(struct form_reader *reader);
struct bytes cz_form_take_copy(struct form_reader *reader);
#define CZ_FORM_NO_MEMORY "out of memory"
/* True where all went well and nothing is left. CZ_FORM_NO_MEMORY as the error says nothing of the
 * file. */
bool cz_form_close(const struct form_reader *reader, struct error *error);
/* What it means for the file at `path` that its content was refused with `detail`, which `error`
 * tells with its name: for want of memory nothing is known of it. */
enum file_reading cz_form_refuse(const char *path, const struct error *detail, struct error *error);

#endif
