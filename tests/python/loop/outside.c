/* Threads beside the loop; the rules stand in outside.py. */
#include "tests/python/loop/order.h"

#include <semaphore.h>
#include <stdatomic.h>

/* A call that returns its name, or fails, when the loop opens its gate. */
struct gated {
    const char *name;
    intptr_t error; /* to raise; 0: none */
    sem_t gate;
};

static struct gated calls[3];

static struct gated *
gated_init(int index, const char *name, intptr_t error)
{
    calls[index].name = name;
    calls[index].error = error;
    sem_init(&calls[index].gate, 0, 0);
    return &calls[index];
}

static struct sley_awaited
call(void *gated)
{
    struct gated *self = gated;
    sem_wait(&self->gate);
    return self->error ? sley_exception(self->error) : sley_result(self->name);
}

static struct sley_awaited
offload(void *gated)
{
    struct sley_awaited end = sley_await(sley_loop_run_in_executor(NULL, call, gated));
    note("got-%s", (const char *)end.value);
    return end;
}

static struct sley_awaited
offload_noted(void *gated)
{
    note("offload");
    return offload(gated);
}

static void
the_loop_goes_on_while_an_executor_works(void)
{
    struct steps main_steps = {"main", 2};
    struct gated *x = gated_init(0, "x", 0);
    struct sley_async_future *task = sley_loop_task(offload_noted, x);
    steps(&main_steps);
    note("open");
    sem_post(&x->gate);
    sley_await(task);
    note("end");
}

static void
results_of_an_executor_come_as_the_calls_end(void)
{
    static const char *const names[] = {"a", "b", "c"};
    static const int order[] = {2, 0, 1};
    struct sley_async_future *ends[3];
    for (int i = 0; i < 3; i++) {
        ends[i] = sley_loop_task(offload, gated_init(i, names[i], 0));
    }
    nap(0);
    for (int i = 0; i < 3; i++) {
        sem_post(&calls[order[i]].gate);
        sley_await(ends[order[i]]);
        note("main");
    }
    note("end");
}

static void
gather_orders_the_results_of_an_executor(void)
{
    struct sley_async_future *waits[] = {
        sley_loop_run_in_executor(NULL, call, gated_init(0, "a", 0)),
        sley_loop_run_in_executor(NULL, call, gated_init(1, "b", 0)),
    };
    struct sley_async_future *group = sley_loop_gather(waits, 2, false);
    sem_post(&calls[1].gate);
    note("%s", (const char *)sley_await(waits[1]).value);
    sem_post(&calls[0].gate);
    sley_await(group);
    for (int i = 0; i < 2; i++) {
        note("%s", (const char *)sley_loop_result(waits[i]).value);
    }
}

static void
the_exception_of_an_executor_call_is_raised_in_its_awaiter(void)
{
    struct gated *x = gated_init(0, "x", KEY_ERROR);
    sem_post(&x->gate);
    note_raised(sley_await(sley_loop_run_in_executor(NULL, call, x)));
}

static struct sley_awaited
to_thread(void *gated)
{
    note("offload");
    struct sley_awaited end = sley_loop_to_thread(call, gated);
    note("%s", (const char *)end.value);
    return end;
}

static struct sley_awaited
opener(void *gated)
{
    note("open");
    sem_post(&((struct gated *)gated)->gate);
    return sley_result(0);
}

static void
to_thread_does_not_block_the_loop(void)
{
    struct steps other = {"other", 2};
    struct gated *x = gated_init(0, "x", 0);
    struct sley_async_future *tasks[] = {sley_loop_task(to_thread, x),
                                         sley_loop_task(steps, &other), sley_loop_task(opener, x)};
    await_all(tasks, 2);
    note("end");
}

static void
set_seven(void *future)
{
    sley_loop_set_result(future, 7);
}

static struct sley_awaited
schedule_seven(void *future)
{
    sley_loop_call_soon_threadsafe(set_seven, future);
    return sley_result(0);
}

static void
call_soon_threadsafe_wakes_a_waiting_loop(void)
{
    struct sley_async_future *future = sley_loop_future();
    note("waiting");
    struct sley_async_future *thread = sley_loop_run_in_executor(NULL, schedule_seven, future);
    note("%ld", (long)sley_await(future).value);
    sley_await(thread);
    note("end");
}

static struct sley_awaited
schedule_three(void *future)
{
    sley_loop_call_soon_threadsafe(note_word, "a");
    sley_loop_call_soon_threadsafe(note_word, "b");
    sley_loop_call_soon_threadsafe(note_word, "c");
    sley_loop_call_soon_threadsafe(set_seven, future);
    return sley_result(0);
}

static void
callbacks_of_another_thread_run_in_order(void)
{
    struct sley_async_future *done = sley_loop_future();
    note("start");
    struct sley_async_future *thread = sley_loop_run_in_executor(NULL, schedule_three, done);
    sley_await(done);
    sley_await(thread);
    note("end");
}

/* What run_coroutine_threadsafe does: the loop starts the task, and its end wakes the thread. */
struct submission {
    sem_t done;
    intptr_t value;
};

static struct submission submission;

