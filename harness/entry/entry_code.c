/* Code under test: the first frame of a program, between its main and the engine. */
#include "entry/entry.h"

#include "pthread/process.h"

#include <stdlib.h>

/* The program's main, renamed when it was linked. It may have been written with fewer arguments. */
int sley_entry_main(int argc, char **argv, char **environment);

extern char **environ;

/* A program may write into its arguments: each run gets its own. They come from the process's first
 * stack, whose place no run may depend on: reading them is no access of the program. */
__attribute__((no_sanitize("thread"))) static char **
copy_arguments(void)
{
    char **argv = malloc(((size_t)sley_entry_argc + 1) * sizeof *argv);
    for (int i = 0; i < sley_entry_argc; i++) {
        const char *from = sley_entry_argv[i];
        size_t length = 0;
        while (from[length]) {
            length++;
        }
        argv[i] = malloc(length + 1);
        for (size_t k = 0; k <= length; k++) {
            argv[i][k] = from[k];
        }
    }
    argv[sley_entry_argc] = NULL;
    return argv;
}

__attribute__((no_sanitize("thread"))) void
sley_entry_body(void)
{
    char **argv = copy_arguments();
    atexit(sley_entry_destroy); /* first on the list: called last */
    sley_entry_construct(sley_entry_argc, argv, environ);
    int code = sley_entry_main(sley_entry_argc, argv, environ);
    if (code != 0 || sley_entry_zero_fails) {
        sley_process_main_returned(code);
    }
}
