#include "engine/engine.h"
#include "report/failure.h"
#include "report/place.h"
#include "report/table.h"
#include "report/touches.h"
#include "report/trace.h"
#include "report/width.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Addresses without a name: what the texts show of them is the number. */
enum { COUNTER = 0x1000, OTHER = 0x2000, LOCK_A = 0x3000, LOCK_B = 0x3040 };

static volatile int report_test_counter;
static volatile int report_test_counter_with_a_name_that_no_column_of_a_table_has_room_for;
static pthread_mutex_t report_test_lock = PTHREAD_MUTEX_INITIALIZER;
static struct sley_capture *capture;

static int
set_up(void **state)
{
    (void)state;
    capture = calloc(1, sizeof *capture);
    return capture ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    free(capture);
    return 0;
}

/* Adds an event at a place of its own; another task than before counts as a switch. */
static struct sley_event *
add(uint16_t task, enum sley_op op, uintptr_t address, uint64_t value)
{
    struct sley_event *event = &capture->events[capture->event_count++];
    bool switched = capture->event_count > 1 && event[-1].task != task;
    *event = (struct sley_event){
        .step = capture->event_count,
        .task = task,
        .op = (uint8_t)op,
        .flags = switched ? SLEY_EVENT_SWITCHED : 0,
        .size = 4,
        .address = address,
        .pc = 0x400000 + 0x10 * (uintptr_t)op,
        .value = value,
    };
    return event;
}

static struct sley_failure *
fail_with(enum sley_verdict verdict)
{
    struct sley_failure *failure = &capture->result.failure[capture->result.failure_count++];
    *failure = (struct sley_failure){.verdict = verdict, .task = {0, SLEY_TASKS_MAX}};
    capture->result.verdicts |= 1u << verdict;
    return failure;
}

static uintptr_t
end_of_task(uint32_t task)
{
    return (uintptr_t)&sley_engine.task_table[task].done;
}

/* The lost update of two tasks. */
static void
make_race(void)
{
    add(0, SLEY_OP_SPAWN, end_of_task(1), 0)->size = 1;
    add(0, SLEY_OP_SPAWN, end_of_task(2), 0)->size = 1;
    add(1, SLEY_OP_READ, COUNTER, 0);
    add(1, SLEY_OP_WRITE, OTHER, 0);
    add(2, SLEY_OP_READ, COUNTER, 0);
    add(1, SLEY_OP_WRITE, COUNTER, 0);
    add(2, SLEY_OP_WRITE, COUNTER, 1);
    add(0, SLEY_OP_READ, COUNTER, UINT32_MAX);
    struct sley_failure *race = fail_with(SLEY_VERDICT_RACE);
    race->task[0] = 1;
    race->task[1] = 2;
    race->step[0] = 6;
    race->step[1] = 5;
    race->pc[0] = 0x400020;
    race->pc[1] = 0x400010;
    race->address = COUNTER;
    race->detail = 1 | 4 << 8;
}

static char *
table_text(const struct sley_table_options *options)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    sley_table_print(out, NULL, capture, options);
    fclose(out);
    return text;
}

static char *
failure_text(const struct sley_failure *failure)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    sley_failure_print(out, NULL, failure);
    fclose(out);
    return text;
}

static void
assert_table(const struct sley_table_options *options, const char *expected)
{
    char *text = table_text(options);
    assert_string_equal(text, expected);
    free(text);
}

static void
assert_failure(const struct sley_failure *failure, const char *expected)
{
    char *text = failure_text(failure);
    assert_string_equal(text, expected);
    free(text);
}

static void
assert_lines_fit(const char *text, size_t columns)
{
    char line[1024];
    while (*text) {
        size_t length = strcspn(text, "\n");
        assert_true(length < sizeof line);
        memcpy(line, text, length);
        line[length] = '\0';
        assert_true(sley_text_columns(line) <= columns);
        assert_true(length == 0 || line[length - 1] != ' ');
        text += length + 1;
    }
}

static void
table_of_a_race_has_a_column_for_each_task(void **state)
{
    (void)state;
    make_race();
    assert_table(NULL,
                 "  step  task 0             task 1             task 2              at\n"
                 "     1  starts task 1                                             0x400120\n"
                 "     2  starts task 2                                             0x400120\n"
                 "\n"
                 "     3                     reads 0x1000 = 0                       0x400010\n"
                 "\n"
                 ">    5                                        reads 0x1000 = 0    0x400010\n"
                 "\n"
                 ">    6                     writes 0x1000 = 1                      0x400020\n"
                 "\n"
                 "     7                                        writes 0x1000 = -1  0x400020\n"
                 "\n"
                 "     8  reads 0x1000 = -1                                         0x400010\n");
}

