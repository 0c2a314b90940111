#include "campaign/statistics.h"

#include "strategy/registry.h"

#include <math.h>
#include <string.h>

struct sley_pct_bound
sley_pct_bound(const struct sley_parameters *parameters, uint32_t task_max, uint32_t point_max,
               uint64_t run_count)
{
    struct sley_pct_bound bound = {
        .depth = parameters->value[0],
        .tasks = parameters->value[1],
        .points = parameters->value[2],
    };
    /* Change points are drawn from the k that the strategy was told: beyond, it promises nothing.
     */
    bound.stated = bound.tasks > 0 && task_max <= bound.tasks && point_max <= bound.points;
    if (bound.stated) {
        double hits = pow(bound.points, 1 - (double)bound.depth) / bound.tasks;
        bound.probability = hits;
        bound.missed = exp((double)run_count * log1p(-hits));
    }
    return bound;
}

static void
speak(struct sley_strategy_share *share)
{
    if (share->run_count == 0) {
        return;
    }
    share->speaks = true;
    share->estimate = (double)share->hit_count / (double)share->run_count;
    share->interval = sley_interval_binomial(share->hit_count, share->run_count);
}

static void
name_share(struct sley_strategy_share *share, const struct sley_campaign *campaign,
           const struct sley_strategy_ops *ops, const struct sley_parameters *parameters)
{
    const struct sley_tally *tally = campaign->tally;
    sley_strategy_print(share->name, sizeof share->name, ops, parameters);
    if (ops == &sley_strategy_pct) {
        share->pct = sley_pct_bound(parameters, tally->task_max, tally->step_max, share->run_count);
        share->over_bound = !share->pct.stated;
    }
}

/* Runs of a rotation by strategy: one that comes up twice is one strategy. */
static void
divide(struct sley_statistics *s, const struct sley_campaign *campaign, bool hit_is_event)
{
    const struct sley_strategy_ops *own[SLEY_ROTATION] = {NULL};
    struct sley_parameters parameters[SLEY_ROTATION] = {{0}};
    for (uint32_t turn = 0; turn < SLEY_ROTATION; turn++) {
        const struct sley_share *runs = &campaign->tally->share[turn];
        struct sley_parameters mine;
        const struct sley_strategy_ops *ops =
            campaign->ops->part(&campaign->parameters, turn, &mine);
        uint32_t i = 0;
        while (i < s->share_count &&
               !(own[i] == ops &&
                 memcmp(mine.value, parameters[i].value, mine.count * sizeof mine.value[0]) == 0)) {
            i++;
        }
        if (i == s->share_count) {
            own[i] = ops;
            parameters[i] = mine;
            s->share_count++;
        }
        s->share[i].run_count += runs->run_count;
        s->share[i].hit_count +=
            hit_is_event ? runs->event_count : runs->run_count - runs->event_count;
    }
    for (uint32_t i = 0; i < s->share_count; i++) {
        name_share(&s->share[i], campaign, own[i], &parameters[i]);
        /* Where the first hit of any strategy ended all, the runs of one have no law so simple. */
        if (s->has_hits && !s->waiting) {
            speak(&s->share[i]);
        }
    }
}

static void
count_schedules(struct sley_statistics *s, const struct sley_schedules *schedules)
{
    s->schedule_runs = schedules->run_count;
    s->coarse_count = schedules->coarse_count;
    s->distinct = sley_schedules_distinct(schedules);
    s->single = sley_schedules_single(schedules);
    s->exact = schedules->level == 0;
    s->unseen = sley_unseen_share(s->single, s->schedule_runs);
    s->unseen = s->unseen < 1 ? s->unseen : 1;
}

static void
count_hits(struct sley_statistics *s, const struct sley_campaign *campaign, bool hit_is_event)
{
    const struct sley_tally *tally = campaign->tally;
    uint64_t first = hit_is_event ? tally->first_event_run : tally->first_miss_run;
    s->first_hit = first == UINT64_MAX ? 0 : first + 1;
    s->all.hit_count = hit_is_event ? tally->event_count : s->run_count - tally->event_count;
    s->waiting = campaign->options.until_event && s->first_hit > 0;
    if (s->waiting) {
        s->all.speaks = true;
        s->all.estimate = 1 / (double)s->first_hit;
        s->all.interval = sley_interval_waiting(s->first_hit);
    } else {
        speak(&s->all);
    }
}

void
sley_statistics_of(struct sley_statistics *s, const struct sley_campaign *campaign)
{
    const struct sley_tally *tally = campaign->tally;
    enum sley_quantifier quantifier = campaign->target.property->quantifier;
    bool hit_is_event = quantifier == SLEY_SOMETIMES || quantifier == SLEY_NEVER;
    *s = (struct sley_statistics){
        .sampled = campaign->ops != NULL,
        .run_count = tally->run_count - tally->discarded_count - tally->pruned_count,
        .discarded_count = tally->discarded_count,
        .pruned_count = tally->pruned_count,
        .step_count = tally->step_count,
        .has_hits = campaign->ops && quantifier != SLEY_OUTCOMES,
    };
    if (campaign->elapsed_ms > 0) {
        s->rate = (double)(tally->run_count - campaign->resumed_count) * 1000 /
                  (double)campaign->elapsed_ms;
    }
    if (!s->sampled || !campaign->ops) {
        return;
    }
    if (campaign->schedules) {
        count_schedules(s, campaign->schedules);
    }
    s->all.run_count = s->run_count;
    if (s->has_hits) {
        count_hits(s, campaign, hit_is_event);
    }
    if (campaign->ops->part) {
        sley_strategy_print(s->all.name, sizeof s->all.name, campaign->ops, &campaign->parameters);
        divide(s, campaign, hit_is_event);
    } else {
        name_share(&s->all, campaign, campaign->ops, &campaign->parameters);
    }
}
