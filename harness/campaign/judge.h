/* The judge's parts: what finding.c and judge_outcomes.c share. */
#ifndef SLEY_CAMPAIGN_JUDGE_H
#define SLEY_CAMPAIGN_JUDGE_H

#include "campaign/finding.h"

/* Why the absence of something would say nothing: no two tasks met, or nothing was ever scheduled
 * differently. NULL: it says something. */
const char *sley_judge_vacuous(const struct sley_campaign *campaign);

/* Judge a campaign of at least one run whose property has the quantifier SLEY_OUTCOMES, or
 * SLEY_RATIO. judgement says inconclusive until then. */
void sley_judge_outcomes(struct sley_judgement *judgement, const struct sley_campaign *campaign);
void sley_judge_ratio(struct sley_judgement *judgement, const struct sley_campaign *campaign);

#endif
