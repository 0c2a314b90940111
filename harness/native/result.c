#include "native/result.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

enum { NUMBER_SIZE = 32, ALWAYS_COUNT = 4 };

static const double ns_per_s = 1e9;
static const double ns_per_ms = 1e6;

/* The verdicts that a line names even when no run showed them. */
static const enum sley_verdict always[ALWAYS_COUNT] = {SLEY_VERDICT_ASSERTION, SLEY_VERDICT_RACE,
                                                       SLEY_VERDICT_BLOCKED, SLEY_VERDICT_CRASH};

static double
rate(uint64_t runs, uint64_t elapsed_ns)
{
    return elapsed_ns ? (double)runs * ns_per_s / (double)elapsed_ns : 0;
}

/* 1204 as "1,204". */
static const char *
grouped(char text[NUMBER_SIZE], uint64_t number)
{
    char digits[NUMBER_SIZE];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    int used = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text[used++] = ',';
        }
        text[used++] = digits[i];
    }
    text[used] = '\0';
    return text;
}

static bool
is_always(int verdict)
{
    for (int i = 0; i < ALWAYS_COUNT; i++) {
        if ((int)always[i] == verdict) {
            return true;
        }
    }
    return false;
}

/* On real threads every deadlock looks the same. */
static const char *
word_of(enum sley_verdict verdict)
{
    return verdict == SLEY_VERDICT_BLOCKED ? "blocked" : sley_verdict_word(verdict);
}

static void
print_runs(FILE *out, const struct sley_native_report *report)
{
    const struct sley_native_result *r = report->result;
    char runs[NUMBER_SIZE], speed[NUMBER_SIZE], count[NUMBER_SIZE];
    fprintf(out, "%s: %s runs in %.1f s, %s/s;", report->property->name,
            grouped(runs, r->run_count), (double)r->elapsed_ns / ns_per_s,
            grouped(speed, (uint64_t)rate(r->run_count, r->elapsed_ns)));
    for (int i = 0; i < ALWAYS_COUNT; i++) {
        fprintf(out, "%s %s %s", i ? "," : "", word_of(always[i]),
                grouped(count, r->shown[always[i]]));
    }
    for (int v = 0; v < SLEY_VERDICT_COUNT; v++) {
        if (r->shown[v] && !is_always(v)) {
            fprintf(out, ", %s %s", word_of((enum sley_verdict)v), grouped(count, r->shown[v]));
        }
    }
    fprintf(out, "\n");
}

static void
print_comparison(FILE *out, const struct sley_native_report *report)
{
    const struct sley_native_result *r = report->result;
    const struct sley_native_explore *e = report->explore;
    char count[NUMBER_SIZE], runs[NUMBER_SIZE], speed[NUMBER_SIZE];
    fprintf(out, "    by chance: %s of %s runs in %.1f s; sley: ",
            r->event_count ? grouped(count, r->event_count) : "none", grouped(runs, r->run_count),
            (double)r->elapsed_ns / ns_per_s);
    if (!e) {
        fprintf(out, "%s\n", report->missing);
        return;
    }
    if (e->found) {
        fprintf(out, "run %s (%.0f ms with start and end)", grouped(count, e->event_run),
                (double)e->event_ns / ns_per_ms);
    } else {
        fprintf(out, "none of %s runs", grouped(runs, e->run_count));
    }
    fprintf(out, ", %s/s\n", grouped(speed, (uint64_t)rate(e->run_count, e->elapsed_ns)));
}

void
sley_native_print(FILE *out, const struct sley_native_report *report)
{
    print_runs(out, report);
    print_comparison(out, report);
}

static json_t *
explore_object(const struct sley_native_explore *e)
{
    json_t *object = json_pack("{s:I, s:f, s:f}", "runs", (json_int_t)e->run_count, "elapsed_ms",
                               (double)e->elapsed_ns / ns_per_ms, "runs_per_s",
                               rate(e->run_count, e->elapsed_ns));
    if (e->found) {
        json_object_set_new(object, "event_run", json_integer((json_int_t)e->event_run));
        json_object_set_new(object, "event_ms", json_real((double)e->event_ns / ns_per_ms));
    }
    return object;
}

static json_t *
shown_object(const struct sley_native_result *r)
{
    json_t *object = json_object();
    for (int v = 0; v < SLEY_VERDICT_COUNT; v++) {
        if (r->shown[v] || is_always(v)) {
            json_object_set_new(object, word_of((enum sley_verdict)v),
                                json_integer((json_int_t)r->shown[v]));
        }
    }
    return object;
}

void
sley_native_print_json(FILE *out, const struct sley_native_report *report)
{
    const struct sley_native_result *r = report->result;
    json_t *line = json_pack(
        "{s:s, s:s, s:s, s:I, s:f, s:f, s:o, s:I}", "type", "native", "property",
        report->property->name, "model", "thread", "runs", (json_int_t)r->run_count, "elapsed_ms",
        (double)r->elapsed_ns / ns_per_ms, "runs_per_s", rate(r->run_count, r->elapsed_ns), "shown",
        shown_object(r), "event_runs", (json_int_t)r->event_count);
    if (r->event_count) {
        json_object_set_new(line, "event_run", json_integer((json_int_t)r->event_run));
        json_object_set_new(line, "event_ms", json_real((double)r->event_ns / ns_per_ms));
    }
    if (report->explore) {
        json_object_set_new(line, "explore", explore_object(report->explore));
    } else {
        json_object_set_new(line, "missing", json_string(report->missing));
    }
    json_dumpf(line, out, JSON_COMPACT | JSON_REAL_PRECISION(6));
    fprintf(out, "\n");
    json_decref(line);
}
