/* The second campaign of a property whose outcomes are held against those of another model. */
#ifndef SLEY_CLI_REFERENCE_H
#define SLEY_CLI_REFERENCE_H

#include "campaign/campaign.h"

/* Runs the property of campaign in the other model, as campaign ran, and makes reference, whose
 * tally is owned by the caller until sley_campaign_deinit, the campaign's. Nothing happens if the
 * property names no other model. */
enum sley_status sley_reference_run(struct sley_campaign *reference, struct sley_campaign *campaign,
                                    struct sley_error *error);

#endif
