/* sley-redirect: prints the list for objcopy --redefine-syms, one "name sley_name" per line, or
 * the name that redirect.def gives it.
 * Exits with 0, or 2 if it was called with arguments or stdout cannot be written. */
#include <errno.h>
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

int
main(int argc, char **argv)
{
    if (argc > 1) {
        fprintf(stderr, "sley-redirect: takes no argument, not '%s'\n", argv[1]);
        return 2;
    }
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        fputs(lines[i], stdout);
    }
    if (fflush(stdout) == EOF || ferror(stdout)) {
        fprintf(stderr, "sley-redirect: cannot write to stdout: %s\n", strerror(errno));
        return 2;
    }
    return 0;
}
