/* The statistics of a campaign, for people and for programs (docs/statistics.md). */
#ifndef SLEY_CLI_STATISTICS_H
#define SLEY_CLI_STATISTICS_H

#include "cli/session.h"

#include <jansson.h>

/* Prints at most five lines; with each_strategy, one more for every strategy of a mix. */
void sley_statistics_print(FILE *out, const struct sley_campaign *campaign, bool each_strategy);

/* All numbers, owned by the caller. What depends on the machine's speed only if timed. */
json_t *sley_statistics_pack(const struct sley_campaign *campaign, bool timed);

#endif
