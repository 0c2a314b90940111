/* The canonical hash of a run is its Mazurkiewicz trace: over all interleavings of a program there
 * are as many hashes as classes of interleavings that order conflicting operations alike.
 *
 * The classes are counted without the engine, from the model of program.h. */
#include "engine/canonical.h"
#include "guarantee/cells.h"
#include "guarantee/program.h"
#include "search/exhaustive.h"

#include <base/rng.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

enum { RUNS_MAX = 200000, PROGRAMS = 300, PROGRAMS_MIN = 200 };

/* --- classes by brute force --- */

/* Classes of all orders. */
static struct cells classes;
static uint32_t orders;

static void
enumerate(const struct program_state *at)
{
    uint8_t tasks[PROGRAM_TASKS_MAX];
    uint32_t count = program_candidates(at, tasks);
    if (program_over(at) || count == 0) {
        orders++;
        cells_add(&classes, program_class(at->program, at->order), 1);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct program_state next = *at;
        program_step(&next, tasks[i]);
        enumerate(&next);
    }
}

static void
count_classes(const struct program *program)
{
    struct program_state start = program_begin(program, true);
    orders = classes.count = 0;
    enumerate(&start);
}

/* --- hashes by the engine --- */

static struct cells hashes;
static uint32_t complete;

/* Every run of the search; false: there are more than RUNS_MAX. */
static bool
explore(const struct program *program, bool reduced)
{
    static struct sley_run_result result;
    struct sley_search_options options = {.no_reduction = !reduced};
    struct sley_search *search = sley_search_create(&options);
    hashes.count = complete = 0;
    bool more = true;
    for (uint32_t run = 0; more && run < RUNS_MAX; run++) {
        program_run(program, sley_search_source(search), &result);
        if (!result.pruned) {
            assert_false(result.coarse);
            assert_true(result.canonical != 0);
            complete++;
            cells_add(&hashes, result.canonical, 1);
        }
        more = sley_search_next(search);
    }
    sley_search_destroy(search);
    return !more;
}

static void
check(const struct program *program, uint32_t expected)
{
    assert_true(explore(program, false));
    count_classes(program);
    assert_int_equal(complete, orders);
    assert_int_equal(classes.count, expected);
    assert_int_equal(hashes.count, expected);
}

/* --- tests --- */

/* C(2n, n): every order of the writes is a class. */
static void
writes_to_one_object_have_a_hash_for_each_order(void **state)
{
    (void)state;
    static const char points[] = "w0w0w0w0w0";
    static const uint32_t counts[] = {2, 6, 20, 70, 252};
    for (uint32_t n = 1; n <= 5; n++) {
        const char *task = points + 2 * (5 - n);
        check(&(struct program){3, {"j1j2", task, task}}, counts[n - 1]);
    }
}

static void
independent_tasks_have_one_hash(void **state)
{
    (void)state;
    check(&(struct program){3, {"j1j2", "w0w0w0w0", "w1w1w1w1"}}, 1);
    check(&(struct program){4, {"j1j2j3", "r0r0", "r0r0", "r0r0"}}, 1);
}

static void
reads_commute_with_reads_and_not_with_writes(void **state)
{
    (void)state;
    check(&(struct program){4, {"j1j2j3", "r0r0", "r0r0", "w0"}}, 9);
    check(&(struct program){3, {"j1j2", "r0w0", "r0w0"}}, 4);
}

static void
critical_sections_have_a_hash_for_each_order_of_them(void **state)
{
    (void)state;
    check(&(struct program){3, {"j1j2r1", "l0r1w1u0", "l0r1w1u0"}}, 2);
    check(&(struct program){3, {"j1j2", "l0r1w1u0l0r1w1u0", "l0r1w1u0l0r1w1u0"}}, 6);
}

static void
a_deadlock_has_a_hash_of_its_own(void **state)
{
    (void)state;
    check(&(struct program){3, {"j1j2", "l0l1u1u0", "l1l0u0u1"}}, 3);
}

/* Where sleep sets leave one run for each class (tests/guarantee/search_test.c). */
static void
sleep_sets_execute_each_hash_once(void **state)
{
    (void)state;
    const struct program programs[] = {
        {3, {"j1j2", "w0w0w0w0", "w0w0w0w0"}},
        {4, {"j1j2j3", "w0w0", "w0w0", "w0w0"}},
        {4, {"j1j2j3", "r0r0", "r0r0", "w0"}},
        {3, {"j1j2r1", "l0r1w1u0l0r1w1u0", "l0r1w1u0l0r1w1u0"}},
        {3, {"j1j2", "w0w0w0", "w1w1w1"}},
    };
    for (uint32_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        assert_true(explore(&programs[i], true));
        uint32_t executed = complete;
        assert_int_equal(hashes.count, executed);
        count_classes(&programs[i]);
        assert_int_equal(classes.count, executed);
    }
}

