/* Verdicts: what one run showed. A run has a set of them; the empty set means that it passed. */
#ifndef SLEY_VERDICT_H
#define SLEY_VERDICT_H

#include <stdint.h>

/* In the order of strength in which they are reported. */
enum sley_verdict {
#define SLEY_VERDICT(name, word, text) SLEY_VERDICT_##name,
#include <sley/verdict.def>
#undef SLEY_VERDICT
    SLEY_VERDICT_COUNT
};

/* A set of verdicts is a mask with bit v for verdict v. */
#define SLEY_BIT(name) (1u << SLEY_VERDICT_##name)

#define SLEY_ANY_DEADLOCK                                                                          \
    (SLEY_BIT(DEADLOCK_SELF) | SLEY_BIT(DEADLOCK_CYCLE) | SLEY_BIT(LOST_WAKEUP) |                  \
     SLEY_BIT(ORPHANED_LOCK) | SLEY_BIT(BLOCKED))

/* The word that names a verdict on the command line, in ctest and in JSON ("deadlock:self"). */
const char *sley_verdict_word(enum sley_verdict verdict);

/* The verdict's name in a sentence ("self-deadlock"). */
const char *sley_verdict_text(enum sley_verdict verdict);

/* The strongest verdict of a non-empty set. */
enum sley_verdict sley_verdict_strongest(uint32_t set);

#endif
