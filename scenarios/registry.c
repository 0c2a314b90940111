#include "scenarios/registry.h"

const struct sley_property *const sley_scenarios[] = {
#define SLEY_SCENARIO(symbol) sley_scenario_##symbol,
#include "scenarios/scenarios.def"
#undef SLEY_SCENARIO
    0,
};

const char *const sley_scenario_names[] = {
#define SLEY_SCENARIO(symbol) #symbol,
#include "scenarios/scenarios.def"
#undef SLEY_SCENARIO
};
