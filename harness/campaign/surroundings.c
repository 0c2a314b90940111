#include "campaign/surroundings.h"

#include "campaign/environment.h"
#include "campaign/output.h"
#include "campaign/streams.h"

#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FIRST_RUNS = 8, /* of a process: looked at whole */
    PERIOD = 256,   /* and each so many of the others */
    SIGNALS = 65,
};

static bool
directory_differs(int directory)
{
    struct stat noted, now;
    return fstat(directory, &noted) == 0 &&
           (stat(".", &now) != 0 || noted.st_dev != now.st_dev || noted.st_ino != now.st_ino);
}

static int directory = -1;

static void
directory_note(void)
{
    directory = sley_descriptor_raise(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

static bool
directory_restore(bool look)
{
    bool differs = !look || directory_differs(directory);
    return differs && fchdir(directory) == 0;
}

static mode_t mask;

static void
mask_note(void)
{
    mask = umask(0);
    umask(mask);
}

static bool
mask_restore(bool look)
{
    (void)look;
    return umask(mask) != mask;
}

static char locale[256];

static void
locale_note(void)
{
    setlocale(LC_ALL, "C"); /* as a program finds it, whatever the harness prints in */
    snprintf(locale, sizeof locale, "%s", setlocale(LC_ALL, NULL));
}

static bool
locale_restore(bool look)
{
    (void)look;
    bool own = uselocale((locale_t)0) != LC_GLOBAL_LOCALE;
    if (own) {
        uselocale(LC_GLOBAL_LOCALE);
    }
    bool other = strcmp(setlocale(LC_ALL, NULL), locale) != 0;
    if (other) {
        setlocale(LC_ALL, locale);
    }
    return own || other;
}

static struct sigaction actions[SIGNALS];
static uint64_t changed_actions; /* bit n - 1: some run changed that of signal n */
static sigset_t blocked;
static stack_t signal_stack;

static void
signals_note(void)
{
    for (int n = 1; n < SIGNALS; n++) {
        if (sigaction(n, NULL, &actions[n]) != 0) {
            actions[n].sa_handler = SIG_ERR; /* not ours to set */
        }
    }
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    sigaltstack(NULL, &signal_stack);
}

static bool
action_differs(int n)
{
    struct sigaction now;
    return actions[n].sa_handler != SIG_ERR && sigaction(n, NULL, &now) == 0 &&
           (now.sa_handler != actions[n].sa_handler || now.sa_flags != actions[n].sa_flags);
}

static bool
signals_restore(bool look)
{
    stack_t stack_now;
    sigset_t blocked_now;
    for (int n = 1; n < SIGNALS; n++) {
        uint64_t bit = (uint64_t)1 << (n - 1);
        if (look && !(changed_actions & bit) && action_differs(n)) {
            changed_actions |= bit;
        }
        if (changed_actions & bit) {
            sigaction(n, &actions[n], NULL);
        }
    }
    sigprocmask(SIG_SETMASK, &blocked, &blocked_now);
    sigaltstack(NULL, &stack_now);
    bool other_stack = stack_now.ss_sp != signal_stack.ss_sp;
    if (other_stack) {
        sigaltstack(&signal_stack, NULL);
    }
    return changed_actions || other_stack || memcmp(&blocked, &blocked_now, 8) != 0;
}

/* Each kind: how it is noted; how it is taken back, by a look whether it differs, or (look false)
 * because it did in another run. Returns whether it differed. */
static const struct {
    void (*note)(void);
    bool (*restore)(bool look);
} kinds[] = {
    {directory_note, directory_restore},
    {mask_note, mask_restore},
    {sley_environment_note, sley_environment_restore},
    {locale_note, locale_restore},
    {signals_note, signals_restore},
    {sley_streams_note, sley_streams_restore},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static uint32_t run_count;
static bool changes[KINDS]; /* some run differed */

/* 0 makes getopt begin anew; it sets 1 itself. */
static void
options_begin(void)
{
    optind = 0;
    opterr = 1;
    optopt = '?';
    optarg = NULL;
}

void
sley_surroundings_begin(void)
{
    sley_streams_begin();
    for (int i = 0; i < KINDS; i++) {
        kinds[i].note();
    }
    options_begin();
    sley_descriptors_begin();
}

void
sley_surroundings_reset(void)
{
    bool look = run_count < FIRST_RUNS || run_count % PERIOD == 0;
    run_count++;
    sley_streams_close();
    sley_descriptors_close(look);
    for (int i = 0; i < KINDS; i++) {
        if (look || changes[i]) {
            changes[i] |= kinds[i].restore(look);
        }
    }
    options_begin();
}
