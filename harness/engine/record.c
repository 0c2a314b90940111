/* Verdicts of the current run, logical objects, and the report of a race. */
#include "engine/access.h"
#include "engine/internal.h"
#include "engine/lane.h"
#include "engine/suppress.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct sley_failure *
sley_verdict_at(enum sley_verdict verdict, uintptr_t address, uintptr_t place,
                uintptr_t second_place, const char *text)
{
    struct sley_engine *e = &sley_engine;
    struct sley_run_result *result = e->result;
    if (e->options->ignored >> verdict & 1) {
        return NULL;
    }
    result->verdicts |= 1u << verdict;
    for (uint32_t i = 0; i < result->failure_count; i++) {
        const struct sley_failure *known = &result->failure[i];
        if (known->verdict == verdict && known->pc[0] == place && known->address == address) {
            return NULL; /* said already */
        }
    }
    if (result->failure_count == SLEY_FAILURES_MAX) {
        return NULL;
    }
    struct sley_failure *failure = &result->failure[result->failure_count++];
    memset(failure, 0, sizeof *failure);
    failure->verdict = verdict;
    failure->task[0] = e->task;
    failure->task[1] = SLEY_TASKS_MAX;
    failure->step[0] = sley_step();
    failure->pc[0] = place;
    failure->pc[1] = second_place;
    failure->address = address;
    snprintf(failure->text, sizeof failure->text, "%s", text);
    return failure;
}

struct sley_failure *
sley_verdict(enum sley_verdict verdict, uintptr_t address, uintptr_t pc, const char *text)
{
    return sley_verdict_at(verdict, address, sley_user_pc(pc, NULL), 0, text);
}

void
sley_verdict_end(enum sley_verdict verdict, uintptr_t address, uintptr_t pc, const char *text)
{
    sley_verdict(verdict, address, pc, text);
    sley_run_end();
}

uint64_t
sley_object_key(uintptr_t address)
{
    const struct sley_engine *e = &sley_engine;
    uintptr_t offset = address - e->globals_low;
    if (offset < e->globals_size && e->globals_key[offset] != 0) {
        return e->globals_key[offset]; /* 0: the harness's own, between the program's sections */
    }
    offset = address - (uintptr_t)e->task_table;
    if (offset < sizeof e->task_table) {
        return (uint64_t)1 << 37 | offset / sizeof e->task_table[0];
    }
    offset = address - e->shared_low;
    if (offset < e->shared_size) {
        return (uint64_t)1 << 38 | offset; /* by task and what the task allocated before */
    }
    const struct sley_block *block = sley_heap_find(address);
    if (block) {
        return block->key + (address - block->base);
    }
    offset = address - e->front_low;
    if (offset < e->front_size) {
        return (uint64_t)1 << 39 | offset;
    }
    offset = address - e->stacks_low;
    if (offset < e->stacks_size) {
        /* The task alone: how deep a frame lies depends on how the harness below it was built. */
        return (uint64_t)1 << 36 | offset / (e->stacks_size / SLEY_TASKS_MAX);
    }
    return address == 0 ? 0 : 1; /* memory of libc and the like has no identity of its own */
}

uint64_t
sley_access_key(uintptr_t address, uint32_t size, bool writes, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    if (address - e->arena_low < e->arena_size && (e->check & SLEY_CHECK_HEAP)) {
        const struct sley_block *block = sley_heap_find(address);
        if (!block || sley_heap_is_freed(block) || address + size > block->base + block->size) {
            sley_heap_misuse(address, size, writes, pc);
        }
        if (block && e->processes && sley_heap_is_foreign(block)) {
            sley_heap_foreign(address, size, writes, pc);
        }
        return block ? block->key + (address - block->base) : 1;
    }
    return sley_object_key(address);
}

/* Code place of an earlier step, 0 when the ring has moved on. */
static uintptr_t
pc_of_step(uint32_t step)
{
    const struct sley_engine *e = &sley_engine;
    if (e->step - step >= SLEY_PC_RING) {
        return 0;
    }
    if (e->check & SLEY_CHECK_OBSERVE) {
        return sley_observed_place(step);
    }
    uintptr_t high = (uintptr_t)&sley_engine & ~(uintptr_t)UINT32_MAX;
    return high | e->pc_ring[step % SLEY_PC_RING];
}

void
sley_access_report(const struct sley_race *race, uintptr_t address, unsigned kind, uint32_t size,
                   uintptr_t pc)
{
    uintptr_t errno_address = (uintptr_t)&errno;
    if (address >= errno_address && address < errno_address + sizeof(int)) {
        return; /* saved and restored with each switch: every task has its own */
    }
    if (sley_benign_touches(address, size)) {
        return;
    }
    struct sley_engine *e = &sley_engine;
    if (sley_lane) {
        e->result->own_race = true; /* the verdict is the other detector's */
        return;
    }
    uintptr_t earlier = pc_of_step(race->step);
    struct sley_run_result *result = e->result;
    uintptr_t place = sley_user_pc(pc, NULL);
    result->verdicts |= SLEY_BIT(RACE);
    for (uint32_t i = 0; i < result->failure_count; i++) {
        const struct sley_failure *known = &result->failure[i];
        if (known->verdict == SLEY_VERDICT_RACE && known->pc[0] == place &&
            known->pc[1] == earlier) {
            return;
        }
    }
    struct sley_failure *failure = sley_verdict(SLEY_VERDICT_RACE, address, pc, "");
    if (failure) {
        failure->task[1] = race->task;
        failure->step[1] = e->options->places ? sley_places_step(race->step) : race->step - e->base;
        failure->pc[1] = earlier;
        failure->detail = kind | (race->writes ? 4u : 0u) | (race->atomic ? 8u : 0u) | size << 8;
    }
    if (e->options->stop_at_race) {
        sley_run_end();
    }
}

void
sley_access_race_range(uintptr_t address, size_t size, unsigned kind, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    if (!(e->check & SLEY_CHECK_RACE) || sley_ignores(SLEY_IGNORED_ACCESSES)) {
        return;
    }
    uintptr_t end = address + size;
    while (address < end) {
        uint32_t part = 8 - (uint32_t)(address & 7);
        if (part > end - address) {
            part = (uint32_t)(end - address);
        }
        struct sley_race race;
        uintptr_t place = sley_place_of(address);
        if (e->processes && sley_baton_is_private(address)) {
            /* Two processes that name one variable put the question whether it is shared, though
             * the answer is no: such a campaign is not vacuous. */
            sley_race_access(sley_baton_name(address), sley_access_bytes(address, part), e->task,
                             e->step, kind, &race);
        }
        if (sley_race_access(place, sley_access_bytes(address, part), e->task, e->step, kind,
                             &race)) {
            sley_access_report(&race, address, kind, part, pc);
        }
        address += part;
    }
}
