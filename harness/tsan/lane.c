#include "tsan/lane.h"

#include "engine/engine.h"
#include "engine/suppress.h"

#include <sanitizer/allocator_interface.h>
#include <sanitizer/tsan_interface.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
void __tsan_set_fiber_name(void *fiber, const char *name);
void __tsan_func_entry(void *pc);
void __tsan_func_exit(void);
void __tsan_read_range(void *address, unsigned long size);
void __tsan_write_range(void *address, unsigned long size);
void __tsan_ignore_thread_begin(void);
void __tsan_ignore_thread_end(void);
void AnnotateIgnoreSyncBegin(const char *file, int line);
void AnnotateIgnoreSyncEnd(const char *file, int line);
void AnnotateBenignRaceSized(const char *file, int line, void *address, unsigned long size,
                             const char *why);
void __sanitizer_set_report_fd(void *fd);

enum { NO_SYNC = 1, PAGE = 4096, FORGET_MAX = 64, MUTEXES_MAX = 4096 };

/* Fibers are kept from run to run: to create one costs more than a run. */
static void *fibers[SLEY_TASKS_MAX];
static void *driver;
static char handed_over[SLEY_TASKS_MAX]; /* its addresses are what the hand-overs go by */
static bool pending[SLEY_TASKS_MAX];     /* a hand-over that the task has not acquired yet */
static char between_runs;
static uintptr_t forget[FORGET_MAX]; /* pages with reported addresses of this run */
static uint32_t forget_count;
static void *mutexes[MUTEXES_MAX]; /* of this run: open addressing */
static uint16_t mutex_list[MUTEXES_MAX];
static uint16_t mutex_owner[MUTEXES_MAX]; /* task; SLEY_TASKS_MAX: nobody */
static uint32_t mutex_count;
static bool prints; /* reports in full on standard error */

/* In a forked process the runtime would write its reports to files of their own. */
static void
reports_open(void)
{
    static int silent = -1;
    if (silent < 0) {
        silent = open("/dev/null", O_WRONLY | O_CLOEXEC);
    }
    __sanitizer_set_report_fd((void *)(intptr_t)(prints ? STDERR_FILENO : silent));
}

static void
run_begin(void)
{
    if (!driver) {
        driver = __tsan_get_current_fiber();
        reports_open();
    }
}

static void *
fiber_of(uint32_t task)
{
    if (!fibers[task]) {
        char name[16];
        fibers[task] = __tsan_create_fiber(0);
        snprintf(name, sizeof name, "task %u", task);
        __tsan_set_fiber_name(fibers[task], name);
    }
    return fibers[task];
}

static void
switch_to(uint32_t task)
{
    __tsan_switch_to_fiber(task == SLEY_TASKS_MAX ? driver : fiber_of(task), NO_SYNC);
    if (task != SLEY_TASKS_MAX && pending[task]) {
        pending[task] = false;
        __tsan_acquire(&handed_over[task]);
    }
}

static void
hand_over(uint32_t task)
{
    fiber_of(task); /* its creation happens after what the creator did: here, not at a switch */
    __tsan_release(&handed_over[task]);
    pending[task] = true;
}

void
sley_tsan_forget(uintptr_t address)
{
    uintptr_t page = address & ~(uintptr_t)(PAGE - 1);
    for (uint32_t i = 0; i < forget_count; i++) {
        if (forget[i] == page) {
            return;
        }
    }
    if (forget_count < FORGET_MAX) {
        forget[forget_count++] = page;
    }
}

/* The runtime never again looks at an address that it reported. A fresh mapping of the page, with
 * the same bytes, makes it look: mapping is the one way to reset its shadow that every version
 * has. */
static void
forget_reported(void)
{
    static char bytes[PAGE];
    for (uint32_t i = 0; i < forget_count; i++) {
        void *page = (void *)forget[i];
        memcpy(bytes, page, PAGE);
        if (mmap(page, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                 0) == page) {
            memcpy(page, bytes, PAGE);
        }
    }
    forget_count = 0;
}

/* Remembers a mutex of this run, so that its place in the sanitizer's lock graph ends with the run.
 */
static void
mutex_note(void *address, uint32_t owner)
{
    uint32_t slot = (uint32_t)(((uintptr_t)address >> 3) * 2654435761u % MUTEXES_MAX);
    for (uint32_t i = 0; i < MUTEXES_MAX; i++, slot = (slot + 1) % MUTEXES_MAX) {
        if (!mutexes[slot]) {
            mutexes[slot] = address;
            mutex_list[mutex_count++] = (uint16_t)slot;
        }
        if (mutexes[slot] == address) {
            mutex_owner[slot] = (uint16_t)owner;
            return;
        }
    }
}

