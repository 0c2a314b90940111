/* ThreadSanitizer's interface to the code that it watches: what such code says of its own
 * synchronisation, and of accesses that are meant to race. Nothing here is a point: an annotation
 * changes no memory. What each one means is what LLVM's runtime makes of it (tsan_interface.h and
 * the dynamic annotations), so that both lanes see the same; those that it leaves without effect
 * have none here. */
#include "engine/lane.h"
#include "engine/suppress.h"
#include "instrument/sync_table.h"

#include <string.h>

/* Bits of the flags of the mutex functions. */
enum { READ_LOCK = 1 << 3, TRY_LOCK = 1 << 4, TRY_LOCK_FAILED = 1 << 5 };

/* What readers released is kept apart from what a writer did: readers do not order each other. */
static void
release_as(uintptr_t address, enum sley_sync_said by)
{
    if (sley_running()) {
        sley_clock_release(sley_sync_said(address, by, true));
    }
}

static void
acquire_clock(const struct sley_clock *clock)
{
    if (clock) {
        sley_clock_acquire(clock);
    }
}

static void
release(uintptr_t address)
{
    release_as(address, SLEY_SAID);
}

/* What atomic operations released at the address counts as well, as it does to the runtime. */
static void
acquire(uintptr_t address)
{
    if (sley_running()) {
        acquire_clock(sley_sync_clock(address, false));
        acquire_clock(sley_sync_said(address, SLEY_SAID, false));
    }
}

static void
taken(void *mutex, bool reads, bool tried)
{
    if (!sley_running()) {
        return;
    }
    acquire((uintptr_t)mutex);
    if (!reads) {
        acquire_clock(sley_sync_said((uintptr_t)mutex, SLEY_SAID_BY_READERS, false));
        if (sley_lane) {
            sley_lane->mutex(mutex, tried ? SLEY_LANE_TRIED : SLEY_LANE_TAKEN);
        }
    }
}

static void
released(void *mutex, bool reads)
{
    if (!sley_running()) {
        return;
    }
    if (!reads && sley_lane) {
        sley_lane->mutex(mutex, SLEY_LANE_RELEASED);
    }
    release_as((uintptr_t)mutex, reads ? SLEY_SAID_BY_READERS : SLEY_SAID);
}

static void
destroyed(void *mutex)
{
    if (sley_running() && sley_lane) {
        sley_lane->mutex(mutex, SLEY_LANE_DESTROYED);
    }
}

static void
ignore(enum sley_ignored what, bool begins)
{
    if (!sley_running() || (!begins && sley_ignore_depth(sley_engine.task, what) == 0)) {
        return;
    }
    if (begins) {
        sley_ignore_begin(what);
    } else {
        sley_ignore_end(what);
    }
    if (sley_lane) {
        sley_lane->ignore(what == SLEY_IGNORED_SYNC, begins);
    }
}

/* How a mutex of the program's own is made is not looked at. */
static void
ignore_all(bool begins)
{
    ignore(SLEY_IGNORED_ACCESSES, begins);
    ignore(SLEY_IGNORED_SYNC, begins);
}

static void
benign(const volatile void *address, size_t size, const char *why)
{
    if (!sley_running()) {
        return;
    }
    sley_benign_add((uintptr_t)address, size);
    if (sley_lane) {
        sley_lane->benign((void *)(uintptr_t)address, size, why);
    }
}

/* Defines a function under the name that the code's calls are given, with its prototype. */
#define FUNCTION(type, name, ...)                                                                  \
    type sley_##name(__VA_ARGS__);                                                                 \
    type sley_##name(__VA_ARGS__)

/* --- tsan_interface.h --- */

FUNCTION(void, __tsan_acquire, void *address)
{
    acquire((uintptr_t)address);
}
FUNCTION(void, __tsan_release, void *address)
{
    release((uintptr_t)address);
}
FUNCTION(void, __tsan_ignore_thread_begin, void)
{
    ignore(SLEY_IGNORED_ACCESSES, true);
}
FUNCTION(void, __tsan_ignore_thread_end, void)
{
    ignore(SLEY_IGNORED_ACCESSES, false);
}
FUNCTION(void, __tsan_flush_memory, void)
{
}

FUNCTION(void, __tsan_mutex_create, void *mutex, unsigned flags)
{
    (void)mutex;
    (void)flags;
}

FUNCTION(void, __tsan_mutex_destroy, void *mutex, unsigned flags)
{
    (void)flags;
    destroyed(mutex);
}

FUNCTION(void, __tsan_mutex_pre_lock, void *mutex, unsigned flags)
{
    (void)mutex;
    (void)flags;
    ignore_all(true);
}

FUNCTION(void, __tsan_mutex_post_lock, void *mutex, unsigned flags, int recursion)
{
    (void)recursion;
    ignore_all(false);
    if (!(flags & TRY_LOCK_FAILED)) {
        taken(mutex, flags & READ_LOCK, flags & TRY_LOCK);
    }
}

FUNCTION(int, __tsan_mutex_pre_unlock, void *mutex, unsigned flags)
{
    released(mutex, flags & READ_LOCK);
    ignore_all(true);
    return 0;
}

FUNCTION(void, __tsan_mutex_post_unlock, void *mutex, unsigned flags)
{
    (void)mutex;
    (void)flags;
    ignore_all(false);
}

