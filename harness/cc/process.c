#include "cc/process.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
enum { END_COUNT = sizeof ends / sizeof ends[0] };

static volatile sig_atomic_t told;     /* number of the signal; 0: none */
static volatile sig_atomic_t underway; /* process id of the command; 0: none */

/* The command may be waiting for something that never comes, and the signal may have been for this
 * process alone. */
static void
on_end(int number)
{
    told = number;
    if (underway) {
        kill((pid_t)underway, number);
    }
}

void
sley_process_watch(void)
{
    for (int i = 0; i < END_COUNT; i++) {
        struct sigaction before, action = {.sa_handler = on_end};
        if (sigaction(ends[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            sigaction(ends[i], &action, NULL);
        }
    }
}

/* waitpid would reap the command, and its number could come to stand for another process before
 * underway is 0: so it is waited for first, and reaped with nobody to be signalled. */
static int
wait_for(pid_t child)
{
    siginfo_t info;
    int status = 0;
    underway = child;
    if (told) {
        kill(child, told); /* it came before underway was set */
    }
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    underway = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && !told ? WEXITSTATUS(status) : 1;
}

int
sley_process_execute(const struct sley_words *words)
{
    pid_t child;
    if (told) {
        return 1;
    }
    int failed = posix_spawnp(&child, words->word[0], NULL, NULL,
                              (char *const *)(uintptr_t)words->word, environ);
    if (failed) {
        fprintf(stderr, "sley cc: cannot start '%s': %s\n", words->word[0], strerror(failed));
        return 2;
    }
    return wait_for(child);
}

void
sley_process_end_as_told(void)
{
    if (told) {
        signal(told, SIG_DFL);
        raise(told);
    }
}
