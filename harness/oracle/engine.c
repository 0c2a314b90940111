/* What the oracles need of the engine; harness/native has its own. */
#include <sley/oracle.h>

#include "engine/engine.h"
#include "oracle/lane.h"

uint64_t
sley_stamp(void)
{
    return sley_engine.step;
}

uint32_t
sley_oracle_task(void)
{
    return sley_engine.task;
}

void
sley_oracle_fail(uintptr_t pc, const char *text)
{
    sley_verdict_end(SLEY_VERDICT_ASSERTION, 0, pc, text);
}

void
sley_oracle_misuse(uintptr_t pc, const char *text)
{
    sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, text);
}

void
sley_oracle_observe(const struct sley_call *call, bool leaves, uintptr_t pc)
{
    sley_note(leaves ? SLEY_OP_LEAVE : SLEY_OP_ENTER, (uintptr_t)call, pc);
}
