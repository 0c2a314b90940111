/* The machine's account: what sley_usage tells. */
#ifndef SLEY_MODELS_MACHINE_ACCOUNT_H
#define SLEY_MODELS_MACHINE_ACCOUNT_H

#include "model/machine.h"

/* A new account, for a machine of so many cores. */
void sley_account_begin(uint32_t cores);

/* A task more, or less, is on a core. outside: in C code without the interpreter lock. */
void sley_account_executing(int change, bool outside);

/* The current task is inside an operation until leave; they nest. */
void sley_account_enter(void);
void sley_account_leave(void);

/* The task is inside no operation. */
void sley_account_forget(uint32_t task);

void sley_account_created(enum sley_unit unit);

struct sley_unit_costs sley_account_costs(enum sley_unit unit);

/* The current task's thread gives up its core to wait in the kernel. */
void sley_account_kernel_wait(void);

void sley_account_usage(struct sley_usage *usage);

#endif
