#include "cli/fault.h"

#include "cli/lane.h"

#include "models/fault.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum sley_status
sley_fault_select(const struct sley_options *options, struct sley_error *error)
{
    char known[320] = "";
    bool more = false;
    if (!options->fault) {
        return SLEY_OK;
    }
    for (int i = SLEY_FAULT_NONE + 1; i < SLEY_FAULT_COUNT; i++) {
        size_t used = strlen(known);
        if (strcmp(sley_faults[i].name, options->fault) == 0) {
            sley_fault_current = (enum sley_fault)i;
            sley_lane_suffix_fault(sley_faults[i].name);
            return SLEY_OK;
        }
        more |= used + strlen(sley_faults[i].name) + 3 > sizeof known;
        snprintf(known + used, more ? 0 : sizeof known - used, "%s%s", used ? ", " : "",
                 sley_faults[i].name);
    }
    return sley_error_set(error, SLEY_ERROR_USAGE, "unknown fault '%s'; known are %s%s",
                          options->fault, known[0] ? known : "none",
                          more ? " and others (sley list --faults)" : "");
}

void
sley_fault_list(bool json)
{
    for (int i = SLEY_FAULT_NONE + 1; i < SLEY_FAULT_COUNT; i++) {
        const struct sley_fault_entry *fault = &sley_faults[i];
        if (!json) {
            printf("%s\n    %s: %s; noticed by %s\n", fault->name, fault->model, fault->what,
                   fault->killer);
            continue;
        }
        json_t *line =
            json_pack("{s:s, s:s, s:s, s:s, s:s}", "type", "fault", "name", fault->name, "model",
                      fault->model, "what", fault->what, "killer", fault->killer);
        json_dumpf(line, stdout, JSON_COMPACT);
        printf("\n");
        json_decref(line);
    }
}

void
sley_fault_announce(const struct sley_options *options)
{
    const struct sley_fault_entry *fault = &sley_faults[sley_fault_current];
    if (sley_fault_current == SLEY_FAULT_NONE) {
        return;
    }
    if (!options->json) {
        printf("%sa planted fault is active: %s (model %s: %s)\n", options->tap ? "# " : "",
               fault->name, fault->model, fault->what);
        return;
    }
    json_t *line = json_pack("{s:s, s:s, s:s, s:s}", "type", "fault", "name", fault->name, "model",
                             fault->model, "what", fault->what);
    json_dumpf(line, stdout, JSON_COMPACT);
    printf("\n");
    json_decref(line);
}
