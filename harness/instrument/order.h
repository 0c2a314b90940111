/* What an atomic operation means for the schedule and for happens-before, apart from its value. */
#ifndef SLEY_INSTRUMENT_ORDER_H
#define SLEY_INSTRUMENT_ORDER_H

#include "engine/engine.h"

/* The point and the checks of one atomic operation; it executes right after. */
void sley_atomic_point(uintptr_t address, uint32_t size, enum sley_op op, uintptr_t pc);

/* Edges of a load and of a store with that memory order, as the compilers number them. */
void sley_atomic_loaded(uintptr_t address, int order);
void sley_atomic_stored(uintptr_t address, int order, bool read_modify_write);

/* A fence: its point and its edges. */
void sley_atomic_fence(int order, uintptr_t pc);

/* Whether a weak compare-exchange fails here although the values agree. */
bool sley_atomic_weak_failure(void);

#endif
