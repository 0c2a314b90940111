/* Planted faults: what a mutation test breaks in the models and their objects.
 *
 * None is active unless a test, or `--fault NAME`, says so. */
#ifndef SLEY_MODELS_FAULT_H
#define SLEY_MODELS_FAULT_H

#include <stdbool.h>

enum sley_fault {
    SLEY_FAULT_NONE,
#define SLEY_FAULT(symbol, name, model, what, killer) SLEY_FAULT_##symbol,
#include "models/faults.def"
#undef SLEY_FAULT
    SLEY_FAULT_COUNT
};

struct sley_fault_entry {
    const char *name;
    const char *model;  /* in which the killer runs */
    const char *what;   /* that is wrong, a phrase */
    const char *killer; /* property that must not have its expected finding under the fault */
};

/* sley_faults[SLEY_FAULT_COUNT]; the entry of NONE is all zero. */
extern const struct sley_fault_entry sley_faults[];

/* The one that is active. */
extern enum sley_fault sley_fault_current;

static inline bool
sley_fault(enum sley_fault fault)
{
    return __builtin_expect(sley_fault_current == fault, 0);
}

/* The same for code under test, where the read must be no point. */
bool sley_fault_is(enum sley_fault fault);

#endif
