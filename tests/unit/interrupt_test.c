/* Interruptions: of the engine's waits (sley_task_interrupt), and what the front makes of them. */
#include "engine/engine.h"
#include "pthread/front.h"
#include "pthread/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static void
begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t number)
{
    (void)state, (void)parameters, (void)seed, (void)number;
}

static uint32_t
value_zero(void *state, const struct sley_value_query *query)
{
    (void)state, (void)query;
    return 0;
}

static uint32_t
value_last(void *state, const struct sley_value_query *query)
{
    (void)state;
    return query->kind == SLEY_CHOICE_SPURIOUS ? 0 : query->bound - 1;
}

/* Those that were started run before task 0 goes on. */
static void
pick_highest(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    (void)state;
    pick->index = view->runnable_count - 1;
}

/* The others begin when task 0 waits. */
static void
pick_lowest(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    (void)state, (void)view;
    pick->index = 0;
}

static const struct sley_strategy_ops highest = {
    .name = "highest", .begin = begin, .pick = pick_highest, .value = value_zero};
static const struct sley_strategy_ops lowest = {
    .name = "lowest", .begin = begin, .pick = pick_lowest, .value = value_zero};
static const struct sley_strategy_ops last = {
    .name = "last", .begin = begin, .pick = pick_highest, .value = value_last};

static struct sley_run_result result;
static char order[64];
static size_t noted;
static struct sley_gate gate;
static bool attend_ends;
static pthread_mutex_t mutex;
static pthread_cond_t cond;
static pthread_barrier_t barrier;
static pthread_t ids[4];
static sem_t semaphore;
static int values[8];

static void
note(char letter)
{
    order[noted++] = letter;
}

static void
run(void *(*entry)(void *), const struct sley_strategy_ops *ops)
{
    const struct sley_run_options options = {
        .source.ops = ops, .entry = entry, .task_end = sley_pthread_task_end, .spurious_max = 1};
    noted = 0;
    memset(order, 0, sizeof order);
    memset(values, 0, sizeof values);
    memset(&mutex, 0, sizeof mutex);
    memset(&cond, 0, sizeof cond);
    memset(&barrier, 0, sizeof barrier);
    memset(&semaphore, 0, sizeof semaphore);
    sley_engine_run(&options, &result);
}

static bool
attend(bool blocked)
{
    note(blocked ? 'B' : 'A');
    sley_point(SLEY_OP_YIELD, 0, 0);
    return attend_ends;
}

static void *
does_two_things(void *argument)
{
    note('1');
    sley_point(SLEY_OP_YIELD, 0, 0);
    note('2');
    sley_point(SLEY_OP_YIELD, 0, 0);
    note('3');
    return argument;
}

static void *
interrupts_one_that_runs(void *argument)
{
    uint32_t task = sley_task_spawn(does_two_things, NULL, NULL, 0);
    sley_task_interrupt(task, attend);
    sley_task_interrupt(task, attend); /* the same one */
    note('i');
    sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[task].done, UINT64_MAX, 0);
    return argument;
}

static void
it_is_attended_to_once_before_the_next_operation(void **state)
{
    (void)state;
    run(interrupts_one_that_runs, &lowest);
    assert_string_equal(order, "i1A23");
    assert_int_equal(result.verdicts, 0);
}

static void *
waits(void *argument)
{
    note('w');
    note(sley_point_gate(SLEY_OP_LOCK, &gate, UINT64_MAX, 0) ? 'o' : 'v');
    return argument;
}

static void *
sleeps(void *argument)
{
    note('w');
    note(sley_sleep_until(1000, 0) ? 'o' : 'v');
    return argument;
}

static void *
interrupts_one_that_waits(void *argument)
{
    void *(*entry)(void *) = argument ? sleeps : waits;
    sley_gate_init(&gate, SLEY_WAIT_MUTEX, 0);
    gate.open = false;
    uint32_t task = sley_task_spawn(entry, NULL, NULL, 0);
    sley_point(SLEY_OP_YIELD, 0, 0);
    sley_task_interrupt(task, attend);
    sley_point(SLEY_OP_YIELD, 0, 0);
    note('g');
    sley_gate_set(&gate, true);
    sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[task].done, UINT64_MAX, 0);
    return NULL;
}

