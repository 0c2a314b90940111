/* How the tests of the virtual machine run a body: one run, in which every task goes on in turn, so
 * that it can be worked out by hand what the body sees. */
#ifndef SLEY_TESTS_UNIT_MACHINE_RUN_H
#define SLEY_TESTS_UNIT_MACHINE_RUN_H

#include "engine/engine.h"
#include "models/machine/machine.h"

#include <sley/model.h>

struct machine_run {
    const struct sley_model *model;
    const struct sley_profile *profile; /* known during the run beside the others, or NULL */
    uint32_t outside;                   /* the answer to every choice of the outside */
    bool untimed;                       /* time does not order the tasks */
};

/* Runs body as the first task on a machine that nobody has set; *result says how it went. */
void machine_run(const struct machine_run *run, void *(*body)(void *),
                 struct sley_run_result *result);

/* The set-up of a group of such tests, for cmocka. */
int machine_run_begin(void **state);

#endif
