/* Compiles what a command of sley cc names. */
#ifndef SLEY_CC_COMPILE_H
#define SLEY_CC_COMPILE_H

#include "cc/build.h"

/* A command that does not link: the compiler as the user called it, with the flags of code under
 * test at the end. Returns its exit code. */
int sley_compile_only(struct sley_build *build);

/* Compiles one source of a command that links to object. language is that of -x, or NULL. Returns
 * the compiler's exit code. */
int sley_compile(struct sley_build *build, const char *source, const char *language,
                 const char *object);

#endif
