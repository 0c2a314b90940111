/* sley cc and sley c++: the usual compiler with what exploration needs.
 *
 * A source is compiled with instrumentation, its threads' and memory's functions redirected when
 * the program is linked, which happens in one step: all objects and instrumented archives become
 * one object, that one is prepared and checked, and then linked with the harness. */
#ifndef SLEY_CC_CC_H
#define SLEY_CC_CC_H

#include <stdbool.h>

/* Does what the compiler would do with argv[1..argc-1]. kit is the directory with what the build
 * left for programs; plus: C++. Returns the compiler's exit code. */
int sley_cc_run(const char *compiler, bool plus, const char *kit, int argc, char **argv);

#endif