static void
table_of_all_shows_every_event(void **state)
{
    (void)state;
    make_race();
    char *text = table_text(&(struct sley_table_options){.all = true});
    assert_non_null(strstr(text, "writes 0x2000"));
    free(text);
}

static void
equal_neighbours_are_folded_into_one_row(void **state)
{
    (void)state;
    add(1, SLEY_OP_WRITE, COUNTER, 0);
    for (int i = 0; i < 5; i++) {
        add(0, SLEY_OP_ATOMIC_LOAD, COUNTER, 0);
    }
    add(0, SLEY_OP_ATOMIC_LOAD, COUNTER, 1);
    fail_with(SLEY_VERDICT_ASSERTION);
    assert_table(NULL, "  step  task 0                  task 1             at\n"
                       ">    1                          writes 0x1000 = 0  0x400020\n"
                       "\n"
                       "     2  loads 0x1000 = 0 (x 5)                     0x400030\n"
                       ">    7  loads 0x1000 = 1                           0x400030\n");
}

/* The read that became stale, the write in between, and the write that undid it. */
static void
a_lost_update_is_marked_where_it_came_about(void **state)
{
    (void)state;
    add(1, SLEY_OP_READ, COUNTER, 0);
    add(2, SLEY_OP_READ, COUNTER, 0);
    add(2, SLEY_OP_WRITE, COUNTER, 0);
    add(1, SLEY_OP_WRITE, COUNTER, 1);
    add(0, SLEY_OP_READ, COUNTER, 1);
    struct sley_failure *failure = fail_with(SLEY_VERDICT_ASSERTION);
    failure->step[0] = 5;
    char *text = table_text(NULL);
    assert_non_null(strstr(text, "\n>    1 "));
    assert_non_null(strstr(text, "\n     2 "));
    assert_non_null(strstr(text, "\n>    3 "));
    assert_non_null(strstr(text, "\n>    4 "));
    assert_non_null(strstr(text, "\n>    5 "));
    free(text);
}

static void
marks_are_at(const char *const *lines)
{
    char *text = table_text(NULL);
    for (; *lines; lines++) {
        if (!strstr(text, *lines)) {
            fail_msg("no line with '%s' in\n%s", *lines, text);
        }
    }
    free(text);
}

static void
what_was_taken_and_signalled_before_is_marked(void **state)
{
    (void)state;
    static const char *const self[] = {"\n     1 ", "\n>    2 ", NULL};
    static const char *const signal[] = {"\n     3 ", "\n>    4 ", NULL};
    add(0, SLEY_OP_LOCK, LOCK_A, 0)->pc = 0x400600;
    add(0, SLEY_OP_LOCK, LOCK_B, 0)->pc = 0x400700;
    struct sley_failure *failure = fail_with(SLEY_VERDICT_DEADLOCK_SELF);
    failure->cycle_count = 1;
    failure->cycle[0].object = LOCK_B;
    failure->cycle[0].taken_pc = 0x400700;
    marks_are_at(self);
    add(1, SLEY_OP_SIGNAL, LOCK_B, 0);
    add(1, SLEY_OP_SIGNAL, LOCK_A, 0);
    failure->verdict = SLEY_VERDICT_LOST_WAKEUP;
    failure->cycle_count = 0;
    failure->address = LOCK_A;
    marks_are_at(signal);
}

static void
misuse_marks_what_another_task_did_with_the_object(void **state)
{
    (void)state;
    static const char *const others[] = {"\n>    1 ", "\n     2 ", "\n>    3 ", NULL};
    add(1, SLEY_OP_LOCK, LOCK_A, 0);
    add(0, SLEY_OP_TRYLOCK, LOCK_A, 0);
    add(0, SLEY_OP_UNLOCK, LOCK_A, 0);
    struct sley_failure *failure = fail_with(SLEY_VERDICT_MISUSE);
    failure->address = LOCK_A;
    failure->step[0] = 3;
    marks_are_at(others);
}

static void
leak_marks_the_start_of_the_task_that_did_not_end(void **state)
{
    (void)state;
    static const char *const started[] = {"\n        starts task 1", "\n>       starts task 2",
                                          NULL};
    add(0, SLEY_OP_SPAWN, end_of_task(1), 0)->step = 0;
    add(0, SLEY_OP_SPAWN, end_of_task(2), 0)->step = 0;
    add(1, SLEY_OP_EXIT, 0, 0);
    fail_with(SLEY_VERDICT_LEAK);
    marks_are_at(started);
}

