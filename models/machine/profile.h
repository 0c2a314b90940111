/* Cost profiles: what creating, switching, copying and memory cost in virtual time.
 *
 * A profile is text: lines `key value unit`, comments from `#` to the line's end, and two lines
 * `name WORD` and `source WORDS`. Every key of profile.def stands in it once. Values are decimal
 * numbers; units ns us ms s, B KiB MiB, ns/KiB us/KiB ms/KiB, B/us. A figure that is no whole
 * number of ns, bytes or ns/KiB is rounded down. */
#ifndef SLEY_MODELS_MACHINE_PROFILE_H
#define SLEY_MODELS_MACHINE_PROFILE_H

#include <sley/status.h>

#include <stddef.h>
#include <stdint.h>

enum sley_cost {
#define SLEY_COST(symbol, key, unit) SLEY_COST_##symbol,
#include "models/machine/profile.def"
#undef SLEY_COST
    SLEY_COST_COUNT
};

enum { SLEY_PROFILE_TEXT_MAX = 160 };

struct sley_profile {
    char name[16];
    char note[SLEY_PROFILE_TEXT_MAX]; /* "NAME: SOURCE", for evidence */
    uint64_t value[SLEY_COST_COUNT];  /* ns, bytes, ns for 1 KiB, bytes in 1 us */
};

/* Reads a profile from text of length bytes; file names it in errors. What is wrong is told as
 * file:line, the word, and what would be right. profile is filled only on success. */
enum sley_status sley_profile_parse(struct sley_profile *profile, const char *text, size_t length,
                                    const char *file, struct sley_error *error);

/* The same from a file. */
enum sley_status sley_profile_load(struct sley_profile *profile, const char *path,
                                   struct sley_error *error);

/* The built-in profile of that name ("ideal", "c", "cpython"), or one added; NULL: none. */
const struct sley_profile *sley_profile_find(const char *name);

/* Makes profile known by its name, before built-in ones; borrowed. NULL: forgets the one added. */
void sley_profile_add(const struct sley_profile *profile);

/* The key of a cost, and its unit as printed in a profile: "ns", "B", "ns/KiB", "B/us". */
const char *sley_cost_key(enum sley_cost cost);
const char *sley_cost_unit(enum sley_cost cost);

#endif