static void
draw_program(char text[PROGRAM_TASKS_MAX][16], struct program *program, uint64_t seed)
{
    struct sley_rng rng;
    sley_rng_init(&rng, seed, 77);
    program->task_count = 3 + (uint32_t)sley_rng_below(&rng, 2);
    strcpy(text[0], program->task_count == 3 ? "j1j2" : "j1j2j3");
    for (uint32_t t = 1; t < program->task_count; t++) {
        uint32_t length = 1 + (uint32_t)sley_rng_below(&rng, program->task_count == 3 ? 4 : 2);
        char *at = text[t];
        bool locks = sley_rng_below(&rng, 3) == 0;
        at += locks ? sprintf(at, "l2") : 0;
        for (uint32_t i = 0; i < length; i++) {
            at += sprintf(at, "%c%d", "wr"[sley_rng_below(&rng, 2)], (int)sley_rng_below(&rng, 2));
        }
        if (locks) {
            strcpy(at, "u2");
        }
    }
    for (uint32_t t = 0; t < program->task_count; t++) {
        program->task[t] = text[t];
    }
}

static void
drawn_programs_have_as_many_hashes_as_classes(void **state)
{
    (void)state;
    static char text[PROGRAM_TASKS_MAX][16];
    uint32_t compared = 0, several = 0;
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
        struct program program = {0};
        draw_program(text, &program, seed);
        count_classes(&program);
        if (orders > 4000) {
            continue;
        }
        assert_true(explore(&program, false));
        assert_int_equal(complete, orders);
        if (hashes.count != classes.count) {
            fail_msg("seed %llu: %u classes, %u hashes", (unsigned long long)seed, classes.count,
                     hashes.count);
        }
        compared++;
        several += classes.count > 1 && classes.count < orders;
    }
    print_message("%u programs, %u with fewer classes than orders, and more than one\n", compared,
                  several);
    assert_true(compared >= PROGRAMS_MIN);
    assert_true(several >= PROGRAMS_MIN / 2);
}

/* --- the hash by itself: sizes, overlaps, overflow --- */

static uint64_t
hash_of(const uint32_t order[3], const uintptr_t address[3], const uint32_t size[3])
{
    static uint32_t serial = 1u << 30;
    sley_canonical_begin(++serial);
    sley_canonical_start(1, 0, false);
    sley_canonical_start(2, 0, false);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t t = order[i];
        sley_canonical_operation(t, SLEY_OP_WRITE, address[t], size[t], address[t]);
    }
    return sley_canonical_final();
}

/* Tasks 0 and 1 write; task 2 only takes part so that there are three. */
static bool
is_ordered(uintptr_t a, uint32_t a_size, uintptr_t b, uint32_t b_size)
{
    const uintptr_t address[3] = {a, b, 0x9000};
    const uint32_t size[3] = {a_size, b_size, 4};
    return hash_of((const uint32_t[3]){0, 1, 2}, address, size) !=
           hash_of((const uint32_t[3]){2, 1, 0}, address, size);
}

static void
operations_conflict_where_their_bytes_overlap(void **state)
{
    (void)state;
    for (uint32_t a = 0; a < 12; a++) {
        for (uint32_t b = 0; b < 12; b++) {
            for (uint32_t s = 0; s < 4; s++) {
                uint32_t a_size = 1u << s, b_size = a % 3 + 1;
                bool overlap = a < b + b_size && b < a + a_size;
                assert_int_equal(is_ordered(0x1000 + a, a_size, 0x1000 + b, b_size), overlap);
            }
        }
    }
    assert_true(is_ordered(0x1000, 100, 0x1000 + 99, 1));
    assert_false(is_ordered(0x1000, 100, 0x1000 + 100, 1));
}

static void
what_goes_beyond_the_table_is_said(void **state)
{
    (void)state;
    sley_canonical_begin(1);
    for (uintptr_t i = 0; i < SLEY_CANONICAL_CELLS / 2; i++) {
        sley_canonical_operation(0, SLEY_OP_WRITE, 0x10000 + 8 * i, 8, i);
    }
    assert_false(sley_canonical_coarse());
    for (uintptr_t i = 0; i < SLEY_CANONICAL_CELLS; i++) {
        sley_canonical_operation(0, SLEY_OP_WRITE, 0x10000 + 8 * i, 8, i);
    }
    sley_canonical_operation(0, SLEY_OP_WRITE, 0x900000, 8, 1);
    assert_true(sley_canonical_coarse());
    sley_canonical_begin(2);
    assert_false(sley_canonical_coarse());
}

static int
engine_init(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_to_one_object_have_a_hash_for_each_order),
        cmocka_unit_test(independent_tasks_have_one_hash),
        cmocka_unit_test(reads_commute_with_reads_and_not_with_writes),
        cmocka_unit_test(critical_sections_have_a_hash_for_each_order_of_them),
        cmocka_unit_test(a_deadlock_has_a_hash_of_its_own),
        cmocka_unit_test(sleep_sets_execute_each_hash_once),
        cmocka_unit_test(drawn_programs_have_as_many_hashes_as_classes),
        cmocka_unit_test(operations_conflict_where_their_bytes_overlap),
        cmocka_unit_test(what_goes_beyond_the_table_is_said),
    };
    return cmocka_run_group_tests_name("canonical", tests, engine_init, NULL);
}
