/* What the control socket answers (see server/control.h) about a process that serves. */
#ifndef CERTAUTHZ_SERVER_COMMANDS_H
#define CERTAUTHZ_SERVER_COMMANDS_H

#include "server/control.h"
#include "server/reloader.h"
#include "server/serve.h"

/* The context of the commands; all of it borrowed. */
struct administration {
    struct reloader *reloader;
    struct service *service;
    const char *version;
    int64_t started; /* seconds since 1970 */
};

/* As control_command.run. */
void cz_command_status(void *context, struct bytes argument, struct buffer *answer);
void cz_command_reload(void *context, struct bytes argument, struct buffer *answer);
/* `"ok":…,"pid":…`, with which every answer begins. */
void cz_command_put_ok(struct buffer *answer, bool ok);

#endif
