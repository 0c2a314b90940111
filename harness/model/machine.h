/* Where the harness meets the virtual machine, which lives among the models. */
#ifndef SLEY_MODEL_MACHINE_H
#define SLEY_MODEL_MACHINE_H

#include <sley/machine.h>
#include <sley/model.h>

/* Memory of processes, in counts. */
struct sley_machine_memory_ops {
    /* Pages of the current process, which memory names from now on. */
    void (*load)(struct sley_memory *memory, uint64_t bytes, uintptr_t pc);
    void (*write)(const struct sley_memory *memory, uint64_t bytes, uintptr_t pc);
};

/* What models/machine offers; set when a model begins a run (sley_machine_begin). */
struct sley_machine_ops {
    /* NULL, or what is wrong. */
    const char *(*set)(uint32_t cores, const char *profile);
    void (*bandwidth)(uint32_t bytes_per_us);
    /* The current task is inside an operation until leave. */
    void (*enter)(void);
    void (*leave)(void);
    /* The current task is about to create a unit: its cost passes. */
    void (*create)(enum sley_unit unit, uintptr_t pc);
    /* What the current task's next calls ask of the bandwidth; 0: nothing. */
    void (*demand)(uint32_t bytes_per_us);
    /* Whether the current task's next call is C code without the interpreter lock. */
    void (*outside)(bool outside);
    void (*place_outside)(void);
    /* NULL, or what is wrong. */
    const char *(*pin)(uint32_t core);
    /* What bytes cost to write for another task, or to read. */
    uint64_t (*serialise_ns)(uint32_t bytes, bool read);
    /* What a work item costs on its way into a pool. */
    uint64_t (*hand_over_ns)(enum sley_hand_over kind);
    void (*usage)(struct sley_usage *usage);
    struct sley_unit_costs (*costs)(enum sley_unit unit);
    bool (*timed)(void);
    /* Whether the current task's memory is its own process's. */
    bool (*is_private)(void);
    const struct sley_machine_memory_ops *memory;
    const struct sley_model_time_ops *time; /* of models that have none of their own */
    /* What it costs to come to bytes of another task, and to serve one request. */
    uint64_t (*receive_ns)(enum sley_transport how, uint32_t bytes);
    uint64_t (*request_ns)(uint32_t connections);
    /* The profile's figure of a key. False: there is no such key. */
    bool (*figure)(const char *key, uint64_t *value);
};

/* NULL: a model without a machine. */
extern const struct sley_machine_ops *sley_machine_current;

/* Forgets the heartbeat and the machine of the last run; driver, before the model's begin. */
void sley_machine_reset(void);

#endif
