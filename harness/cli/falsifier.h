/* What makes a property fail that no run is expected to break: without it, "confirmed" would say
 * nothing. */
#ifndef SLEY_CLI_FALSIFIER_H
#define SLEY_CLI_FALSIFIER_H

#include "models/fault.h"

#include <sley/property.h>
#include <sley/status.h>

#include <stdbool.h>
#include <stddef.h>

/* Whether the property needs a falsifier: it is confirmed somewhere because no run breaks it. */
bool sley_falsifier_needed(const struct sley_property *property);

/* Says in text what falsifies the property; false: nothing that is known does. */
bool sley_falsifier_of(const struct sley_property *property, char *text, size_t size);

/* Whether the property names a fault or a twin of its own, which a test is to try. */
bool sley_falsifier_names(const struct sley_property *property);

/* The fault, or else the twin, that the property names; SLEY_FAULT_NONE and NULL if it names
 * neither. */
enum sley_fault sley_falsifier_fault(const struct sley_property *property);
const struct sley_property *sley_falsifier_twin(const struct sley_property *property);

/* SLEY_ERROR_USAGE if what a property names does not exist. */
enum sley_status sley_falsifier_check(struct sley_error *error);

#endif
