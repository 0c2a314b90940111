/* The operations of gil.h on real threads, which no interpreter runs. */
#include <sley/gil.h>
#include <sley/sley.h>

void
sley_gil_interval(uint32_t interval_us)
{
    (void)interval_us;
}

void
sley_gil_ticks(uint32_t count)
{
    (void)count;
}

uintptr_t
sley_spawn_interpreter(void *(*entry)(void *), void *argument)
{
    return sley_spawn(entry, argument);
}
