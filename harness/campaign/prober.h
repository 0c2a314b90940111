/* Runs of one target on demand, one after another, in a process of their own: for shrinking, which
 * executes hundreds. A crash costs a new process, and nothing else. */
#ifndef SLEY_CAMPAIGN_PROBER_H
#define SLEY_CAMPAIGN_PROBER_H

#include "campaign/target.h"
#include "search/shrink.h"

struct sley_prober;

/* Creates a prober for target, which is borrowed until destroy. Owned by the caller. */
enum sley_status sley_prober_create(struct sley_prober **prober, const struct sley_target *target,
                                    struct sley_error *error);
void sley_prober_destroy(struct sley_prober *prober);

/* Executes the run that answers with choices[choice_count]; an answer that does not fit counts as
 * 0. result is borrowed until the next run. */
enum sley_status sley_prober_run(struct sley_prober *prober, const struct sley_choice *choices,
                                 uint32_t choice_count, const struct sley_run_result **result,
                                 struct sley_error *error);

/* Shrinks the decisions of a run of target that shows a failure with that signature
 * (sley_failure_signature). run holds what the run decided, and afterwards the shrunk decisions,
 * which show the same failure. An operating error leaves run as it is. */
enum sley_status sley_prober_shrink(const struct sley_target *target, uint64_t signature,
                                    struct sley_shrink_run *run, struct sley_shrink_result *result,
                                    struct sley_error *error);

#endif