static struct sley_awaited
submitted(void *unused)
{
    (void)unused;
    note("body");
    nap(0);
    return sley_result(6);
}

static void
submitted_done(struct sley_async_future *task, void *unused)
{
    (void)unused;
    submission.value = sley_loop_result(task).value;
    sem_post(&submission.done);
}

static void
submit(void *unused)
{
    (void)unused;
    sley_loop_add_callback(sley_loop_task(submitted, NULL), submitted_done, NULL);
}

static struct sley_awaited
submitting(void *unused)
{
    sley_loop_call_soon_threadsafe(submit, unused);
    sem_wait(&submission.done);
    return sley_result(submission.value + 1);
}

static void
another_thread_can_submit_a_coroutine(void)
{
    sem_init(&submission.done, 0, 0);
    note("%ld", (long)sley_loop_to_thread(submitting, NULL).value);
}

static struct sley_async_future *begun;
static atomic_bool call_ended;
static sem_t ended;

static struct sley_awaited
begins_and_waits(void *gated)
{
    sley_loop_call_soon_threadsafe(set_seven, begun);
    call(gated);
    atomic_store(&call_ended, true);
    sem_post(&ended);
    return sley_result(0);
}

static struct sley_awaited
awaits_the_call(void *gated)
{
    struct sley_awaited end = sley_await(sley_loop_run_in_executor(NULL, begins_and_waits, gated));
    if (end.kind == SLEY_CANCELLED) {
        note("thrown");
    }
    return end;
}

static void
cancelling_the_awaiter_does_not_stop_the_call(void)
{
    struct gated *x = gated_init(0, "x", 0);
    begun = sley_loop_future();
    sem_init(&ended, 0, 0);
    struct sley_async_future *task = sley_loop_task(awaits_the_call, x);
    sley_await(begun);
    sley_loop_cancel(task);
    if (sley_await(task).kind == SLEY_CANCELLED) {
        note("cancelled");
    }
    note("ended=%s", truth(atomic_load(&call_ended)));
    sem_post(&x->gate);
    sem_wait(&ended);
    note("ended=%s", truth(atomic_load(&call_ended)));
}

static atomic_bool second_begun;

static struct sley_awaited
begins_and_returns(void *gated)
{
    sley_loop_call_soon_threadsafe(set_seven, begun);
    return call(gated);
}

static struct sley_awaited
second_call(void *name)
{
    atomic_store(&second_begun, true);
    return sley_result(name);
}

static void
a_pool_of_one_thread_runs_one_call_at_a_time(void)
{
    static struct sley_loop_executor pool;
    struct gated *first = gated_init(0, "a", 0);
    sley_loop_executor_init(&pool, 1);
    begun = sley_loop_future();
    struct sley_async_future *pooled[] = {
        sley_loop_run_in_executor(&pool, begins_and_returns, first),
        sley_loop_run_in_executor(&pool, second_call, "b"),
    };
    sley_await(begun);
    nap(0);
    note("begun=%s", truth(atomic_load(&second_begun)));
    sem_post(&first->gate);
    for (int i = 0; i < 2; i++) {
        note("%s", (const char *)sley_await(pooled[i]).value);
    }
}

static struct sley_awaited
name_of(void *name)
{
    return sley_result(name);
}

static struct sley_awaited
offload_name(void *name)
{
    struct sley_awaited end = sley_await(sley_loop_run_in_executor(NULL, name_of, name));
    note("got-%s", (const char *)end.value);
    return end;
}

static void
calls_of_an_executor_end_in_any_order(void)
{
    struct sley_async_future *tasks[] = {sley_loop_task(offload_name, "a"),
                                         sley_loop_task(offload_name, "b")};
    await_all(tasks, 2);
    note("end");
}

static void
a_result_arrives_between_any_two_steps_of_the_loop(void)
{
    struct steps main_steps = {"main", 6};
    struct sley_async_future *task = sley_loop_task(offload_name, "a");
    steps(&main_steps);
    sley_await(task);
    note("end");
}

const struct order_case order_outside[] = {
    ORDER_OUTSIDE(the_loop_goes_on_while_an_executor_works),
    ORDER_OUTSIDE(results_of_an_executor_come_as_the_calls_end),
    ORDER_OUTSIDE(gather_orders_the_results_of_an_executor),
    ORDER_OUTSIDE(the_exception_of_an_executor_call_is_raised_in_its_awaiter),
    ORDER_OUTSIDE(to_thread_does_not_block_the_loop),
    ORDER_OUTSIDE(call_soon_threadsafe_wakes_a_waiting_loop),
    ORDER_OUTSIDE(callbacks_of_another_thread_run_in_order),
    ORDER_OUTSIDE(another_thread_can_submit_a_coroutine),
    ORDER_OUTSIDE(cancelling_the_awaiter_does_not_stop_the_call),
    ORDER_OUTSIDE(a_pool_of_one_thread_runs_one_call_at_a_time),
    ORDER_OPEN(calls_of_an_executor_end_in_any_order),
    ORDER_OPEN(a_result_arrives_between_any_two_steps_of_the_loop),
    {0},
};
