#include "models/machine/measure_parts.h"

#include "engine/fiber.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_S_MAX = 5 };

static uint64_t
clock_now_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t
sley_measure_now_ns(void)
{
    return clock_now_ns(CLOCK_MONOTONIC);
}

uint64_t
sley_measure_each(uint64_t start_ns, uint64_t count)
{
    return count ? (sley_measure_now_ns() - start_ns) * 1000 / count : 0;
}

/* --- creating --- */

static void *
nothing(void *argument)
{
    return argument;
}

static bool
create_thread(uint32_t scale, uint64_t *figure)
{
    uint32_t count = 20 * scale;
    uint64_t start_ns = sley_measure_now_ns();
    for (uint32_t i = 0; i < count; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, nothing, NULL) != 0) {
            return false;
        }
        pthread_join(thread, NULL);
    }
    *figure = sley_measure_each(start_ns, count);
    return true;
}

bool
sley_measure_ended_well(pid_t child)
{
    int status;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

static bool
create_fork(uint32_t scale, uint64_t *figure)
{
    uint32_t count = 4 * scale;
    uint64_t start_ns = sley_measure_now_ns();
    for (uint32_t i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) {
            _exit(0);
        }
        if (!sley_measure_ended_well(child)) {
            return false;
        }
    }
    *figure = sley_measure_each(start_ns, count);
    return true;
}

static bool
create_spawn(uint32_t scale, uint64_t *figure)
{
    static char path[] = "/bin/true";
    char *arguments[] = {path, NULL};
    char *environment[] = {NULL};
    uint64_t start_ns = sley_measure_now_ns();
    for (uint32_t i = 0; i < scale; i++) {
        pid_t child;
        if (posix_spawn(&child, path, NULL, NULL, arguments, environment) != 0 ||
            !sley_measure_ended_well(child)) {
            return false;
        }
    }
    *figure = sley_measure_each(start_ns, scale);
    return true;
}

/* --- coroutines --- */

static struct sley_fiber driver, coroutine;

static void
back(void *result)
{
    (void)result;
    sley_fiber_leave(&coroutine, &driver);
}

void
sley_measure_coroutine(void *stack)
{
    coroutine = (struct sley_fiber){0};
    sley_fiber_init(&coroutine, stack, SLEY_MEASURE_STACK, nothing, NULL, back);
    sley_fiber_switch(&driver, &coroutine);
}

static bool
create_coroutine(uint32_t scale, uint64_t *figure)
{
    uint32_t count = 200 * scale;
    uint64_t start_ns = sley_measure_now_ns();
    for (uint32_t i = 0; i < count; i++) {
        void *stack = aligned_alloc(16, SLEY_MEASURE_STACK);
        if (!stack) {
            return false;
        }
        sley_measure_coroutine(stack);
        free(stack);
    }
    *figure = sley_measure_each(start_ns, count);
    return true;
}

static void *
switch_back(void *count)
{
    for (uint32_t i = 0; i < *(uint32_t *)count; i++) {
        sley_fiber_switch(&coroutine, &driver);
    }
    return NULL;
}

static bool
switch_coroutine(uint32_t scale, uint64_t *figure)
{
    uint32_t count = 10000 * scale;
    void *stack = aligned_alloc(16, SLEY_MEASURE_STACK);
    if (!stack) {
        return false;
    }
    coroutine = (struct sley_fiber){0};
    sley_fiber_init(&coroutine, stack, SLEY_MEASURE_STACK, switch_back, &count, back);
    uint64_t start_ns = sley_measure_now_ns();
    for (uint32_t i = 0; i <= count; i++) {
        sley_fiber_switch(&driver, &coroutine);
    }
    *figure = sley_measure_each(start_ns, 2 * (uint64_t)count);
    free(stack);
    return true;
}

/* --- switching on one core --- */