static void *
interrupts_a_sleep(void *argument)
{
    return interrupts_one_that_waits(&argument);
}

static void
a_wait_goes_on_or_ends_as_attend_says(void **state)
{
    (void)state;
    attend_ends = false;
    run(interrupts_one_that_waits, &highest);
    assert_string_equal(order, "wBgo");
    run(interrupts_a_sleep, &highest);
    assert_string_equal(order, "wBgo");
    attend_ends = true;
    run(interrupts_one_that_waits, &highest);
    assert_string_equal(order, "wBvg");
    run(interrupts_a_sleep, &highest);
    assert_string_equal(order, "wBvg");
    attend_ends = false;
    assert_int_equal(result.verdicts, 0);
}

static void *
closes_again(void *argument)
{
    sley_gate_init(&gate, SLEY_WAIT_MUTEX, 0);
    gate.open = false;
    uint32_t task = sley_task_spawn(waits, NULL, NULL, 0);
    sley_point(SLEY_OP_YIELD, 0, 0);
    sley_gate_set(&gate, true);
    sley_task_interrupt(task, attend); /* it can run already */
    sley_gate_set(&gate, false);
    sley_point(SLEY_OP_YIELD, 0, 0);
    note('g');
    sley_gate_set(&gate, true);
    sley_point_gate(SLEY_OP_JOIN, &sley_engine.task_table[task].done, UINT64_MAX, 0);
    return argument;
}

static void
a_gate_that_closes_does_not_hold_up_who_must_attend(void **state)
{
    (void)state;
    run(closes_again, &highest);
    assert_string_equal(order, "wAgo");
}

/* --- the front --- */

static void *
waits_on_condition(void *argument)
{
    sley_pthread_mutex_lock(&mutex);
    sley_pthread_cond_wait(&cond, &mutex);
    note('r'); /* returned */
    sley_pthread_mutex_unlock(&mutex);
    sley_pthread_testcancel();
    note('n'); /* not cancelled */
    return argument;
}

static void *
signals_and_cancels(void *argument)
{
    sley_pthread_create(&ids[0], NULL, waits_on_condition, NULL);
    sley_sched_yield();
    sley_pthread_mutex_lock(&mutex);
    sley_pthread_cond_signal(&cond);
    sley_pthread_cancel(ids[0]);
    sley_pthread_mutex_unlock(&mutex);
    void *ended;
    sley_pthread_join(ids[0], &ended);
    values[0] = ended == PTHREAD_CANCELED;
    return argument;
}

static void
who_took_a_signal_returns_before_it_is_cancelled(void **state)
{
    (void)state;
    run(signals_and_cancels, &highest);
    assert_string_equal(order, "r");
    assert_int_equal(values[0], 1);
    assert_int_equal(result.verdicts, 0);
}

static void
on_signal(int signal)
{
    (void)signal;
    values[1] = (int)sley_engine.task;
    values[2]++;
}

static void *
takes_semaphore(void *argument)
{
    values[3] = sley_sem_wait(&semaphore) == 0 ? 0 : errno;
    return argument;
}

static void *
sends_to_the_process(void *argument)
{
    struct sigaction action = {.sa_handler = on_signal};
    sley_sigaction(SIGUSR1, &action, NULL);
    sley_sem_init(&semaphore, 0, 0);
    sley_pthread_create(&ids[0], NULL, takes_semaphore, NULL);
    sley_sched_yield();
    sley_signal_kill(getpid(), SIGUSR1);
    sley_sem_post(&semaphore);
    sley_pthread_join(ids[0], NULL);
    return argument;
}

static void
which_task_takes_a_signal_of_the_process_is_a_choice(void **state)
{
    (void)state;
    run(sends_to_the_process, &highest);
    assert_int_equal(values[1], 0);
    assert_int_equal(values[3], 0);
    run(sends_to_the_process, &last);
    assert_int_equal(values[1], 1);
    assert_int_equal(values[3], EINTR);
    assert_int_equal(values[2], 1);
}

