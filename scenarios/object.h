/* What the properties of objects share: each says what the documentation of an object promises, in
 * one body for every model that has the object. */
#ifndef SLEY_SCENARIOS_OBJECT_H
#define SLEY_SCENARIOS_OBJECT_H

#include <sley/sley.h>

/* One finding, for one reason, in every model with tasks that share memory. Without gil:py2: there
 * a body of fewer than a hundred bytecodes has one schedule. */
#define SLEY_SHARING(finding, reason)                                                              \
    {"thread", finding, reason}, {"gil:py32", finding, reason}, {"gil:py310", finding, reason},    \
        {"gil:per-interpreter", finding, reason}, {"gil:free", finding, reason},                   \
    {                                                                                              \
        "coroutine", finding, reason                                                               \
    }

#define SLEY_SHARING_CONFIRMED SLEY_SHARING(SLEY_CONFIRMED, "")

/* One finding, for one reason, in every model in which the objects exist: those, and processes
 * with what they share in shared memory. */
#define SLEY_EVERYWHERE(finding, reason)                                                           \
    SLEY_SHARING(finding, reason),                                                                 \
    {                                                                                              \
        "process", finding, reason                                                                 \
    }

/* A promise that holds in every run, in those models; further fields may follow. */
#define SLEY_CONTRACT(property, documentation, text, entry)                                        \
    SLEY_CONTRACT_SEARCHED(property, documentation, text, entry), .expect = {SLEY_SHARING_CONFIRMED}

/* The same between processes as well: what the body's tasks share is in shared memory. */
#define SLEY_CONTRACT_EVERYWHERE(property, documentation, text, entry)                             \
    SLEY_CONTRACT_SEARCHED(property, documentation, text, entry),                                  \
        .expect = {SLEY_SHARING_CONFIRMED, {"process", SLEY_CONFIRMED, ""}}

/* The same without the models: one that is searched to its end lists those in which that ends. */
#define SLEY_CONTRACT_SEARCHED(property, documentation, text, entry)                               \
    .name = property, .claim = "contract", .source = documentation, .says = text,                  \
    .quantifier = SLEY_ALWAYS, .body = entry

#endif
