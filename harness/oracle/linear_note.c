/* Why a history is not linearizable, in words. */
#include "oracle/linear.h"

#include "base/note.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CALL_TEXT = 96, NUMBER_TEXT = 24 };

static const char *
number(int64_t value, char text[NUMBER_TEXT])
{
    if (value == SLEY_NONE) {
        return "none";
    }
    snprintf(text, NUMBER_TEXT, "%" PRId64, value);
    return text;
}

/* "put 7", "get -> 7", "replace 1 2 -> 0", "get (pending)". */
static void
call_text(const struct sley_linear *linear, const struct sley_call *call, char text[CALL_TEXT])
{
    const struct sley_spec_ops *ops = linear->spec.ops;
    uint32_t op = call->op % (sizeof ops->ops / sizeof ops->ops[0]);
    char first[NUMBER_TEXT], second[NUMBER_TEXT], result[NUMBER_TEXT];
    bool silent = ops->silent[op] && call->result == 0;
    bool pending = call->end == UINT64_MAX;
    snprintf(text, CALL_TEXT, "%s%s%s%s%s%s%s", ops->ops[op] ? ops->ops[op] : "?",
             ops->arguments[op] > 0 ? " " : "",
             ops->arguments[op] > 0 ? number(call->argument, first) : "",
             ops->arguments[op] > 1 ? " " : "",
             ops->arguments[op] > 1 ? number(call->second, second) : "",
             pending  ? " (pending)"
             : silent ? ""
                      : " -> ",
             pending || silent ? "" : number(call->result, result));
}

/* How many begins and ends of the part come at or before that time. */
static uint32_t
rank(const struct sley_linear *linear, uint64_t time)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < linear->count; i++) {
        sum += linear->calls[i].begin <= time;
        sum += linear->calls[i].end <= time && linear->calls[i].end != UINT64_MAX;
    }
    return sum;
}

static void
note_call(const struct sley_linear *linear, const struct sley_call *call)
{
    char text[CALL_TEXT], end[NUMBER_TEXT] = "..";
    call_text(linear, call, text);
    if (call->end != UINT64_MAX) {
        snprintf(end, sizeof end, "%" PRIu32, rank(linear, call->end));
    }
    sley_note_add("  %3" PRIu32 " to %-3s  task %-3" PRIu32 " %s\n", rank(linear, call->begin), end,
                  call->task, text);
}

/* The calls of each task in the order of their begins. */
static void
note_calls(const struct sley_linear *linear)
{
    uint64_t noted = 0;
    for (uint32_t n = 0; n < linear->count; n++) {
        uint32_t best = SLEY_HISTORY_MAX;
        for (uint32_t i = 0; i < linear->count; i++) {
            const struct sley_call *call = &linear->calls[i];
            if (noted >> i & 1) {
                continue;
            }
            const struct sley_call *other = best < linear->count ? &linear->calls[best] : NULL;
            if (!other || call->task < other->task ||
                (call->task == other->task && call->begin < other->begin)) {
                best = i;
            }
        }
        noted |= (uint64_t)1 << best;
        note_call(linear, &linear->calls[best]);
    }
}

static uint64_t
note_order(const struct sley_linear *linear)
{
    uint64_t done = 0;
    sley_note_add("the longest order that fits:");
    for (uint32_t i = 0; i < linear->best_count; i++) {
        char text[CALL_TEXT];
        const struct sley_call *call = &linear->calls[linear->best_order[i]];
        call_text(linear, call, text);
        sley_note_add("%s task %" PRIu32 " %s", i ? ";" : "", call->task, text);
        done |= (uint64_t)1 << linear->best_order[i];
    }
    sley_note_add("%s\nwhich leaves:", linear->best_count ? "" : " none");
    for (int64_t i = 0; i < linear->best_state.count; i++) {
        char text[NUMBER_TEXT];
        sley_note_add(" %s", number(linear->best_state.item[i], text));
    }
    sley_note_add("%s\n", linear->best_state.count ? "" : " nothing");
    return done;
}

static void
note_candidates(const struct sley_linear *linear, uint64_t done)
{
    sley_note_add("what could come next does not fit:\n");
    for (uint32_t i = 0; i < linear->count; i++) {
        static struct sley_spec_state state;
        char text[CALL_TEXT];
        if (!sley_linear_candidate(linear, done, i)) {
            continue;
        }
        state = linear->best_state;
        const char *why = linear->spec.ops->apply(&linear->spec, &state, &linear->calls[i]);
        call_text(linear, &linear->calls[i], text);
        sley_note_add("  task %" PRIu32 " %s: %s\n", linear->calls[i].task, text,
                      why ? why : "fits, and leads to an order no longer than this one");
    }
}

/* Where in the history the call came from: no two calls begin at one time. */
static uintptr_t
address_of(const struct sley_history *history, const struct sley_call *call)
{
    for (int i = 0; i < history->count; i++) {
        if (history->calls[i].begin == call->begin) {
            return (uintptr_t)&history->calls[i];
        }
    }
    return 0;
}

/* Marks each call, so that it is found among the run's steps. */
static void
mark_calls(const struct sley_linear *linear, const struct sley_history *history, uint64_t done)
{
    static const char pending[] = " (pending)"; /* goes without saying when a call begins */
    for (uint32_t i = 0; i < linear->count; i++) {
        struct sley_call call = linear->calls[i];
        char text[CALL_TEXT];
        struct sley_mark mark = {
            .address = address_of(history, &call),
            .guilty = sley_linear_candidate(linear, done, i),
            .pending = call.end == UINT64_MAX,
        };
        call_text(linear, &call, text);
        snprintf(mark.returned, sizeof mark.returned, "%.*s", SLEY_MARK_TEXT - 1, text);
        call.end = UINT64_MAX;
        call_text(linear, &call, text);
        snprintf(mark.call, sizeof mark.call, "%.*s", (int)(strlen(text) - strlen(pending)), text);
        sley_note_mark(&mark);
    }
}

void
sley_linear_note(const struct sley_linear *linear, const struct sley_history *history)
{
    if (!sley_note_current) {
        return;
    }
    sley_note_add("history of %s %" PRIu32 ", its shortest prefix that fits no order "
                  "(begin to end, counted):\n",
                  linear->spec.ops->name, linear->count ? linear->calls[0].object : 0);
    note_calls(linear);
    uint64_t done = note_order(linear);
    note_candidates(linear, done);
    mark_calls(linear, history, done);
}
