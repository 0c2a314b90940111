/* Command lines as a user pastes them, in the directory of the test's own, held against what they
 * should do. What does not hold fails the test, with the command line and all that it printed. */
#ifndef SLEY_TESTS_CLI_COMMAND_H
#define SLEY_TESTS_CLI_COMMAND_H

#include "tests/cli/process.h"

/* Writes text to a file of the directory. */
void sley_source_write(const char *name, const char *text);

/* Executes a command line, whose exit code must be code; to be freed by sley_ended_deinit. */
struct sley_ended sley_command_run(const char *command, int code);

/* The same, without its output: standard output must contain out, standard error err. */
void sley_command_expect(const char *command, int code, const char *out, const char *err);

/* The same: one of the two must contain part. */
void sley_command_mention(const char *command, int code, const char *part);

#endif
