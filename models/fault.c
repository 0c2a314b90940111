#include "models/fault.h"

enum sley_fault sley_fault_current;

const struct sley_fault_entry sley_faults[SLEY_FAULT_COUNT] = {
    [SLEY_FAULT_NONE] = {0},
#define SLEY_FAULT(symbol, name, model, what, killer)                                              \
    [SLEY_FAULT_##symbol] = {name, model, what, killer},
#include "models/faults.def"
#undef SLEY_FAULT
};

bool
sley_fault_is(enum sley_fault fault)
{
    return sley_fault(fault);
}
