/* The execution models by name. */
#ifndef SLEY_MODELS_REGISTRY_H
#define SLEY_MODELS_REGISTRY_H

#include <sley/model.h>

#define SLEY_MODEL(symbol, folder) extern const struct sley_model sley_model_##symbol;
#include "models/models.def"
#undef SLEY_MODEL

/* All models in the order of the table's columns; NULL ends the array. */
extern const struct sley_model *const sley_models[];

#endif
