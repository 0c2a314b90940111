#include "cli/options.h"

#include "campaign/token.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const struct option flags[] = {
    {"model", required_argument, NULL, 'm'},
    {"strategy", required_argument, NULL, 's'},
    {"runs", required_argument, NULL, 'n'},
    {"time", required_argument, NULL, 't'},
    {"seed", required_argument, NULL, 'S'},
    {"jobs", required_argument, NULL, 'j'},
    {"out", required_argument, NULL, 'o'},
    {"json", no_argument, NULL, 'J'},
    {"tap", no_argument, NULL, 'T'},
    {"sarif", required_argument, NULL, 'R'},
    {"ctest", no_argument, NULL, 'c'},
    {"compiler", no_argument, NULL, 'C'},
    {"verbose", no_argument, NULL, 'v'},
    {"all", no_argument, NULL, 'a'},
    {"explicit", no_argument, NULL, 'e'},
    {"until-event", no_argument, NULL, 'u'},
    {"until-failure", no_argument, NULL, 'u'},
    {"points", required_argument, NULL, 'P'},
    {"progress", required_argument, NULL, 'p'},
    {"fault", required_argument, NULL, 'f'},
    {"markdown", no_argument, NULL, 'I'},
    {"html", required_argument, NULL, 'w'},
    {"gdb", no_argument, NULL, 'g'},
    {"at", required_argument, NULL, 'A'},
    {"here", no_argument, NULL, 'H'},
    {"original", no_argument, NULL, 'O'},
    {"models", no_argument, NULL, 'M'},
    {"faults", no_argument, NULL, 'k'},
    {"evidence", required_argument, NULL, 'E'},
    {"claims", no_argument, NULL, 'L'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static enum sley_status
number(const char *flag, const char *text, uint64_t min, uint64_t max, uint64_t *value,
       struct sley_error *error)
{
    char *end;
    bool digits = text[0] >= '0' && text[0] <= '9' && strlen(text) < 20;
    unsigned long long parsed = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    if (!digits || *end != '\0' || parsed < min || parsed > max) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "%s '%s': expected a whole number from %llu to %llu", flag, text,
                              (unsigned long long)min, (unsigned long long)max);
    }
    *value = parsed;
    return SLEY_OK;
}

/* 90, 90s, 15m, 8h, 500ms. */
static enum sley_status
duration(const char *text, uint64_t *ms, struct sley_error *error)
{
    static const struct {
        const char *unit;
        uint64_t ms;
    } units[] = {{"", 1000}, {"s", 1000}, {"ms", 1}, {"m", 60000}, {"h", 3600000}};
    char *end;
    bool digits = text[0] >= '0' && text[0] <= '9' && strlen(text) < 12;
    unsigned long long count = strtoull(text, &end, 10);
    for (size_t i = 0; digits && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end, units[i].unit) == 0 && count > 0) {
            *ms = count * units[i].ms;
            return SLEY_OK;
        }
    }
    return sley_error_set(error, SLEY_ERROR_USAGE,
                          "--time '%s': expected a duration above 0 such as 90s, 15m or 8h", text);
}

static enum sley_status
seed(const char *text, uint64_t *value, struct sley_error *error)
{
    if (strcmp(text, "random") != 0) {
        return number("--seed", text, 0, sley_seed_max, value, error);
    }
    if (getrandom(value, sizeof *value, 0) != sizeof *value) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "--seed random: no random numbers");
    }
    *value &= sley_seed_max;
    fprintf(stderr, "sley: --seed %llu\n", (unsigned long long)*value);
    return SLEY_OK;
}

static enum sley_status
progress(const char *text, struct sley_options *options, struct sley_error *error)
{
    options->progress = text;
    if (strcmp(text, "auto") == 0 || strcmp(text, "plain") == 0 || strcmp(text, "none") == 0) {
        return SLEY_OK;
    }
    return sley_error_set(error, SLEY_ERROR_USAGE, "--progress '%s': expected auto, plain or none",
                          text);
}