static bool
pin(cpu_set_t *before)
{
    cpu_set_t one;
    int cpu = sched_getcpu();
    CPU_ZERO(&one);
    if (cpu < 0 || sched_getaffinity(0, sizeof *before, before) != 0) {
        return false;
    }
    CPU_SET((size_t)cpu, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
}

static void
unpin(const cpu_set_t *before)
{
    sched_setaffinity(0, sizeof *before, before);
}

struct ball {
    _Atomic uint32_t holder;
    uint32_t rounds;
};

static bool
wait_for_ball(struct ball *ball, uint32_t self)
{
    while (atomic_load(&ball->holder) != self) {
        struct timespec limit = {WAIT_S_MAX, 0};
        uint64_t start_ns = sley_measure_now_ns();
        syscall(SYS_futex, &ball->holder, FUTEX_WAIT, 1 - self, &limit, NULL, 0);
        if (sley_measure_now_ns() - start_ns >= WAIT_S_MAX * (uint64_t)1000000000) {
            return false;
        }
    }
    return true;
}

static bool
play(struct ball *ball, uint32_t self)
{
    for (uint32_t i = 0; i < ball->rounds; i++) {
        if (!wait_for_ball(ball, self)) {
            return false;
        }
        atomic_store(&ball->holder, 1 - self);
        syscall(SYS_futex, &ball->holder, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
    return true;
}

static void *
play_second(void *ball)
{
    return play(ball, 1) ? ball : NULL;
}

static bool
pinned(bool (*game)(uint32_t rounds, uint64_t *figure), uint32_t rounds, uint64_t *figure)
{
    cpu_set_t before;
    bool moved = pin(&before);
    bool done = game(rounds, figure);
    if (moved) {
        unpin(&before);
    }
    return done && moved;
}

static bool
thread_game(uint32_t rounds, uint64_t *figure)
{
    struct ball ball = {.rounds = rounds};
    pthread_t thread;
    void *other = NULL;
    if (pthread_create(&thread, NULL, play_second, &ball) != 0) {
        return false;
    }
    uint64_t start_ns = sley_measure_now_ns();
    bool played = play(&ball, 0);
    pthread_join(thread, &other);
    *figure = sley_measure_each(start_ns, 2 * (uint64_t)rounds);
    return played && other;
}

static bool
process_game(uint32_t rounds, uint64_t *figure)
{
    struct ball *ball =
        mmap(NULL, sizeof *ball, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ball == MAP_FAILED) {
        return false;
    }
    ball->rounds = rounds;
    pid_t child = fork();
    if (child == 0) {
        _exit(play(ball, 1) ? 0 : 1);
    }
    uint64_t start_ns = sley_measure_now_ns();
    bool played = child > 0 && play(ball, 0);
    *figure = sley_measure_each(start_ns, 2 * (uint64_t)rounds);
    played = sley_measure_ended_well(child) && played;
    munmap(ball, sizeof *ball);
    return played;
}

static bool
switch_thread(uint32_t scale, uint64_t *figure)
{
    return pinned(thread_game, 500 * scale, figure);
}

static bool
switch_process(uint32_t scale, uint64_t *figure)
{
    return pinned(process_game, 500 * scale, figure);
}

static void
echo(int from, int to)
{
    char byte;
    while (read(from, &byte, 1) == 1 && write(to, &byte, 1) == 1) {
    }
    _exit(0);
}

static bool
pipe_game(uint32_t rounds, uint64_t *figure)
{
    int there[2], here[2];
    if (pipe(there) != 0) {
        return false;
    }
    if (pipe(here) != 0) {
        close(there[0]);
        close(there[1]);
        return false;
    }
    pid_t child = fork();
    if (child == 0) {
        close(there[1]);
        close(here[0]);
        echo(there[0], here[1]);
    }
    close(there[0]);
    close(here[1]);
    char byte = 0;
    bool good = child > 0;
    uint64_t start_ns = sley_measure_now_ns();
    for (uint32_t i = 0; good && i < rounds; i++) {
        good = write(there[1], &byte, 1) == 1 && read(here[0], &byte, 1) == 1;
    }
    *figure = sley_measure_each(start_ns, rounds);
    close(there[1]);
    close(here[0]);
    return sley_measure_ended_well(child) && good;
}

static bool
pipe_round_trip(uint32_t scale, uint64_t *figure)
{
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    bool done = pinned(pipe_game, 300 * scale, figure);
    signal(SIGPIPE, before);
    return done;
}

const struct sley_measure sley_measures[SLEY_MEASURE_COUNT] = {
    {SLEY_COST_CREATE_THREAD, "pthread_create + join", create_thread},
    {SLEY_COST_CREATE_FORK, "fork + wait, of this small process", create_fork},
    {SLEY_COST_CREATE_SPAWN, "posix_spawn of /bin/true + wait", create_spawn},
    {SLEY_COST_CREATE_COROUTINE, "fiber with a stack of 16 KiB, created and run", create_coroutine},
    {SLEY_COST_SWITCH_THREAD, "futex hand-over on one core", switch_thread},
    {SLEY_COST_SWITCH_PROCESS, "futex hand-over on one core", switch_process},
    {SLEY_COST_SWITCH_COROUTINE, "fiber switch", switch_coroutine},
    {SLEY_COST_MEMORY_THREAD, "resident, of a thread that waits", sley_measure_memory_thread},
    {SLEY_COST_MEMORY_FORK, "private, of a forked process that does nothing",
     sley_measure_memory_fork},
    {SLEY_COST_MEMORY_COROUTINE, "resident, of a stack of 16 KiB", sley_measure_memory_coroutine},
    {SLEY_COST_PIPE_ROUND_TRIP, "one byte there and back on one core", pipe_round_trip},
    {SLEY_COST_SERIALISE_WRITE, "a copy of 1 MiB", sley_measure_copy},
};

uint32_t
sley_measure_share(uint32_t scale)
{
    uint64_t wall_ns = sley_measure_now_ns(), cpu_ns = clock_now_ns(CLOCK_THREAD_CPUTIME_ID);
    volatile uint32_t sink = 0;
    for (uint32_t i = 0; i < 500000 * scale; i++) {
        sink = sink + i;
    }
    wall_ns = sley_measure_now_ns() - wall_ns;
    cpu_ns = clock_now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_ns;
    return wall_ns > cpu_ns ? (uint32_t)(cpu_ns * 1000 / wall_ns) : 1000;
}
