/* Models that have a column in the findings table and no implementation yet. */
#include "models/registry.h"

const struct sley_model sley_model_gil = {
    .name = "gil",
    .summary = "threads under a global interpreter lock",
    .missing = "not built yet",
};
