#include "pthread/interrupt.h"

#include "pthread/cancel.h"
#include "pthread/signals.h"
#include "pthread/sigtable.h"

struct sley_wait_rule
sley_rule_begin(struct sley_wait_rule rule)
{
    struct sley_thread *self = sley_thread_self();
    struct sley_wait_rule former = self->rule;
    self->rule = rule;
    self->broken = false;
    return former;
}

bool
sley_rule_end(struct sley_wait_rule former)
{
    struct sley_thread *self = sley_thread_self();
    bool broken = self->broken;
    self->rule = former;
    self->broken = false;
    return broken;
}

bool
sley_thread_attend(bool blocked)
{
    struct sley_thread *self = sley_thread_self();
    /* Handlers are no part of the wait that they come into. */
    struct sley_wait_rule rule = sley_rule_begin((struct sley_wait_rule){0});
    uint64_t awaited = self->awaited;
    self->awaited = 0;
    enum sley_handled handled = sley_signals_deliver();
    sley_rule_end(rule);
    self->awaited = awaited;
    if (sley_pending_of(sley_engine.task) & awaited) {
        sley_gate_set(&self->signal_gate, true);
    }
    if (sley_cancel_is_due(self)) {
        if (rule.cancels) {
            return true; /* who waits has something to put right first */
        }
        if (self->cancel_async && !self->shielded) {
            sley_cancel_act();
        }
    }
    bool ends = rule.restart == SLEY_RESTART_NEVER
                    ? handled != SLEY_HANDLED_NONE
                    : rule.restart == SLEY_RESTART_IF_SAID && handled == SLEY_HANDLED_BREAKS;
    self->broken = blocked && ends;
    return self->broken;
}

enum sley_waited
sley_wait_interruptible(enum sley_op op, struct sley_gate *gate, struct sley_deadline deadline,
                        enum sley_restart restart, uintptr_t pc)
{
    sley_cancel_point(pc);
    struct sley_wait_rule former = sley_rule_begin((struct sley_wait_rule){restart, true});
    bool open = sley_deadline_gate(op, gate, deadline, pc);
    bool broken = sley_rule_end(former);
    if (open) {
        return SLEY_WAITED_OPEN;
    }
    sley_deadline_in_vain(sley_step(), deadline, broken);
    sley_cancel_point(pc);
    return broken ? SLEY_WAITED_EINTR : SLEY_WAITED_LATE;
}

bool
sley_sleep_interruptible(uint64_t deadline_ns, uintptr_t pc)
{
    sley_cancel_point(pc);
    struct sley_wait_rule former =
        sley_rule_begin((struct sley_wait_rule){SLEY_RESTART_NEVER, true});
    bool slept = sley_sleep_until(deadline_ns, pc);
    sley_rule_end(former);
    sley_cancel_point(pc);
    return slept;
}
