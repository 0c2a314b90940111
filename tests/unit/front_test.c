#include "pthread/front.h"

#include "engine/engine.h"
#include "pthread/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <wchar.h>

/* What libc's headers declare under the same name must have the same type. */
#define SAME_TYPE(name, other)                                                                     \
    _Static_assert(__builtin_types_compatible_p(__typeof__(name) *, __typeof__(other) *), #name);
void __assert_fail(const char *, const char *, unsigned, const char *) __attribute__((noreturn));
void __pthread_cleanup_routine(struct __pthread_cleanup_frame *);
int __cxa_atexit(void (*)(void *), void *, void *);
void __assert_perror_fail(int, const char *, unsigned, const char *) __attribute__((noreturn));
void *__memcpy_chk(void *, const void *, size_t, size_t);
void *__memmove_chk(void *, const void *, size_t, size_t);
void *__memset_chk(void *, int, size_t, size_t);
char *__strcpy_chk(char *, const char *, size_t);
char *__strncpy_chk(char *, const char *, size_t, size_t);
char *__strcat_chk(char *, const char *, size_t);
ssize_t __getdelim(char **, size_t *, int, FILE *);
int __sprintf_chk(char *, int, size_t, const char *, ...);
int __snprintf_chk(char *, size_t, int, size_t, const char *, ...);
unsigned _ZNSt13random_device9_M_getvalEv(void *);
int __vsnprintf_chk(char *, size_t, int, size_t, const char *, va_list);
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#define SLEY_REDIRECT(name) SAME_TYPE(name, sley_##name)
#define SLEY_REDIRECT_AS(name, other) SAME_TYPE(name, other)
#include "pthread/redirect.def"
#undef SLEY_REDIRECT
#undef SLEY_REDIRECT_AS

/* Stays with the current task while that can run, else takes the lowest. */
static void
stay_begin(void *state, const struct sley_parameters *parameters, uint64_t seed, uint64_t run)
{
    (void)state;
    (void)parameters;
    (void)seed;
    (void)run;
}

static void
stay_pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    (void)state;
    *pick = (struct sley_pick){view->default_index, 1, false};
}

static uint32_t
zero_value(void *state, const struct sley_value_query *query)
{
    (void)state;
    (void)query;
    return 0;
}

/* Another task at every point. */
static void
rotate_pick(void *state, const struct sley_view *view, struct sley_pick *pick)
{
    (void)state;
    *pick = (struct sley_pick){0, 1, false};
    for (uint32_t i = 0; i < view->runnable_count; i++) {
        if (view->candidates[i] > view->current) {
            pick->index = i;
            return;
        }
    }
}

static uint32_t
one_value(void *state, const struct sley_value_query *query)
{
    (void)state;
    return query->bound - 1;
}

static const struct sley_strategy_ops stay = {
    .name = "stay", .begin = stay_begin, .pick = stay_pick, .value = zero_value};
static const struct sley_strategy_ops rotate = {
    .name = "rotate", .begin = stay_begin, .pick = rotate_pick, .value = zero_value};
static const struct sley_strategy_ops last = {
    .name = "last", .begin = stay_begin, .pick = stay_pick, .value = one_value};

static struct sley_run_result result;

static void
run_options(void *(*entry)(void *), const struct sley_strategy_ops *ops,
            struct sley_run_options options)
{
    options.source.ops = ops;
    options.entry = entry;
    options.task_end = sley_pthread_task_end;
    sley_engine_run(&options, &result);
}

static void
run(void *(*entry)(void *), const struct sley_strategy_ops *ops)
{
    run_options(entry, ops, (struct sley_run_options){0});
}

/* The one verdict of the last run. */
static const struct sley_failure *
only_failure(enum sley_verdict verdict)
{
    assert_int_equal(result.verdicts, 1u << verdict);
    assert_true(result.failure_count > 0);
    return &result.failure[0];
}

/* The objects under test: set back by hand, since this file is no code under test. */
static pthread_mutex_t mutex, second;
static pthread_cond_t cond;
static pthread_rwlock_t rwlock;
static pthread_barrier_t barrier;
static pthread_spinlock_t spinlock;
static pthread_once_t once;
static sem_t semaphore;
static int values[16];
static pthread_t ids[4];

