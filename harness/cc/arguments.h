/* A compiler's command line, sorted by what each argument is for. */
#ifndef SLEY_CC_ARGUMENTS_H
#define SLEY_CC_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

enum sley_argument_kind {
    SLEY_ARGUMENT_COMPILE, /* for every source that is compiled */
    SLEY_ARGUMENT_SOURCE,
    SLEY_ARGUMENT_OBJECT,  /* .o, .a, .so: a file to be linked */
    SLEY_ARGUMENT_LIBRARY, /* -lNAME */
    SLEY_ARGUMENT_LINK,    /* for the linker alone */
    SLEY_ARGUMENT_OUTPUT,  /* -o and the file behind it */
    SLEY_ARGUMENT_LANGUAGE /* -x and the language behind it: of the sources that follow */
};

struct sley_argument {
    enum sley_argument_kind kind;
    const char *text;
    const char *value; /* the argument behind it that belongs to it; NULL: none */
};

struct sley_arguments {
    struct sley_argument *argument; /* argument[count], in their order */
    int count;
    const char *output;  /* NULL: not given */
    bool links;          /* the command is to yield a program */
    const char *refused; /* an argument that makes something else than a program; NULL: none */
};

/* Sorts argv[1..argc-1]; false: no memory. */
bool sley_arguments_parse(struct sley_arguments *arguments, int argc, char **argv);
void sley_arguments_deinit(struct sley_arguments *arguments);

#endif
