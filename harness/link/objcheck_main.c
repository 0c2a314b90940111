/* sley-objcheck OBJECT...: names what would escape the harness, one line per problem on stderr.
 * Exits with 0 if every object may be linked, 1 on problems, 2 if an object cannot be checked. */
#include "link/objcheck.h"

#include <stdio.h>

static void
print_problem(void *context, const char *line)
{
    fprintf((FILE *)context, "%s\n", line);
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: sley-objcheck OBJECT...\n");
        return 2;
    }
    int exit_code = 0;
    for (int i = 1; i < argc; i++) {
        unsigned problem_count = 0;
        struct sley_error error = {0};
        if (sley_objcheck(argv[i], print_problem, stderr, &problem_count, &error) != SLEY_OK) {
            fprintf(stderr, "sley-objcheck: %s\n", error.text);
            exit_code = 2;
        } else if (problem_count > 0 && exit_code == 0) {
            exit_code = 1;
        }
    }
    return exit_code;
}