static int
world_reset(void **state)
{
    (void)state;
    mutex = second = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    cond = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    rwlock = (pthread_rwlock_t)PTHREAD_RWLOCK_INITIALIZER;
    memset(&barrier, 0, sizeof barrier);
    memset(&semaphore, 0, sizeof semaphore);
    memset(values, 0, sizeof values);
    spinlock = 0;
    once = PTHREAD_ONCE_INIT;
    return 0;
}

static void
start(uint32_t count, void *(*entry)(void *))
{
    for (uint32_t i = 0; i < count; i++) {
        sley_pthread_create(&ids[i], NULL, entry, (void *)(uintptr_t)i);
    }
}

static void
join(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        sley_pthread_join(ids[i], NULL);
    }
}

static void
mutex_init(pthread_mutex_t *m, int type)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, type);
    sley_pthread_mutex_init(m, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

static void *
increment_locked(void *argument)
{
    (void)argument;
    for (int i = 0; i < 3; i++) {
        sley_pthread_mutex_lock(&mutex);
        values[1] += ++values[0] != 1; /* another task inside */
        sley_sched_yield();
        values[0]--;
        values[2]++;
        sley_pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void *
exclusion(void *argument)
{
    start(3, increment_locked);
    join(3);
    return argument;
}

static void
a_mutex_excludes_and_orders(void **state)
{
    (void)state;
    run(exclusion, &rotate);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[1], 0);
    assert_int_equal(values[2], 9);
    assert_true(result.conflict);
}

static void *
lock_twice(void *argument)
{
    sley_pthread_mutex_lock(&mutex);
    sley_pthread_mutex_lock(&mutex);
    values[0] = 1;
    return argument;
}

static void
locking_a_normal_mutex_twice_is_a_self_deadlock(void **state)
{
    (void)state;
    run(lock_twice, &stay);
    const struct sley_failure *failure = only_failure(SLEY_VERDICT_DEADLOCK_SELF);
    assert_int_equal(failure->address, (uintptr_t)&mutex);
    assert_int_equal(failure->cycle_count, 1);
    assert_int_equal(values[0], 0);
}

static void *
lock_in_order(void *argument)
{
    bool swapped = argument != NULL;
    sley_pthread_mutex_lock(swapped ? &second : &mutex);
    sley_pthread_mutex_lock(swapped ? &mutex : &second);
    sley_pthread_mutex_unlock(&mutex);
    sley_pthread_mutex_unlock(&second);
    return NULL;
}

static void *
opposite_orders(void *argument)
{
    start(2, lock_in_order);
    join(2);
    return argument;
}

static void
opposite_orders_deadlock_when_tasks_alternate(void **state)
{
    (void)state;
    run(opposite_orders, &rotate);
    const struct sley_failure *failure = only_failure(SLEY_VERDICT_DEADLOCK_CYCLE);
    assert_int_equal(failure->cycle_count, 2);
    assert_true(failure->cycle[0].task != failure->cycle[1].task);
}

static void
opposite_orders_are_an_inversion_when_nothing_blocks(void **state)
{
    (void)state;
    run(opposite_orders, &stay);
    const struct sley_failure *failure = only_failure(SLEY_VERDICT_INVERSION);
    assert_int_equal(failure->task[0], 2);
    assert_int_equal(failure->task[1], 1);
    assert_int_equal(result.failure_count, 1);
}

static void *
recursion(void *argument)
{
    mutex_init(&mutex, PTHREAD_MUTEX_RECURSIVE);
    values[0] = sley_pthread_mutex_lock(&mutex) + sley_pthread_mutex_lock(&mutex) +
                sley_pthread_mutex_trylock(&mutex);
    values[1] = sley_pthread_mutex_unlock(&mutex) + sley_pthread_mutex_unlock(&mutex) +
                sley_pthread_mutex_unlock(&mutex);
    values[2] = sley_pthread_mutex_unlock(&mutex);
    values[3] = sley_pthread_mutex_destroy(&mutex);
    return argument;
}

static void
a_recursive_mutex_counts(void **state)
{
    (void)state;
    run(recursion, &stay);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[0], 0);
    assert_int_equal(values[1], 0);
    assert_int_equal(values[2], EPERM);
    assert_int_equal(values[3], 0);
}

static void *
error_checks(void *argument)
{
    mutex_init(&mutex, PTHREAD_MUTEX_ERRORCHECK);
    values[0] = sley_pthread_mutex_unlock(&mutex);
    values[1] = sley_pthread_mutex_lock(&mutex);
    values[2] = sley_pthread_mutex_lock(&mutex);
    values[3] = sley_pthread_mutex_trylock(&mutex);
    return argument;
}

static void
an_errorcheck_mutex_returns_errors_without_a_verdict(void **state)
{
    (void)state;
    run(error_checks, &stay);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[0], EPERM);
    assert_int_equal(values[1], 0);
    assert_int_equal(values[2], EDEADLK);
    assert_int_equal(values[3], EBUSY);
}

