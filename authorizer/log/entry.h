/*
 * What one line of the log says, as a list of members: the line of JSON and journald's fields are
 * both written from it, so that they cannot differ. Pure: what it says is decided by its
 * arguments.
 */
#ifndef CERTAUTHZ_LOG_ENTRY_H
#define CERTAUTHZ_LOG_ENTRY_H

#include "base/buffer.h"
#include "decision/decision.h"

/* Bytes; what is longer is cut, and ends with an ellipsis. */
#define CZ_LOG_PATH_MAX 1024
#define CZ_LOG_HOST_MAX 255 /* of the host and of the address: a name of the DNS has no more */
#define CZ_LOG_MEMBERS_MAX 32

struct log_event {
    const struct decision *decision;
    const struct request *request;
    const char *id;            /* the one that the client was told */
    uint64_t generation;       /* of the configuration that decided; 0: left out */
    int64_t now;               /* seconds since 1970 */
    unsigned milliseconds;     /* of that second */
    int64_t microseconds_used; /* from the request's arrival to the decision */
};

/* RFC 5424, section 6.2.1. */
enum log_severity {
    LOG_SEVERITY_ERROR = 3,
    LOG_SEVERITY_WARNING = 4,
    LOG_SEVERITY_NOTICE = 5,
    LOG_SEVERITY_INFO = 6,
};

enum log_kind { LOG_TIME, LOG_TEXT, LOG_NUMBER, LOG_TRUE, LOG_OUTCOMES };

struct log_member {
    const char *name; /* static */
    enum log_kind kind;
    bool cut;          /* an ellipsis follows the text */
    struct bytes text; /* LOG_TEXT; borrowed from what the entry was made of */
    int64_t number;    /* LOG_NUMBER; LOG_TIME: seconds since 1970 */
    unsigned milliseconds;
    const struct rule_outcomes *outcomes; /* LOG_OUTCOMES; borrowed the same way */
};

struct log_entry {
    enum log_severity severity;
    int64_t now;
    struct log_member members[CZ_LOG_MEMBERS_MAX];
    size_t count;
};

/* One decision: granted is info, or a warning where it was
 * granted with one; refused notice, and our own failures (status 500) errors.
 * Members without a value are left out. The entry borrows from `event`. */
void cz_log_entry_decision(struct log_entry *entry, const struct log_event *event);
/* Another event; `level` is "info", "notice", "warning" or "error", and any other is an error. */
void cz_log_entry_message(struct log_entry *entry, const char *level, const char *message,
                          int64_t now, unsigned milliseconds);
/* NULL where there is none of this name. */
const struct log_member *cz_log_entry_find(const struct log_entry *entry, const char *name);

/* The member with at most `limit` bytes of text, cut between characters. */
struct log_member cz_log_member_within(const struct log_member *member, size_t limit);
/* Appends the value of a member of another kind than LOG_TEXT, without quotes. */
void cz_log_member_append(struct buffer *out, const struct log_member *member);

#endif
