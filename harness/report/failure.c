#include "report/failure.h"

#include "report/place.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>

/* The bits of a race's detail, as engine/record.c sets them. */
enum { NOW_WRITES = 1, NOW_ATOMIC = 2, BEFORE_WRITES = 4, BEFORE_ATOMIC = 8, SIZE_SHIFT = 8 };

struct printer {
    FILE *out;
    struct sley_symbolizer *symbolizer;
    const struct sley_failure *failure;
};

/* Prints `word PLACE`, with the function; nothing for an unknown place. */
static void
print_place(const struct printer *p, const char *word, uintptr_t pc)
{
    char text[SLEY_PLACE_TEXT];
    if (pc != 0) {
        sley_place_phrase(p->symbolizer, pc, text, sizeof text);
        fprintf(p->out, "%s%s", word, text);
    }
}

static void
print_object(const struct printer *p, const char *word, uintptr_t address, size_t size)
{
    char text[SLEY_OBJECT_TEXT];
    if (address != 0) {
        sley_object_text(p->symbolizer, address, size, text, sizeof text);
        fprintf(p->out, "%s%s", word, text);
    }
}

/* Prints " at counter.c:40 (task 0)" and ends the line. A failure that no code of a task stands for
 * has neither. */
static void
print_where(const struct printer *p)
{
    char text[SLEY_PLACE_TEXT];
    if (p->failure->pc[0] != 0) {
        sley_place_line(p->symbolizer, p->failure->pc[0], text, sizeof text);
        fprintf(p->out, " at %s (task %" PRIu32 ")", text, p->failure->task[0]);
    }
    fputc('\n', p->out);
}

/* Prints the line on the second place, if there is one. */
static void
print_second(const struct printer *p, const char *word)
{
    const struct sley_failure *f = p->failure;
    if (f->pc[1] == 0 && f->task[1] >= SLEY_TASKS_MAX) {
        return;
    }
    fprintf(p->out, "  %s", word);
    if (f->task[1] < SLEY_TASKS_MAX) {
        fprintf(p->out, " by task %" PRIu32, f->task[1]);
    }
    print_place(p, " at ", f->pc[1]);
    fputc('\n', p->out);
}

/* The common form: "VERDICT: TEXT at PLACE (task N)". */
static void
print_plain(const struct printer *p)
{
    const struct sley_failure *f = p->failure;
    fprintf(p->out, "%s%s%s", sley_verdict_text(f->verdict), f->text[0] ? ": " : "", f->text);
    print_where(p);
}

static void
print_crash(const struct printer *p)
{
    const struct sley_failure *f = p->failure;
    fprintf(p->out, "%s%s%s", sley_verdict_text(f->verdict), f->text[0] ? ": " : "", f->text);
    if (f->pc[0] != 0 && (f->detail == SIGSEGV || f->detail == SIGBUS)) {
        fprintf(p->out, ", address 0x%" PRIxPTR, f->address);
    }
    print_where(p);
}

static void
print_object_failure(const struct printer *p)
{
    const struct sley_failure *f = p->failure;
    fprintf(p->out, "%s: %s", sley_verdict_text(f->verdict), f->text);
    print_object(p, ": ", f->address, 0);
    print_where(p);
}

static void
print_heap(const struct printer *p)
{
    const struct sley_failure *f = p->failure;
    fprintf(p->out, "%s: %s", sley_verdict_text(f->verdict), f->text);
    print_object(p, ", ", f->address, 1);
    print_where(p);
    print_second(p, sley_failure_after_free(f) ? "freed" : "allocated");
}

static void
print_race(const struct printer *p)
{
    const struct sley_failure *f = p->failure;
    uint32_t detail = f->detail;
    fputs(sley_verdict_text(f->verdict), p->out);
    print_object(p, " on ", f->address, detail >> SIZE_SHIFT ? detail >> SIZE_SHIFT : 1);
    fprintf(p->out, ": task %" PRIu32 " %s%s", f->task[0], detail & NOW_WRITES ? "writes" : "reads",
            detail & NOW_ATOMIC ? " atomically" : "");
    print_place(p, " at ", f->pc[0]);
    if (f->task[1] < SLEY_TASKS_MAX) {
        fprintf(p->out, ", task %" PRIu32 " %s%s", f->task[1],
                detail & BEFORE_WRITES ? "wrote" : "read",
                detail & BEFORE_ATOMIC ? " atomically" : "");
        print_place(p, " at ", f->pc[1]);
        fputs(" before", p->out);
    }
    fputs(", unordered\n", p->out);
}

