/* Files: one open file description that every process inherits, so that they share its offset; and
 * flock, which belongs to an open file description, with one for each process. */
#include "models/process/channel.h"

#include "engine/access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { TRIES = 20000 }; /* of 100 us: how long a dead process may take to lose its lock */

struct shared_file {
    int descriptor;
    int32_t holder; /* process that holds the lock, -1: none */
    int32_t user;   /* task that used it last */
    struct sley_gate lock;
    struct sley_clock clock;
};

static struct shared_file files[SLEY_FILES_MAX];
static uint32_t file_count;
static bool made;

/* This process's own open file descriptions, for locking: 1 + descriptor. */
static _Thread_local int own[SLEY_FILES_MAX];

static void
empty(struct shared_file *file, uint32_t number)
{
    if (file->holder == 0 && own[number] > 0) {
        flock(own[number] - 1, LOCK_UN);
    } else if (file->holder > 0) {
        sley_baton_kill((uint32_t)file->holder); /* the kernel takes the lock from the dead */
    }
    file->holder = -1;
    lseek(file->descriptor, 0, SEEK_SET);
    if (ftruncate(file->descriptor, 0) != 0) {
        perror("sley: cannot empty a file of the process model");
        _exit(SLEY_EXIT_SETUP);
    }
}

void
sley_process_files_begin(void)
{
    for (uint32_t i = 0; !made && i < SLEY_FILES_MAX; i++) {
        files[i].descriptor = sley_process_keep(memfd_create("sley", MFD_CLOEXEC));
        files[i].holder = -1;
    }
    made = true;
    for (uint32_t i = 0; i < file_count; i++) {
        empty(&files[i], i);
    }
    file_count = 0;
}

void
sley_process_file_init(struct sley_file *file)
{
    uintptr_t pc = SLEY_CALLER();
    if (file_count == SLEY_FILES_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, "more than 4 files in one run");
    }
    sley_point(SLEY_OP_INIT, (uintptr_t)&file_count, pc);
    struct shared_file *shared = &files[file_count++];
    shared->user = -1;
    sley_gate_init(&shared->lock, SLEY_WAIT_FILE, (uintptr_t)shared);
    sley_clock_init(&shared->clock);
    file->number = file_count;
}

static struct shared_file *
file_of(const struct sley_file *file, uintptr_t pc)
{
    if (file->number == 0 || file->number > file_count) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)file, pc,
                         "use of a file that this process never initialised");
    }
    struct shared_file *shared = &files[file->number - 1];
    sley_engine.result->conflict |= shared->user >= 0 && shared->user != (int32_t)sley_engine.task;
    shared->user = (int32_t)sley_engine.task;
    return shared;
}

size_t
sley_process_file_read(struct sley_file *file, void *bytes, size_t size)
{
    uintptr_t pc = SLEY_CALLER();
    struct shared_file *shared = file_of(file, pc);
    sley_point(SLEY_OP_FILE, (uintptr_t)shared, pc);
    ssize_t got = read(shared->descriptor, bytes, size);
    size_t count = got > 0 ? (size_t)got : 0;
    sley_access_race_range((uintptr_t)bytes, count, SLEY_ACCESS_WRITE, pc);
    return count;
}

void
sley_process_file_write(struct sley_file *file, const void *bytes, size_t size)
{
    uintptr_t pc = SLEY_CALLER();
    struct shared_file *shared = file_of(file, pc);
    sley_point(SLEY_OP_FILE, (uintptr_t)shared, pc);
    sley_access_race_range((uintptr_t)bytes, size, 0, pc);
    if (write(shared->descriptor, bytes, size) != (ssize_t)size) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, "no room in a file");
    }
}

void
sley_process_file_seek(struct sley_file *file, size_t offset)
{
    uintptr_t pc = SLEY_CALLER();
    struct shared_file *shared = file_of(file, pc);
    sley_point(SLEY_OP_FILE, (uintptr_t)shared, pc);
    lseek(shared->descriptor, (off_t)offset, SEEK_SET);
}

/* The caller's process has an open file description of its own from here on. */
static int
own_description(const struct sley_file *file, uintptr_t pc)
{
    uint32_t i = file->number - 1;
    if (own[i] == 0) {
        char path[32];
        snprintf(path, sizeof path, "/proc/self/fd/%d", files[i].descriptor);
        int descriptor = open(path, O_RDWR | O_CLOEXEC);
        if (descriptor < 0) {
            sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, "cannot open /proc/self/fd/N");
        }
        own[i] = descriptor + 1;
    }
    return own[i] - 1;
}

/* By the gate the lock is free; a process that died with it may still be about to lose it. */
static bool
take(int descriptor)
{
    static const struct timespec pause = {0, 100000};
    for (int i = 0; i < TRIES; i++) {
        if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        nanosleep(&pause, NULL);
    }
    return false;
}

void
sley_process_file_lock(struct sley_file *file)
{
    uintptr_t pc = SLEY_CALLER();
    struct shared_file *shared = file_of(file, pc);
    sley_point_gate(SLEY_OP_LOCK, &shared->lock, UINT64_MAX, pc);
    if (!take(own_description(file, pc))) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)shared, pc, "flock fails");
    }
    shared->holder = (int32_t)sley_current()->process;
    shared->lock.owner = (int32_t)sley_engine.task;
    shared->lock.taken_pc = sley_noted_pc(pc);
    sley_gate_set(&shared->lock, false);
    sley_clock_acquire(&shared->clock);
}

static void
release(struct shared_file *shared)
{
    shared->holder = -1;
    shared->lock.owner = -1;
    sley_clock_release(&shared->clock);
    sley_gate_set(&shared->lock, true);
}

void
sley_process_file_unlock(struct sley_file *file)
{
    uintptr_t pc = SLEY_CALLER();
    struct shared_file *shared = file_of(file, pc);
    sley_point(SLEY_OP_UNLOCK, (uintptr_t)shared, pc);
    if (shared->holder != (int32_t)sley_current()->process) {
        return; /* as flock has it: nothing to give back */
    }
    flock(own_description(file, pc), LOCK_UN);
    release(shared);
}

void
sley_process_file_release(int32_t process)
{
    for (uint32_t i = 0; i < file_count; i++) {
        if (files[i].holder == process) {
            release(&files[i]);
        }
    }
}

void
sley_process_file_end(void)
{
    for (uint32_t i = 0; i < file_count; i++) {
        if (files[i].holder == (int32_t)sley_current()->process && own[i] > 0) {
            flock(own[i] - 1, LOCK_UN);
        }
    }
    sley_process_file_release((int32_t)sley_current()->process);
}
