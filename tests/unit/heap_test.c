#include "engine/heap.h"

#include "engine/access.h"
#include "search/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum { PLACE = 0x1000, BLOCKS = 6, SMALL = 24, LARGE = 1 << 18 };

static struct sley_run_result result;
static uintptr_t addresses[2][3][BLOCKS]; /* of a run, by task */
static void *blocks[8];
static unsigned char bytes_seen; /* or of all bytes looked at */
static bool flags[8];
static uint32_t run_index;

static void
run(void *(*entry)(void *), struct sley_run_options options)
{
    struct sley_replay replay;
    if (!options.source.ops) {
        options.source = sley_replay_source(&replay, NULL, 0);
    }
    options.entry = entry;
    memset(flags, 0, sizeof flags);
    sley_engine_run(&options, &result);
}

static const struct sley_failure *
only_failure(const char *text)
{
    assert_int_equal(result.verdicts, SLEY_BIT(HEAP));
    assert_int_equal(result.failure_count, 1);
    assert_string_equal(result.failure[0].text, text);
    return &result.failure[0];
}

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t number)
{
    (void)state, (void)parameters, (void)seed, (void)number;
}

/* Always another task, where there is one. */
static void
pick_other(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    (void)state;
    pick->index = (view->default_index + 1) % view->candidate_count;
}

static uint32_t
value_last(void *state, const struct sley_value_query *query)
{
    (void)state;
    return query->bound - 1;
}

static const struct sley_strategy_ops other = {
    .name = "other", .begin = begin, .pick = pick_other, .value = value_last};

static void *
allocate_some(void *argument)
{
    for (uint32_t i = 0; i < BLOCKS; i++) {
        void *block = sley_heap_allocate(SMALL * (i + 1), 16, false, PLACE);
        addresses[run_index][(uintptr_t)argument][i] = (uintptr_t)block;
        sley_point_yield(PLACE);
    }
    return argument;
}

static void *
two_allocators(void *argument)
{
    for (uintptr_t t = 1; t <= 2; t++) {
        sley_task_spawn(allocate_some, (void *)t, NULL, PLACE);
    }
    for (uint32_t t = 1; t <= 2; t++) {
        sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[t].done, UINT64_MAX, PLACE);
    }
    return argument;
}

static void
addresses_depend_on_task_and_count_alone(void **state)
{
    (void)state;
    run_index = 0;
    run(two_allocators, (struct sley_run_options){0});
    uint64_t hash = result.hash;
    run_index = 1;
    run(two_allocators, (struct sley_run_options){.source.ops = &other});
    assert_true(result.hash != hash); /* another schedule */
    assert_memory_equal(addresses[0], addresses[1], sizeof addresses[0]);
    for (uint32_t i = 1; i < BLOCKS; i++) {
        assert_true(addresses[0][1][i] > addresses[0][1][i - 1]);
        assert_int_equal(addresses[0][2][i] - addresses[0][2][0],
                         addresses[0][1][i] - addresses[0][1][0]);
    }
}

static void *
allocate_aligned(void *argument)
{
    for (size_t alignment = 16; alignment <= 1 << 16; alignment *= 2) {
        uintptr_t block = (uintptr_t)sley_heap_allocate(1, alignment, false, PLACE);
        flags[0] |= block == 0 || block % alignment != 0;
    }
    flags[1] = sley_heap_allocate(0, 16, false, PLACE) != NULL;
    return argument;
}

static void
blocks_are_aligned_as_asked(void **state)
{
    (void)state;
    run(allocate_aligned, (struct sley_run_options){0});
    assert_int_equal(result.verdicts, 0);
    assert_false(flags[0]);
    assert_true(flags[1]);
}

static void
look_at(const unsigned char *block, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes_seen |= block[i];
    }
}

