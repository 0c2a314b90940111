/* Options that a command hands to the linker: which of the two links they belong to. */
#ifndef SLEY_CC_LINKER_H
#define SLEY_CC_LINKER_H

#include "cc/build.h"

/* How the options before the present one stand. All zero at the begin. */
struct sley_linker {
    bool whole;      /* --whole-archive is on */
    bool wrap_value; /* the next word is the value of --wrap */
};

/* Takes an option of kind SLEY_OPTION_LINK: to the last link, to the merge of the instrumented
 * objects (--wrap), or to none (options such as --strip-all, without which the program is the
 * same). Returns 1, and writes a line, if it names an instrumented file, which would escape; else
 * 0. */
int sley_linker_take(struct sley_linker *linker, struct sley_build *build,
                     const struct sley_argument *option);

/* An instrumented object or archive, for the merge. */
void sley_linker_merge(const struct sley_linker *linker, struct sley_build *build,
                       const char *path);

#endif