static void *
unlock_free(void *argument)
{
    sley_pthread_mutex_unlock(&mutex);
    return argument;
}

static void *
destroy_held(void *argument)
{
    sley_pthread_mutex_lock(&mutex);
    values[0] = sley_pthread_mutex_destroy(&mutex);
    sley_pthread_mutex_unlock(&mutex);
    return argument;
}

static void *
lock_destroyed(void *argument)
{
    sley_pthread_mutex_destroy(&mutex);
    values[0] = sley_pthread_mutex_lock(&mutex);
    return argument;
}

static void
misuse_of_a_mutex_is_a_verdict_that_names_it(void **state)
{
    (void)state;
    run(unlock_free, &stay);
    assert_string_equal(only_failure(SLEY_VERDICT_MISUSE)->text,
                        "unlock of a mutex that nobody holds");
    world_reset(NULL);
    run(destroy_held, &stay);
    assert_string_equal(only_failure(SLEY_VERDICT_MISUSE)->text,
                        "destroy of a mutex that task 0 holds");
    assert_int_equal(values[0], EBUSY);
    world_reset(NULL);
    run(lock_destroyed, &stay);
    assert_string_equal(only_failure(SLEY_VERDICT_MISUSE)->text, "use of a destroyed mutex");
}

static void *
wait_for_flag(void *argument)
{
    sley_pthread_mutex_lock(&mutex);
    while (!values[0]) {
        values[1]++;
        sley_pthread_cond_wait(&cond, &mutex);
    }
    values[2]++;
    sley_pthread_mutex_unlock(&mutex);
    return argument;
}

static void *
signalling(void *argument)
{
    start(2, wait_for_flag);
    sley_sleep(1);
    sley_pthread_mutex_lock(&mutex);
    values[0] = 1;
    sley_pthread_cond_signal(&cond);
    sley_pthread_cond_broadcast(&cond);
    sley_pthread_mutex_unlock(&mutex);
    join(2);
    return argument;
}

static void
signals_wake_waiters_in_order_or_by_choice(void **state)
{
    (void)state;
    run(signalling, &stay);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[1], 2);
    assert_int_equal(values[2], 2);
    world_reset(NULL);
    run(signalling, &last);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[2], 2);
}

static void
a_wait_may_return_without_a_signal_as_often_as_allowed(void **state)
{
    (void)state;
    run_options(signalling, &last, (struct sley_run_options){.spurious_max = 3});
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[1], 5);
    assert_int_equal(values[2], 2);
}

static void *
signal_too_early(void *argument)
{
    sley_pthread_cond_signal(&cond);
    sley_pthread_mutex_lock(&mutex);
    sley_pthread_cond_wait(&cond, &mutex);
    return argument;
}

static void *
wait_unlocked(void *argument)
{
    values[0] = sley_pthread_cond_wait(&cond, &mutex);
    return argument;
}

static void
a_signal_before_the_wait_is_a_lost_wakeup(void **state)
{
    (void)state;
    run(signal_too_early, &stay);
    assert_int_equal(only_failure(SLEY_VERDICT_LOST_WAKEUP)->address, (uintptr_t)&cond);
    world_reset(NULL);
    run(wait_unlocked, &stay);
    only_failure(SLEY_VERDICT_MISUSE);
    assert_int_equal(values[0], EPERM);
}

static void *
timed_waits(void *argument)
{
    struct timespec at = {SLEY_CLOCK_EPOCH + 2, 5};
    struct timespec wrong = {0, 1000000000};
    sley_pthread_mutex_lock(&mutex);
    values[0] = sley_pthread_cond_timedwait(&cond, &mutex, &at);
    values[1] = (int)(sley_engine.clock_ns / 1000000000);
    values[2] = sley_pthread_cond_timedwait(&cond, &mutex, &at);
    values[3] = sley_pthread_cond_timedwait(&cond, &mutex, &wrong);
    values[4] = sley_pthread_mutex_unlock(&mutex);
    values[5] = sley_pthread_mutex_timedlock(&mutex, &wrong);
    values[6] = sley_pthread_mutex_timedlock(&mutex, &at);
    values[7] = sley_pthread_mutex_timedlock(&mutex, &wrong);
    return argument;
}