/* What an abandoned task still holds is released on its fiber, or the sanitizer's list of held
 * locks would go on into the next run. */
static void
unlock_held(uint32_t task)
{
    for (uint32_t i = 0; i < mutex_count; i++) {
        uint32_t slot = mutex_list[i];
        if (mutex_owner[slot] == task) {
            __tsan_mutex_pre_unlock(mutexes[slot], 0);
            __tsan_mutex_post_unlock(mutexes[slot], 0);
        }
    }
}

static void
forget_mutexes(void)
{
    for (uint32_t i = 0; i < mutex_count; i++) {
        __tsan_mutex_destroy(mutexes[mutex_list[i]], 0);
        mutexes[mutex_list[i]] = NULL;
    }
    mutex_count = 0;
}

static void
ignore(bool sync, bool begins)
{
    if (sync && begins) {
        AnnotateIgnoreSyncBegin("", 0);
    } else if (sync) {
        AnnotateIgnoreSyncEnd("", 0);
    } else if (begins) {
        __tsan_ignore_thread_begin();
    } else {
        __tsan_ignore_thread_end();
    }
}

/* A task that ends while it is not looked at would leave its fiber so. */
static void
ignore_nothing(uint32_t task)
{
    for (uint32_t n = sley_ignore_depth(task, SLEY_IGNORED_ACCESSES); n > 0; n--) {
        ignore(false, false);
    }
    for (uint32_t n = sley_ignore_depth(task, SLEY_IGNORED_SYNC); n > 0; n--) {
        ignore(true, false);
    }
}

/* The runtime keeps a range for good, and another run has other memory at its place: in a process
 * of many runs its reports on it are passed over instead (report.c). */
static void
benign(void *address, size_t size, const char *why)
{
    if (prints) {
        AnnotateBenignRaceSized("", 0, address, size, why);
    }
}

static bool
owns(const void *memory)
{
    /* The first knows addresses that could be a block's, the second also whether one is live. */
    return __sanitizer_get_ownership(memory) && __sanitizer_get_allocated_size(memory) > 0;
}

/* Everything in this run happens before everything in the next. A fiber whose task did not return
 * has calls open in the sanitizer's eyes, and is not used again. */
static void
run_end(void)
{
    for (uint32_t t = 0; t < sley_engine.task_count; t++) {
        if (!fibers[t]) {
            continue;
        }
        __tsan_switch_to_fiber(fibers[t], NO_SYNC);
        ignore_nothing(t);
        unlock_held(t);
        __tsan_release(&between_runs);
        __tsan_switch_to_fiber(driver, NO_SYNC);
        pending[t] = false;
        if (!sley_engine.task_table[t].returned) {
            __tsan_destroy_fiber(fibers[t]);
            fibers[t] = NULL;
        }
    }
    __tsan_acquire(&between_runs);
    forget_mutexes();
    forget_reported();
}

static void
release(const void *address)
{
    __tsan_release((void *)(uintptr_t)address);
}

static void
acquire(const void *address)
{
    __tsan_acquire((void *)(uintptr_t)address);
}

static void
mutex(void *address, enum sley_lane_mutex event)
{
    unsigned try = event == SLEY_LANE_TRIED ? __tsan_mutex_try_lock : 0;
    switch (event) {
    case SLEY_LANE_TAKEN:
    case SLEY_LANE_TRIED:
        mutex_note(address, sley_engine.task);
        /* The wait is over: to the sanitizer, taking a free mutex is all there ever was. The frame
         * is the call in the code under test, which the sanitizer's own stack does not show. */
        __tsan_func_entry((void *)sley_user_pc(SLEY_CALLER(), NULL));
        __tsan_mutex_pre_lock(address, try);
        __tsan_mutex_post_lock(address, try, 1);
        __tsan_func_exit();
        return;
    case SLEY_LANE_RELEASED:
        mutex_note(address, SLEY_TASKS_MAX);
        __tsan_mutex_pre_unlock(address, 0);
        __tsan_mutex_post_unlock(address, 0);
        return;
    case SLEY_LANE_DESTROYED:
        __tsan_mutex_destroy(address, 0);
        return;
    }
}

static void
memory(void *address, size_t size, bool writes)
{
    if (writes) {
        __tsan_write_range(address, size);
    } else {
        __tsan_read_range(address, size);
    }
}

const struct sley_lane_ops sley_lane_tsan = {
    .name = "tsan",
    .run_begin = run_begin,
    .run_end = run_end,
    .switch_to = switch_to,
    .hand_over = hand_over,
    .release = release,
    .acquire = acquire,
    .mutex = mutex,
    .memory = memory,
    .ignore = ignore,
    .benign = benign,
    .owns = owns,
};

void
sley_tsan_print_reports(bool print)
{
    prints = print;
}
