#include "tests/python/loop/order.h"

#include "search/replay.h"
#include "tests/python/loop/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 48, COLLECTED_MAX = 8 };

static struct order_trace trace;
static const struct order_case *running;
static bool recording;
static char collected[COLLECTED_MAX][WORD_MAX];
static size_t collected_count;

static void
append(const char *word)
{
    size_t used = strlen(trace.text);
    if (used + strlen(word) + 2 > sizeof trace.text) {
        trace.overflown = true;
        return;
    }
    if (used) {
        trace.text[used++] = ' ';
    }
    strcpy(trace.text + used, word);
}

void
note(const char *format, ...)
{
    char word[WORD_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(word, sizeof word, format, arguments);
    va_end(arguments);
    if (recording) {
        append(word);
    }
}

bool
is_recording(void)
{
    return recording;
}

void
stop_recording(void)
{
    recording = false;
}

void
collect(const char *format, ...)
{
    va_list arguments;
    if (collected_count == COLLECTED_MAX) {
        trace.overflown = true;
        return;
    }
    va_start(arguments, format);
    vsnprintf(collected[collected_count++], WORD_MAX, format, arguments);
    va_end(arguments);
}

static int
ascending(const void *a, const void *b)
{
    return strcmp(a, b);
}

void
note_collected(void)
{
    qsort(collected, collected_count, WORD_MAX, ascending);
    for (size_t i = 0; i < collected_count; i++) {
        note("%s", collected[i]);
    }
    collected_count = 0;
}

const char *
truth(bool value)
{
    return value ? "True" : "False";
}

const char *
error_name(intptr_t raised)
{
    static const struct {
        intptr_t raised;
        const char *name;
    } names[] = {
        {KEY_ERROR, "KeyError"},
        {SLEY_TIMEOUT_ERROR, "TimeoutError"},
        {SLEY_INVALID_STATE_ERROR, "InvalidStateError"},
        {SLEY_RUNTIME_ERROR, "RuntimeError"},
        {SLEY_VALUE_ERROR, "ValueError"},
        {SLEY_QUEUE_EMPTY, "QueueEmpty"},
        {SLEY_QUEUE_FULL, "QueueFull"},
        {SLEY_BROKEN_BARRIER_ERROR, "BrokenBarrierError"},
        {SLEY_EXCEPTION_GROUP, "ExceptionGroup"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].raised == raised) {
            return names[i].name;
        }
    }
    return "an-unknown-exception";
}

/* What is alive when the case returns is none of its trace, as in Python, and must not use the
 * locals of the body. */
static void
main_coroutine(void)
{
    running->body();
    stop_recording();
    sley_loop_shutdown();
}

const struct order_trace *
order_run(const struct order_case *the_case, struct sley_source source)
{
    static const struct sley_property property = {
        .name = "order",
        .body = main_coroutine,
        .global_order = true,
        .expect = {{"coroutine", SLEY_CONFIRMED, ""}},
    };
    const struct sley_target target = {.property = &property, .model = &sley_model_coroutine};
    trace.text[0] = '\0';
    trace.overflown = false;
    collected_count = 0;
    running = the_case;
    recording = true;
    sley_target_run(&target, &source, NULL, &trace.result);
    recording = false;
    return &trace;
}

const struct order_trace *
order_run_by_default(const struct order_case *the_case)
{
    static struct sley_replay replay;
    return order_run(the_case, sley_replay_source(&replay, NULL, 0));
}
