/* What each option of a compiler means for a program that is to be explored. */
#ifndef SLEY_CC_OPTIONS_H
#define SLEY_CC_OPTIONS_H

#include <stdbool.h>

enum sley_option_kind {
    SLEY_OPTION_COMPILE,  /* for every source that is compiled */
    SLEY_OPTION_DEPEND,   /* writes or names a file of dependencies, also for the sources alone */
    SLEY_OPTION_LINK,     /* for the linker alone */
    SLEY_OPTION_LIBRARY,  /* -lNAME */
    SLEY_OPTION_OUTPUT,   /* -o */
    SLEY_OPTION_LANGUAGE, /* -x: of the sources that follow */
    SLEY_OPTION_NO_LINK,  /* the command yields something else than a program, as -c */
    SLEY_OPTION_SHARED,   /* the command yields a shared library */
    SLEY_OPTION_LATE,     /* sley's own: refused functions are refused when they are called */
    SLEY_OPTION_SILENT,   /* left out of a link: the program is what it would be with it */
    SLEY_OPTION_DROPPED,  /* left out, with a line that says why */
    SLEY_OPTION_NO_BUILD, /* refused in a command that links */
    SLEY_OPTION_REFUSED   /* refused in every command */
};

struct sley_option {
    enum sley_option_kind kind;
    bool takes_value; /* the argument behind it belongs to it */
    const char *why;  /* of what is left out or refused; else NULL */
};

/* What is known of text, an argument that begins with '-'. */
struct sley_option sley_option_find(const char *text);

#endif
