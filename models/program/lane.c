#include "models/program/lane.h"

#include "engine/engine.h"
#include "engine/heap.h"

static const uint64_t ns_per_us = 1000;

void
sley_program_step(enum sley_bytecode kind, uintptr_t pc)
{
    if (sley_model_current->code) {
        sley_model_current->code->bytecode(kind, pc);
    } else {
        sley_note(SLEY_OP_BYTECODE, 0, pc);
    }
}

void
sley_program_compute(uint64_t duration_us, bool releases, uintptr_t pc)
{
    const struct sley_model_time_ops *time = sley_model_current->time;
    if (time && time->call) {
        time->call(duration_us * ns_per_us, releases, pc);
    }
}

void *
sley_program_allocate(size_t size)
{
    void *memory = sley_heap_allocate(size, 16, true, SLEY_CALLER());
    if (!memory) {
        sley_program_end(SLEY_VERDICT_OUT_OF_MEMORY, "no memory for an object of a program");
    }
    return memory;
}

void
sley_program_free(void *memory)
{
    sley_heap_free(memory, SLEY_CALLER());
}

void
sley_program_end(enum sley_verdict verdict, const char *text)
{
    sley_verdict_end(verdict, 0, SLEY_CALLER(), text);
}
