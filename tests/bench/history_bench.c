/* What it costs to judge a history: 4 tasks of 12 calls on a queue, right and wrong, by how many
 * calls overlap. */
#include "base/rng.h"
#include "oracle/linear.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TASKS = 4, EACH = 12, HISTORIES = 200 };

static double
now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Calls take effect at an instant each, at most `reach` after their begin. */
static void
draw(struct sley_rng *rng, struct sley_history *history, uint64_t reach, bool wrong)
{
    int64_t items[SLEY_HISTORY_MAX];
    int first = 0, last = 0, swapped = 0;
    struct sley_call *late[2] = {0};
    uint64_t free_at[TASKS] = {0};
    *history = (struct sley_history){0};
    for (int i = 0; i < TASKS * EACH; i++) {
        uint64_t instant = 10 * (uint64_t)i + 1000;
        struct sley_call *call = &history->calls[history->count++];
        uint64_t early = instant - sley_rng_below(rng, reach);
        uint32_t task = (uint32_t)(i % TASKS);
        bool puts = first == last || sley_rng_below(rng, 2);
        *call = (struct sley_call){.begin = early > free_at[task] ? early : free_at[task],
                                   .end = instant + 1 + sley_rng_below(rng, 30),
                                   .task = task,
                                   .op = puts ? SLEY_PUT : SLEY_GET};
        free_at[task] = call->end;
        if (puts) {
            call->argument = items[last] = last + 1;
            last++;
        } else {
            call->result = items[first++];
            late[swapped++ % 2] = call;
        }
    }
    if (wrong && late[0] && late[1]) {
        /* The last two items come in the other order, from gets that do not overlap. */
        struct sley_call *later = late[0]->result > late[1]->result ? late[0] : late[1];
        struct sley_call *earlier = later == late[0] ? late[1] : late[0];
        int64_t item = later->result;
        later->result = earlier->result;
        earlier->result = item;
        later->begin = later->begin > earlier->end ? later->begin : earlier->end;
        later->end = later->end > later->begin ? later->end : later->begin + 1;
    }
}

static double
measure(uint64_t reach, bool wrong)
{
    static struct sley_history history;
    static struct sley_linear linear;
    struct sley_rng rng;
    double worst = 0, sum = 0;
    uint32_t nodes = 0, undecided = 0;
    sley_rng_init(&rng, 3, reach);
    for (int i = 0; i < HISTORIES; i++) {
        uint64_t taken = 0;
        draw(&rng, &history, reach, wrong);
        double start = now_ms();
        sley_linear_part(&linear, &history, sley_spec_fifo(0), UINT64_MAX, &taken);
        undecided += sley_linear_search(&linear) == SLEY_NOT_DECIDED;
        double ms = now_ms() - start;
        sum += ms;
        worst = ms > worst ? ms : worst;
        nodes = linear.node_count > nodes ? linear.node_count : nodes;
    }
    printf("%-5s reach %3" PRIu64 ": %7.4f ms, worst %7.4f ms, at most %" PRIu32 " states, %" PRIu32
           " of %d not decided\n",
           wrong ? "wrong" : "right", reach, sum / HISTORIES, worst, nodes, undecided, HISTORIES);
    return sum / HISTORIES;
}

int
main(void)
{
    printf("%d tasks of %d calls on a FIFO queue\n", TASKS, EACH);
    double base = measure(1, false);
    for (uint64_t reach = 10; reach <= 1000; reach *= 10) {
        for (int wrong = 0; wrong < 2; wrong++) {
            double ms = measure(reach, wrong);
            printf("      %.1f times a history in which hardly any calls overlap\n", ms / base);
        }
    }
    return 0;
}
