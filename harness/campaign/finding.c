#include "campaign/finding.h"

#include "campaign/judge.h"
#include "campaign/survey.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct sley_expectation *
sley_finding_expectation(const struct sley_property *property, const char *model)
{
    for (int i = 0; i < SLEY_EXPECTATIONS_MAX && property->expect[i].model; i++) {
        if (strcmp(property->expect[i].model, model) == 0) {
            return &property->expect[i];
        }
    }
    return NULL;
}

const char *
sley_evidence_word(enum sley_evidence evidence)
{
    static const char *const words[] = {
        [SLEY_EVIDENCE_NONE] = "none",       [SLEY_EVIDENCE_SCHEDULE] = "schedule",
        [SLEY_EVIDENCE_SAMPLED] = "sampled", [SLEY_EVIDENCE_MACHINE] = "machine",
        [SLEY_EVIDENCE_PROFILE] = "profile", [SLEY_EVIDENCE_FACT] = "fact",
    };
    return words[evidence];
}

enum sley_evidence
sley_evidence_expected(const struct sley_property *property, enum sley_finding finding)
{
    if (finding != SLEY_CONFIRMED && finding != SLEY_REFUTED) {
        return SLEY_EVIDENCE_NONE;
    }
    if (property->fact || property->timed) {
        return property->fact ? SLEY_EVIDENCE_FACT : SLEY_EVIDENCE_PROFILE;
    }
    /* That none of some runs shows a thing is a sample; everything else has its run, or all. */
    bool absence = property->quantifier == SLEY_ALWAYS || property->quantifier == SLEY_NEVER ||
                   property->quantifier == SLEY_RATIO;
    bool sampled = absence && finding == SLEY_CONFIRMED && !property->exhaustive;
    return sampled ? SLEY_EVIDENCE_SAMPLED : SLEY_EVIDENCE_SCHEDULE;
}

double
sley_finding_upper_bound(uint64_t run_count)
{
    return run_count ? -expm1(log(0.05) / (double)run_count) : 1;
}

const char *
sley_judge_vacuous(const struct sley_campaign *campaign)
{
    const struct sley_tally *tally = campaign->tally;
    if (campaign->target.property->timed) {
        /* Tasks meet at the cores, and the strict clock may leave one schedule only. */
        return tally->profile[0] ? NULL : "vacuous: no run was given cores (sley_machine_set)";
    }
    if (!tally->conflict && !campaign->target.property->alone) {
        return "vacuous: no two tasks ever touched a common object in conflict";
    }
    /* An exhausted search has seen that all others are the same. */
    if (tally->contended && !tally->several_schedules && !campaign->exhausted) {
        return "vacuous: one schedule only, although two tasks could run";
    }
    return NULL;
}

/* ", 812 schedules", or nothing where they were not counted. */
static void
name_schedules(char *text, size_t size, const struct sley_campaign *campaign, uint64_t counted)
{
    const struct sley_schedules *schedules = campaign->schedules;
    text[0] = '\0';
    if (schedules && schedules->run_count) {
        const char *how = schedules->run_count < counted ? "at least "
                          : schedules->level             ? "about "
                                                         : "";
        snprintf(text, size, ", %s%llu schedules", how,
                 (unsigned long long)sley_schedules_distinct(schedules));
    }
}

