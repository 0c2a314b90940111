/* Canaries: planted bugs that must be found, each with a fixed twin that must not fail.
 *
 * The code is plain C with POSIX threads. Beside each bug stands its known minimum: tasks beside
 * the main one, choices other than the default that show it, how many of them are preemptions, and
 * inputs. By default a task goes on while it can, and the lowest one that can goes next. */
#ifndef SLEY_TESTS_CANARY_CANARY_H
#define SLEY_TESTS_CANARY_CANARY_H

#include <sley/sley.h>

/* What every canary has in common. */
#define SLEY_CANARY_COMMON(function)                                                               \
    .claim = "canary", .source = "tests/canary", .body = (function),                               \
    .expect = {{"thread", SLEY_CONFIRMED, ""}}

/* The bug: some run must show it. */
#define SLEY_CANARY_BUG(title, function)                                                           \
    .name = "canary." title, .quantifier = SLEY_SOMETIMES, SLEY_CANARY_COMMON(function)

/* Its fixed twin: no run may show anything. */
#define SLEY_CANARY_FIXED(title, function)                                                         \
    .name = "canary." title ".fixed", .quantifier = SLEY_NEVER, .event = ~SLEY_BIT(DISCARDED),     \
    SLEY_CANARY_COMMON(function)

/* Runs that a fixed twin gets whose search would not end. */
enum { SLEY_CANARY_RUNS = 100000 };

/* Starts both as threads with NULL as their argument, and joins them. */
void sley_canary_pair(void *(*first)(void *), void *(*second)(void *));

/* The same for three. */
void sley_canary_trio(void *(*first)(void *), void *(*second)(void *), void *(*third)(void *));

#endif
