/* The failures of a command's campaigns, collected for a SARIF file. */
#ifndef SLEY_CLI_SCAN_H
#define SLEY_CLI_SCAN_H

#include "cli/listener.h"
#include "cli/session.h"

#include <jansson.h>

struct sley_scan {
    const struct sley_session *session; /* borrowed */
    char root[4096];                    /* that the files' names are relative to */
    json_t *results;                    /* of judged campaigns, in their order */
    json_t *open; /* of the campaign under way: name -> {run, result, named} */
};

/* Fills scan: names of files become relative to the working directory. */
enum sley_status sley_scan_init(struct sley_scan *scan, const struct sley_session *session,
                                struct sley_error *error);
void sley_scan_deinit(struct sley_scan *scan);

/* Notes a failure; of a name the earliest run is kept. */
enum sley_status sley_scan_failure(struct sley_scan *scan, const struct sley_target *target,
                                   const struct sley_told_failure *told, struct sley_error *error);

/* The campaign is judged: its failures get their level, in the order of their runs. `error`: the
 * finding is not the expected one, or the property does not name the verdict. `note`: the failure
 * shows what the property expects to be shown. */
void sley_scan_finding(struct sley_scan *scan, const struct sley_judgement *judgement);

/* Writes what was collected to path. */
enum sley_status sley_scan_write(const struct sley_scan *scan, const char *path,
                                 struct sley_error *error);

#endif
