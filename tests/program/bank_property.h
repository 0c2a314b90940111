/* The bank as properties: one for each of its modes. */
#ifndef SLEY_TESTS_PROGRAM_BANK_PROPERTY_H
#define SLEY_TESTS_PROGRAM_BANK_PROPERTY_H

#include <sley/property.h>

extern const struct sley_property bank_hasty, bank_careful, bank_leave, bank_fail, bank_drawn;

#endif
