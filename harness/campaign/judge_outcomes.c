/* The quantifiers that speak of what runs report: sets of outcomes, and ratios. */
#include "campaign/judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const relation_words[] = {"equal", "lie in", "contain"};

/* What the outcomes are held against: the listed values, and the set of another model. */
struct reference {
    const struct sley_outcomes_claim *claim;
    const struct sley_campaign *other; /* NULL: the listed values alone */
    bool complete;                     /* nothing can come to it */
};

static bool
refers_to(const struct reference *reference, int64_t value)
{
    for (uint32_t i = 0; i < reference->claim->count; i++) {
        if (reference->claim->values[i] == value) {
            return true;
        }
    }
    return reference->other && sley_outcomes_find(&reference->other->tally->outcomes, value);
}

/* An outcome of the campaign that the reference lacks, of those the one seen first; NULL: none. */
static const struct sley_outcome_entry *
outlier_of(const struct sley_outcomes *outcomes, const struct reference *reference)
{
    const struct sley_outcome_entry *first = NULL;
    for (uint32_t i = 0; i < outcomes->count; i++) {
        const struct sley_outcome_entry *entry = &outcomes->entry[i];
        if (!refers_to(reference, entry->value) &&
            (!first || entry->first_run < first->first_run)) {
            first = entry;
        }
    }
    return first;
}

/* Whether some value of the reference is no outcome of the campaign; fills value with the first. */
static bool
lacks(const struct sley_outcomes *outcomes, const struct reference *reference, int64_t *value)
{
    for (uint32_t i = 0; i < reference->claim->count; i++) {
        *value = reference->claim->values[i];
        if (!sley_outcomes_find(outcomes, *value)) {
            return true;
        }
    }
    const struct sley_outcomes *other =
        reference->other ? &reference->other->tally->outcomes : NULL;
    for (uint32_t i = 0; other && i < other->count; i++) {
        *value = other->entry[i].value;
        if (!sley_outcomes_find(outcomes, *value)) {
            return true;
        }
    }
    return false;
}

/* Whether no run can add an outcome: the search came to its end within its bounds. */
static bool
is_complete(const struct sley_campaign *campaign)
{
    const struct sley_tally *tally = campaign->tally;
    return campaign->exhausted && tally->unfair_count == 0 && !tally->outcomes.overflow;
}

static void
reference_print(char *text, size_t size, const struct reference *reference)
{
    size_t length = 0;
    if (reference->other) {
        length = (size_t)snprintf(text, size, "those of %s ", reference->other->target.model->name);
        sley_outcomes_print(text + length, size - length, &reference->other->tally->outcomes);
        return;
    }
    length = (size_t)snprintf(text, size, "{");
    for (uint32_t i = 0; i < reference->claim->count && length + 24 < size; i++) {
        length += (size_t)snprintf(text + length, size - length, "%s%" PRId64, i ? ", " : "",
                                   reference->claim->values[i]);
    }
    snprintf(text + length, size - length, "}");
}

/* Begins the text: "outcomes {1 x2, 2 x18} equal {1, 2}". */
static void
say_relation(struct sley_judgement *judgement, const struct sley_campaign *campaign,
             const struct reference *reference, bool holds)
{
    char seen[192], wanted[128];
    sley_outcomes_print(seen, sizeof seen, &campaign->tally->outcomes);
    reference_print(wanted, sizeof wanted, reference);
    snprintf(judgement->text, sizeof judgement->text, "outcomes %s %s%s %s", seen,
             holds ? "" : "do not ", relation_words[reference->claim->relation], wanted);
}

static void
say_more(struct sley_judgement *judgement, const char *text)
{
    size_t length = strlen(judgement->text);
    snprintf(judgement->text + length, sizeof judgement->text - length, "%s", text);
}

static void
refute_by_outlier(struct sley_judgement *judgement, const struct sley_campaign *campaign,
                  const struct reference *reference, const struct sley_outcome_entry *outlier)
{
    char text[96];
    judgement->finding = SLEY_REFUTED;
    judgement->evidence = SLEY_EVIDENCE_SCHEDULE;
    judgement->decided_by_outcome = true;
    judgement->outcome = outlier->value;
    judgement->run = outlier->first_run;
    say_relation(judgement, campaign, reference, false);
    snprintf(text, sizeof text, ": %" PRId64 " in run %" PRIu64, outlier->value,
             outlier->first_run);
    say_more(judgement, text);
}

