/* Random programs, as programs.py reads them: what each letter means stands there. */
#include "tests/python/loop/programs.h"

#include "tests/python/loop/order.h"

#include <stdio.h>
#include <string.h>

enum { LAST_SLEEP_MS = 1 << 21, ROUNDS_MAX = 100 };

static const char *words[PROGRAM_TASKS_MAX];
static struct sley_async_future *tasks[PROGRAM_TASKS_MAX];
static struct sley_lock locks[2];
static struct sley_condition condition;
static struct sley_loop_event events[2];
static struct sley_loop_semaphore semaphore;
static struct sley_queue queue;
static struct sley_loop_barrier barrier;
static struct sley_async_future *futures[2];

static char
word_of(struct sley_awaited outcome)
{
    if (outcome.kind == SLEY_RESULT) {
        return 'r';
    }
    if (outcome.kind == SLEY_CANCELLED) {
        return 'x';
    }
    switch (outcome.value) {
    case KEY_ERROR:
        return 'K';
    case SLEY_RUNTIME_ERROR:
        return 'R';
    case SLEY_TIMEOUT_ERROR:
        return 'T';
    case SLEY_VALUE_ERROR:
        return 'V';
    case SLEY_INVALID_STATE_ERROR:
        return 'I';
    case SLEY_QUEUE_EMPTY:
        return 'E';
    case SLEY_QUEUE_FULL:
        return 'F';
    case SLEY_BROKEN_BARRIER_ERROR:
        return 'B';
    default:
        return '?';
    }
}

static const char *const soon_words[] = {"soon0", "soon1", "soon2", "soon3", "soon4"};
static const char *const later_words[] = {"later0", "later1", "later2", "later3", "later4"};

static struct sley_awaited
limited(uint32_t n, uint32_t duration_ms)
{
    struct sley_loop_timeout scope;
    while (sley_loop_cancelling(sley_loop_current()) > 0) {
        sley_loop_uncancel(sley_loop_current());
    }
    sley_loop_timeout_enter(&scope, duration_ms);
    return sley_loop_timeout_leave(&scope, sley_loop_event_wait(&events[n]));
}

static const struct sley_awaited nothing = {SLEY_RESULT, 0};

/* Whether the result of the operation is noted. */
static bool
has_value(char letter)
{
    return strchr("gqfjcSWwtbU", letter) != NULL;
}

static struct sley_awaited
execute_on_objects(uint32_t me, char letter, uint32_t n)
{
    switch (letter) {
    case 'l':
        return sley_loop_lock_acquire(&locks[n]);
    case 'u':
        return sley_loop_lock_release(&locks[n]);
    case 'e':
        return sley_loop_event_wait(&events[n]);
    case 'E':
        sley_loop_event_set(&events[n]);
        return nothing;
    case 'C':
        sley_loop_event_clear(&events[n]);
        return nothing;
    case 'a':
        return sley_loop_semaphore_acquire(&semaphore);
    case 'r':
        return sley_loop_semaphore_release(&semaphore);
    case 'g':
        return sley_loop_queue_get(&queue);
    case 'p':
        return sley_loop_queue_put(&queue, me);
    case 'q':
        return sley_loop_queue_get_nowait(&queue);
    case 'P':
        return sley_loop_queue_put_nowait(&queue, me);
    case 'o':
        return sley_loop_queue_task_done(&queue);
    case 'H':
        return sley_loop_queue_join(&queue);
    case 'd':
        return sley_loop_condition_wait(&condition);
    case 'n':
        return sley_loop_condition_notify(&condition, n);
    case 'b':
        return sley_loop_barrier_wait(&barrier);
    case 'R':
        return sley_loop_barrier_reset(&barrier);
    default:
        return sley_exception(0);
    }
}

