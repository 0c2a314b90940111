/* A task that does nothing but notice how long it was kept waiting. */
#ifndef SLEY_MODEL_HEARTBEAT_H
#define SLEY_MODEL_HEARTBEAT_H

#include <sley/machine.h>

struct sley_heartbeat {
    uintptr_t task; /* handle; 0: none */
    uint64_t period_ns;
    uint64_t last_ns; /* of the last beat */
    uint64_t gap_ns;  /* the longest so far */
    bool started, stop;
};

/* One object, so that it can be placed where several processes see it. */
extern struct sley_heartbeat sley_heartbeat;

void sley_heartbeat_reset(void);

#endif
