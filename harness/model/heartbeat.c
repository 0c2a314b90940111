#include "model/heartbeat.h"

#include "engine/engine.h"
#include "model/machine.h"

#include <sley/sley.h>

struct sley_heartbeat sley_heartbeat;

void
sley_heartbeat_reset(void)
{
    sley_heartbeat = (struct sley_heartbeat){0};
}

static void
beat(void)
{
    struct sley_heartbeat *h = &sley_heartbeat;
    uint64_t gap = sley_engine.clock_ns - h->last_ns;
    h->last_ns = sley_engine.clock_ns;
    h->gap_ns = gap > h->gap_ns ? gap : h->gap_ns;
}

static void *
entry(void *unused)
{
    struct sley_heartbeat *h = &sley_heartbeat;
    h->last_ns = sley_engine.clock_ns;
    while (!h->stop) {
        sley_model_current->task->sleep(h->period_ns);
        sley_compute_us(0);
        beat();
    }
    return unused;
}

void
sley_heartbeat_start(uint32_t period_us)
{
    if (sley_heartbeat.started || period_us == 0) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, SLEY_CALLER(),
                         "sley_heartbeat_start twice in a run, or with a period of 0");
    }
    sley_heartbeat =
        (struct sley_heartbeat){.period_ns = period_us * (uint64_t)1000, .started = true};
    sley_heartbeat.task = sley_spawn(entry, NULL);
}

uint64_t
sley_heartbeat_gap_us(void)
{
    if (!sley_heartbeat.started || sley_heartbeat.stop) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, SLEY_CALLER(),
                         "sley_heartbeat_gap_us without a heartbeat that beats");
    }
    sley_heartbeat.stop = true;
    sley_join(sley_heartbeat.task);
    return sley_heartbeat.gap_ns / 1000;
}