static void
livelock_marks_the_last_step_of_each_task_that_runs(void **state)
{
    (void)state;
    static const char *const last[] = {"\n     1 ", "\n>    3 ", "\n>    4 ", NULL};
    add(1, SLEY_OP_WRITE, COUNTER, 0);
    add(0, SLEY_OP_READ, COUNTER, 0);
    add(0, SLEY_OP_READ, COUNTER, 1);
    add(1, SLEY_OP_WRITE, COUNTER, 1);
    fail_with(SLEY_VERDICT_LIVELOCK);
    marks_are_at(last);
}

/* The operations of a model's own objects are at the place that calls them. */
static void
accesses_of_one_call_are_one_row(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 3; i++) {
        add(1, SLEY_OP_READ, COUNTER + 4 * i, i)->pc = 0x400900;
        add(1, SLEY_OP_WRITE, COUNTER + 4 * i, i)->pc = 0x400900;
    }
    add(0, SLEY_OP_WRITE, COUNTER, 1);
    add(0, SLEY_OP_WRITE, COUNTER + 4, 1);
    add(0, SLEY_OP_WRITE, COUNTER + 8, 1);
    fail_with(SLEY_VERDICT_ASSERTION);
    assert_table(NULL, "  step  task 0         task 1             at\n"
                       "     1                 uses 0x1000 (x 6)  0x400900\n"
                       "\n"
                       "     7  writes 0x1000                     0x400020\n"
                       "     8  writes 0x1004                     0x400020\n"
                       "     9  writes 0x1008                     0x400020\n");
}

/* ThreadSanitizer names the earlier access by its task and place, and no step. */
static void
a_race_without_the_earlier_step_marks_the_earlier_access(void **state)
{
    (void)state;
    add(1, SLEY_OP_READ, COUNTER, 0);
    add(1, SLEY_OP_WRITE, COUNTER, 0);
    add(2, SLEY_OP_WRITE, COUNTER, 1);
    add(1, SLEY_OP_WRITE, COUNTER, 2);
    struct sley_failure *race = fail_with(SLEY_VERDICT_RACE);
    race->address = COUNTER;
    race->detail = 1 | 4 | 4 << 8; /* both write, four bytes */
    race->task[0] = 2;
    race->step[0] = 3;
    race->pc[0] = capture->events[2].pc;
    race->task[1] = 1;
    race->pc[1] = capture->events[1].pc;
    assert_table(NULL, "  step  task 1             task 2             at\n"
                       "     1  reads 0x1000 = 0                      0x400010\n"
                       ">    2  writes 0x1000 = 1                     0x400020\n"
                       "\n"
                       ">    3                     writes 0x1000 = 2  0x400020\n"
                       "\n"
                       "     4  writes 0x1000                         0x400020\n");
}

/* A bytecode and the accesses that belong to it are one step: the accesses tell what it did. */
static void
values_stand_where_a_bytecode_has_accesses(void **state)
{
    (void)state;
    for (uint16_t task = 1; task < 3; task++) {
        uint32_t step = add(task, SLEY_OP_BYTECODE, 0, 0)->step;
        struct sley_event *read = add(task, SLEY_OP_READ, COUNTER, task);
        read->step = step;
        read->flags = SLEY_EVENT_QUIET;
        struct sley_event *write = add(task, SLEY_OP_WRITE, COUNTER, task);
        write->step = step;
        write->flags = SLEY_EVENT_QUIET;
    }
    struct sley_failure *failure = fail_with(SLEY_VERDICT_ASSERTION);
    failure->task[0] = 2;
    failure->step[0] = capture->events[3].step;
    assert_table(NULL, "  step  task 1             task 2            at\n"
                       "     1  reads 0x1000 = 1                     0x400010\n"
                       ">    1  writes 0x1000 = 2                    0x400020\n"
                       "\n"
                       ">    4                     reads 0x1000 = 2  0x400010\n"
                       ">    4                     writes 0x1000     0x400020\n");
}

/* The calls fit no order: what matters is when each was entered and left, and what it did inside.
 */
