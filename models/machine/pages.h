/* Pages of the processes of a timed run: what each holds, what it shares with others since a fork,
 * and what a write copies. Counts alone: there are no bytes behind them. */
#ifndef SLEY_MODELS_MACHINE_PAGES_H
#define SLEY_MODELS_MACHINE_PAGES_H

#include "model/machine.h"

extern const struct sley_machine_memory_ops sley_pages_ops;

/* Nobody holds anything; a run's start, or a new machine. */
void sley_pages_begin(void);

/* The process child, which the current one has just started as a copy of itself, holds the same
 * pages. */
void sley_pages_fork(uint32_t child);

/* The process has ended: its pages are gone, but those that others share. */
void sley_pages_end(uint32_t process);

/* Fills the figures of pages. */
void sley_pages_usage(struct sley_usage *usage);

#endif
