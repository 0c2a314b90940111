/* What asyncio.run does after its main coroutine has returned. */
#include "models/coroutine/loop.h"

/* The loop stops at the end of the pass in which the callback of the main task's end runs. */
static void
pass_end_wait(uintptr_t pc)
{
    const struct loop_wait wait = {.kind = SLEY_WAIT_FUTURE, .owner = -1};
    struct loop_task *self = sley_loop_self(pc);
    sley_yield(pc);
    sley_loop.after_pass = self;
    sley_loop_switch(self, &wait, pc);
}

void
sley_loop_shutdown(void)
{
    static struct sley_async_future *others[SLEY_LOOP_CHILDREN_MAX];
    uintptr_t pc = SLEY_CALLER();
    if (sley_loop_self(pc) != sley_loop.main) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc,
                         "sley_loop_shutdown outside of the main coroutine");
    }
    sley_point(SLEY_OP_AWAIT, sley_loop_object(), pc);
    pass_end_wait(pc);
    uint32_t count = 0;
    struct loop_task *task;
    for (uint32_t i = 1; (task = sley_task_at(i)) != NULL; i++) {
        if (!sley_async_future_done(&task->future) && count < SLEY_LOOP_CHILDREN_MAX) {
            others[count++] = &task->future;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        sley_async_future_cancel(others[i]);
    }
    sley_await(sley_loop_gather(others, count, true));
    sley_loop_executors_end();
}
