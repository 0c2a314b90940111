/* What a command that links names: sources, objects, libraries. */
#ifndef SLEY_CC_GATHER_H
#define SLEY_CC_GATHER_H

#include "cc/build.h"

/* Compiles the sources and sorts what is to be linked: into the one object of instrumented code, or
 * the last link. Returns the exit code of the first command that failed, 1 after a message of its
 * own, or 0. */
int sley_link_gather(struct sley_build *build);

#endif
