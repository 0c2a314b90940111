/* What stands between two runs of a program. */
#ifndef SLEY_CAMPAIGN_RESET_H
#define SLEY_CAMPAIGN_RESET_H

enum sley_reset {
    SLEY_RESET_AUTO,    /* in one process if the first runs are the same when executed again */
    SLEY_RESET_PROCESS, /* all runs in one process, which is set back after each */
    SLEY_RESET_FORK,    /* each run in a process forked before anything of the program ran */
};

/* For every campaign and every shrinking of this process; of programs alone. Set by the command;
 * AUTO becomes FORK when the first runs ask for that. */
extern enum sley_reset sley_reset_wanted;

#endif