static void
timed_waits_end_on_the_virtual_clock(void **state)
{
    (void)state;
    run(timed_waits, &stay);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[0], ETIMEDOUT);
    assert_int_equal(values[1], 2);
    assert_int_equal(values[2], ETIMEDOUT);
    assert_int_equal(values[3], EINVAL);
    assert_int_equal(values[4], 0);
    assert_int_equal(values[5], 0);
    assert_int_equal(values[6], ETIMEDOUT);
    assert_int_equal(values[7], EINVAL);
}

static void *
read_or_write(void *argument)
{
    bool writes = argument != NULL;
    writes ? sley_pthread_rwlock_wrlock(&rwlock) : sley_pthread_rwlock_rdlock(&rwlock);
    values[0] += writes ? 10 : 1;
    values[1] = values[0] > values[1] ? values[0] : values[1];
    sley_sched_yield();
    values[0] -= writes ? 10 : 1;
    return (void *)(intptr_t)sley_pthread_rwlock_unlock(&rwlock);
}

static void *
reading_and_writing(void *argument)
{
    sley_pthread_rwlock_rdlock(&rwlock);
    values[2] = sley_pthread_rwlock_tryrdlock(&rwlock);
    values[3] = sley_pthread_rwlock_trywrlock(&rwlock);
    values[4] = sley_pthread_rwlock_unlock(&rwlock) + sley_pthread_rwlock_unlock(&rwlock);
    sley_pthread_create(&ids[0], NULL, read_or_write, NULL);
    sley_pthread_create(&ids[1], NULL, read_or_write, NULL);
    sley_pthread_create(&ids[2], NULL, read_or_write, (void *)1);
    join(3);
    values[5] = sley_pthread_rwlock_destroy(&rwlock);
    return argument;
}

static void *
upgrade(void *argument)
{
    sley_pthread_rwlock_rdlock(&rwlock);
    sley_pthread_rwlock_wrlock(&rwlock);
    return argument;
}

static void
readers_share_and_writers_exclude(void **state)
{
    (void)state;
    run(reading_and_writing, &rotate);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[1], 10);
    assert_int_equal(values[2], 0);
    assert_int_equal(values[3], EBUSY);
    assert_int_equal(values[4], 0);
    assert_int_equal(values[5], 0);
    world_reset(NULL);
    run(upgrade, &stay);
    only_failure(SLEY_VERDICT_DEADLOCK_SELF);
}

static void *
read_then_lock(void *argument)
{
    sley_pthread_rwlock_rdlock(&rwlock);
    sley_sleep(2);
    sley_pthread_mutex_lock(&mutex);
    return argument;
}

static void *
lock_then_write(void *argument)
{
    sley_pthread_mutex_lock(&mutex);
    sley_sleep(1);
    sley_pthread_rwlock_wrlock(&rwlock);
    return argument;
}

static void *
late_cycle(void *argument)
{
    sley_pthread_rwlock_rdlock(&rwlock);
    sley_pthread_create(&ids[0], NULL, read_then_lock, NULL);
    sley_pthread_create(&ids[1], NULL, lock_then_write, NULL);
    sley_sleep(3);
    sley_pthread_rwlock_unlock(&rwlock);
    sley_pthread_exit(argument);
}

static void
a_cycle_that_an_unlock_closes_is_reported(void **state)
{
    (void)state;
    run(late_cycle, &stay);
    assert_int_equal(only_failure(SLEY_VERDICT_DEADLOCK_CYCLE)->cycle_count, 2);
}

static void *
post_two(void *argument)
{
    sley_sem_post(&semaphore);
    sley_sem_post(&semaphore);
    return argument;
}

static void *
semaphores(void *argument)
{
    struct timespec at = {SLEY_CLOCK_EPOCH, 1000};
    sley_sem_init(&semaphore, 0, 1);
    values[0] = sley_sem_wait(&semaphore);
    values[1] = sley_sem_trywait(&semaphore) == -1 ? errno : 0;
    values[2] = sley_sem_timedwait(&semaphore, &at) == -1 ? errno : 0;
    start(1, post_two);
    values[3] = sley_sem_wait(&semaphore);
    join(1);
    sley_sem_getvalue(&semaphore, &values[4]);
    values[5] = sley_sem_destroy(&semaphore);
    return argument;
}

