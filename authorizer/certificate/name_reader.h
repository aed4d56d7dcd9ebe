/*
 * What reading a name's text shares between its two files: the place in the text, and what has
 * been read. See name_text.h for the spellings.
 */
#ifndef CERTAUTHZ_CERTIFICATE_NAME_READER_H
#define CERTAUTHZ_CERTIFICATE_NAME_READER_H

#include "base/buffer.h"
#include "base/bytes.h"

/* A reader, which cz_name_reader_release empties. */
struct name_reader {
    struct bytes rest; /* borrowed from the text */
    bool slash;        /* OpenSSL's form */
    struct bytes type; /* of the attribute at hand, as written; borrowed from the text */
    struct buffer oid;
    struct buffer value; /* UTF-8; the whole DER where `is_der` */
    bool is_der;
    struct buffer rdn;  /* the DER of the attributes of the RDN at hand */
    struct buffer rdns; /* the DER of those before it, in the order of the text */
    size_t attribute_count, rdn_count;
    struct buffer *problem; /* borrowed */
};

void cz_name_reader_release(struct name_reader *reader);

/* Says what is wrong; always returns false. `problem` says so and what to do. */
bool cz_name_refuse(struct name_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void cz_name_skip_blanks(struct bytes *rest);
/* The length of `rest` up to and with the '=' where a type and '=' stand there, perhaps with
 * blanks around; else 0. */
size_t cz_name_type_length(struct bytes rest);

/* Reads the value up to its separator or the end of the text. */
bool cz_name_read_value(struct name_reader *reader);

#endif
