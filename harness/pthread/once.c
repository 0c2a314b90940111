/* pthread_once: whoever comes first runs the initialiser, the others wait until it returned. */
#include "pthread/once.h"

#include "pthread/cleanup.h"
#include "pthread/front.h"
#include "pthread/object.h"

/* The routine's task is cancelled: as if it had never begun. */
static void
give_up(void *once)
{
    struct sley_object *o = once;
    sley_clock_release(&o->clock);
    o->gate.owner = -1;
    sley_gate_set(&o->gate, true);
}

void
sley_once(void *control, void (*routine)(void), uintptr_t pc)
{
    struct sley_object *o = sley_object_get(control, SLEY_OBJECT_ONCE, pc);
    sley_point_gate(SLEY_OP_ONCE, &o->gate, UINT64_MAX, pc);
    sley_clock_acquire(&o->clock);
    if (o->done) {
        return;
    }
    o->gate.owner = (int32_t)sley_engine.task;
    o->gate.taken_pc = sley_noted_pc(pc);
    sley_gate_set(&o->gate, false);
    struct sley_cleanup_hook hook;
    sley_cleanup_hook_begin(&hook, give_up, o);
    routine();
    sley_cleanup_hook_end(&hook);
    o->done = true;
    sley_clock_release(&o->clock);
    o->gate.owner = -1;
    sley_gate_set(&o->gate, true);
}

int
sley_pthread_once(pthread_once_t *control, void (*routine)(void))
{
    if (sley_running()) {
        sley_once(control, routine, SLEY_CALLER());
    }
    return 0;
}