static void
a_semaphore_counts(void **state)
{
    (void)state;
    run(semaphores, &rotate);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[0], 0);
    assert_int_equal(values[1], EAGAIN);
    assert_int_equal(values[2], ETIMEDOUT);
    assert_int_equal(values[3], 0);
    assert_int_equal(values[4], 1);
    assert_int_equal(values[5], 0);
}

static void *
meet(void *argument)
{
    for (int round = 1; round <= 3; round++) {
        values[0]++;
        values[1] += sley_pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
        values[2] += values[0] < 3 * round; /* somebody left before all had come */
    }
    return argument;
}

static void *
meeting(void *argument)
{
    sley_pthread_barrier_init(&barrier, NULL, 3);
    start(3, meet);
    join(3);
    values[3] = sley_pthread_barrier_destroy(&barrier);
    return argument;
}

static void
all_arrive_at_a_barrier_before_one_leaves(void **state)
{
    (void)state;
    const struct sley_strategy_ops *const sources[] = {&stay, &rotate};
    for (size_t i = 0; i < 2; i++) {
        world_reset(NULL);
        run(meeting, sources[i]);
        assert_int_equal(result.verdicts, 0);
        assert_int_equal(values[0], 9);
        assert_int_equal(values[1], 3);
        assert_int_equal(values[2], 0);
        assert_int_equal(values[3], 0);
    }
}

static void
initialise(void)
{
    values[0]++;
    sley_sched_yield();
    values[1] = 1;
}

static void *
use_once(void *argument)
{
    sley_pthread_once(&once, initialise);
    values[2] += values[1];
    return argument;
}

static void *
initialising(void *argument)
{
    start(3, use_once);
    join(3);
    return argument;
}

static void
once_runs_once_and_the_others_wait(void **state)
{
    (void)state;
    run(initialising, &rotate);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[0], 1);
    assert_int_equal(values[2], 3);
}

static pthread_key_t key;

static void
destroy_value(void *value)
{
    values[0] += (int)(intptr_t)value;
    if (value == (void *)1) {
        sley_pthread_setspecific(key, (void *)10);
    }
}

static void *
set_value(void *argument)
{
    values[1] += sley_pthread_getspecific(key) != NULL;
    sley_pthread_setspecific(key, (void *)1);
    if (argument) {
        sley_pthread_exit(argument);
    }
    return NULL;
}

static void *
specific_data(void *argument)
{
    sley_pthread_key_create(&key, destroy_value);
    sley_pthread_setspecific(key, (void *)100);
    start(2, set_value);
    join(2);
    values[2] = sley_pthread_getspecific(key) == (void *)100;
    return argument;
}

static void
destructors_run_until_the_values_stay_null(void **state)
{
    (void)state;
    run(specific_data, &rotate);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[0], 22);
    assert_int_equal(values[1], 0);
    assert_int_equal(values[2], 1);
}

static void
clean_up(void *argument)
{
    values[5] = values[5] * 10 + (int)(intptr_t)argument;
}

/* As the program's objects have them once their symbols are renamed. */
#define __pthread_register_cancel sley___pthread_register_cancel
#define __pthread_unregister_cancel sley___pthread_unregister_cancel
#define __pthread_unwind_next sley___pthread_unwind_next

static void *
exit_in_handlers(void *argument)
{
    pthread_cleanup_push(clean_up, (void *)2);
    pthread_cleanup_push(clean_up, (void *)3);
    pthread_cleanup_pop(0);
    pthread_cleanup_push(clean_up, (void *)1);
    sley_pthread_exit((void *)((uintptr_t)argument + 7));
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return NULL;
}

static void *
joins(void *argument)
{
    void *value = NULL;
    start(2, exit_in_handlers);
    values[0] = sley_pthread_join(ids[1], &value);
    values[1] = (int)(intptr_t)value;
    values[2] = sley_pthread_join(sley_pthread_self(), NULL);
    sley_pthread_detach(ids[0]);
    values[3] = sley_pthread_join(ids[0], NULL);
    values[4] = sley_pthread_join(ids[1] + 1, NULL) == 0;
    sley_sleep(1);
    return argument;
}

