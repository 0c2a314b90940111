/* The driver of a campaign: hands out blocks of runs to worker processes, replaces those that die,
 * and merges what they found in the order of the blocks. */
#ifndef SLEY_CAMPAIGN_DRIVER_H
#define SLEY_CAMPAIGN_DRIVER_H

#include "campaign/campaign.h"

/* Executes the runs of a configured campaign into its tally. */
enum sley_status sley_driver_run(struct sley_campaign *campaign, struct sley_error *error);

#endif