static void
calls_of_a_history_are_named_and_marked(void **state)
{
    (void)state;
    capture->mark_count = 2;
    capture->marks[0] = (struct sley_mark){.address = OTHER, .call = "put 7", .returned = "put 7"};
    capture->marks[1] = (struct sley_mark){
        .address = OTHER + 64, .guilty = true, .call = "get", .returned = "get -> 8"};
    add(0, SLEY_OP_WRITE, COUNTER, 0); /* outside every call */
    for (uint16_t task = 1; task < 3; task++) {
        uintptr_t call = OTHER + 64 * (uintptr_t)(task - 1);
        add(task, SLEY_OP_ENTER, call, 0);
        add(task, SLEY_OP_WRITE, COUNTER, task);
        add(task, SLEY_OP_LEAVE, call, 0);
    }
    add(2, SLEY_OP_ENTER, OTHER + 128, 0); /* not among the calls that were judged */
    fail_with(SLEY_VERDICT_ASSERTION);
    assert_table(NULL, "  step  task 1             task 2           at\n"
                       "     2  enters put 7                        0x400260\n"
                       "     3  writes 0x1000 = 2                   0x400020\n"
                       "     4  leaves put 7                        0x400270\n"
                       "\n"
                       ">    5                     enters get       0x400260\n"
                       "     6                     writes 0x1000    0x400020\n"
                       ">    7                     leaves get -> 8  0x400270\n");
}

/* Where a task waits, an attempt before it is no lock taken. */
static void
an_attempt_before_a_wait_is_no_row(void **state)
{
    (void)state;
    add(1, SLEY_OP_LOCK, LOCK_A, 0);
    add(2, SLEY_OP_LOCK, LOCK_B, 0);
    add(1, SLEY_OP_LOCK, LOCK_B, 0)->pc = 0x400500;
    struct sley_failure *cycle = fail_with(SLEY_VERDICT_DEADLOCK_CYCLE);
    cycle->cycle_count = 2;
    cycle->cycle[0].task = 1;
    cycle->cycle[0].object = LOCK_B;
    cycle->cycle[0].wait_pc = 0x400500;
    cycle->cycle[1].task = 2;
    cycle->cycle[1].object = LOCK_A;
    cycle->cycle[1].wait_pc = 0x400700;
    assert_table(NULL, "  step  task 1            task 2            at\n"
                       "     1  locks 0x3000                        0x400070\n"
                       "\n"
                       "     2                    locks 0x3040      0x400070\n"
                       "\n"
                       ">       waits for 0x3040                    0x400500\n"
                       "\n"
                       ">                         waits for 0x3000  0x400700\n");
}

static void
assertion_shows_only_what_tasks_share(void **state)
{
    (void)state;
    add(0, SLEY_OP_WRITE, OTHER, 0);
    add(0, SLEY_OP_ATOMIC_RMW, COUNTER, 3);
    add(1, SLEY_OP_ATOMIC_RMW, COUNTER, 4);
    fail_with(SLEY_VERDICT_ASSERTION)->task[0] = 1;
    assert_table(NULL, "  step  task 0                   task 1              at\n"
                       "     2  updates 0x1000 = 3 -> 4                      0x400050\n"
                       "\n"
                       "     3                           updates 0x1000 = 4  0x400050\n");
}

static void
last_steps_of_the_failing_task_are_shown(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 4; i++) {
        add(0, SLEY_OP_READ, OTHER + 8 * i, i);
        add(1, SLEY_OP_READ, COUNTER, 0);
    }
    fail_with(SLEY_VERDICT_CRASH);
    assert_table(NULL, "  step  task 0            at\n"
                       "     3  reads 0x2008 = 1  0x400010\n"
                       "     5  reads 0x2010 = 2  0x400010\n"
                       "     7  reads 0x2018 = 3  0x400010\n");
}

static void
too_many_rows_leave_the_guilty_ones_and_the_last(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 100; i++) {
        add(i % 2, SLEY_OP_WRITE, COUNTER, i);
    }
    struct sley_failure *race = fail_with(SLEY_VERDICT_RACE);
    race->address = COUNTER;
    race->task[0] = 1;
    race->step[0] = 10;
    assert_table(&(struct sley_table_options){.rows_max = 3},
                 "  step  task 0              task 1              at\n"
                 "  ... 9 steps left out\n"
                 ">   10                      writes 0x1000 = 10  0x400020\n"
                 "\n"
                 "  ... 88 steps left out\n"
                 "    99  writes 0x1000 = 99                      0x400020\n"
                 "\n"
                 "   100                      writes 0x1000       0x400020\n");
}

static void
value_of_a_write_is_unknown_after_a_write_of_part_of_it(void **state)
{
    (void)state;
    add(0, SLEY_OP_WRITE, COUNTER, 0);
    add(1, SLEY_OP_WRITE, COUNTER + 1, 0)->size = 1;
    add(0, SLEY_OP_READ, COUNTER, 7);
    struct sley_touches touches;
    uint64_t value;
    assert_true(sley_touches_init(&touches, capture));
    assert_false(sley_touches_stored(&touches, 0, &value));
    assert_true(sley_touches_shared(&touches, &capture->events[2]));
    sley_touches_deinit(&touches);
}

