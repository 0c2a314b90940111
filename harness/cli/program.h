/* Programs that `sley cc` built: each is its own command line for itself. */
#ifndef SLEY_CLI_PROGRAM_H
#define SLEY_CLI_PROGRAM_H

/* sley explore PROGRAM [FLAGS] [-- ARGUMENTS]: the program takes over. Returns only with an exit
 * code, after a line on standard error. */
int sley_command_explore(const char *program, int argc, char **argv);

/* If a program stands behind the token of `replay` or `explain`, it takes over, and the call
 * returns only with an exit code after a line on standard error. 0: there is none. */
int sley_program_take_over(const char *program, int argc, char **argv);

/* Index of the program in the arguments of `replay` or `explain` (argv[0] is the command); 0: there
 * is none. */
int sley_program_argument(int argc, char **argv);

#endif
