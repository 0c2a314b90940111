#include "cli/commands.h"
#include "cli/options.h"

#include "engine/lane.h"
#include "models/machine/calibrate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char usage[] = "usage: sley calibrate [--out FILE]\n\n"
                            "Measures in a few seconds what threads, processes and fibers cost on "
                            "this machine, and prints\n"
                            "it as a cost profile: medians, with the least and the most seen.\n"
                            "  --out FILE  write the profile there\n"
                            "exit code: 0 measured, 2 usage or operating error\n";

/* Opens where the profile goes before anything is measured, and measures. */
static enum sley_status
measure(const char *path, struct sley_error *error)
{
    static struct sley_calibration calibration;
    FILE *out = path ? fopen(path, "w") : stdout;
    if (!out) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot write %s: %s", path, strerror(errno));
    }
    enum sley_status status =
        sley_calibrate(&calibration, &(struct sley_calibrate_options){0}, error);
    if (status == SLEY_OK) {
        sley_calibration_print(out, &calibration);
        if (calibration.share < SLEY_CALIBRATE_SHARE_MIN) {
            fprintf(stderr,
                    "sley: this machine is busy with other work: do not trust the figures\n");
        }
    }
    bool failed = ferror(out) != 0;
    if (out != stdout && (fclose(out) != 0 || failed) && status == SLEY_OK) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot write %s", path);
    }
    return status;
}

static enum sley_status
calibrate(const struct sley_options *options, struct sley_error *error)
{
    if (options->filter_count) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "calibrate: argument '%s'; it takes none, see sley calibrate --help",
                              options->filters[0]);
    }
    if (sley_lane) {
        return sley_error_set(error, SLEY_ERROR_USAGE,
                              "calibrate: lane %s slows what is measured; only --lane explore is "
                              "right",
                              sley_lane->name);
    }
    return measure(options->out_given ? options->out : NULL, error);
}

int
sley_command_calibrate(const char *program, int argc, char **argv)
{
    struct sley_options options;
    struct sley_error error;
    enum sley_status status = sley_options_parse(&options, "o", argc, argv, &error);
    (void)program;
    if (status == SLEY_OK && options.help) {
        printf("%s", usage);
        return SLEY_EXIT_EXPECTED;
    }
    if (status == SLEY_OK) {
        status = calibrate(&options, &error);
    }
    if (status != SLEY_OK) {
        fprintf(stderr, "sley: %s\n", error.text);
        return SLEY_EXIT_ERROR;
    }
    return SLEY_EXIT_EXPECTED;
}
