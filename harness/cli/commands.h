/* The commands. Each takes its own arguments, argv[0] being its name, and returns an exit code. */
#ifndef SLEY_CLI_COMMANDS_H
#define SLEY_CLI_COMMANDS_H

#define SLEY_VERSION "0.1.0" /* as in CMakeLists.txt */

enum sley_exit {
    SLEY_EXIT_EXPECTED = 0,   /* run: all as expected; replay: the run passed */
    SLEY_EXIT_UNEXPECTED = 1, /* run: something unexpected; replay: the failure was reproduced */
    SLEY_EXIT_ERROR = 2,      /* usage or operating error */
    SLEY_EXIT_BUG = 3,        /* a bug of the harness */
    SLEY_EXIT_STALE = 4,      /* the token does not fit this build */
};

int sley_command_list(const char *program, int argc, char **argv);
int sley_command_show(const char *program, int argc, char **argv);
int sley_command_findings(const char *program, int argc, char **argv);
int sley_command_table(const char *program, int argc, char **argv);
int sley_command_run(const char *program, int argc, char **argv);
int sley_command_replay(const char *program, int argc, char **argv);
int sley_command_outcomes(const char *program, int argc, char **argv);
int sley_command_explain(const char *program, int argc, char **argv);
int sley_command_report(const char *program, int argc, char **argv);
int sley_command_calibrate(const char *program, int argc, char **argv);

#endif
