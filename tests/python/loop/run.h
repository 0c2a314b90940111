/* Runs a case of the ordering suite, and reads what Python shows of it. */
#ifndef SLEY_TESTS_PYTHON_LOOP_RUN_H
#define SLEY_TESTS_PYTHON_LOOP_RUN_H

#include "campaign/target.h"
#include "models/registry.h"
#include "tests/python/loop/order.h"

enum { ORDER_TEXT_MAX = 1024, ORDER_LINES_MAX = 2048 };

struct order_trace {
    char text[ORDER_TEXT_MAX]; /* the words, divided by spaces */
    bool overflown;            /* there was no room for all of them */
    struct sley_run_result result;
};

/* One run in the model `coroutine`. The trace lives until the next call. */
const struct order_trace *order_run(const struct order_case *the_case, struct sley_source source);

/* The same without a preemption: every choice is answered by 0. */
const struct order_trace *order_run_by_default(const struct order_case *the_case);

/* Every module of cases; a module of NULL ends the list. */
struct order_suite {
    const char *module;
    const struct order_case *cases;
};

extern const struct order_suite order_suites[];

/* --- Python --- */

/* The trace that a release of Python shows which breaks the rule of the case. */
extern const char order_no_trace[];

struct order_lines {
    uint32_t count;
    struct {
        char name[96];
        char text[ORDER_TEXT_MAX];
    } line[ORDER_LINES_MAX];
};

enum order_python {
    ORDER_PYTHON_READ,
    ORDER_PYTHON_ABSENT, /* there is none, or it is not 3.11 */
    ORDER_PYTHON_FAILED,
};

/* Fills lines with what run.py prints for the arguments ("NAME: TEXT" each). */
enum order_python order_python_read(struct order_lines *lines, const char *python,
                                    const char *arguments);

/* The same from a file. False: it cannot be read. */
bool order_file_read(struct order_lines *lines, const char *path);

/* The text of a line; NULL: there is none of that name. */
const char *order_line(const struct order_lines *lines, const char *name);

#endif
