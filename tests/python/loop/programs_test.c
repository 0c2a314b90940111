/* Random programs on the event loop of the model and on that of CPython show the same traces.
 *
 * usage: order_programs_test [FIRST [COUNT]]. Python is taken from the environment variable
 * SLEY_PYTHON, if set, else as the build found it. */
#include "tests/python/loop/programs.h"
#include "tests/python/loop/run.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PROGRAMS = 1000, DIFFERENCES_SHOWN = 5 };

const char *order_program_line;

static const struct order_case program = {.name = "program", .body = order_program};
static uint64_t first = 0;
static uint32_t count = PROGRAMS;
static struct order_lines shown; /* by Python */

static const struct order_trace *
run_program(uint64_t number)
{
    static char line[PROGRAM_LINE_MAX];
    order_program_generate(line, number);
    order_program_line = line;
    return order_run_by_default(&program);
}

/* Has Python run all programs. */
static enum order_python
ask_python(void)
{
    const char *python = getenv("SLEY_PYTHON") ? getenv("SLEY_PYTHON") : SLEY_TEST_PYTHON;
    char path[] = "/tmp/sley-programs-XXXXXX";
    char arguments[80];
    int file = mkstemp(path);
    FILE *stream = file < 0 ? NULL : fdopen(file, "w");
    if (!stream) {
        return ORDER_PYTHON_FAILED;
    }
    for (uint32_t i = 0; i < count; i++) {
        char line[PROGRAM_LINE_MAX];
        order_program_generate(line, first + i);
        fprintf(stream, "%s\n", line);
    }
    fclose(stream);
    snprintf(arguments, sizeof arguments, "--programs %s", path);
    enum order_python read = order_python_read(&shown, python, arguments);
    unlink(path);
    return read;
}

/* A program may well block for ever; no other verdict may show. */
static bool
same(uint32_t index)
{
    const struct order_trace *trace = run_program(first + index);
    return (trace->result.verdicts & ~SLEY_ANY_DEADLOCK) == 0 && !trace->overflown &&
           strcmp(trace->text, shown.line[index].text) == 0;
}

static void
print_difference(uint32_t index)
{
    const struct order_trace *trace = run_program(first + index);
    print_error("program %" PRIu64 ": %s\n  python: %s\n  model:  %s\n", first + index,
                order_program_line, shown.line[index].text, trace->text);
    for (uint32_t i = 0; i < trace->result.failure_count; i++) {
        print_error("  verdict: %s: %s\n", sley_verdict_text(trace->result.failure[i].verdict),
                    trace->result.failure[i].text);
    }
}

static void
random_programs_have_the_same_order(void **state)
{
    uint32_t different = 0;
    (void)state;
    enum order_python read = ask_python();
    if (read == ORDER_PYTHON_ABSENT) {
        print_message("no Python 3.11 to compare with\n");
        skip();
    }
    assert_int_equal(read, ORDER_PYTHON_READ);
    assert_int_equal(shown.count, count);
    for (uint32_t i = 0; i < count; i++) {
        if (!same(i) && different++ < DIFFERENCES_SHOWN) {
            print_difference(i);
        }
    }
    print_message("%u programs, %u differ\n", count, different);
    assert_int_equal(different, 0);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_programs_have_the_same_order)};
    first = argc > 1 ? strtoull(argv[1], NULL, 10) : first;
    count = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : count;
    if (count > ORDER_LINES_MAX || sley_engine_init(NULL) != SLEY_OK) {
        return 2;
    }
    return cmocka_run_group_tests_name("programs", tests, NULL, NULL);
}
