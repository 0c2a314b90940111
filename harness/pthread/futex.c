/* System calls that programs make by themselves: futexes above all, on which libraries build locks
 * of their own, and C++20 its waits on atomics.
 *
 * The kernel's comparison of the word is an atomic read that orders nothing; what makes a lock of a
 * futex is the atomic operations around it. Source: futex(2). */
#include "engine/internal.h"
#include "pthread/clock.h"
#include "pthread/deadline.h"
#include "pthread/front.h"
#include "pthread/process.h"
#include "pthread/thread.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>

enum { WORDS_MAX = 1024 }; /* on which tasks of one run wait at the same time */

/* A word that tasks wait for. */
struct word {
    uintptr_t address;
    uintptr_t place; /* as in struct sley_object: the words of two processes are two */
    struct sley_queue queue;
};

static struct word words[WORDS_MAX];
static uint32_t word_count;
static uint32_t serial; /* of the run that words speaks of */

/* The entry of the word, with add one that is free if there is none; NULL: there is none. */
static struct word *
find(const uint32_t *address, bool add)
{
    struct word *unused = NULL;
    if (serial != sley_engine.serial) {
        serial = sley_engine.serial;
        word_count = 0;
    }
    uintptr_t place = sley_place_of((uintptr_t)address);
    for (uint32_t i = 0; i < word_count; i++) {
        if (words[i].place == place) {
            return &words[i];
        }
        unused = words[i].queue.count == 0 ? &words[i] : unused;
    }
    if (!unused && add && word_count < WORDS_MAX) {
        unused = &words[word_count++];
    }
    if (unused && add) {
        *unused = (struct word){.address = (uintptr_t)address, .place = place};
        return unused;
    }
    return NULL;
}

/* What the system call returns: result, or -1 with errno. */
static long
returned(int error, long result)
{
    if (error) {
        errno = error;
        return -1;
    }
    return result;
}

static struct sley_deadline
deadline_of(int operation, const struct timespec *time)
{
    clockid_t clock = operation & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    if (!time) {
        return sley_deadline_none();
    }
    if ((operation & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET) {
        return sley_deadline_at(clock, time);
    }
    /* FUTEX_WAIT alone counts from now. */
    struct sley_deadline deadline = sley_deadline_at(CLOCK_MONOTONIC, time);
    if (deadline.at_ns != UINT64_MAX) {
        deadline.at_ns += sley_engine.clock_ns;
    }
    return deadline;
}

static long
wait(uint32_t *address, uint32_t value, struct sley_deadline deadline, uintptr_t pc)
{
    struct sley_engine *e = &sley_engine;
    sley_point(SLEY_OP_WAIT, (uintptr_t)address, pc);
    if (deadline.error == EINVAL) {
        return returned(EINVAL, 0);
    }
    if (__atomic_load_n(address, __ATOMIC_RELAXED) != value) {
        return returned(EAGAIN, 0);
    }
    /* A wait may end without a cause, as the manual says. */
    if (e->spurious_count < e->options->spurious_max && sley_choose(SLEY_CHOICE_SPURIOUS, 2)) {
        e->spurious_count++;
        return 0;
    }
    struct word *word = find(address, true);
    if (!word) {
        return returned(ENOMEM, 0);
    }
    const struct sley_awaited_object awaited = {SLEY_WAIT_FUTEX, word->address, false};
    bool woken = sley_queue_wait_for(&word->queue, &awaited, deadline.at_ns, pc);
    return returned(woken ? 0 : deadline.error, 0);
}

static long
wake(uint32_t *address, uint32_t most, uintptr_t pc)
{
    long count = 0;
    sley_point(most == 1 ? SLEY_OP_SIGNAL : SLEY_OP_BROADCAST, (uintptr_t)address, pc);
    struct word *word = find(address, false);
    for (; word && count < most && word->queue.count > 0; count++) {
        bool all = most - count >= word->queue.count;
        sley_queue_wake(&word->queue, all ? 0 : sley_choose(SLEY_CHOICE_WAITER, word->queue.count));
    }
    return count;
}

static long
futex(uint32_t *address, int operation, uint32_t value, const struct timespec *time, uint32_t bits,
      uintptr_t pc)
{
    if ((uintptr_t)address % sizeof *address != 0) {
        return returned(EINVAL, 0);
    }
    int command = operation & FUTEX_CMD_MASK;
    bool some_bits = (command == FUTEX_WAIT_BITSET || command == FUTEX_WAKE_BITSET) &&
                     bits != FUTEX_BITSET_MATCH_ANY;
    if (!some_bits && (command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET)) {
        return wait(address, value, deadline_of(operation, time), pc);
    }
    if (!some_bits && (command == FUTEX_WAKE || command == FUTEX_WAKE_BITSET)) {
        return wake(address, value > INT_MAX ? INT_MAX : value, pc);
    }
    char text[80];
    snprintf(text, sizeof text, "futex operation %d is none that sley knows", operation);
    sley_process_abort(text, pc);
}

long
sley_syscall(long number, ...)
{
    uintptr_t pc = SLEY_CALLER();
    long a[6];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < 6; i++) {
        a[i] = va_arg(rest, long); /* as libc does: what the caller did not pass is not looked at */
    }
    va_end(rest);
    if (!sley_running()) {
        return syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
    switch (number) {
    case SYS_futex:
        return futex((uint32_t *)a[0], (int)a[1], (uint32_t)a[2], (const struct timespec *)a[3],
                     (uint32_t)a[5], pc);
    case SYS_gettid:
        return sley_gettid();
    case SYS_getpid:
        return getpid();
    case SYS_sched_yield:
        sley_point_yield(pc);
        return 0;
    default:
        break;
    }
    char text[80];
    snprintf(text, sizeof text, "system call %ld is none that sley knows; call libc's function",
             number);
    sley_process_abort(text, pc);
}