/* A wake-up inside the mutex, and calls of the program from within it. */
#define IGNORE_ALL(name, begins)                                                                   \
    FUNCTION(void, name, void *mutex, unsigned flags)                                              \
    {                                                                                              \
        (void)mutex;                                                                               \
        (void)flags;                                                                               \
        ignore_all(begins);                                                                        \
    }

IGNORE_ALL(__tsan_mutex_pre_signal, true)
IGNORE_ALL(__tsan_mutex_post_signal, false)
IGNORE_ALL(__tsan_mutex_pre_divert, false)
IGNORE_ALL(__tsan_mutex_post_divert, true)

/* --- dynamic annotations: each begins with the file and line of its place --- */

#define PLACE const char *file, int line
#define NO_PLACE                                                                                   \
    (void)file;                                                                                    \
    (void)line

#define EDGE(name, direction)                                                                      \
    FUNCTION(void, name, PLACE, const volatile void *address)                                      \
    {                                                                                              \
        NO_PLACE;                                                                                  \
        direction((uintptr_t)address);                                                             \
    }

EDGE(AnnotateHappensBefore, release)
EDGE(AnnotateHappensAfter, acquire)
EDGE(WTFAnnotateHappensBefore, release)
EDGE(WTFAnnotateHappensAfter, acquire)

#define IGNORE(name, what, begins)                                                                 \
    FUNCTION(void, name, PLACE)                                                                    \
    {                                                                                              \
        NO_PLACE;                                                                                  \
        ignore(what, begins);                                                                      \
    }

/* Reads and writes alike in both, as in LLVM's runtime. */
IGNORE(AnnotateIgnoreReadsBegin, SLEY_IGNORED_ACCESSES, true)
IGNORE(AnnotateIgnoreReadsEnd, SLEY_IGNORED_ACCESSES, false)
IGNORE(AnnotateIgnoreWritesBegin, SLEY_IGNORED_ACCESSES, true)
IGNORE(AnnotateIgnoreWritesEnd, SLEY_IGNORED_ACCESSES, false)
IGNORE(AnnotateIgnoreSyncBegin, SLEY_IGNORED_SYNC, true)
IGNORE(AnnotateIgnoreSyncEnd, SLEY_IGNORED_SYNC, false)

#define BENIGN_SIZED(name)                                                                         \
    FUNCTION(void, name, PLACE, const volatile void *address, size_t size, const char *why)        \
    {                                                                                              \
        NO_PLACE;                                                                                  \
        benign(address, size, why);                                                                \
    }

#define BENIGN(name)                                                                               \
    FUNCTION(void, name, PLACE, const volatile void *address, const char *why)                     \
    {                                                                                              \
        NO_PLACE;                                                                                  \
        benign(address, 1, why);                                                                   \
    }

BENIGN_SIZED(AnnotateBenignRaceSized)
BENIGN_SIZED(WTFAnnotateBenignRaceSized)
BENIGN(AnnotateBenignRace)
BENIGN(AnnotateExpectRace)

FUNCTION(void, AnnotateRWLockDestroy, PLACE, void *lock)
{
    NO_PLACE;
    destroyed(lock);
}

FUNCTION(void, AnnotateRWLockAcquired, PLACE, void *lock, long writes)
{
    NO_PLACE;
    taken(lock, !writes, false);
}

FUNCTION(void, AnnotateRWLockReleased, PLACE, void *lock, long writes)
{
    NO_PLACE;
    released(lock, !writes);
}

FUNCTION(int, RunningOnValgrind, void)
{
    return 0;
}
FUNCTION(double, ValgrindSlowdown, void)
{
    return 10;
}

FUNCTION(const char *, ThreadSanitizerQuery, const char *query)
{
    return strcmp(query, "pure_happens_before") == 0 ? "1" : "0";
}

/* Calls whose arguments nobody reads. */
#define NO_EFFECT(name)                                                                            \
    FUNCTION(void, name, void)                                                                     \
    {                                                                                              \
    }

NO_EFFECT(AnnotateRWLockCreate)
NO_EFFECT(AnnotateRWLockCreateStatic)
NO_EFFECT(AnnotateCondVarSignal)
NO_EFFECT(AnnotateCondVarSignalAll)
NO_EFFECT(AnnotateCondVarWait)
NO_EFFECT(AnnotateMutexIsNotPHB)
NO_EFFECT(AnnotateMutexIsUsedAsCondVar)
NO_EFFECT(AnnotatePCQCreate)
NO_EFFECT(AnnotatePCQDestroy)
NO_EFFECT(AnnotatePCQGet)
NO_EFFECT(AnnotatePCQPut)
NO_EFFECT(AnnotatePublishMemoryRange)
NO_EFFECT(AnnotateUnpublishMemoryRange)
NO_EFFECT(AnnotateNewMemory)
NO_EFFECT(AnnotateTraceMemory)
NO_EFFECT(AnnotateThreadName)
NO_EFFECT(AnnotateNoOp)
NO_EFFECT(AnnotateFlushState)
NO_EFFECT(AnnotateFlushExpectedRaces)
NO_EFFECT(AnnotateEnableRaceDetection)
NO_EFFECT(AnnotateMemoryIsInitialized)
NO_EFFECT(AnnotateMemoryIsUninitialized)
