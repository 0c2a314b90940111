/* The findings of the tsan lane beside those of this one. */
#ifndef SLEY_CLI_SECOND_LANE_H
#define SLEY_CLI_SECOND_LANE_H

#include "cli/ledger.h"
#include "cli/options.h"

/* Whether the program that is running has its tsan lane beside it. */
bool sley_second_lane_exists(void);

/* Runs what options select in the tsan lane, as `sley run --lane tsan` does, and notes in the
 * ledger's records what it finds; what does not run there is left alone. */
enum sley_status sley_second_lane_run(struct sley_ledger *ledger,
                                      const struct sley_options *options, struct sley_error *error);

#endif
