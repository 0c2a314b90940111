/* Real processes of the command line, each in a directory of the test's own. */
#ifndef SLEY_TESTS_CLI_PROCESS_H
#define SLEY_TESTS_CLI_PROCESS_H

#include <jansson.h>
#include <stdio.h>
#include <sys/types.h>

/* A process that has ended. */
struct sley_ended {
    int code;  /* exit code, or 128 + number of the signal that ended it */
    char *out; /* what it wrote to standard output */
    char *err; /* what it wrote to standard error */
};

/* A process under way. */
struct sley_process {
    pid_t pid;
    FILE *out; /* pipe that its standard output fills */
    FILE *err; /* unnamed file that its standard error fills */
};

/* Starts `sley ARGUMENTS` in directory, the arguments written as for a shell; -1 if that fails. */
int sley_process_start(struct sley_process *process, const char *directory, const char *arguments);

/* Reads the rest of its output, waits for its end and fills ended, which the caller owns until
 * sley_ended_deinit. */
int sley_process_wait(struct sley_process *process, struct sley_ended *ended);

/* Starts and waits. The second executes a whole command line as a user pastes it. */
int sley_process_run(struct sley_ended *ended, const char *directory, const char *arguments);
int sley_process_paste(struct sley_ended *ended, const char *directory, const char *command);

void sley_ended_deinit(struct sley_ended *ended);

/* A fresh empty directory, to be given to sley_directory_destroy; NULL if there is none to get. */
char *sley_directory_create(void);
void sley_directory_destroy(char *directory);

/* A directory of the test's own, as setup and teardown of CMocka. */
extern char *sley_test_directory;
int sley_test_begin(void **state);
int sley_test_end(void **state);

/* How many entries it has; -1 if it cannot be read. */
int sley_directory_count(const char *directory);

/* The text of directory/name, owned by the caller; "" if there is no such file. */
char *sley_file_text(const char *directory, const char *name);

/* An array of the objects that the lines of text are; NULL unless every line is one, and whole. */
json_t *sley_json_lines(const char *text);

/* The text of a member of object; "" if it has none. Borrows from object. */
const char *sley_json_text(const json_t *object, const char *member);

#endif
