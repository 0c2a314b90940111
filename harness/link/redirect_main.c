/* sley-redirect: prints the list for objcopy --redefine-syms, one "name sley_name" per line, or
 * the name that redirect.def gives it; with
 * --refused that of the refused functions, one "name sley_refused_name" per line.
 * Exits with 0, or 2 if it was called with other arguments or stdout cannot be written. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *const lines[] = {
#define SLEY_REDIRECT(name) #name " sley_" #name "\n",
#include "descriptor/redirect.def"
#define SLEY_REDIRECT_AS(name, other) #name " " #other "\n",
#include "instrument/redirect.def"
#include "pthread/redirect.def"
#undef SLEY_REDIRECT
#undef SLEY_REDIRECT_AS
};

static const char *const refused_lines[] = {
#define SLEY_REFUSE(name, reason) #name " sley_refused_" #name "\n",
#include "pthread/refuse.def"
#undef SLEY_REFUSE
};

int
main(int argc, char **argv)
{
    bool refused = argc == 2 && strcmp(argv[1], "--refused") == 0;
    if (argc > 1 && !refused) {
        fprintf(stderr, "sley-redirect: takes no argument but --refused, not '%s'\n", argv[1]);
        return 2;
    }
    const char *const *list = refused ? refused_lines : lines;
    size_t count =
        refused ? sizeof refused_lines / sizeof *refused_lines : sizeof lines / sizeof *lines;
    for (size_t i = 0; i < count; i++) {
        fputs(list[i], stdout);
    }
    if (fflush(stdout) == EOF || ferror(stdout)) {
        fprintf(stderr, "sley-redirect: cannot write to stdout: %s\n", strerror(errno));
        return 2;
    }
    return 0;
}
