#include "models/machine/measure_parts.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { CROWD = 32, COPY_SIZE = 1024 * 1024 };

/* --- copying --- */

bool
sley_measure_copy(uint32_t scale, uint64_t *figure)
{
    char *from = malloc(2 * COPY_SIZE);
    if (!from) {
        return false;
    }
    memset(from, 1, 2 * COPY_SIZE);
    uint64_t start_ns = sley_measure_now_ns();
    for (uint32_t i = 0; i < 4 * scale; i++) {
        memcpy(from + COPY_SIZE, from, COPY_SIZE);
        __asm__ volatile("" : : "r"(from) : "memory"); /* each copy is made */
    }
    *figure = sley_measure_each(start_ns, (uint64_t)4 * scale * (COPY_SIZE / 1024));
    free(from);
    return true;
}

/* --- memory --- */

/* Resident bytes of this process, 0 if the system does not say. */
static uint64_t
resident(void)
{
    unsigned long all = 0, pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) {
        return 0;
    }
    int read = fscanf(file, "%lu %lu", &all, &pages);
    fclose(file);
    return read == 2 ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static uint64_t
growth_each(uint64_t before, uint64_t count)
{
    uint64_t after = resident();
    return after > before ? (after - before) * 1000 / count : 0;
}

static _Atomic uint32_t crowd_goes, crowd_came;

/* Waits to be let go, for 2 seconds at most. */
static void *
stand_by(void *unused)
{
    struct timespec limit = {2, 0};
    atomic_fetch_add(&crowd_came, 1);
    syscall(SYS_futex, &crowd_goes, FUTEX_WAIT, 0, &limit, NULL, 0);
    return unused;
}

bool
sley_measure_memory_thread(uint32_t scale, uint64_t *figure)
{
    (void)scale;
    pthread_t threads[CROWD];
    uint32_t count = 0;
    uint64_t before = resident(), start_ns = sley_measure_now_ns();
    crowd_goes = crowd_came = 0;
    while (count < CROWD && pthread_create(&threads[count], NULL, stand_by, NULL) == 0) {
        count++;
    }
    while (atomic_load(&crowd_came) < count && sley_measure_now_ns() - start_ns < 1000000000) {
        sched_yield();
    }
    *figure = growth_each(before, CROWD);
    atomic_store(&crowd_goes, 1);
    syscall(SYS_futex, &crowd_goes, FUTEX_WAKE, CROWD, NULL, NULL, 0);
    for (uint32_t i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    return count == CROWD;
}

/* Bytes that this process shares with nobody, 0 if the system does not say. */
static uint64_t
private_bytes(void)
{
    char line[128];
    uint64_t kib = 0;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "Private_", 8) == 0 && strchr(line, ':')) {
            kib += strtoul(strchr(line, ':') + 1, NULL, 10);
        }
    }
    if (file) {
        fclose(file);
    }
    return kib * 1024;
}

bool
sley_measure_memory_fork(uint32_t scale, uint64_t *figure)
{
    (void)scale;
    int ends[2];
    uint64_t bytes = 0;
    if (pipe(ends) != 0) {
        return false;
    }
    pid_t child = fork();
    if (child == 0) {
        bytes = private_bytes();
        _exit(write(ends[1], &bytes, sizeof bytes) == sizeof bytes ? 0 : 1);
    }
    bool good =
        sley_measure_ended_well(child) && read(ends[0], &bytes, sizeof bytes) == sizeof bytes;
    close(ends[0]);
    close(ends[1]);
    *figure = bytes * 1000;
    return good && bytes > 0;
}

bool
sley_measure_memory_coroutine(uint32_t scale, uint64_t *figure)
{
    (void)scale;
    size_t size = (size_t)SLEY_MEASURE_STACK * CROWD;
    char *stacks = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stacks == MAP_FAILED) {
        return false;
    }
    uint64_t before = resident();
    for (uint32_t i = 0; i < CROWD; i++) {
        sley_measure_coroutine(stacks + (size_t)i * SLEY_MEASURE_STACK);
    }
    *figure = growth_each(before, CROWD);
    munmap(stacks, size);
    return true;
}
