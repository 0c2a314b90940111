/* Barriers: nobody goes on before all have come, round after round; and what breaks them. */
#include "scenarios/object.h"

#include <sley/shared.h>

enum { PARTIES_MAX = 3, ROUNDS_MAX = 3 };

static struct sley_barrier barrier;
static struct sley_lock guard;

/* What the tasks find out, where all of them see it. */
static struct {
    int parties, rounds;
    int arrived[ROUNDS_MAX], indices[ROUNDS_MAX];
    int broken_count;
} * shared;

static void *
take_part(void *unused)
{
    for (int round = 0; round < shared->rounds; round++) {
        sley_with (&guard) {
            sley_add(&shared->arrived[round], 1);
        }
        int index = sley_barrier_wait(&barrier);
        sley_with (&guard) {
            sley_check(sley_load(&shared->arrived[round]) == shared->parties);
            sley_check(index >= 0 && index < shared->parties);
            sley_add(&shared->indices[round], 1 << index);
        }
    }
    return unused;
}

static void
run_rounds(int party_count, int round_count)
{
    shared->parties = party_count;
    shared->rounds = round_count;
    sley_lock_init(&guard);
    sley_barrier_init(&barrier, (uint32_t)shared->parties);
    sley_gather(shared->parties, take_part);
    for (int round = 0; round < shared->rounds; round++) {
        sley_check(shared->indices[round] == (1 << shared->parties) - 1);
    }
    sley_check(!sley_barrier_is_broken(&barrier));
    sley_barrier_destroy(&barrier);
}

static void
many_rounds(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    int party_count = sley_draw(1, PARTIES_MAX);
    run_rounds(party_count, sley_draw(1, ROUNDS_MAX));
}

static void
one_round(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    run_rounds(2, 1);
}

static void *
wait_in_vain(void *timeout_ms)
{
    int index = timeout_ms ? sley_barrier_wait_for_ms(&barrier, (uint32_t)(uintptr_t)timeout_ms)
                           : sley_barrier_wait(&barrier);
    sley_with (&guard) {
        sley_add(&shared->broken_count, index == SLEY_BARRIER_BROKEN ? 1 : 0);
    }
    return timeout_ms;
}

static void
begin(uint32_t party_count)
{
    sley_lock_init(&guard);
    sley_barrier_init(&barrier, party_count);
}

/* Two of three come; the one with a time-out gives up, and the other learns of it. */
static void
timeout_breaks(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    begin(3);
    uintptr_t a = sley_spawn(wait_in_vain, (void *)10);
    uintptr_t b = sley_spawn(wait_in_vain, 0);
    sley_join(a);
    sley_join(b);
    sley_check(shared->broken_count == 2);
    sley_check(sley_barrier_is_broken(&barrier));
    sley_check(sley_barrier_wait(&barrier) == SLEY_BARRIER_BROKEN);
}

static void
abort_breaks(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    begin(3);
    uintptr_t a = sley_spawn(wait_in_vain, 0);
    uintptr_t b = sley_spawn(wait_in_vain, 0);
    sley_pause();
    sley_barrier_abort(&barrier);
    sley_join(a);
    sley_join(b);
    sley_check(shared->broken_count == 2 && sley_barrier_is_broken(&barrier));
    sley_barrier_reset(&barrier);
    sley_check(!sley_barrier_is_broken(&barrier));
}

/* Time is strict here: the first waits when the reset comes, and the others come after it. */
static void
reset_renews(void)
{
    shared = sley_shared_allocate(sizeof *shared);
    begin(2);
    uintptr_t first = sley_spawn(wait_in_vain, 0);
    sley_sleep_ms(10);
    sley_barrier_reset(&barrier);
    uintptr_t second = sley_spawn(wait_in_vain, 0);
    int index = sley_barrier_wait(&barrier);
    sley_join(first);
    sley_join(second);
    sley_check(shared->broken_count == 1 && index != SLEY_BARRIER_BROKEN);
}

const struct sley_property sley_scenario_object_barrier[] = {
    {
        SLEY_CONTRACT_SEARCHED("object-barrier.one-round", "threading.Barrier.wait",
                               "two parties of one round wait for each other", one_round),
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        SLEY_CONTRACT_EVERYWHERE(
            "object-barrier.rounds", "threading.Barrier",
            "in every round nobody goes on before all have come, and each index of "
            "arrival is given once",
            many_rounds),
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-barrier.timeout", "threading.Barrier.wait",
                                 "a time-out breaks the barrier for all", timeout_breaks),
        .falsifier = "fault:barrier.open",
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-barrier.abort", "threading.Barrier.abort",
                                 "an abort breaks the barrier for all; a reset renews it",
                                 abort_breaks),
        .falsifier = "fault:barrier.open",
    },
    {
        SLEY_CONTRACT_EVERYWHERE("object-barrier.reset", "threading.Barrier.reset",
                                 "a reset breaks the round that waits, and the next one works",
                                 reset_renews),
        .falsifier = "fault:barrier.no-generation",
        .strict_time = true,
    },
    {0},
};
