/* Properties: claims in executable form. */
#ifndef SLEY_PROPERTY_H
#define SLEY_PROPERTY_H

#include <sley/verdict.h>

#include <stdbool.h>
#include <stdint.h>

enum sley_quantifier {
    SLEY_ALWAYS,    /* every run shows the event */
    SLEY_SOMETIMES, /* some run shows it */
    SLEY_NEVER,     /* no run shows it */
    SLEY_OUTCOMES,  /* the set of the runs' outcomes stands in a relation to another set */
    SLEY_RATIO,     /* every run's ratio lies within bounds */
};

enum sley_finding {
    SLEY_INCONCLUSIVE, /* neither shown nor ruled out, or a vacuous campaign */
    SLEY_CONFIRMED,
    SLEY_REFUTED,
    SLEY_NOT_APPLICABLE,
};

/* What is expected of a property in one execution model. */
struct sley_expectation {
    const char *model; /* NULL ends the list; a model not listed is not run */
    enum sley_finding finding;
    const char *reason; /* why this model differs or is not applicable; "" if nothing to say */
};

enum { SLEY_EXPECTATIONS_MAX = 12, SLEY_OUTCOMES_LISTED_MAX = 32 };

enum sley_relation {
    SLEY_EQUALS,   /* the outcomes are those of the reference */
    SLEY_WITHIN,   /* every outcome is one of the reference */
    SLEY_CONTAINS, /* every one of the reference is an outcome */
};

/* What SLEY_OUTCOMES holds the outcomes against: listed values, and those of the same body in
 * another model. "Equals" and "within" are confirmed by an exhausted search alone. */
struct sley_outcomes_claim {
    enum sley_relation relation;
    int64_t values[SLEY_OUTCOMES_LISTED_MAX]; /* values[count] */
    uint32_t count;
    const char *of_model; /* NULL: the listed values alone */
};

/* SLEY_RATIO: low/unit <= numerator/denominator <= high/unit. */
struct sley_ratio_claim {
    int64_t low, high;
    int64_t unit; /* 0: 1 */
};

/* The smallest failing run that is known, to which others shrink. */
struct sley_minimum {
    bool known;
    uint32_t choices; /* decisions other than 0, inputs included */
    uint64_t inputs;  /* sum of the drawn values above their lowest */
};

/* The same expectation in every interpreter model: one entry for each. */
#define SLEY_EXPECT_GIL(finding, reason)                                                           \
    {"gil:py2", finding, reason}, {"gil:py32", finding, reason}, {"gil:py310", finding, reason},   \
        {"gil:per-interpreter", finding, reason},                                                  \
    {                                                                                              \
        "gil:free", finding, reason                                                                \
    }

/* The same in those interpreter models whose threads share one lock. */
#define SLEY_EXPECT_LOCKED(finding, reason)                                                        \
    {"gil:py2", finding, reason}, {"gil:py32", finding, reason}, {"gil:py310", finding, reason},   \
    {                                                                                              \
        "gil:per-interpreter", finding, reason                                                     \
    }

struct sley_property {
    const char *name;   /* [a-z0-9.-]+, unique; NULL ends a scenario's list */
    const char *claim;  /* id in the claims catalogue */
    const char *source; /* document:line of the sentence */
    const char *says;   /* the claim as this property tests it, one sentence */
    const char *when;   /* the condition that it puts the claim under, present or absent: "the call
                           releases the lock"; NULL: the sentence as it stands */
    bool twin;          /* a buggy or repaired twin: says nothing of the claim's truth */
    const char *falsifier; /* of a claim that no run may break: what breaks it. "fault:NAME", the
                              name of its buggy twin, whose body breaks this property, or
                              "none: why". NULL where the property is itself refuted in a model, or
                              a line of faults.def names it as killer */
    const char *fact; /* the recorded fact that the finding repeats, and its source: a constant of
                         an interpreter, a release note. Such a finding is not found by running */
    enum sley_quantifier quantifier;
    uint32_t event;     /* mask of verdicts that the quantifier speaks of; 0: "the body's own checks
                           hold", the natural reading with SLEY_ALWAYS */
    uint32_t also;      /* mask of further verdicts that are expected to show */
    void (*body)(void); /* runs as task 0; returns when all its tasks are joined. NULL with fact:
                           there is nothing to run */
    uint64_t runs;      /* budget of sampled runs; 0: 2,000 */
    uint32_t steps_max; /* points before the fair tail; 0: 20,000 */
    bool exhaustive;    /* inputs are small: searched to the end instead of sampled */
    bool alone;         /* speaks of one task by itself: no conflict of tasks is asked for */
    bool program;       /* the body is a program's main: its return ends the run in order */
    const uint32_t *exit_codes; /* with program: bit c % 32 of [c / 32], 8 words, for each exit code
                                   that is no failure; NULL: 0 alone */
    uint32_t ignored;           /* mask of verdicts that are not recorded */
    bool weak_cas;     /* a weak compare-exchange may fail although the values agree, as a choice */
    bool reuse;        /* a freed block may be handed out again at once, as a choice (ABA) */
    bool stop_at_race; /* a race ends the run */
    bool global_order; /* the oracle reads global order or time: search without reduction */
    bool strict_time;  /* the clock moves only when nothing can run, whatever the model */
    bool timed; /* speaks of virtual time on the cores of sley_machine_set: the clock moves only
                   when nothing can run, and operations take what the cost profile says */
    struct sley_outcomes_claim outcomes; /* with SLEY_OUTCOMES */
    struct sley_ratio_claim ratio;       /* with SLEY_RATIO */
    uint32_t preemptions_max;            /* with exhaustive: bound on preemptions; 0: none */
    struct sley_minimum minimum;         /* {0}: not known */
    struct sley_expectation expect[SLEY_EXPECTATIONS_MAX];
};

const char *sley_quantifier_word(enum sley_quantifier quantifier);
const char *sley_finding_word(enum sley_finding finding);

#endif
