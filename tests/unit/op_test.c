/* The table of operations, and which pending ones commute (base/op.c). */
#include <sley/strategy.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void
every_operation_has_a_letter_of_its_own(void **state)
{
    (void)state;
    for (enum sley_op op = 0; op < SLEY_OP_COUNT; op++) {
        char letter = sley_op_letter(op);
        /* The alphabet is used up. */
        bool is_letter =
            (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
        assert_true(is_letter);
        for (enum sley_op other = 0; other < op; other++) {
            assert_int_not_equal(letter, sley_op_letter(other));
        }
    }
}

static void
every_operation_has_a_verb_of_its_own(void **state)
{
    (void)state;
    for (enum sley_op op = 0; op < SLEY_OP_COUNT; op++) {
        assert_true(strlen(sley_op_text(op)) > 0);
        for (enum sley_op other = 0; other < op; other++) {
            assert_string_not_equal(sley_op_text(op), sley_op_text(other));
        }
    }
}

static void
reads_do_not_write(void **state)
{
    (void)state;
    assert_false(sley_op_writes(SLEY_OP_READ));
    assert_false(sley_op_writes(SLEY_OP_ATOMIC_LOAD));
    assert_true(sley_op_writes(SLEY_OP_WRITE));
    assert_true(sley_op_writes(SLEY_OP_ATOMIC_STORE));
    assert_true(sley_op_writes(SLEY_OP_ATOMIC_RMW));
    assert_true(sley_op_writes(SLEY_OP_LOCK));
}

/* Both ways round: the relation is symmetric. */
static bool
conflict(struct sley_pending a, struct sley_pending b)
{
    bool found = sley_pending_conflict(&a, &b);
    assert_int_equal(found, sley_pending_conflict(&b, &a));
    return found;
}

static struct sley_pending
pending(uintptr_t address, uint32_t size, bool writes)
{
    return (struct sley_pending){.address = address, .size = size, .writes = writes};
}

static void
operations_conflict_where_they_overlap_and_one_writes(void **state)
{
    (void)state;
    assert_true(conflict(pending(100, 4, true), pending(100, 4, false)));
    assert_true(conflict(pending(100, 4, true), pending(103, 1, true)));
    assert_false(conflict(pending(100, 4, false), pending(100, 4, false)));
    assert_false(conflict(pending(100, 4, true), pending(104, 4, true)));
    assert_true(conflict(pending(100, 8, false), pending(104, 4, true)));
}

static void
operations_without_an_object_conflict_with_none(void **state)
{
    (void)state;
    assert_false(conflict(pending(0, 8, true), pending(0, 8, true)));
    assert_false(conflict(pending(0, 1, true), pending(1, 4, true)));
}

static void
a_global_operation_conflicts_with_every_other(void **state)
{
    (void)state;
    struct sley_pending global = {.global = true};
    assert_true(conflict(global, pending(100, 4, false)));
    assert_true(conflict(global, pending(0, 1, false)));
    assert_true(conflict(global, global));
}

static void
a_second_object_conflicts_as_one_that_is_written(void **state)
{
    (void)state;
    struct sley_pending wait = {.address = 100, .second = 200, .size = 1, .writes = true};
    struct sley_pending other = {.address = 300, .second = 200, .size = 1, .writes = true};
    assert_true(conflict(wait, pending(200, 1, true)));
    assert_true(conflict(wait, pending(198, 8, false)));
    assert_true(conflict(wait, other));
    assert_false(conflict(wait, pending(201, 1, true)));
    other.second = 0;
    assert_false(conflict(wait, other));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_has_a_letter_of_its_own),
        cmocka_unit_test(every_operation_has_a_verb_of_its_own),
        cmocka_unit_test(reads_do_not_write),
        cmocka_unit_test(operations_conflict_where_they_overlap_and_one_writes),
        cmocka_unit_test(operations_without_an_object_conflict_with_none),
        cmocka_unit_test(a_global_operation_conflicts_with_every_other),
        cmocka_unit_test(a_second_object_conflicts_as_one_that_is_written),
    };
    return cmocka_run_group_tests_name("op", tests, NULL, NULL);
}
