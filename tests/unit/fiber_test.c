#include "engine/fiber.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fenv.h>
#include <stdbool.h>
#include <sys/mman.h>

/* The engine is not linked, and CMocka is asked on the driver alone. */
enum { FIBERS_MAX = 64, SWITCHES = 20000, DEPTH = 400, STACK_SIZE = 256 << 10 };

static struct sley_fiber driver;
static struct sley_fiber fibers[FIBERS_MAX];
static char *stacks; /* of all fibers, fresh for each test */
static void *finished_with[FIBERS_MAX];
static uintptr_t finished_frame;
static volatile uintptr_t seen[FIBERS_MAX];

static int
set_up(void **state)
{
    (void)state;
    stacks = mmap(NULL, (size_t)FIBERS_MAX * STACK_SIZE, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return stacks == MAP_FAILED ? -1 : 0;
}

static int
tear_down(void **state)
{
    (void)state;
    return munmap(stacks, (size_t)FIBERS_MAX * STACK_SIZE);
}

static void
finish(void *result)
{
    uint32_t self = (uint32_t)((uintptr_t)result % FIBERS_MAX);
    finished_with[self] = result;
    finished_frame = (uintptr_t)__builtin_frame_address(0);
    sley_fiber_leave(&fibers[self], &driver);
}

static void
start(uint32_t index, void *(*entry)(void *))
{
    sley_fiber_init(&fibers[index], stacks + (size_t)index * STACK_SIZE, STACK_SIZE, entry,
                    (void *)(uintptr_t)index, finish);
    finished_with[index] = NULL;
}

static void
resume(uint32_t index)
{
    sley_fiber_switch(&driver, &fibers[index]);
}

static void
give_way(uint32_t index)
{
    sley_fiber_switch(&fibers[index], &driver);
}

static bool
on_stack(uintptr_t address, uint32_t index)
{
    uintptr_t low = (uintptr_t)stacks + (size_t)index * STACK_SIZE;
    return address >= low && address < low + STACK_SIZE;
}

static void *
look_around(void *argument)
{
    _Alignas(16) volatile char local[16] = {0};
    seen[0] = (uintptr_t)argument;
    seen[1] = (uintptr_t)&local[0];
    seen[2] = (uintptr_t)__builtin_frame_address(0);
    return (void *)((uintptr_t)argument + FIBERS_MAX);
}

static void
an_entry_gets_its_argument_on_an_aligned_stack_of_its_own(void **state)
{
    (void)state;
    start(3, look_around);
    resume(3);
    assert_int_equal(seen[0], 3);
    assert_int_equal(seen[1] % 16, 0);
    assert_int_equal(seen[2] % 16, 0);
    assert_true(on_stack(seen[2], 3));
}

static void
finish_gets_the_result_on_the_same_stack(void **state)
{
    (void)state;
    start(5, look_around);
    resume(5);
    assert_int_equal((uintptr_t)finished_with[5], 5 + FIBERS_MAX);
    assert_true(on_stack(finished_frame, 5));
}

static void
the_first_frame_depends_on_the_stack_alone(void **state)
{
    (void)state;
    start(0, look_around);
    resume(0);
    uintptr_t first = seen[2];
    start(0, look_around);
    resume(0);
    assert_int_equal(seen[2], first);
    start(1, look_around);
    resume(1);
    assert_int_equal(seen[2], first + STACK_SIZE);
}

/* Enough values alive across the switch to fill every register that a callee must keep. */
static void *
keep_registers(void *argument)
{
    uint32_t self = (uint32_t)(uintptr_t)argument;
    volatile uint64_t seed = self + 1;
    uint64_t a = seed, b = seed * 3, c = seed * 5, d = seed * 7, e = seed * 11, f = seed * 13;
    uint64_t g = seed * 17, h = seed * 19, i = seed * 23, j = seed * 29, k = seed * 31;
    double p = (double)a, q = (double)b, r = (double)c, s = (double)d, t = (double)e;
    double u = (double)f, v = (double)g, w = (double)h;
    for (int n = 0; n < 100; n++) {
        give_way(self);
        a += b, b += c, c += d, d += e, e += f, f += g, g += h, h += i, i += j, j += k, k += a;
        p += q, q += r, r += s, s += t, t += u, u += v, v += w, w = (double)(h & 0xffff);
        p = p > 1e15 ? 1 : p;
    }
    uint64_t real = (uint64_t)p ^ (uint64_t)q ^ (uint64_t)r ^ (uint64_t)s ^ (uint64_t)t ^
                    (uint64_t)u ^ (uint64_t)v ^ (uint64_t)w;
    seen[self] = (uintptr_t)(a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ i ^ j ^ k ^ real);
    return argument;
}

static void
registers_survive_what_other_fibers_do_with_them(void **state)
{
    (void)state;
    uintptr_t alone[4];
    for (uint32_t i = 0; i < 4; i++) {
        start(i, keep_registers);
        for (int n = 0; n <= 100; n++) {
            resume(i);
        }
        alone[i] = seen[i];
    }
    for (uint32_t i = 0; i < 4; i++) {
        start(i, keep_registers);
        seen[i] = 0;
    }
    for (uint32_t n = 0; n < 4 * 101; n++) {
        resume((n ^ n / 4) % 4);
    }
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(seen[i], alone[i]);
    }
    assert_int_not_equal(alone[0], alone[1]);
}

