/* The operations of gil.h, handed to the current model. */
#include "engine/engine.h"

#include <sley/gil.h>
#include <sley/model.h>
#include <sley/sley.h>

static void
check_positive(uint32_t value, const char *text)
{
    if (value == 0) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, SLEY_CALLER(), text);
    }
}

void
sley_gil_interval(uint32_t interval_us)
{
    check_positive(interval_us, "sley_gil_interval of 0");
    if (sley_model_current->code) {
        sley_model_current->code->interval(interval_us * (uint64_t)1000);
    }
}

void
sley_gil_ticks(uint32_t count)
{
    check_positive(count, "sley_gil_ticks of 0");
    if (sley_model_current->code) {
        sley_model_current->code->ticks(count);
    }
}

uintptr_t
sley_spawn_interpreter(void *(*entry)(void *), void *argument)
{
    const struct sley_model_code_ops *code = sley_model_current->code;
    return code && code->spawn_interpreter ? code->spawn_interpreter(entry, argument)
                                           : sley_spawn(entry, argument);
}
