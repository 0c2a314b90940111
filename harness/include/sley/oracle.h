/* Oracles that scenarios share. They run in the harness, so their own work is no scheduling point.
 */
#ifndef SLEY_ORACLE_H
#define SLEY_ORACLE_H

#include <sley/gauge.h>
#include <sley/history.h>

#include <stdbool.h>
#include <stdint.h>

/* A number that grows with every scheduling point of the run. Depends on global order: a property
 * that uses it declares global_order. */
uint64_t sley_stamp(void);

#endif