static void
deadlock_rows_end_with_what_each_task_waits_for(void **state)
{
    (void)state;
    add(1, SLEY_OP_LOCK, LOCK_A, 0);
    add(1, SLEY_OP_READ, COUNTER, 0);
    add(2, SLEY_OP_LOCK, LOCK_B, 0)->flags |= SLEY_EVENT_BLOCKED;
    struct sley_failure *cycle = fail_with(SLEY_VERDICT_DEADLOCK_CYCLE);
    cycle->cycle_count = 2;
    cycle->cycle[0].task = 1;
    cycle->cycle[0].object = LOCK_B;
    cycle->cycle[0].wait_pc = 0x400500;
    cycle->cycle[0].taken_pc = 0x400600;
    cycle->cycle[1].task = 2;
    cycle->cycle[1].object = LOCK_A;
    cycle->cycle[1].wait_pc = 0x400700;
    cycle->cycle[1].taken_pc = 0x400800;
    assert_table(NULL, "  step  task 1            task 2                 at\n"
                       "     1  locks 0x3000                             0x400070\n"
                       "\n"
                       "     3                    locks 0x3040 (waited)  0x400070\n"
                       "\n"
                       ">       waits for 0x3040                         0x400500\n"
                       "\n"
                       ">                         waits for 0x3000       0x400700\n");
    assert_failure(cycle, "deadlock: a cycle of waiters\n"
                          "  task 1 waits for 0x3040 at 0x400500, held by task 2 since 0x400600\n"
                          "  task 2 waits for 0x3000 at 0x400700, held by task 1 since 0x400800\n");
}

static void
what_was_in_vain_says_so_and_takes_nothing(void **state)
{
    (void)state;
    static const uint8_t late = SLEY_EVENT_IN_VAIN | SLEY_EVENT_TIMED_OUT;
    add(1, SLEY_OP_LOCK, LOCK_A, 0);
    add(1, SLEY_OP_LOCK, LOCK_A, 0)->flags |= late | SLEY_EVENT_BLOCKED;
    add(1, SLEY_OP_SEM_WAIT, OTHER, 0)->flags |= SLEY_EVENT_IN_VAIN | SLEY_EVENT_INTERRUPTED;
    add(1, SLEY_OP_SEM_WAIT, OTHER, 0)->flags |= SLEY_EVENT_IN_VAIN;
    struct sley_failure *failure = fail_with(SLEY_VERDICT_ORPHANED_LOCK);
    failure->task[1] = 1;
    failure->address = LOCK_A;
    failure->pc[1] = 0x400070;
    failure->pc[0] = 0x400500;
    assert_table(NULL,
                 "  step  task 0            task 1                                     at\n"
                 ">    1                    locks 0x3000                               0x400070\n"
                 "     2                    locks 0x3000 (timed out)                   0x400070\n"
                 "     3                    takes from semaphore 0x2000 (interrupted)  0x4000e0\n"
                 "     4                    takes from semaphore 0x2000 (in vain)      0x4000e0\n"
                 "\n"
                 ">       waits for 0x3000                                             0x400500\n");
}

static void
no_line_is_wider_than_asked_for(void **state)
{
    (void)state;
    static const uint32_t widths[] = {40, 60, 80, 120};
    make_race();
    for (uint16_t task = 3; task < 9; task++) {
        add(task, SLEY_OP_ATOMIC_RMW, COUNTER, (uint64_t)INT32_MAX);
        for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
            char *text = table_text(&(struct sley_table_options){.width = widths[i]});
            assert_lines_fit(text, widths[i]);
            free(text);
        }
    }
}

/* What is too wide is taken from the task that only joins. */
static void
guilty_steps_are_cut_last(void **state)
{
    (void)state;
    struct sley_event *join = add(0, SLEY_OP_JOIN, end_of_task(1), 0);
    join->flags |= SLEY_EVENT_BLOCKED;
    add(1, SLEY_OP_WRITE, COUNTER, 0);
    add(2, SLEY_OP_WRITE, COUNTER, 1234567);
    add(0, SLEY_OP_READ, COUNTER, 1234567890);
    struct sley_failure *race = fail_with(SLEY_VERDICT_RACE);
    race->address = COUNTER;
    race->task[0] = 2;
    race->step[0] = 3;
    race->task[1] = 1;
    race->step[1] = 2;
    char *text = table_text(&(struct sley_table_options){.width = 90});
    assert_non_null(strstr(text, "writes 0x1000 = 1234567 "));
    assert_non_null(strstr(text, "writes 0x1000 = 1234567890 "));
    assert_non_null(strstr(text, " joins task 1 "));
    assert_null(strstr(text, "(waited)"));
    free(text);
}

