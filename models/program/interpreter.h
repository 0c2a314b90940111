/* The interpreter of bytecode programs. It is the harness's: what it does on a task's own stack is
 * no scheduling point. */
#ifndef SLEY_MODELS_PROGRAM_INTERPRETER_H
#define SLEY_MODELS_PROGRAM_INTERPRETER_H

#include "models/program/object.h"

#include <sley/verdict.h>

enum {
    SLEY_STACK_MAX = 16,            /* values of a frame */
    SLEY_FRAMES_MAX = 16,           /* nested calls of a task */
    SLEY_INSTRUCTIONS_MAX = 100000, /* that a task may execute: a program that goes on without
                                       touching anything shared makes no scheduling point */
};

/* A task that interprets; on its own stack. */
struct sley_interpreter {
    const struct sley_program *program;
    struct sley_world *world;
    enum sley_exception raised; /* on its way up */
    uint32_t depth;             /* frames */
    uint32_t executed;          /* instructions */
    uint32_t uninterrupted;     /* a planted fault: operators under way that are not interrupted */
    const struct sley_instruction *instruction; /* under way */
};

struct sley_slot {
    uint64_t value;
    int32_t position; /* of an iterator */
    int32_t bound;    /* of an iterator over a dict: its length at the start */
};

struct sley_frame {
    struct sley_interpreter *in;
    const struct sley_function *function;
    uint32_t next;   /* number of the instruction to execute */
    uint32_t height; /* values on the stack */
    bool has_key;    /* KW_NAMES was executed: the next call's last argument is `key` */
    bool returned;
    uint64_t result;
    struct sley_slot stack[SLEY_STACK_MAX];
    uint64_t local[SLEY_PROGRAM_LOCALS];
};

/* Calls a function with arguments[argument_count], whose references it takes. On true *result is
 * the caller's; on false in->raised says what happened. */
bool sley_interpret(struct sley_interpreter *in, uint64_t function, const uint64_t *arguments,
                    uint32_t argument_count, uint64_t *result);

/* Gives a reference up. The last one runs the finaliser, then frees. */
void sley_interpreter_drop(struct sley_interpreter *in, uint64_t value);

/* Raises; returns false. */
bool sley_interpreter_raise(struct sley_interpreter *in, enum sley_exception exception);

/* Ends the run: the program does what none can mean ("line 3: CALL: " and the text). */
void sley_interpreter_end(const struct sley_interpreter *in, enum sley_verdict verdict,
                          const char *text) __attribute__((noreturn));

/* What the global holds, without a reference of its own. */
uint64_t sley_program_value(const char *global);

/* A new object with one reference. */
struct sley_object *sley_interpreter_create(struct sley_interpreter *in, enum sley_object_kind kind,
                                            uint32_t class_index);

void sley_frame_push(struct sley_frame *frame, uint64_t value);
uint64_t sley_frame_pop(struct sley_frame *frame);

/* --- attribute.c --- */

bool sley_attribute_load(struct sley_frame *frame, uint64_t index);
bool sley_attribute_store(struct sley_frame *frame, uint64_t index);
bool sley_method_load(struct sley_frame *frame, enum sley_method method);

/* --- operate.c: they take the references of their operands --- */

bool sley_operate(struct sley_interpreter *in, enum sley_special operator_, uint64_t left,
                  uint64_t right, uint64_t *result);
bool sley_compare(struct sley_interpreter *in, enum sley_comparison comparison, uint64_t left,
                  uint64_t right, uint64_t *result);

/* Python's truth of a value, whose reference stays the caller's. */
bool sley_truth(uint64_t value);

/* --- call.c --- */

/* CALL n: [method, self or NULL, callable] and n arguments become the result. */
bool sley_call(struct sley_frame *frame, uint32_t argument_count);

/* BEFORE_WITH and what leaves a with block by an exception. */
bool sley_with_begin(struct sley_frame *frame);
void sley_with_end(struct sley_interpreter *in, struct sley_object *lock);

/* --- sort.c --- */

/* list.sort(), with a key function unless key is 0. Neither reference is taken. */
bool sley_sort(struct sley_interpreter *in, struct sley_object *list, uint64_t key);

/* --- subscript.c --- */

bool sley_subscript_load(struct sley_frame *frame);
bool sley_subscript_store(struct sley_frame *frame);
bool sley_subscript_delete(struct sley_frame *frame);
bool sley_contains(struct sley_frame *frame, bool negated);
bool sley_iterate(struct sley_frame *frame);

/* FOR_ITER: false at the end, with the iterator gone, or when in->raised is set. */
bool sley_advance(struct sley_frame *frame);

#endif
