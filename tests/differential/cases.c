#include "cases.h"

#include <stdlib.h>

void cases_choose(struct cases *cases, int argc, char **argv) {
    if (argc > 1)
        cases->seed = strtoull(argv[1], NULL, 10);
    if (argc > 2 && argv[2][0] == '=') {
        cases->first = strtoull(argv[2] + 1, NULL, 10);
        cases->count = 1;
    } else if (argc > 2) {
        cases->count = strtoull(argv[2], NULL, 10);
    }
    if (argc > 3)
        cases->shown = (unsigned)strtoul(argv[3], NULL, 10);
}
