/*
 * What the fuzz targets share. Each target is one program: with --enable-fuzzers linked with
 * libFuzzer, else with replay.c, which runs it over files.
 */
#ifndef CERTAUTHZ_TESTS_FUZZ_FUZZ_H
#define CERTAUTHZ_TESTS_FUZZ_FUZZ_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold for every input; otherwise the program aborts and says what did not. */
#define REQUIRE(condition)                                                                         \
    ((condition) ? (void)0                                                                         \
                 : (fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition), \
                    abort()))

/* True where every line of the headers is `Name: value` ended by CRLF without a control inside,
 * and nothing stands before or between them. */
bool fuzz_headers_are_sound(struct bytes headers);

#endif
