/* sley explore: a program under many schedules. */
#ifndef SLEY_ENTRY_EXPLORE_H
#define SLEY_ENTRY_EXPLORE_H

/* Takes the flags of the command in argv (argv[0] is its name) and returns an exit code: 0 no run
 * failed, 1 some did, 2 usage or operating error. program begins the commands that are printed. */
int sley_entry_explore(const char *program, int argc, char **argv);

#endif
