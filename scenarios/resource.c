/* What the system gives to processes, and what it schedules: resources belong to a process, cores
 * go to its threads (003:12, 003:49, 000:43). */
#include "scenarios/tasks.h"

#include <sley/process.h>
#include <sley/shared.h>

#include <pthread.h>
#include <stdlib.h>

/* --- resources --- */

enum resource { MEMORY, PIPE, FILE_OPEN, RESOURCE_COUNT };

enum { WORD = 5 };

static int *memory;
static struct sley_pipe wire;
static struct sley_file file;
static pthread_key_t key;

static void *
acquire(void *resource)
{
    const int word = WORD;
    switch ((enum resource)(uintptr_t)resource) {
    case MEMORY:
        memory = malloc(sizeof *memory);
        if (!memory) {
            abort();
        }
        *memory = word;
        break;
    case PIPE:
        sley_pipe_init(&wire);
        sley_pipe_write(&wire, &word, sizeof word);
        break;
    case FILE_OPEN:
    case RESOURCE_COUNT:
        sley_file_init(&file);
        sley_file_write(&file, &word, sizeof word);
        break;
    }
    return NULL;
}

static void *
use(void *resource)
{
    int word = 0;
    switch ((enum resource)(uintptr_t)resource) {
    case MEMORY:
        word = *memory;
        free(memory);
        break;
    case PIPE:
        sley_pipe_read(&wire, &word, sizeof word);
        break;
    case FILE_OPEN:
    case RESOURCE_COUNT:
        sley_file_seek(&file, 0);
        sley_file_read(&file, &word, sizeof word);
        break;
    }
    return (void *)(intptr_t)word;
}

static void *
in_a_thread(void *(*entry)(void *), void *argument)
{
    pthread_t thread;
    void *result = NULL;
    pthread_create(&thread, NULL, entry, argument);
    pthread_join(thread, &result);
    return result;
}

/* One thread acquires, another one uses. */
static void *
two_threads(void *resource)
{
    in_a_thread(acquire, resource);
    return in_a_thread(use, resource);
}

static void
unit_of_resources(void)
{
    int resource = sley_draw(MEMORY, RESOURCE_COUNT - 1);
    uintptr_t child = sley_spawn(two_threads, (void *)(intptr_t)resource);
    sley_check((intptr_t)sley_join(child) == WORD);
    sley_check(!memory && wire.number == 0 && file.number == 0);
}

static void *
read_on(void *size)
{
    char bytes[4];
    sley_file_read(&file, bytes, (size_t)(uintptr_t)size);
    return NULL;
}

/* The offset is a part of what was opened, and a fork hands it on. */
static void
inherited(void)
{
    char byte = 0;
    uintptr_t size = (uintptr_t)sley_draw(1, 4);
    sley_file_init(&file);
    sley_file_write(&file, "abcdefgh", 8);
    sley_file_seek(&file, 0);
    sley_join(sley_spawn(read_on, (void *)size));
    sley_file_read(&file, &byte, 1);
    sley_check(byte == 'a');
}

static void *
keep(void *value)
{
    pthread_setspecific(key, value);
    return NULL;
}

static void *
look(void *unused)
{
    (void)unused;
    return pthread_getspecific(key);
}

static void
of_a_thread(void)
{
    intptr_t value = sley_draw(1, 2);
    pthread_key_create(&key, NULL);
    in_a_thread(keep, (void *)value);
    sley_check((intptr_t)in_a_thread(look, NULL) == value);
    pthread_key_delete(key);
}

/* --- cores --- */

enum { TASKS_MAX = 16 };

static void
a_core_each(void)
{
    int count = sley_draw(2, TASKS_MAX);
    uintptr_t duration_us = (uintptr_t)sley_draw(1, 1000);
    sley_machine_set((uint32_t)count, "ideal");
    run_tasks(count, call_released, duration_us);
    sley_check(sley_usage().executing_max == (uint32_t)count);
    sley_check(sley_usage().makespan_ns == duration_us * 1000);
}

