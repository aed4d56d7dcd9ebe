/* Media types by the extensions of file names. */
#ifndef GATE_TYPE_H
#define GATE_TYPE_H

/* What stands after the last dot of the name's last segment; "" where there is none. Borrowed. */
const char *gate_extension(const char *name);

/* The Content-Type of such a file; application/octet-stream where it is not known. Static. */
const char *gate_type(const char *name);

#endif