static void
long_name_is_cut_and_the_value_stays(void **state)
{
    (void)state;
    struct sley_symbolizer *symbolizer;
    assert_int_equal(sley_symbolizer_create(&symbolizer, NULL), SLEY_OK);
    uintptr_t address =
        (uintptr_t)&report_test_counter_with_a_name_that_no_column_of_a_table_has_room_for;
    add(0, SLEY_OP_ATOMIC_LOAD, address, 17);
    add(1, SLEY_OP_ATOMIC_STORE, address, 17);
    add(2, SLEY_OP_ATOMIC_LOAD, address, 18);
    fail_with(SLEY_VERDICT_ASSERTION);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    sley_table_print(out, symbolizer, capture, NULL);
    fclose(out);
    sley_symbolizer_destroy(symbolizer);
    assert_lines_fit(text, 80);
    assert_non_null(strstr(text, "loads report_\u2026 = 17"));
    assert_non_null(strstr(text, "stores report\u2026 = 18"));
    free(text);
}

static void
more_than_six_tasks_share_one_column(void **state)
{
    (void)state;
    for (uint16_t task = 0; task < 7; task++) {
        add(task, SLEY_OP_ATOMIC_RMW, COUNTER, task);
    }
    fail_with(SLEY_VERDICT_ASSERTION);
    char *text = table_text(NULL);
    assert_non_null(strstr(text, "  step  task                             at\n"));
    assert_non_null(strstr(text, "     6  task 5  updates 0x1000 = 5 -> 6  0x400050\n"));
    free(text);
}

static void
color_marks_the_guilty_rows(void **state)
{
    (void)state;
    make_race();
    char *text = table_text(&(struct sley_table_options){.color = true});
    assert_non_null(strstr(text, "\033[1m>    6"));
    assert_null(strstr(text, "\033[1m     3"));
    free(text);
}

static void
capture_without_events_says_so(void **state)
{
    (void)state;
    fail_with(SLEY_VERDICT_CRASH);
    assert_table(NULL, "no step of the run was recorded\n");
}

static void
cut_text_keeps_its_columns(void **state)
{
    (void)state;
    char plain[32] = "a_long_name";
    sley_text_cut(plain, sizeof plain, 6);
    assert_string_equal(plain, "a_lon\u2026");
    char wide[32] = "\u6570\u636e\u6570\u636e"; /* four characters of two columns each */
    assert_int_equal(sley_text_columns(wide), 8);
    sley_text_cut(wide, sizeof wide, 6);
    assert_string_equal(wide, "\u6570\u636e\u2026");
    char front[32] = "long_file.c:123";
    sley_text_cut_front(front, sizeof front, 8);
    assert_string_equal(front, "\u2026e.c:123");
}

static void
cut_text_is_plain_where_the_locale_is(void **state)
{
    (void)state;
    char text[32] = "a_long_name";
    setlocale(LC_ALL, "C");
    sley_text_cut(text, sizeof text, 6);
    setlocale(LC_ALL, "C.UTF-8");
    assert_string_equal(text, "a_l...");
}

static void
invalid_bytes_count_as_one_column(void **state)
{
    (void)state;
    assert_int_equal(sley_text_columns("a\xff\xc3"
                                       "b"),
                     4);
}

static void
race_names_both_accesses(void **state)
{
    (void)state;
    make_race();
    assert_failure(&capture->result.failure[0],
                   "data race on 0x1000: task 1 writes at 0x400020, task 2 read at 0x400010 "
                   "before, unordered\n");
}

static void
assertion_says_what_did_not_hold(void **state)
{
    (void)state;
    struct sley_failure *failure = fail_with(SLEY_VERDICT_ASSERTION);
    strcpy(failure->text, "counter == 2");
    failure->pc[0] = 0x400100;
    assert_failure(failure, "assertion failed: counter == 2 at 0x400100 (task 0)\n");
}

static void
use_after_free_says_who_freed(void **state)
{
    (void)state;
    struct sley_failure *failure = fail_with(SLEY_VERDICT_HEAP);
    strcpy(failure->text, "use after free: read of 4 bytes");
    failure->address = 0x5000;
    failure->pc[0] = 0x400100;
    failure->task[1] = 2;
    failure->pc[1] = 0x400200;
    assert_failure(failure,
                   "heap misuse: use after free: read of 4 bytes, 0x5000 at 0x400100 (task 0)\n"
                   "  freed by task 2 at 0x400200\n");
}