/* The relation holds, or fails for want of a value, as far as the runs can tell. */
static void
judge_sets(struct sley_judgement *judgement, const struct sley_campaign *campaign,
           const struct reference *reference)
{
    const struct sley_outcomes *outcomes = &campaign->tally->outcomes;
    bool complete = is_complete(campaign);
    int64_t missing = 0;
    bool lacking =
        reference->claim->relation != SLEY_WITHIN && lacks(outcomes, reference, &missing);
    /* What must be known to the end: for "contain" a witness of each value is enough here, and for
     * "lie in" nothing that came to the reference would change it. */
    bool here = complete || (reference->claim->relation == SLEY_CONTAINS && !lacking);
    bool there = reference->complete || lacking || reference->claim->relation == SLEY_WITHIN;
    char text[160];
    say_relation(judgement, campaign, reference, !lacking);
    if (lacking) {
        snprintf(text, sizeof text, ": %" PRId64 " is missing", missing);
        say_more(judgement, text);
    }
    if (!here || !there) {
        snprintf(text, sizeof text, "; not exhausted after %" PRIu64 " runs%s",
                 here ? reference->other->tally->run_count : campaign->tally->run_count,
                 here ? " of the other model" : "");
        say_more(judgement, text);
        return;
    }
    const char *vacuous = lacking ? NULL : sley_judge_vacuous(campaign);
    if (vacuous) {
        snprintf(text, sizeof text, "; %s", vacuous);
        say_more(judgement, text);
        return;
    }
    judgement->finding = lacking ? SLEY_REFUTED : SLEY_CONFIRMED;
    judgement->evidence = SLEY_EVIDENCE_SCHEDULE;
    snprintf(text, sizeof text, "; %s%" PRIu64 " runs", complete ? "exhausted: " : "",
             campaign->tally->run_count - campaign->tally->pruned_count);
    say_more(judgement, text);
}

/* Why the reports of the runs are no ground for a finding; NULL: they are one. */
static const char *
unfit(const struct sley_campaign *campaign)
{
    const struct sley_tally *tally = campaign->tally;
    if (tally->unreported_count > 0) {
        return "ended in order and reported nothing";
    }
    return tally->discarded_count * 10 > tally->run_count * 9 ? "were discarded" : NULL;
}

static bool
judge_unfit(struct sley_judgement *judgement, const struct sley_campaign *campaign)
{
    const struct sley_tally *tally = campaign->tally;
    const char *why = unfit(campaign);
    if (why) {
        snprintf(judgement->text, sizeof judgement->text, "%" PRIu64 " of %" PRIu64 " runs %s",
                 tally->unreported_count ? tally->unreported_count : tally->discarded_count,
                 tally->run_count, why);
    }
    return why != NULL;
}

void
sley_judge_outcomes(struct sley_judgement *judgement, const struct sley_campaign *campaign)
{
    const struct sley_outcomes_claim *claim = &campaign->target.property->outcomes;
    const struct sley_campaign *other = claim->of_model ? campaign->reference : NULL;
    struct reference reference = {claim, other, !other || is_complete(other)};
    if (claim->of_model && !other) {
        snprintf(judgement->text, sizeof judgement->text, "the outcomes of %s are not known",
                 claim->of_model);
        return;
    }
    if (other && unfit(other)) {
        snprintf(judgement->text, sizeof judgement->text, "runs of %s %s", claim->of_model,
                 unfit(other));
        return;
    }
    const struct sley_outcome_entry *outlier =
        claim->relation == SLEY_CONTAINS ? NULL
                                         : outlier_of(&campaign->tally->outcomes, &reference);
    if (outlier && reference.complete) {
        refute_by_outlier(judgement, campaign, &reference, outlier);
    } else if (judge_unfit(judgement, campaign)) {
        return;
    } else if (outlier) {
        say_relation(judgement, campaign, &reference, false);
        say_more(judgement, "; the other model is not exhausted");
    } else if (campaign->tally->outcomes.overflow) {
        say_relation(judgement, campaign, &reference, true);
        say_more(judgement, "; more than 256 outcomes");
    } else {
        judge_sets(judgement, campaign, &reference);
    }
}

static void
ratio_print(char *text, size_t size, const struct sley_ratio *ratio)
{
    snprintf(text, size, "%" PRId64 "/%" PRId64 " = %.4g", ratio->numerator, ratio->denominator,
             (double)ratio->numerator / (double)ratio->denominator);
}

void
sley_judge_ratio(struct sley_judgement *judgement, const struct sley_campaign *campaign)
{
    const struct sley_property *property = campaign->target.property;
    const struct sley_tally *tally = campaign->tally;
    const struct sley_ratio_range *range = &tally->ratios;
    char low[64], high[64];
    bool missed = tally->first_miss_run != UINT64_MAX;
    if (!missed && judge_unfit(judgement, campaign)) {
        return;
    }
    if (!range->any) {
        snprintf(judgement->text, sizeof judgement->text, "no run reported a ratio");
        return;
    }
    ratio_print(low, sizeof low, &range->low);
    ratio_print(high, sizeof high, &range->high);
    double unit = property->ratio.unit ? (double)property->ratio.unit : 1;
    snprintf(judgement->text, sizeof judgement->text,
             "ratio from %s to %s over %" PRIu64 " runs%s; claimed %.4g to %.4g", low, high,
             tally->run_count - tally->discarded_count - tally->pruned_count,
             campaign->exhausted ? ", exhausted" : "", (double)property->ratio.low / unit,
             (double)property->ratio.high / unit);
    if (missed) {
        judgement->finding = SLEY_REFUTED;
        judgement->evidence = SLEY_EVIDENCE_SCHEDULE;
        judgement->decided_by_run = true;
        judgement->run = tally->first_miss_run;
        return;
    }
    if (!campaign->ops && !campaign->exhausted) {
        say_more(judgement, "; the search is not exhausted");
        return;
    }
    bool all = campaign->exhausted && tally->unfair_count == 0;
    judgement->finding = SLEY_CONFIRMED;
    judgement->evidence = all ? SLEY_EVIDENCE_SCHEDULE : SLEY_EVIDENCE_SAMPLED;
}