static void *
restarts(void *argument)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sley_sigaction(SIGUSR1, &action, NULL);
    sley_sem_init(&semaphore, 0, 0);
    sley_pthread_create(&ids[0], NULL, takes_semaphore, NULL);
    sley_sched_yield();
    sley_pthread_kill(ids[0], SIGUSR1);
    sley_sem_post(&semaphore);
    sley_pthread_join(ids[0], NULL);
    return argument;
}

static void
a_handler_set_to_restart_leaves_the_wait_alone(void **state)
{
    (void)state;
    run(restarts, &highest);
    assert_int_equal(values[1], 1);
    assert_int_equal(values[3], 0);
}

static void *
queues_without_end(void *argument)
{
    sigset_t all;
    sigfillset(&all);
    sley_pthread_sigmask(SIG_SETMASK, &all, NULL);
    for (int i = 0; i < 256 && values[0] == 0; i++) {
        values[0] = sley_pthread_sigqueue(sley_pthread_self(), SIGRTMIN, (union sigval){i});
    }
    values[1] = sley_pthread_sigqueue(sley_pthread_self(), SIGRTMIN, (union sigval){0});
    return argument;
}

static void
the_queue_of_signals_is_bounded(void **state)
{
    (void)state;
    run(queues_without_end, &lowest);
    assert_int_equal(values[0], 0);
    assert_int_equal(values[1], EAGAIN);
}

static void *
opens_without_end(void *argument)
{
    char name[16];
    for (int i = 0; i < 65; i++) {
        snprintf(name, sizeof name, "/s%d", i);
        values[0] += sley_sem_open(name, O_CREAT, 0600, 1) != SEM_FAILED;
    }
    values[1] = errno;
    return argument;
}

static void
the_names_of_semaphores_are_bounded(void **state)
{
    (void)state;
    run(opens_without_end, &lowest);
    assert_int_equal(values[0], 64);
    assert_int_equal(values[1], EMFILE);
}

static void *
ignores_pipes(void *argument)
{
    sley_signal(SIGPIPE, SIG_IGN);
    values[0] = 1;
    return argument;
}

static void *
ignores_another(void *argument)
{
    sley_signal(SIGUSR1, SIG_IGN);
    return argument;
}

static bool
pipes_are_ignored(void)
{
    struct sigaction real;
    sigaction(SIGPIPE, NULL, &real);
    return real.sa_handler == SIG_IGN;
}

static void
the_systems_sigpipe_is_ignored_for_the_run_that_ignores_it(void **state)
{
    (void)state;
    run(ignores_pipes, &lowest);
    assert_true(pipes_are_ignored());
    run(ignores_another, &lowest);
    assert_false(pipes_are_ignored());
}

static sigjmp_buf jump_to;

static void
on_jump(int signal)
{
    (void)signal;
    longjmp(jump_to, 1);
}

static void *
jumps_out_of_a_wait(void *argument)
{
    sley_pthread_mutex_lock(&mutex);
    if (setjmp(jump_to) == 0) {
        sley_pthread_cond_wait(&cond, &mutex);
    }
    /* The wait gave the mutex back, and the jump did not take it. */
    sley_pthread_mutex_lock(&mutex);
    sley_pthread_cond_wait(&cond, &mutex);
    note('r');
    sley_pthread_mutex_unlock(&mutex);
    return argument;
}

static void *
makes_it_jump(void *argument)
{
    sley_signal(SIGUSR1, on_jump);
    sley_pthread_create(&ids[0], NULL, jumps_out_of_a_wait, NULL);
    sley_sched_yield();
    sley_pthread_kill(ids[0], SIGUSR1);
    sley_sched_yield();
    sley_pthread_mutex_lock(&mutex);
    sley_pthread_cond_signal(&cond);
    sley_pthread_mutex_unlock(&mutex);
    sley_pthread_join(ids[0], NULL);
    return argument;
}

static void
a_handler_may_jump_out_of_a_wait(void **state)
{
    (void)state;
    run(makes_it_jump, &highest);
    assert_string_equal(order, "r");
    assert_int_equal(result.verdicts, 0);
}

