/* Which places touch what tasks share (campaign/sharing.c), by events made up here. */
#include "campaign/sharing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <string.h>

enum { CODE = 0x400000, SIZE = 256, WORD = 0x10000 };

static struct sley_sharing *sharing;
static uint64_t quiet[SIZE / 64];

static int
begin(void **state)
{
    (void)state;
    sharing = sley_sharing_create(CODE, SIZE);
    sley_sharing_begin(sharing);
    return sharing ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    sley_sharing_destroy(sharing);
    return 0;
}

static void
touch(uint32_t task, enum sley_op op, uintptr_t address, uint32_t size, uint32_t place)
{
    struct sley_event event = {.task = (uint16_t)task,
                               .op = (uint8_t)op,
                               .size = size,
                               .object = (uint32_t)address,
                               .address = address,
                               .pc = CODE + place};
    sley_sharing_add(sharing, &event);
}

static void
task_event(uint32_t task, enum sley_op op, uint32_t other)
{
    touch(task, op, (uintptr_t)&sley_engine.task_table[other].done, 1, 200);
}

static bool
is_private(uint32_t place)
{
    memset(quiet, 0, sizeof quiet);
    sley_sharing_private(sharing, quiet);
    return quiet[place / 64] >> place % 64 & 1;
}

static void
what_one_task_touches_is_private(void **state)
{
    (void)state;
    touch(1, SLEY_OP_WRITE, WORD, 4, 10);
    touch(1, SLEY_OP_READ, WORD, 4, 70);
    touch(2, SLEY_OP_WRITE, WORD + 4, 4, 10); /* the word beside it */
    assert_true(is_private(10));
    assert_true(is_private(70));
    assert_false(is_private(11)); /* never met */
}

static void
two_tasks_of_which_one_writes_share(void **state)
{
    (void)state;
    touch(1, SLEY_OP_WRITE, WORD, 4, 10);
    touch(1, SLEY_OP_WRITE, WORD + 8, 4, 12);
    touch(2, SLEY_OP_READ, WORD + 2, 1, 20);
    assert_false(is_private(10));
    assert_false(is_private(20));
    assert_true(is_private(12));
    uint32_t shared;
    assert_int_equal(sley_sharing_count(sharing, &shared), 3);
    assert_int_equal(shared, 2);
}

static void
what_all_only_read_is_private(void **state)
{
    (void)state;
    touch(1, SLEY_OP_READ, WORD, 8, 10);
    touch(2, SLEY_OP_READ, WORD, 8, 10);
    assert_true(is_private(10));
    touch(3, SLEY_OP_WRITE, WORD + 7, 1, 11);
    assert_false(is_private(10));
    assert_false(is_private(11));
}

static void
a_free_counts_as_a_write_of_the_block(void **state)
{
    (void)state;
    touch(1, SLEY_OP_READ, WORD + 32, 4, 10);
    touch(2, SLEY_OP_FREE, WORD, 64, 20);
    touch(1, SLEY_OP_READ, WORD + 36, 4, 11);
    touch(1, SLEY_OP_READ, WORD + 64, 4, 12);
    assert_false(is_private(10));
    assert_false(is_private(11));
    assert_true(is_private(12));
}

static void
an_atomic_access_makes_a_plain_one_shared(void **state)
{
    (void)state;
    touch(1, SLEY_OP_READ, WORD, 4, 10);
    touch(2, SLEY_OP_ATOMIC_RMW, WORD, 4, 20);
    assert_false(is_private(10));
    assert_false(is_private(20)); /* it is a point by itself */
    uint32_t shared;
    assert_int_equal(sley_sharing_count(sharing, &shared), 1);
}

static void
the_start_and_the_end_of_a_task_order_what_it_shares(void **state)
{
    (void)state;
    touch(0, SLEY_OP_WRITE, WORD, 4, 10); /* set up before the task starts */
    task_event(0, SLEY_OP_SPAWN, 1);
    touch(0, SLEY_OP_WRITE, WORD + 4, 4, 11); /* and while it runs */
    touch(1, SLEY_OP_READ, WORD, 4, 20);
    touch(1, SLEY_OP_WRITE, WORD + 8, 4, 21);
    touch(1, SLEY_OP_READ, WORD + 4, 4, 22);
    task_event(0, SLEY_OP_JOIN, 1);
    touch(0, SLEY_OP_READ, WORD + 8, 4, 12); /* after its end */
    task_event(0, SLEY_OP_SPAWN, 2);
    touch(2, SLEY_OP_WRITE, WORD + 8, 4, 30); /* it comes after both */
    assert_true(is_private(10));
    assert_true(is_private(20));
    assert_true(is_private(21));
    assert_true(is_private(12));
    assert_true(is_private(30));
    assert_false(is_private(11));
    assert_false(is_private(22));
}