static void *
fill_and_look(void *argument)
{
    size_t size = (size_t)(uintptr_t)argument;
    unsigned char *block = sley_heap_allocate(size, 16, true, PLACE);
    look_at(block, size);
    memset(block, 0xff, size);
    sley_heap_free(block, PLACE);
    return NULL;
}

static void
a_zeroed_block_is_zero_whatever_the_last_run_left(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 100, LARGE - 1, LARGE, LARGE + 1, 3 * LARGE + 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bytes_seen = 0;
        void *argument = (void *)sizes[i];
        run(fill_and_look, (struct sley_run_options){.argument = argument});
        run(fill_and_look, (struct sley_run_options){.argument = argument});
        assert_int_equal(result.verdicts, 0);
        assert_int_equal(bytes_seen, 0);
    }
}

static void *
allocate_dirty(void *argument)
{
    look_at(sley_heap_allocate(100, 16, false, PLACE), 100);
    return argument;
}

static void
a_block_that_is_not_zeroed_is_filled_with_a_pattern(void **state)
{
    (void)state;
    bytes_seen = 0;
    run(allocate_dirty, (struct sley_run_options){0});
    assert_int_equal(bytes_seen, 0xa5);
}

static void
access_block(uintptr_t address, uint32_t size)
{
    sley_access(address, size, SLEY_OP_WRITE, SLEY_ACCESS_WRITE, PLACE + 2);
}

static void *
write_after_free(void *argument)
{
    uintptr_t block = (uintptr_t)sley_heap_allocate(SMALL, 16, false, PLACE);
    access_block(block, 8);
    sley_heap_free((void *)block, PLACE + 1);
    access_block(block, 8);
    return argument;
}

static void
a_use_after_free_names_who_freed(void **state)
{
    (void)state;
    run(write_after_free, (struct sley_run_options){0});
    const struct sley_failure *failure = only_failure("use after free: write of 8 bytes");
    assert_int_equal(failure->pc[0], PLACE + 2);
    assert_int_equal(failure->pc[1], PLACE + 1);
    assert_int_equal(failure->step[0], 3);
    assert_int_equal(failure->step[1], 2);
    assert_int_equal(failure->task[1], 0);
    run(write_after_free, (struct sley_run_options){.heap_off = true});
    assert_int_equal(result.verdicts, 0);
}

static void *
write_past_the_end(void *argument)
{
    uintptr_t block = (uintptr_t)sley_heap_allocate(SMALL, 16, false, PLACE);
    access_block(block + SMALL - 8, 8);
    access_block(block + SMALL, 1);
    return argument;
}

static void *
write_across_the_end(void *argument)
{
    uintptr_t block = (uintptr_t)sley_heap_allocate(SMALL, 16, false, PLACE);
    access_block(block + SMALL - 4, 8);
    return argument;
}

static void *
write_before_the_first(void *argument)
{
    access_block((uintptr_t)sley_heap_allocate(SMALL, 16, false, PLACE) - 8, 8);
    return argument;
}

static void
an_access_past_the_end_names_the_block(void **state)
{
    (void)state;
    run(write_past_the_end, (struct sley_run_options){0});
    const struct sley_failure *failure =
        only_failure("write of 1 bytes at offset 24 of a block of 24 bytes");
    assert_int_equal(failure->pc[1], PLACE);
    run(write_across_the_end, (struct sley_run_options){0});
    only_failure("write of 8 bytes at offset 20 of a block of 24 bytes");
    run(write_before_the_first, (struct sley_run_options){0});
    only_failure("write of 8 bytes outside every heap block");
}

static void *
free_twice(void *argument)
{
    void *block = sley_heap_allocate(SMALL, 16, false, PLACE);
    sley_heap_free(block, PLACE + 1);
    sley_heap_free(block, PLACE + 2);
    return argument;
}

static void *
free_the_middle(void *argument)
{
    sley_heap_free((char *)sley_heap_allocate(SMALL, 16, false, PLACE) + 8, PLACE);
    return argument;
}

