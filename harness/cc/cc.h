/* sley cc and sley c++: the usual compiler with what exploration needs.
 *
 * A source is compiled with instrumentation, its threads' and memory's functions redirected when
 * the program is linked, which happens in one step: all objects and instrumented archives become
 * one object, that one is prepared and checked, and then linked with the harness. */
#ifndef SLEY_CC_CC_H
#define SLEY_CC_CC_H

#include <stdbool.h>

/* How a program is built. */
struct sley_cc {
    const char *compiler;
    const char *kit; /* directory with what the build left for programs */
    bool plus;       /* C++ */
    bool tsan;       /* for the lane tsan: objects are the same, the link is another one */
};

/* Does what the compiler would do with argv[1..argc-1]. Returns the compiler's exit code. */
int sley_cc_run(const struct sley_cc *how, int argc, char **argv);

#endif