static void
judge_absence(struct sley_judgement *judgement, const struct sley_campaign *campaign,
              enum sley_finding if_absent)
{
    const struct sley_tally *tally = campaign->tally;
    uint64_t counted = tally->run_count - tally->discarded_count;
    const char *why = sley_judge_vacuous(campaign);
    if (tally->discarded_count * 10 > tally->run_count * 9 || counted == 0) {
        why = "more than nine of ten runs were discarded";
    }
    if (why) {
        snprintf(judgement->text, sizeof judgement->text, "%s (%llu runs)", why,
                 (unsigned long long)tally->run_count);
        return;
    }
    bool bounded = tally->unfair_count > 0;
    if (campaign->exhausted && !bounded) {
        char preemptions[40] = "";
        if (campaign->search.bound_preemptions) {
            snprintf(preemptions, sizeof preemptions, ", preemptions <= %u",
                     campaign->search.preemptions_max);
        }
        judgement->finding = if_absent;
        judgement->evidence = SLEY_EVIDENCE_SCHEDULE;
        if (campaign->target.property->timed) {
            snprintf(judgement->text, sizeof judgement->text, "exhausted: %llu runs%s",
                     (unsigned long long)(tally->run_count - tally->pruned_count), preemptions);
            return;
        }
        snprintf(judgement->text, sizeof judgement->text,
                 "exhausted: %llu runs (spurious wake-ups <= %d a run, early time-outs <= 1 a "
                 "wait, weak failures 0, yields in a row <= 1%s)",
                 (unsigned long long)(tally->run_count - tally->pruned_count), SLEY_SPURIOUS_MAX,
                 preemptions);
        return;
    }
    if (!campaign->ops) {
        snprintf(judgement->text, sizeof judgement->text,
                 "the search is not exhausted after %llu runs%s",
                 (unsigned long long)tally->run_count, bounded ? ": some met the step bound" : "");
        return; /* a beginning of the search is no sample */
    }
    if (if_absent == SLEY_REFUTED) {
        snprintf(judgement->text, sizeof judgement->text,
                 "no witness in %llu runs; under this strategy p <= %.2g at 95 %%",
                 (unsigned long long)counted, sley_finding_upper_bound(counted));
        return;
    }
    judgement->finding = if_absent;
    judgement->evidence = SLEY_EVIDENCE_SAMPLED;
    char schedules[48];
    name_schedules(schedules, sizeof schedules, campaign, counted);
    snprintf(judgement->text, sizeof judgement->text,
             "%llu runs%s; under this strategy p <= %.2g at 95 %%", (unsigned long long)counted,
             schedules, sley_finding_upper_bound(counted));
}

static void
judge_presence(struct sley_judgement *judgement, const struct sley_campaign *campaign, uint64_t run,
               enum sley_finding if_present, uint64_t shown, const char *what)
{
    const struct sley_tally *tally = campaign->tally;
    judgement->finding = if_present;
    judgement->evidence = SLEY_EVIDENCE_SCHEDULE;
    judgement->decided_by_run = true;
    judgement->run = run;
    shown = shown ? shown : 1; /* a run that was given up later may be the only one */
    snprintf(judgement->text, sizeof judgement->text, "%s in run %llu; %llu of %llu runs", what,
             (unsigned long long)run, (unsigned long long)shown,
             (unsigned long long)(tally->run_count - tally->discarded_count - tally->pruned_count));
}

/* "Every run shows the event" where the event is a verdict: seen in all runs, absence is not what
 * it rests on. */
static void
judge_always_shown(struct sley_judgement *judgement, const struct sley_campaign *campaign)
{
    const struct sley_tally *tally = campaign->tally;
    judgement->finding = SLEY_CONFIRMED;
    bool all = campaign->exhausted && tally->unfair_count == 0;
    judgement->evidence = all ? SLEY_EVIDENCE_SCHEDULE : SLEY_EVIDENCE_SAMPLED;
    snprintf(judgement->text, sizeof judgement->text, "in each of %llu runs%s",
             (unsigned long long)(tally->run_count - tally->discarded_count - tally->pruned_count),
             all ? ", exhausted" : "");
}

static void
judge_runs(struct sley_judgement *judgement, const struct sley_campaign *campaign)
{
    const struct sley_property *property = campaign->target.property;
    const struct sley_tally *tally = campaign->tally;
    bool seen = tally->first_event_run != UINT64_MAX;
    bool missed = tally->first_miss_run != UINT64_MAX;
    uint64_t counted = tally->run_count - tally->discarded_count - tally->pruned_count;
    switch (property->quantifier) {
    case SLEY_ALWAYS:
        if (missed) {
            judge_presence(judgement, campaign, tally->first_miss_run, SLEY_REFUTED,
                           counted - tally->event_count, "counterexample");
        } else if (property->event && seen) {
            judge_always_shown(judgement, campaign);
        } else {
            judge_absence(judgement, campaign, SLEY_CONFIRMED);
        }
        return;
    case SLEY_SOMETIMES:
        if (seen) {
            judge_presence(judgement, campaign, tally->first_event_run, SLEY_CONFIRMED,
                           tally->event_count, "witness");
        } else {
            judge_absence(judgement, campaign, SLEY_REFUTED);
        }
        return;
    case SLEY_NEVER:
        if (seen) {
            judge_presence(judgement, campaign, tally->first_event_run, SLEY_REFUTED,
                           tally->event_count, "counterexample");
        } else {
            judge_absence(judgement, campaign, SLEY_CONFIRMED);
        }
        return;
    case SLEY_OUTCOMES:
        sley_judge_outcomes(judgement, campaign);
        return;
    case SLEY_RATIO:
        sley_judge_ratio(judgement, campaign);
        return;
    }
}

