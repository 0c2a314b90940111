#include "campaign/difference.h"

#include "engine/lane.h"

#include <stdio.h>
#include <sys/mman.h>

struct sley_recording *
sley_recording_create(uint32_t count)
{
    void *at = mmap(NULL, count * sizeof(struct sley_recording), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

static void
record(void *context, const struct sley_event *event)
{
    struct sley_recording *recording = context;
    if (recording->count < SLEY_RECORDED_MAX) {
        uint32_t at = recording->count++;
        recording->event[at].object = event->object;
        recording->event[at].task = event->task;
        recording->event[at].op = event->op;
    }
}

struct sley_observer
sley_recording_observer(struct sley_recording *recording)
{
    recording->count = 0;
    return (struct sley_observer){.event = record, .context = recording};
}

void
sley_recording_compare(const struct sley_recording *a, const struct sley_recording *b, char *text,
                       size_t size)
{
    uint32_t i = 0;
    while (i < a->count && i < b->count && a->event[i].task == b->event[i].task &&
           a->event[i].op == b->event[i].op && a->event[i].object == b->event[i].object) {
        i++;
    }
    if (i < a->count && i < b->count) {
        snprintf(text, size, "event %u differs: task %u %s, then task %u %s%s", i + 1,
                 a->event[i].task, sley_op_text((enum sley_op)a->event[i].op), b->event[i].task,
                 sley_op_text((enum sley_op)b->event[i].op),
                 a->event[i].op == b->event[i].op ? " another object" : "");
    } else if (a->count != b->count) {
        snprintf(text, size, "one execution ends after event %u, another goes on", i);
    } else {
        snprintf(text, size, "two executions differ, two observed ones do not");
    }
}

bool
sley_results_agree(const struct sley_run_result *a, const struct sley_run_result *b)
{
    /* Another lane's detector may forget an access that it saw the first time. */
    uint32_t compared = sley_lane ? ~SLEY_BIT(RACE) : ~0u;
    return a->hash == b->hash && a->step_count == b->step_count &&
           (a->verdicts & compared) == (b->verdicts & compared);
}