static void
crash_says_which_address(void **state)
{
    (void)state;
    struct sley_failure *failure = fail_with(SLEY_VERDICT_CRASH);
    strcpy(failure->text, "signal 11 (Segmentation fault)");
    failure->detail = SIGSEGV;
    failure->pc[0] = 0x400100;
    assert_failure(failure, "crash: signal 11 (Segmentation fault), address 0x0 at 0x400100 "
                            "(task 0)\n");
}

static void
lost_wakeup_says_that_the_signal_came_too_early(void **state)
{
    (void)state;
    struct sley_failure *failure = fail_with(SLEY_VERDICT_LOST_WAKEUP);
    strcpy(failure->text, "waits for a condition variable for ever");
    failure->address = OTHER;
    failure->pc[0] = 0x400100;
    assert_failure(failure, "lost wake-up: task 0 waits for a condition variable for ever: 0x2000 "
                            "at 0x400100\n"
                            "  a signal came earlier, when no task waited\n");
}

static void
every_verdict_prints_lines_of_its_own(void **state)
{
    (void)state;
    for (int verdict = 0; verdict < SLEY_VERDICT_COUNT; verdict++) {
        struct sley_failure failure = {.verdict = (enum sley_verdict)verdict,
                                       .task = {0, SLEY_TASKS_MAX}};
        char *text = failure_text(&failure);
        const char *name = sley_verdict_text((enum sley_verdict)verdict);
        assert_memory_equal(text, name, strlen(name));
        assert_int_equal(text[strlen(text) - 1], '\n');
        free(text);
    }
}

static void
strongest_failure_is_the_first_of_the_strongest_verdict(void **state)
{
    (void)state;
    assert_null(sley_failure_strongest(&capture->result));
    fail_with(SLEY_VERDICT_RACE);
    struct sley_failure *expected = fail_with(SLEY_VERDICT_ASSERTION);
    fail_with(SLEY_VERDICT_ASSERTION);
    assert_ptr_equal(sley_failure_strongest(&capture->result), expected);
}

static void
trace_has_no_addresses(void **state)
{
    (void)state;
    make_race();
    add(1, SLEY_OP_READ, COUNTER, 0x7f0000001000)->size = 8;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    sley_trace_write(out, NULL, capture);
    fclose(out);
    assert_null(strstr(text, "0x"));
    assert_memory_equal(text, "# step\t", 7);
    assert_non_null(strstr(text, "\n1\t0\tn\t1\t00000000\t-\t-\ttask 1\n"));
    assert_non_null(strstr(text, "\n8\t0\tr\t4\t00000000\t-1\t-\t-\n"));
    assert_non_null(strstr(text, "\n9\t1\tr\t8\t00000000\tpointer\t-\t-\n"));
    free(text);
}

static void
objects_are_named_by_their_region(void **state)
{
    (void)state;
    struct sley_engine *e = &sley_engine;
    uintptr_t arena_low = e->arena_low, arena_size = e->arena_size;
    uintptr_t stacks_low = e->stacks_low, stacks_size = e->stacks_size;
    char heap[64], stack[64], task[64], other[64];
    e->arena_low = 0x6000000000;
    e->arena_size = 0x1000000;
    e->stacks_low = 0x7000000000;
    e->stacks_size = (uintptr_t)SLEY_TASKS_MAX << 23;
    assert_true(sley_object_text(NULL, e->arena_low + 0x40, 4, heap, sizeof heap));
    assert_true(sley_object_text(NULL, e->stacks_low + 0x1000010, 4, stack, sizeof stack));
    assert_true(sley_object_text(NULL, end_of_task(3), 0, task, sizeof task));
    assert_false(sley_object_text(NULL, 0x1234, 4, other, sizeof other));
    e->arena_low = arena_low;
    e->arena_size = arena_size;
    e->stacks_low = stacks_low;
    e->stacks_size = stacks_size;
    assert_string_equal(heap, "heap 0x40");
    assert_string_equal(stack, "stack of task 2+0x10");
    assert_string_equal(task, "task 3");
    assert_string_equal(other, "0x1234");
}

