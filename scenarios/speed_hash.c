/* Hashing and encrypting in threads: what hashlib releases the interpreter lock for (000:18,
 * 000:150, 000:274). */
#include "scenarios/extension.h"

enum { CALLS = 20, HASH_PS_PER_BYTE = 1000, HASH_RELEASES_FROM = 2048 };

static int
drawn_count(void)
{
    return sley_draw(2, EXTENSION_TASKS_MAX);
}

/* bytes + 2^32 * ns of bytecodes around each call. CPython's _hashopenssl.c releases the lock from
 * 2048 bytes on. */
static void *
hash(void *argument)
{
    uint32_t bytes = (uint32_t)(uintptr_t)argument;
    uint32_t around_ns = (uint32_t)((uintptr_t)argument >> 32);
    for (int i = 0; i < CALLS; i++) {
        sley_call_bytes(bytes, HASH_PS_PER_BYTE, around_ns, bytes >= HASH_RELEASES_FROM);
    }
    return NULL;
}

static void
large_hashes_pay(void)
{
    uintptr_t bytes = (uintptr_t)sley_draw(65536, 1 << 20);
    sley_check(pays(drawn_count(), "cpython", hash, (uintptr_t)500 << 32 | bytes));
}

static void
small_hashes_pay(void)
{
    uintptr_t bytes = (uintptr_t)sley_draw(1, HASH_RELEASES_FROM - 1);
    sley_check(pays(drawn_count(), "ideal", hash, bytes));
}

/* At a ns a byte, twice their time. */
static void
hashes_among_bytecodes_pay(void)
{
    uintptr_t bytes = (uintptr_t)sley_draw(HASH_RELEASES_FROM, 2 * HASH_RELEASES_FROM);
    sley_check(pays(drawn_count(), "ideal", hash, 2 * bytes << 32 | bytes));
}

/* --- encryption --- */

static void
encryption_is_not_sped_up(void)
{
    bool in_c = sley_draw(0, 1);
    int count = sley_draw(2, 4);
    uintptr_t duration_us = (uintptr_t)sley_draw(5000, 8000);
    sley_machine_set((uint32_t)count, "cpython");
    void *(*encrypt)(void *) = in_c ? call_released : execute_bytecodes;
    uint64_t row_ns = in_a_row_ns(count, encrypt, duration_us);
    sley_check(together_ns(count, encrypt, duration_us) >= row_ns);
}

static void
encryption_pays(void)
{
    void *(*encrypt)(void *) = sley_draw(0, 1) ? call_released : execute_bytecodes;
    sley_check(pays(drawn_count(), "cpython", encrypt, (uintptr_t)sley_draw(20000, 100000)));
}

static const char on_the_loop[] = "on the loop's thread they come one after the other";
static const char not_released[] = "below 2048 bytes hashlib keeps the lock";
static const char in_c[] = "implemented in C it releases the lock";

const struct sley_property sley_scenario_speed_hash[] = {
    {
        .name = "gil-hashlib-parallel",
        .claim = "gil-hashlib-parallel",
        .source = "000:150",
        .says = "2 to 8 tasks that hash 20 buffers each are done in two thirds of the time of one "
                "that does it all, or less",
        .when = "buffers of 64 KiB or more",
        .quantifier = SLEY_ALWAYS,
        .body = large_hashes_pay,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""), {"coroutine", SLEY_REFUTED, on_the_loop}},
    },
    {
        .name = "gil-hashlib-parallel.small",
        .claim = "gil-hashlib-parallel",
        .source = "000:150",
        .says = "2 to 8 tasks that hash 20 buffers each are done in two thirds of the time of one "
                "that does it all, or less",
        .when = "buffers below 2048 bytes",
        .quantifier = SLEY_ALWAYS,
        .body = small_hashes_pay,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_REFUTED, not_released),
                   {"gil:free", SLEY_CONFIRMED, "there is no lock to keep"},
                   {"coroutine", SLEY_REFUTED, on_the_loop}},
    },
    {
        .name = "gil-hashlib-parallel.just-above",
        .claim = "gil-hashlib-parallel",
        .source = "000:150",
        .says = "2 to 8 tasks that hash 20 buffers each are done in two thirds of the time of one "
                "that does it all, or less",
        .when = "buffers of 2 to 4 KiB, with twice their time in bytecodes around each call",
        .quantifier = SLEY_ALWAYS,
        .body = hashes_among_bytecodes_pay,
        .timed = true,
        .runs = 100,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_REFUTED, "the bytecodes around the calls add up"),
                   {"gil:free", SLEY_CONFIRMED, "there is no lock to keep"},
                   {"coroutine", SLEY_REFUTED, on_the_loop}},
    },
    {
        .name = "gil-crypto-no-thread-speedup",
        .claim = "gil-crypto-no-thread-speedup",
        .source = "000:18",
        .says = "2 to 4 tasks that encrypt, in bytecodes or in C, are not done sooner than one "
                "that does it all",
        .quantifier = SLEY_ALWAYS,
        .body = encryption_is_not_sped_up,
        .timed = true,
        .runs = 30,
        .steps_max = 100000,
        .expect = {SLEY_EXPECT_LOCKED(SLEY_REFUTED, in_c),
                   {"gil:free", SLEY_REFUTED, "without a lock in bytecodes, too"},
                   {"coroutine", SLEY_CONFIRMED, on_the_loop}},
    },
    {
        .name = "gil-crypto-no-thread-speedup.processes",
        .claim = "gil-crypto-no-thread-speedup",
        .source = "000:274",
        .says = "2 to 8 tasks that encrypt, in bytecodes or in C, are done in two thirds of "
                "the time of one that does it all, or less",
        .when = "by processes instead",
        .quantifier = SLEY_ALWAYS,
        .body = encryption_pays,
        .timed = true,
        .runs = 100,
        .expect = {{"gil:py310", SLEY_REFUTED, "in bytecodes threads take turns"},
                   {"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
