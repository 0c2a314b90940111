/* What the kernel has to do when tasks take turns (000:349, 002:148): it switches between threads
 * and between processes; between coroutines it does nothing, unless nobody is ready. */
#include <sley/machine.h>
#include <sley/sley.h>

enum { SLICE_US = 10, TURNS_MAX = 40 };

static void *
ready_always(void *turns)
{
    for (uintptr_t i = 0; i < (uintptr_t)turns; i++) {
        sley_compute_us(SLICE_US);
        sley_pause();
    }
    return NULL;
}

static void *
waits(void *turns)
{
    for (uintptr_t i = 0; i < (uintptr_t)turns; i++) {
        sley_compute_us(SLICE_US);
        sley_io_us(1000);
    }
    return NULL;
}

static void
no_kernel(void *(*entry)(void *))
{
    uintptr_t tasks[8];
    int count = sley_draw(2, 8);
    void *turns = (void *)(uintptr_t)sley_draw(1, TURNS_MAX);
    sley_machine_set(1, "ideal");
    for (int i = 0; i < count; i++) {
        tasks[i] = sley_spawn(entry, turns);
    }
    for (int i = 0; i < count; i++) {
        sley_join(tasks[i]);
    }
    struct sley_usage usage = sley_usage();
    sley_check(usage.switch_count > 0);
    sley_check(usage.kernel_switch_count == 0);
    sley_check(usage.kernel_wait_count == 0);
}

static void
no_kernel_if_ready(void)
{
    no_kernel(ready_always);
}

static void
no_kernel_if_not(void)
{
    no_kernel(waits);
}

static const char by_kernel[] = "who runs on a core is the kernel's to change";

#define KERNEL(property, text, entry)                                                              \
    .name = property, .claim = "coro-switch-without-kernel", .source = "000:349", .says = text,    \
    .quantifier = SLEY_ALWAYS, .body = entry, .timed = true, .runs = 50

const struct sley_property sley_scenario_unit_kernel[] = {
    {
        KERNEL("coro-switch-without-kernel",
               "tasks that take turns on a core never make the kernel switch or wait",
               no_kernel_if_ready),
        .when = "somebody is always ready",
        .expect = {{"thread", SLEY_REFUTED, by_kernel},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, by_kernel),
                   {"process", SLEY_REFUTED, by_kernel},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        KERNEL("coro-switch-without-kernel.all-wait",
               "tasks that take turns on a core never make the kernel switch or wait",
               no_kernel_if_not),
        .when = "there are moments in which nobody is ready",
        .expect = {{"thread", SLEY_REFUTED, by_kernel},
                   SLEY_EXPECT_GIL(SLEY_REFUTED, by_kernel),
                   {"process", SLEY_REFUTED, by_kernel},
                   {"coroutine", SLEY_REFUTED, "the loop waits in epoll, in the kernel"}},
    },
    {0},
};