static enum sley_status
points(const char *text, struct sley_options *options, struct sley_error *error)
{
    static const struct {
        const char *word;
        enum sley_points points;
    } words[] = {
        {"all", SLEY_POINTS_ALL}, {"shared", SLEY_POINTS_SHARED}, {"sync", SLEY_POINTS_SYNC}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i].word) == 0) {
            options->points = (char)words[i].points;
            return SLEY_OK;
        }
    }
    return sley_error_set(error, SLEY_ERROR_USAGE, "--points '%s': expected all, shared or sync",
                          text);
}

static enum sley_status
apply(struct sley_options *options, int flag, const char *text, struct sley_error *error)
{
    uint64_t value = 0;
    enum sley_status status = SLEY_OK;
    switch (flag) {
    case 'm':
        options->model = text;
        break;
    case 's':
        options->strategy = text;
        break;
    case 'n':
        return number("--runs", text, 1, UINT64_MAX / 1000, &options->runs, error);
    case 't':
        return duration(text, &options->time_ms, error);
    case 'S':
        return seed(text, &options->seed, error);
    case 'j':
        status = number("--jobs", text, 1, 256, &value, error);
        options->jobs = (uint32_t)value;
        break;
    case 'o':
        options->out = text;
        options->out_given = true;
        break;
    case 'J':
        options->json = true;
        break;
    case 'T':
        options->tap = true;
        break;
    case 'R':
        options->sarif = text;
        break;
    case 'f':
        options->fault = text;
        break;
    case 'k':
        options->faults = true;
        break;
    case 'M':
        options->models = true;
        break;
    case 'c':
        options->ctest = true;
        break;
    case 'C':
        options->compiler = true;
        break;
    case 'v':
        options->verbose = true;
        break;
    case 'I':
        options->markdown = true;
        break;
    case 'L':
        options->claims = true;
        break;
    case 'E':
        options->evidence = text;
        break;
    case 'w':
        options->html = text;
        break;
    case 'A':
        status = number("--at", text, 1, UINT32_MAX, &value, error);
        options->at = (uint32_t)value;
        break;
    case 'g':
        options->gdb = true;
        break;
    case 'H':
        options->here = true;
        break;
    case 'O':
        options->original = true;
        break;
    case 'a':
        options->all = true;
        break;
    case 'e':
        options->choices = true;
        break;
    case 'P':
        return points(text, options, error);
    case 'p':
        return progress(text, options, error);
    case 'u':
        options->until_event = true;
        break;
    case 'h':
        options->help = true;
        break;
    default:
        break;
    }
    return status;
}

/* getopt moves the arguments that are no flags behind the flags: what it took last stands before
 * optind. index is of a flag that the command does not know, or -1. */
static enum sley_status
refuse(const char *command, char **argv, int index, struct sley_error *error)
{
    char name[64];
    if (index >= 0) {
        snprintf(name, sizeof name, "--%s", flags[index].name);
    } else if (strncmp(argv[optind - 1], "--", 2) == 0) {
        snprintf(name, sizeof name, "%s", argv[optind - 1]);
    } else {
        snprintf(name, sizeof name, "-%c", optopt);
    }
    return sley_error_set(error, SLEY_ERROR_USAGE,
                          "%s: flag '%s' is unknown, ambiguous or lacks its value; see sley %s "
                          "--help",
                          command, name, command);
}

enum sley_status
sley_options_parse(struct sley_options *options, const char *known, int argc, char **argv,
                   struct sley_error *error)
{
    *options = (struct sley_options){.out = ".sley", .jobs = 1};
    optind = 1;
    opterr = 0;
    for (;;) {
        int index = -1;
        int flag = getopt_long(argc, argv, "", flags, &index);
        if (flag == -1) {
            break;
        }
        if (flag == '?' || (flag != 'h' && !strchr(known, flag))) {
            return refuse(argv[0], argv, flag == '?' ? -1 : index, error);
        }
        enum sley_status status = apply(options, flag, optarg, error);
        if (status != SLEY_OK) {
            return status;
        }
    }
    if (options->runs && options->time_ms) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "--runs and --time contradict each other: give one of them");
    }
    for (; optind < argc; optind++) {
        if (options->filter_count == SLEY_FILTERS_MAX) {
            return sley_error_set(error, SLEY_ERROR_USAGE, "more than %d filters",
                                  SLEY_FILTERS_MAX);
        }
        options->filters[options->filter_count++] = argv[optind];
    }
    return SLEY_OK;
}
