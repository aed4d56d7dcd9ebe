/* What every program that runs on its own does first. */
#ifndef CERTAUTHZ_SERVER_PROGRAM_H
#define CERTAUTHZ_SERVER_PROGRAM_H

/* Opens the standard descriptors that are closed, and ignores the signals of writes that fail. */
void cz_program_prepare(void);

#endif
