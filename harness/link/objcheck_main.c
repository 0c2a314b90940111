/* sley-objcheck [--quiet | --name NAME] OBJECT...: names what would escape the harness, one line
 * per problem on stderr. --name NAME: the lines begin with NAME, since the object is a temporary
 * one;
 * --quiet: no lines. Exits with 0 if every object may be linked, 1 on problems, 2 if an object
 * cannot be checked. */
#include "link/objcheck.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct printer {
    const char *path; /* of the object, with which each line begins */
    const char *name; /* to be printed in its place; NULL: none */
    bool quiet;
};

static void
print_problem(void *context, const char *line)
{
    const struct printer *printer = context;
    if (!printer->quiet) {
        fprintf(stderr, "%s%s\n", printer->name ? printer->name : "",
                line + (printer->name ? strlen(printer->path) : 0));
    }
}

int
main(int argc, char **argv)
{
    struct printer printer = {0};
    printer.quiet = argc > 1 && strcmp(argv[1], "--quiet") == 0;
    printer.name = argc > 2 && strcmp(argv[1], "--name") == 0 ? argv[2] : NULL;
    int first = 1 + printer.quiet + 2 * (printer.name != NULL);
    if (first >= argc) {
        fprintf(stderr, "usage: sley-objcheck [--quiet | --name NAME] OBJECT...\n");
        return 2;
    }
    int exit_code = 0;
    for (int i = first; i < argc; i++) {
        unsigned problem_count = 0;
        struct sley_error error = {0};
        printer.path = argv[i];
        if (sley_objcheck(argv[i], print_problem, &printer, &problem_count, &error) != SLEY_OK) {
            fprintf(stderr, "sley-objcheck: %s\n", error.text);
            exit_code = 2;
        } else if (problem_count > 0 && exit_code == 0) {
            exit_code = 1;
        }
    }
    return exit_code;
}
