/* What a campaign says of a property in a model, and what that rests on. */
#ifndef SLEY_CAMPAIGN_FINDING_H
#define SLEY_CAMPAIGN_FINDING_H

#include "campaign/campaign.h"

enum sley_evidence {
    SLEY_EVIDENCE_NONE,
    SLEY_EVIDENCE_SCHEDULE, /* a witness, a counterexample, or every run within the bounds */
    SLEY_EVIDENCE_SAMPLED,  /* runs without a counterexample */
    SLEY_EVIDENCE_MACHINE,  /* measured on this machine */
    /* The rest is never counted as found by running. */
    SLEY_EVIDENCE_PROFILE, /* it follows from a cost profile */
    SLEY_EVIDENCE_FACT,    /* it repeats a recorded fact */
    SLEY_EVIDENCE_COUNT
};

struct sley_judgement {
    enum sley_finding finding;
    enum sley_evidence evidence;
    bool decided_by_run;     /* one run decides; it is `run` */
    bool decided_by_outcome; /* an outcome decides; `outcome`, whose first run is `run` */
    int64_t outcome;
    uint64_t run;
    bool expected; /* the finding is the expected one, with no unexpected verdict */
    enum sley_finding expected_finding;
    const char *reason; /* of the expectation; "" if none */
    char text[512];     /* the evidence in one line */
};

const char *sley_evidence_word(enum sley_evidence evidence);

/* Judges a finished campaign. */
void sley_finding_judge(struct sley_judgement *judgement, const struct sley_campaign *campaign);

/* What a finding of the property would rest on, when all goes as expected. */
enum sley_evidence sley_evidence_expected(const struct sley_property *property,
                                          enum sley_finding finding);

/* The judgement of a property that runs nothing: its recorded fact. */
void sley_finding_recorded(struct sley_judgement *judgement, const struct sley_property *property,
                           const struct sley_expectation *expectation);

/* The expectation of property in the model of that name, or NULL. */
const struct sley_expectation *sley_finding_expectation(const struct sley_property *property,
                                                        const char *model);

/* The bound p such that a run shows an event with probability above p only with 5 % likelihood of
 * having been missed in all of run_count runs: 1 - 0.05^(1/n), exact binomial (C. Clopper, E.
 * Pearson, 1934). */
double sley_finding_upper_bound(uint64_t run_count);

#endif
