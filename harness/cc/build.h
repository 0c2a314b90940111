/* One command of sley cc that yields a program, between its modules. */
#ifndef SLEY_CC_BUILD_H
#define SLEY_CC_BUILD_H

#include "cc/arguments.h"
#include "cc/words.h"

#include <limits.h>
#include <stdbool.h>

struct sley_build {
    const char *compiler;
    const char *kit; /* directory with what the build left for programs */
    bool plus;       /* C++ */
    bool tsan;       /* for the lane tsan: objects are the same, the link is another one */
    struct sley_arguments arguments;
    char work[PATH_MAX];       /* directory for what lies between source and program; "": none */
    struct sley_words merge;   /* for the one object of all instrumented code */
    int merged_count;          /* objects and archives in it */
    struct sley_words objects; /* the user's names of those that are no archives, NULL-ended ... */
    struct sley_words objects_at; /* ... and where they are: of a source, in work */
    struct sley_words rest;       /* for the last link */
    struct sley_words libraries;  /* shared libraries whose code is taken in, by their real paths */
    struct sley_words kept;       /* strings that live as long as the build */
};

#endif
