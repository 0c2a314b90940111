/* The failures of a command's campaigns, collected for a SARIF file. */
#ifndef SLEY_CLI_SCAN_H
#define SLEY_CLI_SCAN_H

#include "cli/listener.h"
#include "cli/session.h"

#include <jansson.h>
#include <stdio.h>

struct sley_scan {
    const struct sley_session *session; /* borrowed */
    char root[4096];                    /* that the files' names are relative to */
    const char *path;                   /* of the file; borrowed */
    FILE *file;                         /* NULL: it is written, or there is none to write */
    json_t *results;                    /* of judged campaigns, in their order */
    json_t *open; /* of the campaign under way: name -> {run, result, named} */
};

/* Fills scan and creates the file of that path, so that a wrong one is found before the first
 * campaign; path NULL: none is wanted. Names of files become relative to the working directory. */
enum sley_status sley_scan_init(struct sley_scan *scan, const struct sley_session *session,
                                const char *path, struct sley_error *error);

/* Frees what scan holds; a file that was not written is removed. */
void sley_scan_deinit(struct sley_scan *scan);

/* Notes a failure; of a name the earliest run is kept. */
enum sley_status sley_scan_failure(struct sley_scan *scan, const struct sley_target *target,
                                   const struct sley_told_failure *told, struct sley_error *error);

/* The campaign is judged: its failures get their level, in the order of their runs. `error`: the
 * finding is not the expected one, or the property does not name the verdict. `note`: the failure
 * shows what the property expects to be shown. */
void sley_scan_finding(struct sley_scan *scan, const struct sley_judgement *judgement);

/* Writes what was collected to the file. */
enum sley_status sley_scan_write(struct sley_scan *scan, struct sley_error *error);

#endif
