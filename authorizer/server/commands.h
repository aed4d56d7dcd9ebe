/* What the control socket answers (see server/control.h): status and reload. */
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

extern const struct control_command cz_commands[];
extern const size_t cz_command_count;

#endif
