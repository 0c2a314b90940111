/* Pages of processes, on examples worked by hand. A process is a number here: the test says which
 * one the current task belongs to. */
#include "models/machine/pages.h"

#include "models/registry.h"
#include "tests/unit/machine_run.h"

#include <sley/machine.h>
#include <sley/sley.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096, CHILD = 7, GRANDCHILD = 9 };

static struct sley_run_result result;
static struct sley_usage usage, before;
static struct sley_memory memory, other;

static void
run(void *(*body)(void *))
{
    machine_run(&(struct machine_run){.model = &sley_model_thread}, body, &result);
}

static void
become(uint32_t process)
{
    sley_engine.task_table[sley_engine.task].process = (uint8_t)process;
}

static void *
share_and_write(void *argument)
{
    sley_machine_set(1, "ideal");
    sley_memory_load(&memory, 10 * PAGE - 1);
    sley_pages_fork(CHILD);
    before = sley_usage();
    become(CHILD);
    sley_memory_write(&memory, 2 * PAGE + 1);
    become(0);
    usage = sley_usage();
    return argument;
}

static void
a_fork_shares_all_pages_and_a_write_copies_those_it_touches(void **state)
{
    (void)state;
    run(share_and_write);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(before.page_bytes, 10 * PAGE);
    assert_int_equal(before.page_copied_bytes, 0);
    assert_int_equal(usage.page_bytes, 13 * PAGE);
    assert_int_equal(usage.page_copied_bytes, 3 * PAGE);
}

static void *
write_again(void *argument)
{
    share_and_write(argument);
    sley_memory_write(&memory, 10 * PAGE);
    become(CHILD);
    sley_memory_write(&memory, 10 * PAGE);
    become(0);
    usage = sley_usage();
    return argument;
}

/* The parent's first 3 pages are its own since the child has copies; of the other 7 the parent
 * copies, and the child, left alone with them, does not. */
static void
whoever_is_left_alone_with_a_page_writes_to_it_as_it_is(void **state)
{
    (void)state;
    run(write_again);
    assert_int_equal(usage.page_bytes, 20 * PAGE);
    assert_int_equal(usage.page_copied_bytes, 10 * PAGE);
}

static void *
three_generations(void *argument)
{
    share_and_write(argument);
    become(CHILD);
    sley_memory_load(&other, 4 * PAGE);
    sley_pages_fork(GRANDCHILD);
    become(GRANDCHILD);
    sley_memory_write(&memory, PAGE);
    sley_memory_write(&other, PAGE);
    become(0);
    before = sley_usage();
    sley_pages_end(CHILD);
    sley_pages_end(GRANDCHILD);
    usage = sley_usage();
    return argument;
}

/* 13 + 4 pages, and the grandchild's two copies. What is left is the parent's. */
static void
a_page_lives_as_long_as_a_process_that_has_it(void **state)
{
    (void)state;
    run(three_generations);
    assert_int_equal(before.page_bytes, 19 * PAGE);
    assert_int_equal(usage.page_bytes, 10 * PAGE);
    assert_int_equal(usage.page_bytes_max, 19 * PAGE);
    assert_int_equal(usage.page_copied_bytes, 5 * PAGE);
}

static void *
receive(void *argument)
{
    sley_machine_set(1, "cpython");
    sley_memory_load(&memory, 5 * PAGE);
    other = memory;
    sley_memory_receive(&other, 5 * PAGE);
    before = sley_usage();
    sley_machine_unit(sley_engine.task, SLEY_UNIT_FORK, sley_engine.task);
    sley_memory_receive(&memory, 5 * PAGE);
    usage = sley_usage();
    return argument;
}

/* 20 KiB at 61 us for each KiB. */
static void
only_private_memory_takes_a_copy_of_what_is_received(void **state)
{
    (void)state;
    run(receive);
    assert_int_equal(other.block + 1, memory.block);
    assert_int_equal(before.page_bytes, 5 * PAGE);
    assert_int_equal(before.makespan_ns, 0);
    assert_int_equal(usage.page_bytes, 10 * PAGE);
    assert_int_equal(usage.makespan_ns, 20 * 61000);
}

static void *
new_machine(void *argument)
{
    share_and_write(argument);
    sley_machine_set(1, "ideal");
    usage = sley_usage();
    return argument;
}

static void
a_new_machine_holds_nothing(void **state)
{
    (void)state;
    run(new_machine);
    assert_int_equal(usage.page_bytes, 0);
    assert_int_equal(usage.page_bytes_max, 0);
}

static void *
write_foreign(void *argument)
{
    sley_machine_set(1, "ideal");
    sley_memory_load(&memory, PAGE);
    become(CHILD);
    sley_memory_write(&memory, 1);
    return argument;
}

static void *
write_beyond(void *argument)
{
    sley_machine_set(1, "ideal");
    sley_memory_load(&memory, PAGE);
    sley_memory_write(&memory, PAGE + 1);
    return argument;
}

static void *
load_unset(void *argument)
{
    sley_memory_load(&memory, PAGE);
    return argument;
}

static void *
load_too_much(void *argument)
{
    sley_machine_set(1, "ideal");
    sley_memory_load(&memory, (uint64_t)PAGE << 20);
    sley_memory_load(&other, 1);
    return argument;
}

static void
what_no_process_holds_is_refused(void **state)
{
    (void)state;
    run(write_foreign);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
    run(write_beyond);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
    run(load_unset);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
    run(load_too_much);
    assert_int_equal(result.verdicts, SLEY_BIT(OUT_OF_MEMORY));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fork_shares_all_pages_and_a_write_copies_those_it_touches),
        cmocka_unit_test(whoever_is_left_alone_with_a_page_writes_to_it_as_it_is),
        cmocka_unit_test(a_page_lives_as_long_as_a_process_that_has_it),
        cmocka_unit_test(only_private_memory_takes_a_copy_of_what_is_received),
        cmocka_unit_test(a_new_machine_holds_nothing),
        cmocka_unit_test(what_no_process_holds_is_refused),
    };
    return cmocka_run_group_tests_name("pages", tests, machine_run_begin, NULL);
}
