#include "cli/statistics.h"

#include "campaign/statistics.h"

#include <inttypes.h>

/* --- text --- */

static const char *
verb_of(const struct sley_campaign *campaign)
{
    return campaign->target.property->quantifier == SLEY_SOMETIMES ? "is a witness" : "fails";
}

static void
print_runs(FILE *out, const struct sley_statistics *s)
{
    fprintf(out, "    %" PRIu64 " runs, %" PRIu64 " steps", s->run_count, s->step_count);
    if (s->discarded_count) {
        fprintf(out, ", %" PRIu64 " discarded", s->discarded_count);
    }
    if (s->pruned_count) {
        fprintf(out, ", %" PRIu64 " more given up as redundant", s->pruned_count);
    }
    if (s->rate > 0) {
        fprintf(out, ", %.0f runs/s", s->rate);
    }
    fputc('\n', out);
}

static void
print_schedules(FILE *out, const struct sley_statistics *s)
{
    if (s->schedule_runs == 0) {
        return;
    }
    fprintf(out, "    %s%" PRIu64 " distinct schedule%s", s->exact ? "" : "about ", s->distinct,
            s->distinct == 1 ? "" : "s");
    if (s->schedule_runs < s->run_count) {
        fprintf(out, " in %" PRIu64 " of the runs", s->schedule_runs);
    }
    fprintf(out, "; of runs to come about %.2g %% have one not seen yet\n", 100 * s->unseen);
}

/* Three digits, and near 1 as many as tell it from 1. */
static void
print_share_of_one(FILE *out, double value)
{
    fprintf(out, value > 0.99 && value < 1 ? "%.6g" : "%.3g", value);
}

static void
print_probability(FILE *out, const struct sley_strategy_share *share)
{
    const struct sley_interval *interval = &share->interval;
    if (interval->one_sided) {
        fprintf(out, "p <= %.2g at 95 %%", interval->high);
        return;
    }
    fprintf(out, "p = ");
    print_share_of_one(out, share->estimate);
    fprintf(out, " (");
    print_share_of_one(out, interval->low);
    fprintf(out, " to ");
    print_share_of_one(out, interval->high);
    fprintf(out, " at 95 %%)");
}

static void
print_hits(FILE *out, const struct sley_statistics *s, const char *verb)
{
    const struct sley_interval *interval = &s->all.interval;
    if (!s->all.speaks) {
        return;
    }
    fprintf(out, "    under this strategy a run %s with ", verb);
    print_probability(out, &s->all);
    fprintf(out, "; it is no rate in the field\n");
    if (s->first_hit && interval->low > 0) {
        fprintf(out,
                "    the first was run number %" PRIu64 "; on average it takes %.3g runs "
                "(%.3g to %.3g)\n",
                s->first_hit, 1 / s->all.estimate, 1 / interval->high, 1 / interval->low);
    }
}

static void
print_pct(FILE *out, const struct sley_strategy_share *share)
{
    const struct sley_pct_bound *pct = &share->pct;
    if (pct->stated) {
        fprintf(out,
                "    pct shows any one bug of depth %u with p >= %.2g a run (n = %u, k = %u): "
                "missed in all runs with p <= %.2g\n",
                pct->depth, pct->probability, pct->tasks, pct->points, pct->missed);
    } else if (share->over_bound) {
        fprintf(out, "    pct promises nothing: some run had more than its %u tasks or %u points\n",
                pct->tasks, pct->points);
    }
}

static void
print_share(FILE *out, const struct sley_strategy_share *share, const char *verb)
{
    fprintf(out, "      %-14s %" PRIu64 " of %" PRIu64 " runs", share->name, share->hit_count,
            share->run_count);
    if (share->speaks) {
        fprintf(out, "; under this strategy a run %s with ", verb);
        print_probability(out, share);
    }
    if (share->pct.stated) {
        fprintf(out, "; pct's bound for depth %u: %.2g", share->pct.depth, share->pct.probability);
    } else if (share->over_bound) {
        fprintf(out, "; no bound: some run had more than %u tasks or %u points", share->pct.tasks,
                share->pct.points);
    }
    fputc('\n', out);
}

