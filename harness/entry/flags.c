#include "entry/flags.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CODES_TEXT_MAX = 128,
    STEPS_MIN = 1000,
    STEPS_MAX = 100000000,
    OUTSIDE_WAIT_MAX = 25000, /* the watchdog of a silent run comes after 30 seconds */
};

/* The value of the flag at argv[i], behind '=' or in the next argument; NULL: argv[i] is another
 * argument. *count is how many arguments it takes; 0: its value is missing. */
static const char *
value_of(const char *flag, char **argv, int i, int *count)
{
    size_t length = strlen(flag);
    if (strncmp(argv[i], flag, length) != 0 || (argv[i][length] && argv[i][length] != '=')) {
        return NULL;
    }
    *count = argv[i][length] == '=' ? 1 : argv[i + 1] ? 2 : 0;
    return *count == 1 ? argv[i] + length + 1 : *count == 2 ? argv[i + 1] : "";
}

static enum sley_status
read_race(struct sley_entry_flags *flags, const char *text, struct sley_error *error)
{
    static const char *const words[] = {"report", "fail", "ignore"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, words[i]) == 0) {
            flags->race = (enum sley_entry_race)i;
            return SLEY_OK;
        }
    }
    return sley_error_set(error, SLEY_ERROR_USAGE, "--race '%s': expected report, fail or ignore",
                          text);
}

static enum sley_status
read_reset(struct sley_entry_flags *flags, const char *text, struct sley_error *error)
{
    static const char *const words[] = {"auto", "process", "fork"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, words[i]) == 0) {
            flags->reset = (enum sley_reset)i;
            return SLEY_OK;
        }
    }
    return sley_error_set(error, SLEY_ERROR_USAGE, "--reset '%s': expected auto, process or fork",
                          text);
}

static enum sley_status
read_codes(struct sley_entry_flags *flags, const char *text, struct sley_error *error)
{
    memset(flags->exit_codes, 0, sizeof flags->exit_codes);
    bool more = strlen(text) < CODES_TEXT_MAX; /* printed commands repeat it */
    bool good = false;
    for (const char *at = text; more;) {
        char *end;
        unsigned long code = strtoul(at, &end, 10);
        good = *at >= '0' && *at <= '9' && code <= 255 && (*end == ',' || *end == '\0');
        if (good) {
            flags->exit_codes[code / 32] |= 1u << code % 32;
        }
        more = good && *end == ',';
        at = end + 1;
    }
    return good ? SLEY_OK
                : sley_error_set(error, SLEY_ERROR_USAGE,
                                 "--exit-codes '%s': expected numbers from 0 to 255 with commas "
                                 "between them, such as 0,3",
                                 text);
}

static enum sley_status
read_wait(struct sley_entry_flags *flags, const char *text, struct sley_error *error)
{
    char *end;
    unsigned long ms = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || ms < 1 || ms > OUTSIDE_WAIT_MAX) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "--outside-wait '%s': expected milliseconds from 1 to %d", text,
                              OUTSIDE_WAIT_MAX);
    }
    flags->outside_wait_ms = (unsigned)ms;
    return SLEY_OK;
}

static enum sley_status
read_steps(struct sley_entry_flags *flags, const char *text, struct sley_error *error)
{
    char *end;
    unsigned long steps = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || steps < STEPS_MIN || steps > STEPS_MAX) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "--steps '%s': expected a number of points from %d to %d", text,
                              STEPS_MIN, STEPS_MAX);
    }
    flags->steps_max = (uint32_t)steps;
    return SLEY_OK;
}

static enum sley_status
read_sleeps(struct sley_entry_flags *flags, const char *text, struct sley_error *error)
{
    flags->strict_time = strcmp(text, "exact") == 0;
    return flags->strict_time || strcmp(text, "early") == 0
               ? SLEY_OK
               : sley_error_set(error, SLEY_ERROR_USAGE, "--sleeps '%s': expected early or exact",
                                text);
}

/* Notes a flag that printed commands must repeat. */
static void
repeat(struct sley_entry_flags *flags, const char *flag, const char *value)
{
    size_t used = strlen(flags->text);
    int count = 0;
    if (!value) {
        return;
    }
    while (flags->given[count]) {
        count++;
    }
    flags->given[count] = flag;
    flags->given[count + 1] = value;
    snprintf(flags->text + used, sizeof flags->text - used, " %s %s", flag, value);
}

static const struct {
    const char *name;
    enum sley_status (*read)(struct sley_entry_flags *flags, const char *text,
                             struct sley_error *error);
} known[SLEY_ENTRY_FLAG_COUNT] = {{"--race", read_race},   {"--exit-codes", read_codes},
                                  {"--steps", read_steps}, {"--sleeps", read_sleeps},
                                  {"--reset", read_reset}, {"--outside-wait", read_wait}};

/* Looks for a known flag at argv[i]: its index in known, with *value and *count as value_of has
 * them; SLEY_ENTRY_FLAG_COUNT: it is another argument. */
static int
find(char **argv, int i, const char **value, int *count)
{
    for (int flag = 0; flag < SLEY_ENTRY_FLAG_COUNT; flag++) {
        *value = value_of(known[flag].name, argv, i, count);
        if (*value) {
            return flag;
        }
    }
    *count = 1;
    return SLEY_ENTRY_FLAG_COUNT;
}

enum sley_status
sley_entry_flags_take(struct sley_entry_flags *flags, int *argc, char **argv,
                      struct sley_error *error)
{
    const char *given[SLEY_ENTRY_FLAG_COUNT] = {NULL};
    int kept = 0;
    *flags = (struct sley_entry_flags){.exit_codes = {1}};
    for (int i = 0, count; i < *argc; i += count) {
        const char *value;
        int flag = find(argv, i, &value, &count);
        if (flag == SLEY_ENTRY_FLAG_COUNT) {
            argv[kept++] = argv[i];
            continue;
        }
        if (count == 0) {
            return sley_error_set(error, SLEY_ERROR_USAGE, "%s: its value is missing", argv[i]);
        }
        given[flag] = value;
        enum sley_status status = known[flag].read(flags, value, error);
        if (status != SLEY_OK) {
            return status;
        }
    }
    argv[kept] = NULL;
    *argc = kept;
    for (int flag = 0; flag < SLEY_ENTRY_FLAG_COUNT; flag++) {
        repeat(flags, known[flag].name, given[flag]);
    }
    return SLEY_OK;
}