static void *
arrives(void *argument)
{
    sley_pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    sley_pthread_barrier_wait(&barrier);
    note('p');
    return argument;
}

static void *
cancels_at_a_barrier(void *argument)
{
    void *ended;
    sley_pthread_barrier_init(&barrier, NULL, 3);
    for (int i = 0; i < 2; i++) {
        sley_pthread_create(&ids[i], NULL, arrives, NULL);
        sley_sched_yield();
    }
    sley_pthread_cancel(ids[0]);
    sley_pthread_join(ids[0], &ended);
    values[0] = ended == PTHREAD_CANCELED;
    sley_pthread_barrier_wait(&barrier); /* the third: it arrived, before it was cancelled */
    sley_pthread_join(ids[1], NULL);
    return argument;
}

static void
who_is_cancelled_in_a_queue_leaves_it(void **state)
{
    (void)state;
    run(cancels_at_a_barrier, &highest);
    assert_string_equal(order, "p");
    assert_int_equal(values[0], 1);
    assert_int_equal(result.verdicts, 0);
}

static void *
returns(void *argument)
{
    return argument;
}

static void *
reaches_former_threads(void *argument)
{
    pthread_attr_t attributes;
    sley_pthread_create(&ids[0], NULL, returns, NULL);
    sley_sched_yield();
    values[0] = sley_pthread_kill(ids[0], SIGTERM); /* it has ended, and can be joined */
    values[1] = sley_pthread_cancel(ids[0]);
    sley_pthread_join(ids[0], NULL);
    values[2] = sley_pthread_cancel(ids[0]);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sley_pthread_create(&ids[1], &attributes, returns, NULL);
    sley_sched_yield();
    values[3] = sley_pthread_kill(ids[1], SIGTERM);
    return argument;
}

static void
a_former_thread_cannot_be_reached(void **state)
{
    (void)state;
    run(reaches_former_threads, &highest);
    assert_int_equal(values[0], 0);
    assert_int_equal(values[1], 0);
    assert_int_equal(values[2], ESRCH);
    assert_int_equal(values[3], ESRCH);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
    assert_int_equal(result.failure_count, 2);
    assert_string_equal(result.failure[0].text,
                        "cancellation of a thread that was joined already or never existed");
    assert_string_equal(result.failure[1].text, "signal of a detached thread that has ended");
}

static void *
holds(void *argument)
{
    sley_pthread_mutex_lock(&mutex);
    return argument;
}

static void *
leaves_a_lock(void *argument)
{
    sley_pthread_create(&ids[0], NULL, holds, NULL);
    sley_pthread_join(ids[0], NULL);
    return argument;
}

static void
what_an_ended_task_holds_is_noted(void **state)
{
    (void)state;
    run(leaves_a_lock, &highest);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(result.held.count, 1);
    assert_int_equal(result.held.task, 1);
    assert_ptr_equal((void *)result.held.address, &mutex);
    run(reaches_former_threads, &highest);
    assert_int_equal(result.held.count, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_attended_to_once_before_the_next_operation),
        cmocka_unit_test(a_wait_goes_on_or_ends_as_attend_says),
        cmocka_unit_test(a_gate_that_closes_does_not_hold_up_who_must_attend),
        cmocka_unit_test(who_took_a_signal_returns_before_it_is_cancelled),
        cmocka_unit_test(which_task_takes_a_signal_of_the_process_is_a_choice),
        cmocka_unit_test(a_handler_set_to_restart_leaves_the_wait_alone),
        cmocka_unit_test(the_queue_of_signals_is_bounded),
        cmocka_unit_test(the_names_of_semaphores_are_bounded),
        cmocka_unit_test(the_systems_sigpipe_is_ignored_for_the_run_that_ignores_it),
        cmocka_unit_test(a_handler_may_jump_out_of_a_wait),
        cmocka_unit_test(who_is_cancelled_in_a_queue_leaves_it),
        cmocka_unit_test(a_former_thread_cannot_be_reached),
        cmocka_unit_test(what_an_ended_task_holds_is_noted),
    };
    struct sley_error error;
    if (sley_engine_init(&error) != SLEY_OK) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
