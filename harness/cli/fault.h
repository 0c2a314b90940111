/* The flag --fault: a fault planted into a model, as the mutation tests do. */
#ifndef SLEY_CLI_FAULT_H
#define SLEY_CLI_FAULT_H

#include "cli/options.h"

/* Makes the fault that the options name the active one. SLEY_ERROR_USAGE lists the known ones. */
enum sley_status sley_fault_select(const struct sley_options *options, struct sley_error *error);

/* Prints the faults that can be planted, and which property notices each. */
void sley_fault_list(bool json);

/* Says which fault is active, on the first line of a command's output; nothing if none is. */
void sley_fault_announce(const struct sley_options *options);

#endif
