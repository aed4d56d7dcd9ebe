/*
 * The caller and the request as a page for people.
 */
#ifndef WHOAMI_HTML_H
#define WHOAMI_HTML_H

#include "base/buffer.h"
#include "request.h"

/*
 * Appends a whole HTML document: no scripts, nothing fetched, one inline style sheet
 * (style.h). Every value is escaped; claims that are empty are left out.
 */
void whoami_html(struct buffer *out, const struct whoami_request *request);

#endif
