#include "tests/python/loop/run.h"

const struct order_suite order_suites[] = {
    {"callbacks", order_callbacks},
    {"futures", order_futures},
    {"tasks", order_tasks},
    {"together", order_together},
    {"cancelling", order_cancelling},
    {"timeouts", order_timeouts},
    {"groups", order_groups},
    {"locks", order_locks},
    {"semaphores", order_semaphores},
    {"conditions", order_conditions},
    {"queues", order_queues},
    {"outside", order_outside},
    {0},
};
