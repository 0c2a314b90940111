#include "campaign/tally.h"

#include <stdio.h>
#include <string.h>

void
sley_tally_init(struct sley_tally *tally)
{
    /* The large array at the end is valid up to distinct_count only. */
    memset(tally, 0, offsetof(struct sley_tally, distinct));
    tally->first_event_run = UINT64_MAX;
    tally->first_miss_run = UINT64_MAX;
    tally->first_unexpected_run = UINT64_MAX;
}

void
sley_tally_sums(const struct sley_tally *tally, uint64_t next, struct sley_sums *sums)
{
    *sums = (struct sley_sums){
        .next = next,
        .run_count = tally->run_count,
        .discarded_count = tally->discarded_count,
        .event_count = tally->event_count,
        .unexpected_count = tally->unexpected_count,
        .first_event_run = tally->first_event_run,
        .first_miss_run = tally->first_miss_run,
        .first_unexpected_run = tally->first_unexpected_run,
        .step_count = tally->step_count,
        .step_max = tally->step_max,
        .task_max = tally->task_max,
        .unreported_count = tally->unreported_count,
        .ratios = tally->ratios,
        .outcomes = tally->outcomes,
        .verdicts = tally->verdicts,
        .conflict = tally->conflict,
        .contended = tally->contended,
        .several_schedules = tally->several_schedules,
    };
    memcpy(sums->share, tally->share, sizeof sums->share);
    memcpy(sums->profile, tally->profile, sizeof sums->profile);
}

void
sley_tally_resume(struct sley_tally *tally, const struct sley_sums *sums)
{
    sley_tally_init(tally);
    tally->run_count = sums->run_count;
    tally->discarded_count = sums->discarded_count;
    tally->event_count = sums->event_count;
    tally->unexpected_count = sums->unexpected_count;
    tally->first_event_run = sums->first_event_run;
    tally->first_miss_run = sums->first_miss_run;
    tally->first_unexpected_run = sums->first_unexpected_run;
    tally->step_count = sums->step_count;
    tally->step_max = sums->step_max;
    tally->task_max = sums->task_max;
    memcpy(tally->share, sums->share, sizeof tally->share);
    tally->unreported_count = sums->unreported_count;
    tally->ratios = sums->ratios;
    tally->outcomes = sums->outcomes;
    tally->verdicts = sums->verdicts;
    tally->conflict = sums->conflict;
    tally->contended = sums->contended;
    tally->several_schedules = sums->several_schedules;
    memcpy(tally->profile, sums->profile, sizeof tally->profile);
}

uint64_t
sley_failure_signature(const struct sley_failure *failure)
{
    if (failure->verdict == SLEY_VERDICT_STUCK) {
        return sley_mix64(failure->verdict); /* where the watchdog met the loop is chance */
    }
    if (failure->verdict == SLEY_VERDICT_EXIT && failure->pc[0] == 0) {
        return sley_mix64(failure->verdict ^ (uint64_t)failure->detail << 8); /* main returned it */
    }
    uint64_t low = failure->pc[0], high = failure->pc[1];
    if (low > high) {
        low = failure->pc[1];
        high = failure->pc[0];
    }
    uint64_t signature = sley_mix64(sley_mix64(failure->verdict ^ low << 8) ^ high);
    for (uint32_t i = 0; i < failure->cycle_count; i++) {
        /* A sum: the cycle may be entered at any of its tasks. */
        signature += sley_mix64(failure->cycle[i].wait_pc);
    }
    if (failure->cycle_count) {
        signature -= sley_mix64(sley_mix64(failure->verdict ^ low << 8) ^ high);
    }
    return signature;
}

static struct sley_distinct *
find(struct sley_tally *tally, uint64_t signature)
{
    for (uint32_t i = 0; i < tally->distinct_count; i++) {
        if (tally->distinct[i].signature == signature) {
            return &tally->distinct[i];
        }
    }
    return NULL;
}

static uint32_t
add_failures(struct sley_tally *tally, uint64_t run, const struct sley_run_result *result)
{
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < result->failure_count; i++) {
        if (result->failure[i].verdict == SLEY_VERDICT_DISCARDED) {
            continue;
        }
        uint64_t signature = sley_failure_signature(&result->failure[i]);
        struct sley_distinct *known = find(tally, signature);
        if (known) {
            known->run_count++;
            continue;
        }
        if (tally->distinct_count == SLEY_DISTINCT_MAX) {
            continue; /* still counted by verdict */
        }
        known = &tally->distinct[tally->distinct_count++];
        *known = (struct sley_distinct){signature, run, 1, i, *result};
        fresh |= 1u << i;
    }
    return fresh;
}

static void
add_hash(struct sley_tally *tally, uint64_t hash)
{
    if (tally->first_hash == 0) {
        tally->first_hash = hash;
    }
    tally->several_schedules |= hash != tally->first_hash;
}

static void
add_reported(struct sley_tally *tally, uint64_t run, const struct sley_reported *reported)
{
    if (reported->has_outcome) {
        struct sley_outcome_entry entry = {reported->outcome, 1, run, ""};
        memcpy(entry.text, reported->text, sizeof entry.text);
        sley_outcomes_add(&tally->outcomes, &entry);
    }
    if (reported->has_ratio) {
        struct sley_ratio ratio = {reported->numerator, reported->denominator, run};
        sley_ratio_add(&tally->ratios, &ratio);
    }
}

/* What the runs so far were timed by, and now by another. */
static void
add_profile(struct sley_tally *tally, const char *profile)
{
    if (!profile || !profile[0] || strcmp(profile, tally->profile) == 0) {
        return;
    }
    snprintf(tally->profile, sizeof tally->profile, "%s",
             tally->profile[0] ? "several profiles" : profile);
}

