#include "cli/progress.h"

#include <inttypes.h>
#include <stdlib.h>

enum { PLAIN_MS = 30000 };

static const char clear_line[] = "\r\033[K";

static uint64_t
plain_interval_ms(void)
{
    const char *text = getenv("SLEY_PROGRESS_MS");
    return text ? strtoull(text, NULL, 10) : PLAIN_MS;
}

/* Seconds until the time or the runs are used up, whichever the campaign is bounded by. */
static double
seconds_left(const struct sley_campaign *campaign, double rate)
{
    uint64_t time_ms = campaign->options.time_ms;
    if (time_ms) {
        uint64_t elapsed = campaign->elapsed_ms;
        return time_ms > elapsed ? (double)(time_ms - elapsed) / 1000 : 0;
    }
    uint64_t done = campaign->tally->run_count;
    return rate > 0 && campaign->runs > done ? (double)(campaign->runs - done) / rate : 0;
}

static void
print_line(FILE *out, const struct sley_campaign *campaign, uint64_t failure_count)
{
    const struct sley_schedules *schedules = campaign->schedules;
    uint64_t runs = campaign->tally->run_count;
    uint64_t fresh = runs - campaign->resumed_count;
    double rate = campaign->elapsed_ms ? (double)fresh * 1000 / (double)campaign->elapsed_ms : 0;
    fprintf(out, "%s %s: %" PRIu64 " runs, %.0f/s, %" PRIu64 " failures",
            campaign->target.property->name, campaign->target.model->name, runs, rate,
            failure_count);
    if (schedules && schedules->run_count) {
        fprintf(out, ", %" PRIu64 " schedules", sley_schedules_distinct(schedules));
    }
    /* How much of a search is left is not known. */
    if (campaign->ops || campaign->options.time_ms) {
        fprintf(out, ", %.0f s left", seconds_left(campaign, rate));
    }
}

void
sley_progress_show(const struct sley_session *session, const struct sley_campaign *campaign,
                   uint64_t failure_count, uint64_t *shown_ms)
{
    switch (session->progress) {
    case SLEY_PROGRESS_NONE:
        return;
    case SLEY_PROGRESS_LINE:
        fputs(clear_line, session->out);
        print_line(session->out, campaign, failure_count);
        fflush(session->out);
        return;
    case SLEY_PROGRESS_PLAIN:
        break;
    }
    if (campaign->elapsed_ms - *shown_ms < plain_interval_ms()) {
        return;
    }
    *shown_ms = campaign->elapsed_ms;
    fprintf(stderr, "sley: ");
    print_line(stderr, campaign, failure_count);
    fputc('\n', stderr);
}

void
sley_progress_clear(const struct sley_session *session)
{
    if (session->progress == SLEY_PROGRESS_LINE) {
        fputs(clear_line, session->out);
    }
}
