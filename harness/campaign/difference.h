/* What a run did, event by event: enough to say where two executions of it part. */
#ifndef SLEY_CAMPAIGN_DIFFERENCE_H
#define SLEY_CAMPAIGN_DIFFERENCE_H

#include "engine/engine.h"

enum { SLEY_RECORDED_MAX = 1 << 16 /* events of a run that are compared */ };

struct sley_recording {
    uint32_t count;
    struct {
        uint32_t object;
        uint16_t task;
        uint8_t op;
    } event[SLEY_RECORDED_MAX];
};

/* Memory for `count` recordings, shared with processes forked later; never given back. NULL: the
 * system refused. */
struct sley_recording *sley_recording_create(uint32_t count);

/* An observer that fills recording, which is emptied. */
struct sley_observer sley_recording_observer(struct sley_recording *recording);

/* Says in text[size] where the two part. */
void sley_recording_compare(const struct sley_recording *a, const struct sley_recording *b,
                            char *text, size_t size);

/* Whether two executions were the same run, as far as their results tell. */
bool sley_results_agree(const struct sley_run_result *a, const struct sley_run_result *b);

#endif
