/* Text for terminals: colours, and nothing from peers that a terminal would obey. Pure. */
#ifndef CERTAUTHZ_CTL_PAINT_H
#define CERTAUTHZ_CTL_PAINT_H

#include "base/buffer.h"

#define CZ_LABEL_WIDTH 16 /* columns */

enum ink { INK_GOOD, INK_BAD, INK_FAINT };

/* The text, in this colour where `colour` is set. */
void cz_paint(struct buffer *out, bool colour, enum ink ink, const char *text);
/* Controls and malformed bytes become \xNN, so that the rest of the line stays what it is. */
void cz_put_visible(struct buffer *out, struct bytes text);

/* The beginning of a line: what it is about, filled up with blanks to CZ_LABEL_WIDTH. */
void cz_put_label(struct buffer *out, const char *label);
/* A whole line, visible; nothing where the value is empty. */
void cz_put_line(struct buffer *out, const char *label, struct bytes value);

#endif