static void
errno_and_its_values_have_names(void **state)
{
    (void)state;
    add(0, SLEY_OP_READ, (uintptr_t)&errno, ETIMEDOUT);
    add(0, SLEY_OP_WRITE, (uintptr_t)&errno, ETIMEDOUT);
    add(0, SLEY_OP_READ, (uintptr_t)&errno, 0);
    add(0, SLEY_OP_READ, (uintptr_t)&errno, 100000);
    add(0, SLEY_OP_READ, COUNTER, ETIMEDOUT);
    char *text = table_text(&(struct sley_table_options){.all = true});
    assert_non_null(strstr(text, "  reads errno = 110 (ETIMEDOUT)  "));
    assert_non_null(strstr(text, "  writes errno = 0  "));
    assert_non_null(strstr(text, "  reads errno = 0  "));
    assert_non_null(strstr(text, "  reads errno = 100000  "));
    assert_non_null(strstr(text, "  reads 0x1000 = 110  "));
    free(text);
}

static void
versions_are_no_part_of_a_name(void **state)
{
    (void)state;
    struct sley_symbolizer *symbolizer;
    char text[SLEY_OBJECT_TEXT];
    assert_int_equal(sley_symbolizer_create(&symbolizer, NULL), SLEY_OK);
    assert_true(sley_object_text(symbolizer, (uintptr_t)&stderr, sizeof stderr, text, sizeof text));
    assert_string_equal(text, "stderr");
    sley_symbolizer_destroy(symbolizer);
}

static void
symbols_name_places_and_whole_locks(void **state)
{
    (void)state;
    struct sley_symbolizer *symbolizer;
    char text[SLEY_OBJECT_TEXT];
    assert_int_equal(sley_symbolizer_create(&symbolizer, NULL), SLEY_OK);
    sley_object_text(symbolizer, (uintptr_t)&report_test_counter, 4, text, sizeof text);
    assert_string_equal(text, "report_test_counter");
    sley_object_text(symbolizer, (uintptr_t)&report_test_lock, 0, text, sizeof text);
    assert_string_equal(text, "report_test_lock");
    uintptr_t entry = (uintptr_t)symbols_name_places_and_whole_locks;
    assert_true(sley_place_phrase(symbolizer, entry + 1, text, sizeof text));
    assert_memory_equal(text, "report_test.c:", 14);
    assert_non_null(strstr(text, " (symbols_name_places_and_whole_locks)"));
    sley_symbolizer_destroy(symbolizer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(table_of_a_race_has_a_column_for_each_task),
        TEST(table_of_all_shows_every_event),
        TEST(equal_neighbours_are_folded_into_one_row),
        TEST(a_lost_update_is_marked_where_it_came_about),
        TEST(what_was_taken_and_signalled_before_is_marked),
        TEST(misuse_marks_what_another_task_did_with_the_object),
        TEST(leak_marks_the_start_of_the_task_that_did_not_end),
        TEST(livelock_marks_the_last_step_of_each_task_that_runs),
        TEST(accesses_of_one_call_are_one_row),
        TEST(guilty_steps_are_cut_last),
        TEST(a_race_without_the_earlier_step_marks_the_earlier_access),
        TEST(values_stand_where_a_bytecode_has_accesses),
        TEST(calls_of_a_history_are_named_and_marked),
        TEST(an_attempt_before_a_wait_is_no_row),
        TEST(assertion_shows_only_what_tasks_share),
        TEST(last_steps_of_the_failing_task_are_shown),
        TEST(too_many_rows_leave_the_guilty_ones_and_the_last),
        TEST(value_of_a_write_is_unknown_after_a_write_of_part_of_it),
        TEST(deadlock_rows_end_with_what_each_task_waits_for),
        TEST(what_was_in_vain_says_so_and_takes_nothing),
        TEST(no_line_is_wider_than_asked_for),
        TEST(long_name_is_cut_and_the_value_stays),
        TEST(more_than_six_tasks_share_one_column),
        TEST(color_marks_the_guilty_rows),
        TEST(capture_without_events_says_so),
        TEST(cut_text_keeps_its_columns),
        TEST(cut_text_is_plain_where_the_locale_is),
        TEST(invalid_bytes_count_as_one_column),
        TEST(race_names_both_accesses),
        TEST(assertion_says_what_did_not_hold),
        TEST(use_after_free_says_who_freed),
        TEST(crash_says_which_address),
        TEST(lost_wakeup_says_that_the_signal_came_too_early),
        TEST(every_verdict_prints_lines_of_its_own),
        TEST(strongest_failure_is_the_first_of_the_strongest_verdict),
        TEST(trace_has_no_addresses),
        TEST(objects_are_named_by_their_region),
        TEST(errno_and_its_values_have_names),
        TEST(versions_are_no_part_of_a_name),
        TEST(symbols_name_places_and_whole_locks),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
