/* Writes the page of a run of N steps that no program has to take.
 *
 * usage: page_bench STEPS FILE */
#include "report/page.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TASKS = 8, CELLS = 64 };

static uint64_t cells[CELLS];

/* Eight tasks that read and write 64 variables under four locks, switching every few steps. */
static void
fill(struct sley_capture *capture, uint32_t step_count)
{
    uint16_t task = 0;
    for (uint32_t i = 0; i < step_count; i++) {
        struct sley_event *event = &capture->events[i];
        if (i % 7 == 0) {
            task = (uint16_t)((task + 3) % TASKS);
        }
        *event = (struct sley_event){
            .step = i + 1,
            .task = task,
            .op = (uint8_t)(i % 3 == 0 ? SLEY_OP_WRITE : SLEY_OP_READ),
            .size = 8,
            .address = (uintptr_t)&cells[(i * 31) % CELLS],
            .pc = (uintptr_t)fill + 1 + i % 40,
            .value = i % 1000,
            .clock_ns = (uint64_t)i * 100,
        };
        if (i % 50 == 0 || i % 50 == 6) {
            event->op = (uint8_t)(i % 50 == 0 ? SLEY_OP_LOCK : SLEY_OP_UNLOCK);
            event->address = (uintptr_t)&cells[task % 4];
        }
    }
    capture->event_count = step_count;
    capture->result.step_count = step_count;
    capture->result.task_count = TASKS;
    capture->result.failure_count = 1;
    capture->result.failure[0] = (struct sley_failure){
        .verdict = SLEY_VERDICT_RACE,
        .task = {capture->events[step_count - 1].task, capture->events[step_count / 2].task},
        .step = {step_count, step_count / 2 + 1},
        .pc = {capture->events[step_count - 1].pc, capture->events[step_count / 2].pc},
        .address = capture->events[step_count - 1].address,
    };
    capture->result.verdicts = SLEY_BIT(RACE);
}

int
main(int argc, char **argv)
{
    struct sley_error error;
    struct sley_symbolizer *symbolizer;
    struct timespec begin, end;
    struct sley_page_head head = {"page-bench", "a run of many steps", "", "thread", "bench"};
    long steps = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    if (steps < 2 || steps > SLEY_CAPTURE_EVENTS_MAX) {
        fprintf(stderr, "usage: page_bench STEPS FILE, with 2..%d steps\n",
                SLEY_CAPTURE_EVENTS_MAX);
        return 2;
    }
    struct sley_capture *capture = sley_capture_create();
    FILE *file = fopen(argv[2], "w");
    if (!capture || !file || sley_symbolizer_create(&symbolizer, &error) != SLEY_OK) {
        fprintf(stderr, "page_bench: cannot begin\n");
        return 2;
    }
    fill(capture, (uint32_t)steps);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    json_t *runs = json_array();
    json_array_append_new(runs, sley_page_run(symbolizer, capture, "a long run", "sley replay"));
    bool written = sley_page_write(file, &head, runs);
    json_decref(runs);
    written = fclose(file) == 0 && written;
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("page of %ld steps written in %.0f ms\n", steps,
           (double)(end.tv_sec - begin.tv_sec) * 1e3 + (double)(end.tv_nsec - begin.tv_nsec) / 1e6);
    sley_symbolizer_destroy(symbolizer);
    sley_capture_destroy(capture);
    return written ? 0 : 1;
}
