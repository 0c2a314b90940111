/* What a worker found, told to whoever listens to the campaign. */
#ifndef SLEY_CAMPAIGN_REPORTER_H
#define SLEY_CAMPAIGN_REPORTER_H

#include "campaign/worker.h"

/* Tells the campaign's listener of the fresh failures and the fresh outcome of the run in channel,
 * each with its token. search is NULL for strategies. */
enum sley_status sley_reporter_tell(const struct sley_campaign *campaign,
                                    const struct sley_search *search,
                                    const struct sley_channel *channel, struct sley_error *error);

#endif
