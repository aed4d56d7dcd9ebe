#include "log/syslog.h"

#include "log/line.h"

#include <time.h>
#include <unistd.h>

void cz_log_syslog(struct buffer *out, const struct log_entry *entry, int facility, size_t limit) {
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = entry->now;
    struct tm local;
    if (localtime_r(&now, &local) == NULL) {
        cz_buffer_fail(out);
        return;
    }
    cz_buffer_printf(out, "<%d>%s %2d %02d:%02d:%02d certauthz[%ld]: ",
                     facility * 8 + (int)entry->severity, months[local.tm_mon], local.tm_mday,
                     local.tm_hour, local.tm_min, local.tm_sec, (long)getpid());
    cz_log_entry_json(out, entry, limit);
}
