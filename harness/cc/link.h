/* Makes a program of what a command of sley cc names. */
#ifndef SLEY_CC_LINK_H
#define SLEY_CC_LINK_H

#include "cc/build.h"

/* Compiles the sources, makes one object of all instrumented code, in which every call that must
 * not reach libc has another name, checks it, and links it with the harness. Returns the exit code
 * of the first command that failed, 1 after a message of its own, or 0. */
int sley_link(struct sley_build *build);

#endif