static void *
join_twice(void *argument)
{
    start(1, use_once);
    join(1);
    values[0] = sley_pthread_join(ids[0], NULL);
    return argument;
}

static void
join_hands_over_the_result_and_checks_the_id(void **state)
{
    (void)state;
    run(joins, &stay);
    only_failure(SLEY_VERDICT_MISUSE);
    assert_int_equal(values[0], 0);
    assert_int_equal(values[1], 8);
    assert_int_equal(values[2], EDEADLK);
    assert_int_equal(values[3], EINVAL);
    assert_int_equal(values[4], 0);
    assert_int_equal(values[5], 1212);
    world_reset(NULL);
    run(join_twice, &stay);
    only_failure(SLEY_VERDICT_MISUSE);
    assert_int_equal(values[0], ESRCH);
}

static void *
lock_and_leave(void *argument)
{
    sley_pthread_mutex_lock(&mutex);
    values[0]++;
    sley_pthread_mutex_unlock(&mutex);
    return argument;
}

/* More threads than there are slots, each known to have ended by the mutex as well as by its join.
 */
static void *
many_threads(void *argument)
{
    for (int i = 0; i < 600; i++) {
        pthread_t other;
        values[1] += sley_pthread_create(&other, NULL, lock_and_leave, NULL);
        values[1] += sley_pthread_create(&ids[0], NULL, lock_and_leave, NULL);
        values[1] += sley_pthread_join(ids[0], NULL);
        sley_pthread_mutex_lock(&mutex);
        values[2] = values[0];
        sley_pthread_mutex_unlock(&mutex);
        values[1] += sley_pthread_join(other, NULL);
    }
    return argument;
}

/* The first thread's end is known by the mutex alone: its result is still asked for. */
static void *
unjoined_thread(void *argument)
{
    values[1] = sley_pthread_create(&ids[0], NULL, lock_and_leave, (void *)5);
    sley_sleep(1);
    sley_pthread_mutex_lock(&mutex);
    values[2] = sley_pthread_create(&ids[1], NULL, lock_and_leave, NULL);
    sley_pthread_mutex_unlock(&mutex);
    void *value = NULL;
    sley_pthread_join(ids[0], &value);
    values[3] = (int)(intptr_t)value;
    return argument;
}

static void
the_slot_of_a_thread_that_was_not_joined_is_kept(void **state)
{
    (void)state;
    run_options(unjoined_thread, &stay, (struct sley_run_options){.tasks_max = 2});
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[1], 0);
    assert_int_equal(values[2], EAGAIN);
    assert_int_equal(values[3], 5);
}

static void
slots_of_joined_threads_are_used_again(void **state)
{
    (void)state;
    run_options(many_threads, &stay, (struct sley_run_options){.tasks_max = 3});
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[0], 1200);
    assert_int_equal(values[1], 0);
}

static void *
sleeping(void *argument)
{
    struct timespec at;
    struct timespec wrong = {1, -1};
    sley_sleep(3);
    sley_usleep(500000);
    sley_clock_gettime(CLOCK_MONOTONIC, &at);
    values[0] = (int)at.tv_sec;
    values[1] = (int)(at.tv_nsec / 1000000);
    sley_clock_gettime(CLOCK_REALTIME, &at);
    values[2] = (int)at.tv_sec - SLEY_CLOCK_EPOCH;
    at.tv_sec += 10;
    sley_clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &at, NULL);
    values[3] = (int)sley_time(NULL) - SLEY_CLOCK_EPOCH;
    values[4] = sley_nanosleep(&wrong, NULL) == -1 ? errno : 0;
    return argument;
}

static void
sleeping_moves_the_virtual_clock(void **state)
{
    (void)state;
    run(sleeping, &stay);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[0], 3);
    assert_int_equal(values[1], 500);
    assert_int_equal(values[2], 3);
    assert_int_equal(values[3], 13);
    assert_int_equal(values[4], EINVAL);
}

static void *
free_twice(void *argument)
{
    char *block = sley_malloc(20);
    sley_strcpy(block, "twice");
    block = sley_realloc(block, 40);
    values[0] = sley_strcmp(block, "twice");
    sley_free(block);
    sley_free(block);
    return argument;
}

