/* Models that have a column in the findings table and no implementation yet. */
#include "models/registry.h"

const struct sley_model sley_model_process = {
    .name = "process",
    .summary = "real processes with private memory",
    .missing = "not built yet",
};