static void
blocked_alone(void)
{
    int count = sley_draw(2, TASKS_MAX);
    uintptr_t duration_us = (uintptr_t)sley_draw(1, 1000);
    sley_machine_set(1, "ideal");
    run_tasks(count, block, duration_us);
    sley_check(sley_usage().makespan_ns == duration_us * 1000);
}

static void *
threads_of_one(void *argument)
{
    pthread_t threads[TASKS_MAX];
    uintptr_t count = (uintptr_t)argument / 4096;
    for (uintptr_t i = 0; i < count; i++) {
        pthread_create(&threads[i], NULL, call_released, (void *)((uintptr_t)argument % 4096));
    }
    for (uintptr_t i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    return NULL;
}

static void
a_core_for_each_thread(void)
{
    uintptr_t count = (uintptr_t)sley_draw(2, TASKS_MAX);
    uintptr_t duration_us = (uintptr_t)sley_draw(1, 1000);
    sley_machine_set((uint32_t)count, "ideal");
    sley_join(sley_spawn(threads_of_one, (void *)(count * 4096 + duration_us)));
    sley_check(sley_usage().executing_max == (uint32_t)count);
    sley_check(sley_usage().makespan_ns == duration_us * 1000);
}

static const char not_the_systems[] = "the system sees one thread, the loop's: it knows nothing of "
                                      "coroutines";

#define RESOURCE .claim = "proc-resource-unit", .source = "003:12", .quantifier = SLEY_ALWAYS
#define UNIT                                                                                       \
    .claim = "thread-smallest-scheduling-unit", .quantifier = SLEY_ALWAYS, .timed = true,          \
    .runs = 100

const struct sley_property sley_scenario_resource[] = {
    {
        .name = "proc-resource-unit",
        RESOURCE,
        .says = "memory, a pipe or a file that one thread has acquired another of its process "
                "uses; the parent process has none of it",
        .when = "the process acquires it after its start",
        .falsifier = "fault:process.shared-globals",
        .body = unit_of_resources,
        .exhaustive = true,
        .expect = {{"thread", SLEY_NOT_APPLICABLE, "its tasks are one process"},
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "proc-resource-unit.inherited",
        RESOURCE,
        .says = "nobody but the process that opened a file moves its offset",
        .when = "the process had it before it forked",
        .body = inherited,
        .exhaustive = true,
        .expect = {{"process", SLEY_REFUTED, "a fork hands on what is open, offset and all"}},
    },
    {
        .name = "proc-resource-unit.of-a-thread",
        RESOURCE,
        .says = "what one thread of the process has, every thread of it has",
        .when = "it is a thread's own: its stack, its thread-specific data",
        .body = of_a_thread,
        .exhaustive = true,
        .alone = true,
        .expect = {{"process", SLEY_REFUTED, "thread-specific data is one thread's"}},
    },
    {
        .name = "thread-smallest-scheduling-unit",
        UNIT,
        .source = "000:43",
        .says = "2 to 16 tasks that call C code on as many cores have a core each",
        .body = a_core_each,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, "by its first thread"},
                   {"coroutine", SLEY_REFUTED, not_the_systems}},
    },
    {
        .name = "thread-smallest-scheduling-unit.blocks",
        UNIT,
        .source = "003:49",
        .says = "a system call that blocks one task blocks no other",
        .body = blocked_alone,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, "by its first thread"},
                   {"coroutine", SLEY_REFUTED, not_the_systems}},
    },
    {
        .name = "thread-smallest-scheduling-unit.of-one-process",
        UNIT,
        .source = "003:49",
        .says = "2 to 16 threads of one child process on as many cores have a core each",
        .falsifier = "fault:machine.no-core",
        .body = a_core_for_each_thread,
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {0},
};