static void
print_self(const struct printer *p)
{
    const struct sley_failure *f = p->failure;
    fprintf(p->out, "%s: task %" PRIu32, sley_verdict_text(f->verdict), f->task[0]);
    print_object(p, " waits for ", f->address, 0);
    print_place(p, " at ", f->pc[0]);
    print_place(p, ", which it holds since ", f->cycle_count > 0 ? f->cycle[0].taken_pc : 0);
    fputc('\n', p->out);
}

static void
print_cycle(const struct printer *p)
{
    const struct sley_failure *f = p->failure;
    fprintf(p->out, "%s\n", sley_verdict_text(f->verdict));
    for (uint32_t i = 0; i < f->cycle_count; i++) {
        fprintf(p->out, "  task %" PRIu32, f->cycle[i].task);
        print_object(p, " waits for ", f->cycle[i].object, 0);
        print_place(p, " at ", f->cycle[i].wait_pc);
        /* A full table may be the begin of a longer cycle, whose next task is not known. */
        bool last = i + 1 == f->cycle_count;
        if (!last || f->cycle_count < SLEY_CYCLE_MAX) {
            fprintf(p->out, ", held by task %" PRIu32, f->cycle[last ? 0 : i + 1].task);
            print_place(p, " since ", f->cycle[i].taken_pc);
        }
        fputc('\n', p->out);
    }
}

/* A task that waits for ever, without a cycle. */
static void
print_stalled(const struct printer *p, const char *second)
{
    const struct sley_failure *f = p->failure;
    fprintf(p->out, "%s: task %" PRIu32 " %s", sley_verdict_text(f->verdict), f->task[0],
            f->text[0] ? f->text : "waits for ever");
    print_object(p, ": ", f->address, 0);
    print_place(p, " at ", f->pc[0]);
    fputc('\n', p->out);
    /* Without a place it is the task whose end is waited for: it took nothing. */
    if (f->pc[1] != 0) {
        print_second(p, second);
    }
}

static void
print_inversion(const struct printer *p)
{
    const struct sley_failure *f = p->failure;
    fprintf(p->out, "%s: %s: task %" PRIu32, sley_verdict_text(f->verdict), f->text, f->task[0]);
    print_object(p, " takes ", f->address, 0);
    print_place(p, " at ", f->pc[0]);
    fputc('\n', p->out);
    print_second(p, "in the other order");
}

void
sley_failure_print(FILE *out, struct sley_symbolizer *symbolizer,
                   const struct sley_failure *failure)
{
    struct printer p = {out, symbolizer, failure};
    switch (failure->verdict) {
    case SLEY_VERDICT_CRASH:
    case SLEY_VERDICT_STACK_OVERFLOW:
        print_crash(&p);
        break;
    case SLEY_VERDICT_OUT_OF_MEMORY:
    case SLEY_VERDICT_EXIT:
    case SLEY_VERDICT_STUCK:
    case SLEY_VERDICT_ASSERTION:
    case SLEY_VERDICT_LIVELOCK:
    case SLEY_VERDICT_STEP_BOUND:
    case SLEY_VERDICT_LEAK:
    case SLEY_VERDICT_NONDETERMINISM:
    case SLEY_VERDICT_DISCARDED:
        print_plain(&p);
        break;
    case SLEY_VERDICT_HEAP:
        print_heap(&p);
        break;
    case SLEY_VERDICT_DEADLOCK_SELF:
        print_self(&p);
        break;
    case SLEY_VERDICT_DEADLOCK_CYCLE:
        print_cycle(&p);
        break;
    case SLEY_VERDICT_LOST_WAKEUP:
        print_stalled(&p, "taken");
        fputs("  a signal came earlier, when no task waited\n", out);
        break;
    case SLEY_VERDICT_ORPHANED_LOCK:
        print_stalled(&p, "taken and never released");
        break;
    case SLEY_VERDICT_BLOCKED:
        print_stalled(&p, "taken");
        break;
    case SLEY_VERDICT_MISUSE:
        print_object_failure(&p);
        break;
    case SLEY_VERDICT_INVERSION:
        print_inversion(&p);
        break;
    case SLEY_VERDICT_RACE:
        print_race(&p);
        break;
    case SLEY_VERDICT_COUNT:
        break;
    }
}

const struct sley_failure *
sley_failure_strongest(const struct sley_run_result *result)
{
    const struct sley_failure *strongest = NULL;
    for (uint32_t i = 0; i < result->failure_count; i++) {
        const struct sley_failure *failure = &result->failure[i];
        if (!strongest || failure->verdict < strongest->verdict) {
            strongest = failure;
        }
    }
    return strongest;
}

bool
sley_failure_after_free(const struct sley_failure *failure)
{
    return strstr(failure->text, "after free") || strstr(failure->text, "double free");
}
