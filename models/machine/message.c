#include "models/machine/message.h"

#include "models/fault.h"
#include "models/machine/state.h"

#include <string.h>

static enum sley_unit
unit_now(void)
{
    return sley_machine_worker(sley_engine.task)->unit;
}

/* Whether the current task has memory of its own. */
static bool
is_private(void)
{
    return unit_now() != SLEY_UNIT_THREAD && unit_now() != SLEY_UNIT_COROUTINE;
}

static uint64_t
bytes_ns(uint32_t bytes, enum sley_cost rate)
{
    return (bytes * sley_machine_cost(rate) + 1023) / 1024;
}

/* Half a round trip between two tasks of the current one's kind. */
static uint64_t
hand_over_ns(void)
{
    enum sley_unit unit = unit_now();
    if (unit == SLEY_UNIT_THREAD) {
        return sley_machine_cost(SLEY_COST_HANDOVER_THREAD);
    }
    return unit == SLEY_UNIT_COROUTINE ? sley_machine_cost(SLEY_COST_HANDOVER_COROUTINE)
                                       : sley_machine_cost(SLEY_COST_QUEUE_ROUND_TRIP) / 2;
}

/* Through the system, the bytes included. */
static uint64_t
message_ns(enum sley_transport how, uint32_t bytes)
{
    uint64_t wait_ns =
        how == SLEY_BY_PIPE ? sley_machine_cost(SLEY_COST_PIPE_ROUND_TRIP) / 2 : hand_over_ns();
    bool copies = how == SLEY_BY_PIPE || is_private();
    sley_machine.usage.message_count++;
    sley_machine.usage.copied_bytes += copies ? bytes : 0;
    if (sley_fault(SLEY_FAULT_MACHINE_MESSAGE_FREE)) {
        return 0;
    }
    return wait_ns + (copies ? bytes_ns(bytes, SLEY_COST_COPY_PIPE) : 0);
}

uint64_t
sley_message_receive_ns(enum sley_transport how, uint32_t bytes)
{
    if (how == SLEY_BY_REFERENCE) {
        return sley_machine_cost(SLEY_COST_ACCESS_SHARED);
    }
    if (how == SLEY_BY_COPY) {
        sley_machine.usage.copied_bytes += bytes;
        return bytes_ns(bytes, SLEY_COST_COPY_SHARED);
    }
    return message_ns(how, bytes);
}

uint64_t
sley_message_request_ns(uint32_t connections)
{
    if (unit_now() == SLEY_UNIT_COROUTINE) {
        return sley_machine_cost(SLEY_COST_REQUEST_COROUTINE);
    }
    uint64_t each_ns = sley_fault(SLEY_FAULT_MACHINE_REQUEST_FLAT)
                           ? 0
                           : sley_machine_cost(SLEY_COST_REQUEST_CONNECTION);
    return sley_machine_cost(SLEY_COST_REQUEST_THREAD) + connections * each_ns;
}

bool
sley_message_figure(const char *key, uint64_t *value)
{
    for (enum sley_cost cost = 0; sley_machine.cores && cost < SLEY_COST_COUNT; cost++) {
        if (strcmp(key, sley_cost_key(cost)) == 0) {
            *value = sley_machine.profile->value[cost];
            return true;
        }
    }
    return false;
}
