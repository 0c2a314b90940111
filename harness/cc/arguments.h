/* A compiler's command line, sorted by what each argument is for. */
#ifndef SLEY_CC_ARGUMENTS_H
#define SLEY_CC_ARGUMENTS_H

#include "cc/options.h"

#include <stdbool.h>

enum sley_argument_kind {
    SLEY_ARGUMENT_OPTION,
    SLEY_ARGUMENT_SOURCE,
    SLEY_ARGUMENT_FILE /* an object, archive or library: to be linked */
};

struct sley_argument {
    enum sley_argument_kind kind;
    enum sley_option_kind option; /* of an option */
    const char *text;
    const char *value; /* of an option: the argument behind it, or the rest of it; NULL: none */
    bool alone;        /* the value is an argument of its own */
    const char *why;   /* it is left out or refused; NULL: it is neither */
};

struct sley_arguments {
    struct sley_argument *argument; /* argument[count], in their order */
    int count;
    const char *output; /* NULL: not given */
    bool links;         /* the command is to yield a program, or a shared library */
    bool shared;        /* ... the latter */
    bool plus;          /* C++ by a source's name, its language, or -lstdc++ */
    bool late;          /* --refuse-late */
    int source_count;
    bool depends;       /* a file of dependencies is asked for beside the program */
    bool depend_file;   /* ... and named */
    bool depend_target; /* ... and what depends is named */
    const struct sley_argument *refused; /* the first one; NULL: none */
};

/* Sorts argv[0..argc-1], the arguments behind the command's name, which are borrowed; false: no
 * memory. */
bool sley_arguments_parse(struct sley_arguments *arguments, int argc, const char *const *argv);
void sley_arguments_deinit(struct sley_arguments *arguments);

/* The language that -x names, NULL for none. */
const char *sley_argument_language(const struct sley_argument *argument);

#endif
