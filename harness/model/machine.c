/* The operations of machine.h, handed to the current model and the virtual machine. */
#include "model/machine.h"

#include "engine/engine.h"
#include "model/heartbeat.h"

const struct sley_machine_ops *sley_machine_current;

static const uint64_t ns_per_us = 1000;

void
sley_machine_reset(void)
{
    sley_machine_current = NULL;
    sley_heartbeat_reset();
}

static const struct sley_model_time_ops *
times(void)
{
    return sley_model_current->time ? sley_model_current->time : sley_machine_current->time;
}

static void
misuse(const char *text)
{
    sley_verdict_end(SLEY_VERDICT_MISUSE, 0, SLEY_CALLER(), text);
}

void
sley_machine_set(uint32_t cores, const char *profile)
{
    const char *wrong = "a model without a virtual machine";
    if (!sley_engine.options->strict_time) {
        misuse("sley_machine_set in a property that is not .timed");
    }
    if (sley_machine_current) {
        wrong = sley_machine_current->set(cores, profile);
    }
    if (wrong) {
        misuse(wrong);
    }
}

void
sley_machine_bandwidth(uint32_t bytes_per_us)
{
    sley_machine_current->bandwidth(bytes_per_us);
}

void
sley_machine_place_outside(void)
{
    sley_machine_current->place_outside();
}

void
sley_machine_pin(uint32_t core)
{
    const char *wrong = sley_machine_current->pin(core);
    if (wrong) {
        misuse(wrong);
    }
}

void
sley_compute_us(uint32_t duration_us)
{
    sley_machine_current->enter();
    times()->compute(duration_us * ns_per_us, SLEY_CALLER());
    sley_machine_current->leave();
}

void
sley_io_us(uint32_t duration_us)
{
    sley_machine_current->enter();
    times()->io(duration_us * ns_per_us, SLEY_CALLER());
    sley_machine_current->leave();
}

void
sley_block_us(uint32_t duration_us)
{
    const struct sley_model_time_ops *time = times();
    sley_machine_current->enter();
    (time->block ? time->block : time->io)(duration_us * ns_per_us, SLEY_CALLER());
    sley_machine_current->leave();
}

static void
call(uint64_t duration_ns, bool releases, uintptr_t pc)
{
    sley_machine_current->outside(releases);
    times()->call(duration_ns, releases, pc);
    sley_machine_current->outside(false);
}

void
sley_call_us(uint32_t duration_us, bool releases)
{
    sley_machine_current->enter();
    call(duration_us * ns_per_us, releases, SLEY_CALLER());
    sley_machine_current->leave();
}

void
sley_call_bytes(uint32_t bytes, uint32_t ps_per_byte, uint32_t overhead_ns, bool releases)
{
    if (ps_per_byte < 1 || ps_per_byte > 1000000) {
        misuse("sley_call_bytes with ps_per_byte outside 1..1,000,000");
    }
    uint64_t duration_ns = ((uint64_t)bytes * ps_per_byte + 999) / 1000;
    sley_machine_current->enter();
    if (overhead_ns) {
        times()->compute(overhead_ns, SLEY_CALLER());
    }
    sley_machine_current->demand(1000000 / ps_per_byte);
    call(duration_ns, releases, SLEY_CALLER());
    sley_machine_current->demand(0);
    sley_machine_current->leave();
}

/* A cost of the profile; 0 is no point. */
static void
pay(uint64_t duration_ns, uintptr_t pc)
{
    if (duration_ns) {
        sley_machine_current->enter();
        times()->compute(duration_ns, pc);
        sley_machine_current->leave();
    }
}

void
sley_serialise_bytes(uint32_t bytes)
{
    pay(sley_machine_current->serialise_ns(bytes, false), SLEY_CALLER());
}

void
sley_deserialise_bytes(uint32_t bytes)
{
    pay(sley_machine_current->serialise_ns(bytes, true), SLEY_CALLER());
}

void
sley_receive_bytes(enum sley_transport how, uint32_t bytes)
{
    pay(sley_machine_current->receive_ns(how, bytes), SLEY_CALLER());
}

void
sley_serve_request(uint32_t connections)
{
    pay(sley_machine_current->request_ns(connections), SLEY_CALLER());
}

uint64_t
sley_figure(const char *key)
{
    uint64_t value = 0;
    if (!sley_machine_current->figure(key, &value)) {
        misuse("sley_figure of a key that no profile has, or before sley_machine_set");
    }
    return value;
}

static const struct sley_machine_memory_ops *
memory_ops(uintptr_t pc)
{
    if (!sley_machine_current->timed()) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc,
                         "memory is counted after sley_machine_set only");
    }
    return sley_machine_current->memory;
}

void
sley_memory_load(struct sley_memory *memory, uint64_t bytes)
{
    memory_ops(SLEY_CALLER())->load(memory, bytes, SLEY_CALLER());
}

void
sley_memory_write(const struct sley_memory *memory, uint64_t bytes)
{
    memory_ops(SLEY_CALLER())->write(memory, bytes, SLEY_CALLER());
}

void
sley_memory_receive(struct sley_memory *memory, uint32_t bytes)
{
    const struct sley_machine_memory_ops *ops = memory_ops(SLEY_CALLER());
    if (sley_machine_current->is_private()) {
        ops->load(memory, bytes, SLEY_CALLER());
        pay(sley_machine_current->serialise_ns(bytes, true), SLEY_CALLER());
    }
}

void
sley_hand_over(enum sley_hand_over kind)
{
    pay(sley_machine_current ? sley_machine_current->hand_over_ns(kind) : 0, SLEY_CALLER());
}

/* Under the strict clock no other task moves the time while this one runs. */
uint64_t
sley_now_ns(void)
{
    return sley_running() && sley_engine.options->strict_time ? sley_engine.clock_ns
                                                              : sley_clock_read(SLEY_CALLER());
}

uint64_t
sley_now_us(void)
{
    return sley_now_ns() / ns_per_us;
}

struct sley_usage
sley_usage(void)
{
    struct sley_usage usage = {0};
    sley_machine_current->usage(&usage);
    return usage;
}

struct sley_unit_costs
sley_unit_costs(enum sley_unit unit)
{
    return sley_machine_current->costs(unit);
}
