#include "models/registry.h"

const struct sley_model *const sley_models[] = {
#define SLEY_MODEL(symbol, folder) &sley_model_##symbol,
#include "models/models.def"
#undef SLEY_MODEL
    NULL,
};