static void *
free_foreign(void *argument)
{
    static int on_no_heap;
    sley_heap_free(NULL, PLACE);
    sley_heap_free(&on_no_heap, PLACE);
    return argument;
}

static void
a_wrong_free_is_a_verdict_that_says_why(void **state)
{
    (void)state;
    run(free_twice, (struct sley_run_options){0});
    const struct sley_failure *failure = only_failure("double free");
    assert_int_equal(failure->pc[1], PLACE + 1);
    run(free_the_middle, (struct sley_run_options){0});
    only_failure("free of a pointer into the middle of a block");
    run(free_foreign, (struct sley_run_options){0});
    only_failure("free of a pointer that no allocation returned");
}

static void *
fill_the_region(void *argument)
{
    const size_t size = (size_t)60 << 20;
    uint32_t count = 0;
    while (count < 8 && (blocks[count] = sley_heap_allocate(size, 16, false, PLACE))) {
        count++;
    }
    flags[0] = count == 4; /* 240 of 256 MiB */
    flags[1] = sley_heap_allocate((size_t)257 << 20, 16, false, PLACE) == NULL;
    sley_heap_free(blocks[2], PLACE);
    sley_heap_free(blocks[1], PLACE);
    /* Only now is a freed block handed out again, the one freed first. */
    flags[2] = sley_heap_allocate(size, 16, false, PLACE) == blocks[2];
    flags[3] = sley_heap_allocate(size - 64, 16, false, PLACE) == NULL;
    flags[4] = sley_heap_allocate(16, 16, false, PLACE) != NULL;
    return argument;
}

static void
a_full_region_hands_out_freed_blocks_and_then_nothing(void **state)
{
    (void)state;
    run(fill_the_region, (struct sley_run_options){0});
    assert_int_equal(result.verdicts, 0);
    for (uint32_t i = 0; i < 5; i++) {
        assert_true(flags[i]);
    }
}

static void *
allocate_again(void *argument)
{
    void *first = sley_heap_allocate(SMALL, 16, false, PLACE);
    void *second = sley_heap_allocate(SMALL, 16, false, PLACE);
    sley_heap_free(first, PLACE);
    sley_heap_free(second, PLACE);
    flags[0] = sley_heap_allocate(SMALL, 16, false, PLACE) == second;
    flags[1] = sley_heap_allocate(4 * SMALL, 16, false, PLACE) != first;
    access_block((uintptr_t)second, 8);
    return argument;
}

static void
a_freed_block_comes_back_at_once_by_choice_alone(void **state)
{
    (void)state;
    run(allocate_again, (struct sley_run_options){.reuse = true, .source.ops = &other});
    assert_int_equal(result.verdicts, 0);
    assert_true(flags[0]);
    assert_true(flags[1]);
    run(allocate_again, (struct sley_run_options){.reuse = true}); /* the choice is 0 */
    assert_false(flags[0]);
    run(allocate_again, (struct sley_run_options){.source.ops = &other});
    assert_false(flags[0]);
    only_failure("use after free: write of 8 bytes");
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
        cmocka_unit_test(addresses_depend_on_task_and_count_alone),
        cmocka_unit_test(blocks_are_aligned_as_asked),
        cmocka_unit_test(a_zeroed_block_is_zero_whatever_the_last_run_left),
        cmocka_unit_test(a_block_that_is_not_zeroed_is_filled_with_a_pattern),
        cmocka_unit_test(a_use_after_free_names_who_freed),
        cmocka_unit_test(an_access_past_the_end_names_the_block),
        cmocka_unit_test(a_wrong_free_is_a_verdict_that_says_why),
        cmocka_unit_test(a_full_region_hands_out_freed_blocks_and_then_nothing),
        cmocka_unit_test(a_freed_block_comes_back_at_once_by_choice_alone),
    };
    return cmocka_run_group_tests_name("heap", tests, engine_init, NULL);
}
