/* What the properties of objects share: each says what the documentation of an object promises, in
 * one body for every model that has the object. */
#ifndef SLEY_SCENARIOS_OBJECT_H
#define SLEY_SCENARIOS_OBJECT_H

#include <sley/sley.h>

/* Every model with tasks that share memory; a model more is a line more. */
#define SLEY_CONFIRMED_IN_ALL                                                                      \
    {                                                                                              \
        {"thread", SLEY_CONFIRMED, ""}, {"coroutine", SLEY_CONFIRMED, ""},                         \
    }

/* A promise that holds in every run; further fields may follow. */
#define SLEY_CONTRACT(property, documentation, text, entry)                                        \
    .name = property, .claim = "contract", .source = documentation, .says = text,                  \
    .quantifier = SLEY_ALWAYS, .body = entry, .expect = SLEY_CONFIRMED_IN_ALL

#endif
