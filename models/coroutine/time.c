/* What takes time in a coroutine: computing keeps the loop to itself, I/O is awaited. */
#include "models/coroutine/loop.h"

#include "models/machine/machine.h"

/* C code, too, runs on the loop's thread. */
static void
call(uint64_t duration_ns, bool releases, uintptr_t pc)
{
    (void)releases; /* nobody else is let in: the turn is not given away */
    sley_machine_execute(duration_ns, pc);
}

static void
io(uint64_t duration_ns, uintptr_t pc)
{
    sley_point(SLEY_OP_IO, 0, pc);
    if (duration_ns) {
        sley_loop_suspend_until(sley_engine.clock_ns + duration_ns, SLEY_WAIT_SLEEP, 0, pc);
    }
}

const struct sley_model_time_ops sley_coroutine_time_ops = {
    .compute = sley_machine_execute,
    .call = call,
    .io = io,
    .block = sley_machine_wait,
};