static struct sley_awaited
execute(uint32_t me, char letter, uint32_t n, uint32_t duration_ms)
{
    switch (letter) {
    case 'y':
        return sley_loop_sleep_ms(0);
    case 'z':
        return sley_loop_sleep_ms(duration_ms);
    case 'f':
        return sley_await(futures[n]);
    case 'F':
        return sley_loop_set_result(futures[n], me);
    case 'j':
        return sley_await(tasks[n]);
    case 'c':
        return sley_result(sley_loop_cancel(tasks[n]));
    case 'G':
        return sley_await(sley_loop_gather(&tasks[n], 2, false));
    case 'X':
        return sley_await(sley_loop_gather(&tasks[n], 2, true));
    case 'S':
        return sley_await(sley_loop_shield(tasks[n]));
    case 'W':
        return sley_loop_wait(&tasks[n], 2, SLEY_NO_TIMEOUT, SLEY_FIRST_COMPLETED);
    case 'w':
        return sley_loop_wait(&tasks[n], 2, duration_ms, SLEY_FIRST_EXCEPTION);
    case 't':
        return sley_loop_wait_for(tasks[n], duration_ms);
    case 'M':
        return limited(n, duration_ms);
    case 'U':
        return sley_result(sley_loop_uncancel(sley_loop_current()));
    case 'i':
        sley_loop_call_soon(note_word, (void *)(uintptr_t)soon_words[me]);
        return nothing;
    case 'I':
        sley_loop_call_later_ms(duration_ms, note_word, (void *)(uintptr_t)later_words[me]);
        return nothing;
    default:
        return execute_on_objects(me, letter, n);
    }
}

static struct sley_awaited
body(void *number)
{
    uint32_t me = (uint32_t)(uintptr_t)number;
    char mode = words[me][0];
    for (const char *at = words[me] + 1; *at > ' ' && is_recording(); at += 3) {
        struct sley_awaited end = execute(me, at[0], (uint32_t)(at[1] - '0'), 1u << (at[2] - '0'));
        char value[16] = "";
        if (end.kind == SLEY_RESULT && has_value(at[0])) {
            snprintf(value, sizeof value, "%ld", (long)end.value);
        }
        note("%u%c%c=%c%s@%lu", me, at[0], at[1], word_of(end), value,
             (unsigned long)(sley_loop_time_ns() / 1000000));
        if (end.kind == SLEY_CANCELLED && mode != 's') {
            return end;
        }
    }
    return mode == 'k' && is_recording() ? sley_exception(KEY_ERROR) : sley_result(me);
}

/* Ends all tasks: one that waits for a condition takes the lock before it ends. */
static void
end_all(uint32_t count)
{
    for (int round = 0; round < ROUNDS_MAX && sley_loop_task_count() > 1; round++) {
        for (int i = 0; i < 2; i++) {
            if (sley_loop_lock_locked(&locks[i])) {
                sley_loop_lock_release(&locks[i]);
            }
        }
        for (uint32_t i = 0; i < count; i++) {
            sley_loop_cancel(tasks[i]);
        }
        sley_loop_sleep_ms(0);
    }
}

void
order_program(void)
{
    uint32_t count = 1;
    words[0] = order_program_line;
    for (const char *at = order_program_line; *at; at++) {
        if (*at == ' ') {
            words[count++] = at + 1;
        }
    }
    for (int i = 0; i < 2; i++) {
        sley_lock_init(&locks[i]);
        sley_loop_event_init(&events[i]);
        futures[i] = sley_loop_future();
    }
    sley_loop_condition_init(&condition, &locks[0]);
    sley_loop_semaphore_init(&semaphore, 1);
    sley_loop_queue_init(&queue, 1);
    sley_loop_barrier_init(&barrier, 2);
    for (uintptr_t i = 0; i < count; i++) {
        tasks[i] = sley_loop_task(body, (void *)i);
    }
    sley_loop_sleep_ms(LAST_SLEEP_MS);
    note("end");
    stop_recording();
    end_all(count);
}
