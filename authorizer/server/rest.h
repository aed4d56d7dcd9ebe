/*
 * Work that nobody waits for, done so that nobody has to wait for it.
 *
 * A low priority is not enough for that. Who wakes on a processor on which another one computes has
 * to wait until the kernel looks at it again, and on many kernels that is the next tick, up to 4 ms
 * at 250 Hz, whatever the priorities: a request takes a twentieth of that. So a process that
 * computes for long offers its processor by itself, shortly and often. Where somebody took it,
 * others are at work, and for some time it also rests in between: they go on in its rests, and wait
 * for it no longer than it works at a time. It takes four times as long then, and no more of the
 * processor; where nobody else wants one, it takes as long as it would anyway.
 */
#ifndef CERTAUTHZ_SERVER_REST_H
#define CERTAUTHZ_SERVER_REST_H

#include <stdatomic.h>

#define CZ_WORK_MICROSECONDS 100 /* at a time */
#define CZ_REST_MICROSECONDS 300 /* after it, while others are at work */
/* They are from the second time within so long that one of them had the processor, */
#define CZ_TWICE_MICROSECONDS 20000
/* for so long after the last time. */
#define CZ_AT_WORK_MICROSECONDS 100000

/* From now on this process does so (SIGALRM and ITIMER_REAL are used up), until *hurried is true at
 * one of its rests, or for good where `hurried` is NULL. It is borrowed for as long. A system call
 * goes on until its end all the same, or is begun again (SA_RESTART), so that what is read and
 * written should be so in pieces of 32 KiB at most. For processes of one thread. */
void cz_rest_begin(const atomic_bool *hurried);
void cz_rest_end(void);

/* From now on it also runs only where a processor is not wanted by anybody else (SCHED_IDLE), and
 * cannot be had back. Where that may not be, nothing changes. */
void cz_rest_behind_all(void);

#endif