static void
a_place_stays_shared_in_later_runs_whose_words_are_others(void **state)
{
    (void)state;
    touch(1, SLEY_OP_WRITE, WORD, 4, 10);
    touch(2, SLEY_OP_WRITE, WORD, 4, 11);
    touch(1, SLEY_OP_WRITE, WORD + 8, 4, 12);
    sley_sharing_begin(sharing);
    touch(2, SLEY_OP_WRITE, WORD + 8, 4, 13);
    touch(1, SLEY_OP_WRITE, WORD, 4, 10);
    assert_false(is_private(10));
    assert_true(is_private(12));
    assert_true(is_private(13));
}

static void
a_word_of_many_tasks_counts_as_shared(void **state)
{
    (void)state;
    for (uint32_t task = 0; task < 64; task++) {
        touch(task, SLEY_OP_READ, WORD, 4, 10);
    }
    assert_true(is_private(10));
    touch(64, SLEY_OP_READ, WORD, 4, 11);
    assert_false(is_private(10));
    assert_false(is_private(11));
}

static void
what_there_is_no_room_for_counts_as_shared(void **state)
{
    (void)state;
    enum { OF_PLACE = 1 << 16, ROOM = 1 << 19 };
    for (uintptr_t i = 0; i < 2 * OF_PLACE; i++) {
        touch(1, SLEY_OP_WRITE, WORD + 4 * i, 4, 30);
    }
    for (uintptr_t i = OF_PLACE; i < ROOM; i++) {
        touch(1, SLEY_OP_WRITE, WORD + 4 * i, 4, 20 + (uint32_t)(i / OF_PLACE));
    }
    touch(1, SLEY_OP_WRITE, WORD, 4, 10);
    assert_true(is_private(30));
    assert_true(is_private(10) && is_private(21) && is_private(27));
    touch(1, SLEY_OP_WRITE, WORD + 4 * (uintptr_t)ROOM, 4, 11);
    touch(1, SLEY_OP_WRITE, WORD + 4 * (uintptr_t)ROOM, 4, 10); /* as what it touched before */
    assert_true(is_private(10));
    assert_false(is_private(11));
    touch(2, SLEY_OP_READ, WORD, 4, 12);
    assert_false(is_private(10));
}

static void
places_outside_of_the_code_are_nothing(void **state)
{
    (void)state;
    touch(1, SLEY_OP_WRITE, WORD, 4, SIZE);
    touch(2, SLEY_OP_WRITE, WORD, 4, SIZE + 1);
    uint32_t shared;
    assert_int_equal(sley_sharing_count(sharing, &shared), 0);
}

/* Two tasks write at two places, moved in the code by `moved`. */
static uint64_t
digest_of(uint32_t moved, bool second_shares)
{
    struct sley_sharing *kept = sharing;
    sharing = sley_sharing_create(CODE, SIZE);
    sley_sharing_begin(sharing);
    touch(1, SLEY_OP_WRITE, WORD, 4, 10 + moved);
    touch(2, SLEY_OP_WRITE, second_shares ? WORD : WORD + 4, 4, 20 + moved);
    touch(1, SLEY_OP_READ, WORD + 4, 4, 30 + moved);
    uint64_t digest = sley_sharing_digest(sharing);
    sley_sharing_destroy(sharing);
    sharing = kept;
    return digest;
}

static void
the_digest_tells_what_is_shared_and_not_where_the_code_lies(void **state)
{
    (void)state;
    assert_true(digest_of(0, true) == digest_of(5, true));
    assert_true(digest_of(0, true) != digest_of(0, false));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(what_one_task_touches_is_private),
        TEST(two_tasks_of_which_one_writes_share),
        TEST(what_all_only_read_is_private),
        TEST(a_free_counts_as_a_write_of_the_block),
        TEST(an_atomic_access_makes_a_plain_one_shared),
        TEST(the_start_and_the_end_of_a_task_order_what_it_shares),
        TEST(a_place_stays_shared_in_later_runs_whose_words_are_others),
        TEST(a_word_of_many_tasks_counts_as_shared),
        TEST(what_there_is_no_room_for_counts_as_shared),
        TEST(places_outside_of_the_code_are_nothing),
        TEST(the_digest_tells_what_is_shared_and_not_where_the_code_lies),
    };
#undef TEST
    return cmocka_run_group_tests_name("sharing", tests, NULL, NULL);
}
