/* Is this one line of JSON? For the tests of the log, and the fuzz targets. */
#ifndef CERTAUTHZ_TESTS_UNIT_JSON_H
#define CERTAUTHZ_TESTS_UNIT_JSON_H

#include "base/bytes.h"

/* One object without blanks between its parts, and a newline behind it. */
bool json_is_line(struct bytes text);

#endif