static void *
use_freed_mutex(void *argument)
{
    pthread_mutex_t *m = sley_calloc(1, sizeof(pthread_mutex_t));
    sley_pthread_mutex_lock(m);
    sley_free(m);
    sley_pthread_mutex_unlock(m);
    return argument;
}

static void *
free_path(void *argument)
{
    char *path = realpath("/", NULL), *other = realpath("/", NULL);
    values[1] = sley_malloc_usable_size(path) >= 2;
    path = sley_realloc(path, 5000);
    values[0] = sley_strcmp(path, "/");
    sley_free(path);
    sley_free(other);
    return argument;
}

static void *
free_global(void *argument)
{
    static long cell[4];
    sley_free((void *)(((uintptr_t)&cell[1] + 15) & ~(uintptr_t)15));
    return argument;
}

static void
what_libc_allocated_can_be_freed_where_nobody_keeps_a_record(void **state)
{
    (void)state;
    run(free_path, &stay);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[0], 0);
    assert_int_equal(values[1], 1);
    world_reset(NULL);
    run(free_global, &stay);
    assert_string_equal(only_failure(SLEY_VERDICT_HEAP)->text,
                        "free of a pointer that no allocation returned");
}

static void
misuse_of_the_heap_is_a_verdict(void **state)
{
    (void)state;
    run(free_twice, &stay);
    assert_string_equal(only_failure(SLEY_VERDICT_HEAP)->text, "double free");
    assert_int_equal(values[0], 0);
    world_reset(NULL);
    run(use_freed_mutex, &stay);
    only_failure(SLEY_VERDICT_HEAP);
}

static void
count_handler(void)
{
    values[0]++;
}

static void *
exit_with(void *argument)
{
    sley_atexit(count_handler);
    sley_exit((int)(intptr_t)argument);
}

static void *
fail_assertion(void *argument)
{
    (void)argument;
    sley___assert_fail("a < b", "file.c", 1, "function");
}

static void
the_end_of_the_process_is_a_verdict(void **state)
{
    (void)state;
    run_options(exit_with, &stay, (struct sley_run_options){.argument = (void *)3});
    const struct sley_failure *failure = only_failure(SLEY_VERDICT_EXIT);
    assert_string_equal(failure->text, "exit(3)");
    assert_int_equal(failure->detail, 3);
    run_options(exit_with, &stay, (struct sley_run_options){.program = true});
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[0], 2);
    run(fail_assertion, &stay);
    assert_string_equal(only_failure(SLEY_VERDICT_ASSERTION)->text, "a < b");
}

static char text[32];

static void *
use_memory(void *argument)
{
    (void)argument;
    sley_strcpy(text, "abcdefghijklmnopqrst");
    sley_memmove(text + 3, text, 20);
    values[0] = strcmp(text, "abcabcdefghijklmnopqrst");
    sley_memmove(text, text + 3, 21);
    values[1] = strcmp(text, "abcdefghijklmnopqrst");
    sley_snprintf(text, sizeof text, "%d,%s", 12, "x;y");
    values[2] = strcmp(sley_strtok(text, ",;"), "12");
    values[3] = strcmp(sley_strtok(NULL, ",;"), "x");
    values[4] = sley_rand();
    sley_srand(5);
    values[5] = sley_rand();
    return NULL;
}

static double drawn[4];
static unsigned char secret[2][12];

static void *
draw_secret(void *argument)
{
    assert_int_equal(sley_getrandom(argument, sizeof secret[0], 0), sizeof secret[0]);
    return NULL;
}

static void *
draw_numbers(void *argument)
{
    pthread_t id;
    (void)argument;
    sley_pthread_create(&id, NULL, draw_secret, secret[1]);
    draw_secret(secret[0]);
    sley_pthread_join(id, NULL);
    sley_srand48(7);
    drawn[0] = sley_drand48();
    drawn[1] = (double)sley_lrand48();
    drawn[2] = (double)sley_mrand48();
    drawn[3] = sley_arc4random_uniform(10) + sley_arc4random_uniform(1);
    return NULL;
}