/* What speaks of virtual time rests on the profile, however many runs there were. A long note on
 * the profile is cut, and never what was measured. */
static void
judge_profile(struct sley_judgement *judgement, const struct sley_campaign *campaign)
{
    enum { NOTE_MAX = 120 };
    char runs[sizeof judgement->text];
    const char *note = campaign->tally->profile;
    if (!campaign->target.property->timed || judgement->evidence == SLEY_EVIDENCE_NONE ||
        !campaign->tally->profile[0]) {
        return;
    }
    judgement->evidence = SLEY_EVIDENCE_PROFILE;
    memcpy(runs, judgement->text, sizeof runs);
    bool cut = strlen(note) > NOTE_MAX;
    snprintf(judgement->text, sizeof judgement->text, "by profile %.*s%s; %.*s",
             cut ? NOTE_MAX - 3 : NOTE_MAX, note, cut ? "..." : "",
             (int)sizeof runs - NOTE_MAX - 16, runs);
}

/* A finding that a constant decides is that constant's, whatever was run to see it at work. */
static void
judge_fact(struct sley_judgement *judgement, const struct sley_property *property)
{
    char runs[sizeof judgement->text];
    if (!property->fact || judgement->evidence == SLEY_EVIDENCE_NONE) {
        return;
    }
    judgement->evidence = SLEY_EVIDENCE_FACT;
    memcpy(runs, judgement->text, sizeof runs);
    snprintf(judgement->text, sizeof judgement->text, "%.*s; rests on the fact: %.*s", 160, runs,
             300, property->fact);
}

/* What the runs could not show, since nothing was switched there. */
static void
judge_points(struct sley_judgement *judgement, const struct sley_survey *survey)
{
    size_t used = strlen(judgement->text);
    char *at = judgement->text + used;
    size_t left = sizeof judgement->text - used;
    if (survey && survey->points == SLEY_POINTS_SYNC) {
        snprintf(at, left, "; switches at synchronisation only");
    } else if (survey) {
        snprintf(at, left, "; switches at synchronisation and at all plain accesses but %u of %u",
                 survey->place_count - survey->shared_count, survey->place_count);
    }
}

void
sley_finding_recorded(struct sley_judgement *judgement, const struct sley_property *property,
                      const struct sley_expectation *expectation)
{
    *judgement = (struct sley_judgement){.finding = expectation->finding,
                                         .expected_finding = expectation->finding,
                                         .evidence = SLEY_EVIDENCE_FACT,
                                         .expected = true,
                                         .reason = expectation->reason ? expectation->reason : ""};
    snprintf(judgement->text, sizeof judgement->text, "recorded, not run: %s", property->fact);
}

void
sley_finding_judge(struct sley_judgement *judgement, const struct sley_campaign *campaign)
{
    const struct sley_property *property = campaign->target.property;
    *judgement = (struct sley_judgement){.finding = SLEY_INCONCLUSIVE, .reason = ""};
    const struct sley_expectation *expectation =
        sley_finding_expectation(property, campaign->target.model->name);
    judgement->expected_finding = SLEY_CONFIRMED;
    if (expectation) {
        judgement->expected_finding = expectation->finding;
        judgement->reason = expectation->reason ? expectation->reason : "";
    }
    if (campaign->tally->run_count > 0) {
        judge_runs(judgement, campaign);
        judge_profile(judgement, campaign);
        judge_fact(judgement, property);
        judge_points(judgement, campaign->target.survey);
    } else {
        snprintf(judgement->text, sizeof judgement->text, "no run was executed");
    }
    judgement->expected =
        judgement->finding == judgement->expected_finding && campaign->tally->unexpected_count == 0;
}
