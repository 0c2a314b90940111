/* The scenarios: lists of properties. */
#ifndef SLEY_SCENARIOS_REGISTRY_H
#define SLEY_SCENARIOS_REGISTRY_H

#include <sley/property.h>

#define SLEY_SCENARIO(symbol) extern const struct sley_property sley_scenario_##symbol[];
#include "scenarios/scenarios.def"
#undef SLEY_SCENARIO

/* The property lists, each ended by a property without a name; NULL ends the array. */
extern const struct sley_property *const sley_scenarios[];

/* The name of each, of its file. */
extern const char *const sley_scenario_names[];

#endif