void
sley_statistics_print(FILE *out, const struct sley_campaign *campaign, bool each_strategy)
{
    struct sley_statistics s;
    sley_statistics_of(&s, campaign);
    print_runs(out, &s);
    if (!s.sampled) {
        fprintf(out, "    %s; a search draws no runs, so there is no probability to tell\n",
                campaign->exhausted ? "exhausted: these are all runs within the bounds"
                                    : "not exhausted");
        return;
    }
    print_schedules(out, &s);
    print_hits(out, &s, verb_of(campaign));
    print_pct(out, &s.all);
    for (uint32_t i = 0; each_strategy && i < s.share_count; i++) {
        print_share(out, &s.share[i], verb_of(campaign));
    }
}

/* --- JSON --- */

static json_t *
pack_interval(const struct sley_interval *interval)
{
    return json_pack("{s:f, s:f, s:b, s:f}", "low", interval->low, "high", interval->high,
                     "one_sided", interval->one_sided, "level", 0.95);
}

static json_t *
pack_share(const struct sley_strategy_share *share, bool has_hits)
{
    json_t *line =
        json_pack("{s:s, s:I}", "strategy", share->name, "runs", (json_int_t)share->run_count);
    if (has_hits) {
        json_object_set_new(line, "hits", json_integer((json_int_t)share->hit_count));
    }
    if (share->speaks) {
        json_object_set_new(line, "probability", json_real(share->estimate));
        json_object_set_new(line, "interval", pack_interval(&share->interval));
    }
    if (share->pct.depth) {
        const struct sley_pct_bound *pct = &share->pct;
        json_t *bound =
            json_pack("{s:i, s:i, s:i, s:b}", "depth", (int)pct->depth, "tasks", (int)pct->tasks,
                      "points", (int)pct->points, "stated", pct->stated);
        if (pct->stated) {
            json_object_set_new(bound, "probability", json_real(pct->probability));
            json_object_set_new(bound, "missed", json_real(pct->missed));
        }
        json_object_set_new(line, "pct", bound);
    }
    return line;
}

static json_t *
pack_schedules(const struct sley_statistics *s)
{
    return json_pack("{s:I, s:I, s:I, s:b, s:f, s:I}", "runs", (json_int_t)s->schedule_runs,
                     "distinct", (json_int_t)s->distinct, "seen_once", (json_int_t)s->single,
                     "exact", s->exact, "unseen_share", s->unseen, "coarse_runs",
                     (json_int_t)s->coarse_count);
}

static void
pack_sampled(json_t *line, const struct sley_statistics *s)
{
    if (s->schedule_runs) {
        json_object_set_new(line, "schedules", pack_schedules(s));
    }
    if (s->first_hit) {
        json_object_set_new(line, "runs_to_first", json_integer((json_int_t)s->first_hit));
    }
    if (s->all.speaks && s->all.interval.low > 0) {
        json_object_set_new(line, "runs_to_first_mean",
                            json_pack("[f, f, f]", 1 / s->all.interval.high, 1 / s->all.estimate,
                                      1 / s->all.interval.low));
    }
    if (s->all.speaks) {
        json_object_set_new(line, "law", json_string(s->waiting ? "waiting" : "binomial"));
    }
    json_object_set_new(line, "under", pack_share(&s->all, s->has_hits));
    json_t *shares = json_array();
    for (uint32_t i = 0; i < s->share_count; i++) {
        json_array_append_new(shares, pack_share(&s->share[i], s->has_hits));
    }
    if (s->share_count) {
        json_object_set(line, "mix", shares);
    }
    json_decref(shares);
}

json_t *
sley_statistics_pack(const struct sley_campaign *campaign, bool timed)
{
    struct sley_statistics s;
    sley_statistics_of(&s, campaign);
    const struct sley_tally *tally = campaign->tally;
    json_t *line = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b}", "runs", (json_int_t)s.run_count, "discarded",
        (json_int_t)s.discarded_count, "given_up", (json_int_t)s.pruned_count, "steps",
        (json_int_t)s.step_count, "tasks_max", (json_int_t)tally->task_max, "points_max",
        (json_int_t)tally->step_max, "sampled", s.sampled, "exhausted", campaign->exhausted);
    if (timed) {
        json_object_set_new(line, "elapsed_ms", json_integer((json_int_t)campaign->elapsed_ms));
        json_object_set_new(line, "rate", json_real(s.rate));
    }
    if (s.sampled) {
        pack_sampled(line, &s);
    }
    return line;
}
