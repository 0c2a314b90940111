/* The canonical hash of a run: equal for two runs iff they order conflicting operations alike.
 *
 * Two runs that differ only in how they interleave independent operations are one Mazurkiewicz
 * trace (A. Mazurkiewicz, "Trace theory", LNCS 255, 1987). The hash of an operation is over its
 * task's operation before it, its kind and logical object, and the hashes of the last operations
 * that it conflicts with; the run's is over the last hash of each task, in no order. Which
 * operations conflict is what sley_pending_conflict says: the exhaustive search leaves out what
 * this calls equal. Addresses only find the object's entry within a run; no hash is over them. */
#ifndef SLEY_ENGINE_CANONICAL_H
#define SLEY_ENGINE_CANONICAL_H

#include <sley/strategy.h>

enum {
    SLEY_CANONICAL_CELLS = 1 << 13,     /* granules of 8 bytes that one run keeps apart */
    SLEY_CANONICAL_BYTES_MAX = 1 << 12, /* of one operation's object that are looked at */
};

/* Starts a run with task 0. serial tells it from the runs before it in the process; not 0. */
void sley_canonical_begin(uint32_t serial);

/* task starts in the name of parent; reused: its slot was another task's in this run. */
void sley_canonical_start(uint32_t task, uint32_t parent, bool reused);

/* An operation of the task: on [address, address + size) with that key; address 0: on no object. */
void sley_canonical_operation(uint32_t task, enum sley_op op, uintptr_t address, uint32_t size,
                              uint64_t key);

/* An operation of the task on two objects of one byte each. */
void sley_canonical_two(uint32_t task, enum sley_op op, uintptr_t address, uint64_t key,
                        uintptr_t second, uint64_t second_key);

/* An operation of the task whose order with every other operation matters. */
void sley_canonical_global(uint32_t task, enum sley_op op, uint64_t key);

/* The answer to a choice of the task other than who runs next. */
void sley_canonical_choice(uint32_t task, enum sley_choice_kind kind, uint32_t value);

/* The hash of the run so far, never 0; whether the run touched more than SLEY_CANONICAL_CELLS
 * granules: then objects beyond them count as one, and equal runs may get different hashes. */
uint64_t sley_canonical_final(void);
bool sley_canonical_coarse(void);

#endif
