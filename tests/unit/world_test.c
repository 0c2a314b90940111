/* The reset of the program's globals, and their logical keys (engine/world.c). */
#include "engine/engine.h"

#include "search/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void *world_change(void *seen);
extern int world_data;
extern int world_bss;
extern int world_array[4];

static struct sley_run_result result;

static void
run(int *seen)
{
    struct sley_replay replay;
    struct sley_run_options options = {
        .source = sley_replay_source(&replay, NULL, 0),
        .entry = world_change,
        .argument = seen,
    };
    sley_engine_run(&options, &result);
}

static void
every_run_finds_the_globals_as_the_program_starts_with_them(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        int seen[4] = {0};
        run(seen);
        assert_int_equal(result.verdicts, 0);
        assert_int_equal(seen[0], 7);
        assert_int_equal(seen[1], 0);
        assert_int_equal(seen[2], 3 + 1);
        assert_int_equal(seen[3], 0);
    }
}

static void
globals_keep_what_the_last_run_left_until_the_next(void **state)
{
    (void)state;
    int seen[4];
    run(seen);
    assert_int_equal(world_data, 8);
    assert_int_equal(world_bss, 5);
    assert_int_equal(world_array[2], 50);
}

static void
each_global_byte_has_a_key_of_its_own_from_the_start(void **state)
{
    (void)state;
    uint64_t data = sley_object_key((uintptr_t)&world_data);
    uint64_t bss = sley_object_key((uintptr_t)&world_bss);
    uint64_t array = sley_object_key((uintptr_t)&world_array[1]);
    assert_true(data != 0 && bss != 0 && array != 0);
    assert_true(data != bss && bss != array && data != array);
    assert_true(sley_object_key((uintptr_t)&world_array[1] + 1) == array + 1);
}

static void
a_symbols_key_is_its_name_and_the_offset(void **state)
{
    (void)state;
    sley_world_symbol("account", (uintptr_t)&world_data, sizeof world_data);
    sley_world_symbol("account", (uintptr_t)&world_bss, sizeof world_bss);
    sley_world_symbol("accounts", (uintptr_t)world_array, sizeof world_array);
    uint64_t data = sley_object_key((uintptr_t)&world_data);
    uint64_t array = sley_object_key((uintptr_t)world_array);
    assert_true(sley_object_key((uintptr_t)&world_bss) == data);
    assert_true(array != data);
    for (uintptr_t i = 0; i < sizeof world_array; i++) {
        assert_true(sley_object_key((uintptr_t)world_array + i) == array + i);
    }
}

static void
a_symbol_outside_the_globals_is_ignored(void **state)
{
    (void)state;
    int elsewhere = 0;
    uint64_t before = sley_object_key((uintptr_t)&elsewhere);
    sley_world_symbol("elsewhere", (uintptr_t)&elsewhere, sizeof elsewhere);
    assert_true(sley_object_key((uintptr_t)&elsewhere) == before);
    sley_world_symbol("beyond", sley_engine.globals_low + sley_engine.globals_size - 1, 4096);
    sley_world_symbol("before", sley_engine.globals_low - 4096, 4096);
}

static void
a_runs_hash_follows_the_names_of_what_it_touches(void **state)
{
    (void)state;
    int seen[4];
    sley_world_symbol("one", (uintptr_t)&world_bss, sizeof world_bss);
    run(seen);
    uint64_t first = result.hash;
    run(seen);
    assert_true(result.hash == first);
    sley_world_symbol("two", (uintptr_t)&world_bss, sizeof world_bss);
    run(seen);
    assert_true(result.hash != first);
    sley_world_symbol("one", (uintptr_t)&world_bss, sizeof world_bss);
    run(seen);
    assert_true(result.hash == first);
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
        cmocka_unit_test(each_global_byte_has_a_key_of_its_own_from_the_start),
        cmocka_unit_test(every_run_finds_the_globals_as_the_program_starts_with_them),
        cmocka_unit_test(globals_keep_what_the_last_run_left_until_the_next),
        cmocka_unit_test(a_symbols_key_is_its_name_and_the_offset),
        cmocka_unit_test(a_symbol_outside_the_globals_is_ignored),
        cmocka_unit_test(a_runs_hash_follows_the_names_of_what_it_touches),
    };
    return cmocka_run_group_tests_name("world", tests, engine_init, NULL);
}
