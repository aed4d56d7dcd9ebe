/* What the gate's test programs share. */
#ifndef GATE_TEST_GATE_H
#define GATE_TEST_GATE_H

#include "../../tests/tap.h"

/* Variables as a web server hands them over. */
#define VARIABLES(...)                                                                             \
    (char *const *)(const char *const[]) {                                                         \
        __VA_ARGS__, NULL                                                                          \
    }

#endif
