/* Shared libraries of a program's own: `sley cc -shared` writes a library that carries its
 * instrumented code as one object, and a program that names it takes that object in. The program is
 * explored across its libraries, whose variables are reset with its own; the library's file itself
 * holds no symbols, so nothing else can be linked with it or load it. */
#ifndef SLEY_CC_SHARED_H
#define SLEY_CC_SHARED_H

#include "cc/build.h"
#include "cc/linker.h"

/* Whether the file is such a library. */
bool sley_shared_is(const char *path);

/* Writes the library that the command asks for, of merged, the one object of its code. Returns the
 * exit code of the first command that failed, or 0. */
int sley_shared_write(struct sley_build *build, const char *merged);

/* Takes a library into the build: its object and what it was linked with, once. Where the build
 * yields a library itself, it is only noted as one that programs need. */
int sley_shared_take(struct sley_build *build, const struct sley_linker *linker, const char *path);

/* Notes in object, the program's, which libraries it holds the code of, so that it can say when one
 * of them has been built anew since. Returns an exit code. */
int sley_shared_note(struct sley_build *build, const char *object);

#endif
