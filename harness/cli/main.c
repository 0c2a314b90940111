/* sley: the command line. */
#include "cli/commands.h"
#include "cli/lane.h"
#include "cli/program.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(const char *program, int argc, char **argv);
    const char *summary;
} commands[] = {
    {"list", sley_command_list, "the properties, their claims and models"},
    {"show", sley_command_show, "a claim: its sentence, its properties, their files"},
    {"findings", sley_command_findings, "how the claims of the documents stand by their runs"},
    {"table", sley_command_table, "a document's comparison table, filled from findings"},
    {"run", sley_command_run, "run properties and judge their claims"},
    {"outcomes", sley_command_outcomes, "the distinct results of a property's runs"},
    {"replay", sley_command_replay, "execute the run that a token names"},
    {"explain", sley_command_explain, "show the interleaving of the run that a token names"},
    {"report", sley_command_report, "run properties and write their findings as a page"},
    {"cc", sley_command_cc, "compile and link a C program for exploration"},
    {"c++", sley_command_cc, "the same for C++"},
    {"explore", sley_command_explore, "a program of sley cc under many schedules"},
    {"calibrate", sley_command_calibrate, "measure this machine's cost profile"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void
help(FILE *out)
{
    fprintf(out, "sley: property-based concurrency testing with replayable schedules\n\n"
                 "usage: sley COMMAND [FLAGS] [ARGUMENTS]\n\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
    }
    fprintf(
        out,
        "\n  --lane explore|tsan  with any command: sley's own detectors (the default), or the\n"
        "                       same schedules under clang's ThreadSanitizer\n"
        "  --lane native        with run: what chance finds on real threads, for comparison\n");
    fprintf(out, "\nsley COMMAND --help tells more of each.\n"
                 "exit codes: 0 as expected, 1 unexpected or reproduced, 2 usage or operating "
                 "error,\n            3 bug of sley, 4 token does not fit this build\n");
}

/* Of a program the lane was chosen when it was built. */
static bool
is_of_programs(int argc, char **argv)
{
    return argc > 1 &&
           (strcmp(argv[1], "cc") == 0 || strcmp(argv[1], "c++") == 0 ||
            strcmp(argv[1], "explore") == 0 || sley_program_argument(argc - 1, argv + 1) != 0);
}

int
main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const char *lane = sley_lane_flag(&argc, argv);
    int code = is_of_programs(argc, argv) ? 0 : sley_lane_select(lane, argc, argv);
    if (code != 0) {
        return code;
    }
    if (argc < 2) {
        help(stderr);
        return SLEY_EXIT_ERROR;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        help(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("sley " SLEY_VERSION "\n");
        return 0;
    }
    code = sley_program_take_over(argv[0], argc - 1, argv + 1);
    if (code != 0) {
        return code;
    }
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argv[0], argc - 1, argv + 1);
        }
    }
    fprintf(stderr,
            "sley: unknown command '%s'; known are list, show, findings, table, run, outcomes, "
            "replay, explain, "
            "report, cc, c++, explore, calibrate\n",
            argv[1]);
    return SLEY_EXIT_ERROR;
}
