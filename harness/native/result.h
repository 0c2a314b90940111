/* What a campaign of uncontrolled runs says, for people and as JSON. */
#ifndef SLEY_NATIVE_RESULT_H
#define SLEY_NATIVE_RESULT_H

#include "native/native.h"

#include <stdio.h>

/* One campaign and the comparison. */
struct sley_native_report {
    const struct sley_property *property;
    const struct sley_native_result *result;
    const struct sley_native_explore *explore; /* NULL: there is nothing to compare with */
    const char *missing;                       /* why not */
};

/* Two lines: what the runs showed; how chance compares with the lane explore. */
void sley_native_print(FILE *out, const struct sley_native_report *report);

/* The same as one line, a JSON object. */
void sley_native_print_json(FILE *out, const struct sley_native_report *report);

#endif