/* drand48 and its relatives are libc's to the last bit; secrets differ from task to task. */
static void
numbers_that_are_drawn_are_those_of_the_run(void **state)
{
    (void)state;
    double first[4];
    unsigned char first_secret[2][12];
    run(draw_numbers, &stay);
    memcpy(first, drawn, sizeof first);
    memcpy(first_secret, secret, sizeof secret);
    memset(secret, 0, sizeof secret);
    run(draw_numbers, &stay);
    assert_int_equal(result.verdicts, 0);
    assert_memory_equal(first, drawn, sizeof first);
    assert_memory_equal(first_secret, secret, sizeof secret);
    assert_memory_not_equal(secret[0], secret[1], sizeof secret[0]);
    srand48(7);
    assert_true(drawn[0] == drand48());
    assert_true(drawn[1] == (double)lrand48() && drawn[2] == (double)mrand48());
    assert_true(drawn[3] >= 0 && drawn[3] < 10);
    assert_int_equal(sley_getentropy(secret, 257), -1);
}

static void
memory_functions_do_what_those_of_libc_do(void **state)
{
    (void)state;
    run(use_memory, &stay);
    int first[6];
    memcpy(first, values, sizeof first);
    run(use_memory, &stay);
    assert_int_equal(result.verdicts, 0);
    assert_memory_equal(first, values, sizeof first);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(values[i], 0);
    }
    assert_true(values[4] >= 0 && values[4] != values[5]);
}

static int
c11_thread(void *argument)
{
    sley_mtx_lock(argument);
    values[0]++;
    sley_mtx_unlock(argument);
    return -5;
}

static void *
c11_threads(void *argument)
{
    mtx_t m;
    thrd_t id;
    sley_mtx_init(&m, mtx_plain);
    values[1] = sley_thrd_create(&id, c11_thread, &m) == thrd_success;
    sley_thrd_join(id, &values[2]);
    values[3] = sley_mtx_trylock(&m);
    values[7] = sley_mtx_trylock(&m);
    return argument;
}

static void *
spinning(void *argument)
{
    sley_pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
    values[4] = sley_pthread_spin_lock(&spinlock);
    values[5] = sley_pthread_spin_trylock(&spinlock);
    sley_pthread_spin_unlock(&spinlock);
    values[6] = sley_pthread_spin_destroy(&spinlock);
    return c11_threads(argument);
}

static void
c11_threads_and_spinlocks_follow_the_same_rules(void **state)
{
    (void)state;
    run(spinning, &stay);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(values[0], 1);
    assert_int_equal(values[1], 1);
    assert_int_equal(values[2], -5);
    assert_int_equal(values[3], thrd_success);
    assert_int_equal(values[7], thrd_busy);
    assert_int_equal(values[4], 0);
    assert_int_equal(values[5], EBUSY);
    assert_int_equal(values[6], 0);
}

static int
engine_init(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup(name, world_reset)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_mutex_excludes_and_orders),
        TEST(locking_a_normal_mutex_twice_is_a_self_deadlock),
        TEST(opposite_orders_deadlock_when_tasks_alternate),
        TEST(opposite_orders_are_an_inversion_when_nothing_blocks),
        TEST(a_recursive_mutex_counts),
        TEST(an_errorcheck_mutex_returns_errors_without_a_verdict),
        TEST(misuse_of_a_mutex_is_a_verdict_that_names_it),
        TEST(signals_wake_waiters_in_order_or_by_choice),
        TEST(a_wait_may_return_without_a_signal_as_often_as_allowed),
        TEST(a_signal_before_the_wait_is_a_lost_wakeup),
        TEST(timed_waits_end_on_the_virtual_clock),
        TEST(readers_share_and_writers_exclude),
        TEST(a_semaphore_counts),
        TEST(all_arrive_at_a_barrier_before_one_leaves),
        TEST(once_runs_once_and_the_others_wait),
        TEST(destructors_run_until_the_values_stay_null),
        TEST(join_hands_over_the_result_and_checks_the_id),
        TEST(slots_of_joined_threads_are_used_again),
        TEST(the_slot_of_a_thread_that_was_not_joined_is_kept),
        TEST(a_cycle_that_an_unlock_closes_is_reported),
        TEST(sleeping_moves_the_virtual_clock),
        TEST(misuse_of_the_heap_is_a_verdict),
        TEST(what_libc_allocated_can_be_freed_where_nobody_keeps_a_record),
        TEST(the_end_of_the_process_is_a_verdict),
        TEST(memory_functions_do_what_those_of_libc_do),
        TEST(numbers_that_are_drawn_are_those_of_the_run),
        TEST(c11_threads_and_spinlocks_follow_the_same_rules),
    };
    return cmocka_run_group_tests_name("front", tests, engine_init, NULL);
}