static void
merge_left_locked(struct sley_left_locked *sum, const struct sley_left_locked *other)
{
    uint64_t count = sum->run_count + other->run_count;
    if (other->run_count > 0 && (sum->run_count == 0 || other->first_run < sum->first_run)) {
        *sum = *other;
    }
    sum->run_count = count;
}

/* Of a run that failed, the failure says more. */
static void
add_left_locked(struct sley_tally *tally, uint64_t run, const struct sley_run_result *result)
{
    uint32_t reports = SLEY_BIT(RACE) | SLEY_BIT(INVERSION);
    if (result->held.count > 0 && !(result->verdicts & ~reports)) {
        struct sley_left_locked one = {1, run, result->held};
        merge_left_locked(&tally->left_locked, &one);
    }
}

uint32_t
sley_tally_add(struct sley_tally *tally, const struct sley_property *property, uint64_t run,
               const struct sley_run_result *result)
{
    tally->run_count++;
    tally->step_count += result->step_count;
    tally->unfair_count += result->unfair;
    tally->pruned_count += result->pruned;
    tally->step_max = result->step_count > tally->step_max ? result->step_count : tally->step_max;
    tally->task_max = result->task_count > tally->task_max ? result->task_count : tally->task_max;
    tally->verdicts |= result->verdicts;
    tally->conflict |= result->conflict;
    tally->contended |= result->contended;
    tally->time_bound |= result->time_bound;
    tally->input_ended |= result->input_ended;
    tally->outside |= result->outside;
    add_profile(tally, result->profile);
    add_left_locked(tally, run, result);
    add_hash(tally, result->hash);
    if (result->verdicts & SLEY_BIT(DISCARDED)) {
        tally->discarded_count++;
        return 0;
    }
    for (uint32_t set = result->verdicts; set; set &= set - 1) {
        tally->verdict_count[__builtin_ctz(set)]++;
    }
    if (!result->pruned) {
        add_reported(tally, run, &result->reported);
        tally->unreported_count += sley_target_unreported(property, result);
    }
    bool event = sley_target_shows(property, result);
    tally->event_count += event && !result->pruned;
    if (event && run < tally->first_event_run) {
        tally->first_event_run = run;
    }
    /* A run given up as redundant says nothing of what would have followed. */
    if (!event && !result->pruned && run < tally->first_miss_run) {
        tally->first_miss_run = run;
    }
    struct sley_share *share = &tally->share[run % SLEY_ROTATION];
    share->run_count += !result->pruned;
    share->event_count += event && !result->pruned;
    bool unexpected = sley_target_unexpected(property, result->verdicts) != 0;
    tally->unexpected_count += unexpected;
    if (unexpected && run < tally->first_unexpected_run) {
        tally->first_unexpected_run = run;
    }
    return result->verdicts ? add_failures(tally, run, result) : 0;
}

static void
merge_distinct(struct sley_tally *sum, const struct sley_tally *block)
{
    for (uint32_t i = 0; i < block->distinct_count; i++) {
        const struct sley_distinct *other = &block->distinct[i];
        struct sley_distinct *known = find(sum, other->signature);
        if (!known && sum->distinct_count == SLEY_DISTINCT_MAX) {
            continue;
        }
        if (!known) {
            sum->distinct[sum->distinct_count++] = *other;
            continue;
        }
        uint64_t count = known->run_count + other->run_count;
        if (other->first_run < known->first_run) {
            *known = *other;
        }
        known->run_count = count;
    }
}

void
sley_tally_merge(struct sley_tally *sum, const struct sley_tally *block)
{
    sum->run_count += block->run_count;
    sum->discarded_count += block->discarded_count;
    sum->event_count += block->event_count;
    sum->unexpected_count += block->unexpected_count;
    sum->step_count += block->step_count;
    sum->unfair_count += block->unfair_count;
    sum->pruned_count += block->pruned_count;
    sum->verdicts |= block->verdicts;
    sum->conflict |= block->conflict;
    sum->contended |= block->contended;
    sum->time_bound |= block->time_bound;
    sum->input_ended |= block->input_ended;
    sum->outside |= block->outside;
    add_profile(sum, block->profile);
    sum->several_schedules |= block->several_schedules;
    if (sum->first_hash == 0) {
        sum->first_hash = block->first_hash;
    }
    sum->several_schedules |= block->first_hash && sum->first_hash != block->first_hash;
    if (block->first_event_run < sum->first_event_run) {
        sum->first_event_run = block->first_event_run;
    }
    if (block->first_miss_run < sum->first_miss_run) {
        sum->first_miss_run = block->first_miss_run;
    }
    sum->step_max = block->step_max > sum->step_max ? block->step_max : sum->step_max;
    sum->task_max = block->task_max > sum->task_max ? block->task_max : sum->task_max;
    for (int i = 0; i < SLEY_VERDICT_COUNT; i++) {
        sum->verdict_count[i] += block->verdict_count[i];
    }
    if (block->first_unexpected_run < sum->first_unexpected_run) {
        sum->first_unexpected_run = block->first_unexpected_run;
    }
    for (int i = 0; i < SLEY_ROTATION; i++) {
        sum->share[i].run_count += block->share[i].run_count;
        sum->share[i].event_count += block->share[i].event_count;
    }
    sum->unreported_count += block->unreported_count;
    sley_ratio_merge(&sum->ratios, &block->ratios);
    sley_outcomes_merge(&sum->outcomes, &block->outcomes);
    merge_left_locked(&sum->left_locked, &block->left_locked);
    merge_distinct(sum, block);
}