static bool
third_is_rounded_up(void)
{
    volatile double one = 1, three = 3;
    volatile double third = one / three;
    return third > 0x1.5555555555555p-2;
}

static void *
round_upwards(void *argument)
{
    uint32_t self = (uint32_t)(uintptr_t)argument;
    seen[0] = third_is_rounded_up();
    fesetround(FE_UPWARD);
    give_way(self);
    seen[1] = third_is_rounded_up();
    seen[2] = fegetround() == FE_UPWARD;
    return argument;
}

static void *
round_as_found(void *argument)
{
    seen[3] = fegetround() == FE_TONEAREST && !third_is_rounded_up();
    return argument;
}

static void
the_rounding_mode_is_a_fibers_own(void **state)
{
    (void)state;
    start(1, round_upwards);
    start(2, round_as_found);
    resume(1);
    assert_int_equal(fegetround(), FE_TONEAREST);
    assert_false(third_is_rounded_up());
    resume(2);
    resume(1);
    assert_int_equal(fegetround(), FE_TONEAREST);
    assert_int_equal(seen[0], 0);
    assert_int_equal(seen[1], 1);
    assert_int_equal(seen[2], 1);
    assert_int_equal(seen[3], 1);
}

static uint64_t
descend(uint32_t self, uint32_t depth)
{
    give_way(self);
    uint64_t below = depth == 0 ? self : descend(self, depth - 1);
    give_way(self);
    return below * 3 + depth;
}

static void *
recurse(void *argument)
{
    uint32_t self = (uint32_t)(uintptr_t)argument;
    seen[self] = (uintptr_t)descend(self, DEPTH);
    return argument;
}

static void
deep_recursion_goes_on_across_switches(void **state)
{
    (void)state;
    start(1, recurse);
    start(2, recurse);
    for (int n = 0; n <= 2 * (DEPTH + 1); n++) {
        resume(1);
        resume(2);
    }
    for (uint32_t self = 1; self <= 2; self++) {
        uint64_t expected = self;
        for (uint32_t depth = 0; depth <= DEPTH; depth++) {
            expected = expected * 3 + depth;
        }
        assert_int_equal(seen[self], (uintptr_t)expected);
        assert_int_equal((uintptr_t)finished_with[self], self);
    }
}

static uint32_t token;

/* Hands the token to its neighbour, the last one to the first. */
static void *
pass_on(void *argument)
{
    uint32_t self = (uint32_t)(uintptr_t)argument;
    while (token < SWITCHES) {
        token++;
        seen[self]++;
        sley_fiber_switch(&fibers[self], &fibers[(self + 1) % FIBERS_MAX]);
    }
    return argument;
}

static void
a_token_goes_round_many_fibers_many_times(void **state)
{
    (void)state;
    token = 0;
    for (uint32_t i = 0; i < FIBERS_MAX; i++) {
        start(i, pass_on);
        seen[i] = 0;
    }
    resume(0);
    uintptr_t sum = 0;
    for (uint32_t i = 0; i < FIBERS_MAX; i++) {
        uint32_t expected = SWITCHES / FIBERS_MAX + (i < SWITCHES % FIBERS_MAX);
        assert_int_equal(seen[i], expected);
        sum += seen[i];
    }
    assert_int_equal(sum, SWITCHES);
    assert_non_null(finished_with[SWITCHES % FIBERS_MAX]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_entry_gets_its_argument_on_an_aligned_stack_of_its_own),
        TEST(finish_gets_the_result_on_the_same_stack),
        TEST(the_first_frame_depends_on_the_stack_alone),
        TEST(registers_survive_what_other_fibers_do_with_them),
        TEST(the_rounding_mode_is_a_fibers_own),
        TEST(deep_recursion_goes_on_across_switches),
        TEST(a_token_goes_round_many_fibers_many_times),
    };
    return cmocka_run_group_tests_name("fiber", tests, NULL, NULL);
}
