/* The interpreter of bytecode programs and the model gil:py310, held to the real python3 (3.11).
 *
 * usage: gil_test DIRECTORY PYTHON
 *
 * DIRECTORY has each program twice: NAME.py and NAME.dis. The test enumerates every outcome of
 * NAME.dis in the model, and asks observe.py for the outcomes and bytecodes of NAME.py. Each
 * outcome that was seen must be one of the model's, and the bytecodes of each function must be the
 * same. Real schedules are luck: an outcome that is not seen is only printed. Exit code 77: no
 * python3 of version 3.11. */
#include "campaign/target.h"
#include "models/registry.h"
#include "program/program.h"
#include "search/exhaustive.h"

#include <sley/sley.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TASKS_MAX = 4, SHOWN_MAX = 4, OUTCOMES_MAX = 256, RUNS_MAX = 1000000, REPEATS = 800 };

static const char *directory, *python;

/* The program under test, for the body. */
static char text[SLEY_PROGRAM_TEXT_MAX];
static char task[TASKS_MAX][SLEY_PROGRAM_NAME], shown[SHOWN_MAX][SLEY_PROGRAM_NAME];
static int task_count, shown_count;

static char outcome[512]; /* of the run that ended last */
static struct {
    char text[512];
    bool seen;
} outcomes[OUTCOMES_MAX];
static int outcome_count;

static void
read_program(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.dis", directory, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    assert_in_range(length, 1, sizeof text - 2);
    text[length] = '\0';
}

/* The words behind "# what: " in the program's head. */
static int
read_words(const char *what, char words[][SLEY_PROGRAM_NAME], int words_max)
{
    int count = 0;
    int used = 0;
    const char *at = strstr(text, what);
    assert_non_null(at);
    at += strlen(what);
    for (; count < words_max && sscanf(at, "%*[ ]%31[a-z_]%n", words[count], &used) == 1;
         at += used) {
        count++;
    }
    assert_int_equal(*at, '\n');
    return count;
}

static void
load_program(const char *name)
{
    read_program(name);
    task_count = read_words("# tasks:", task, TASKS_MAX);
    shown_count = read_words("# show:", shown, SHOWN_MAX);
}

/* --- the model --- */

static void
body(void)
{
    uintptr_t tasks[TASKS_MAX] = {0};
    char value[128];
    size_t used = 0;
    outcome[0] = '\0';
    sley_program_load(text);
    for (int i = 0; i < task_count; i++) {
        tasks[i] = sley_program_start(task[i]);
    }
    enum sley_exception raised[TASKS_MAX] = {0};
    for (int i = 0; i < task_count; i++) {
        raised[i] = sley_program_join(tasks[i]);
    }
    for (int i = 0; i < shown_count; i++) {
        sley_program_text(shown[i], value, sizeof value);
        used += (size_t)snprintf(outcome + used, sizeof outcome - used, "%s=%s ", shown[i], value);
    }
    for (int i = 0; i < task_count; i++) {
        const char *exception = sley_exception_name(raised[i]);
        used += (size_t)snprintf(outcome + used, sizeof outcome - used, "%s%s",
                                 i ? "," : "raised=", exception[0] ? exception : "-");
    }
}

static int
find(const char *wanted)
{
    for (int i = 0; i < outcome_count; i++) {
        if (strcmp(outcomes[i].text, wanted) == 0) {
            return i;
        }
    }
    return -1;
}

static void
note_outcome(void)
{
    if (find(outcome) < 0) {
        assert_true(outcome_count < OUTCOMES_MAX);
        snprintf(outcomes[outcome_count].text, sizeof outcomes[0].text, "%s", outcome);
        outcomes[outcome_count++].seen = false;
    }
}

/* Every outcome, or with bound those of runs with at most two preemptions. Returns the runs. */
static unsigned long
enumerate(const struct sley_model *model, bool bound)
{
    static struct sley_run_result result;
    const struct sley_property property = {.name = "program", .body = body};
    const struct sley_target target = {.property = &property, .model = model};
    const struct sley_search_options options = {bound, 2, false};
    struct sley_search *search = sley_search_create(&options);
    unsigned long runs = 0;
    bool more = true;
    outcome_count = 0;
    while (more) {
        assert_true(runs++ < RUNS_MAX);
        struct sley_source source = sley_search_source(search);
        sley_target_run(&target, &source, NULL, &result);
        assert_int_equal(result.verdicts, 0);
        if (!result.pruned) {
            note_outcome();
        }
        more = sley_search_next(search);
    }
    assert_false(sley_search_truncated(search));
    sley_search_destroy(search);
    return runs;
}

/* --- bytecodes --- */

static bool
is_jump(const char *name)
{
    return strncmp(name, "JUMP_", 5) == 0 || strncmp(name, "POP_JUMP_", 9) == 0 ||
           strcmp(name, "FOR_ITER") == 0;
}

/* "FUNCTION INSTRUCTION [OPERAND]" of one instruction, as observe.py prints it. */
static void
print_instruction(char *line, size_t size, const char *function, const char *source)
{
    char name[64] = "", operand[64] = "";
    const char *colon = strchr(source, ':');
    const char *end = strchr(source, '\n');
    bool has_label = colon && colon < end;
    sscanf(has_label ? colon + 1 : source, " %63[A-Z_]%*[ ]%63[^\n]", name, operand);
    bool bare = operand[0] == '\0' || is_jump(name);
    snprintf(line, size, "code %s %s%s%s\n", function, name, bare ? "" : " ", bare ? "" : operand);
}

/* What observe.py prints of every function of the program. */
static void
print_program(char *code, size_t size)
{
    static struct sley_program program;
    struct sley_error error;
    size_t used = 0;
    assert_int_equal(sley_program_assemble(&program, text, &error), SLEY_OK);
    code[0] = '\0';
    for (uint32_t f = 0; f < program.function_count; f++) {
        const struct sley_function *function = &program.function[f];
        const char *before = NULL;
        for (uint32_t i = function->first; i < function->end && used < size; i++) {
            const char *source = program.instruction[i].text;
            if (source != before) { /* "NULL + f" stands for two */
                print_instruction(code + used, size - used, function->name, source);
                used += strlen(code + used);
            }
            before = source;
        }
    }
}

/* --- the real one --- */

/* Reads what observe.py says: outcomes are looked up, bytecodes are collected in code. */
static int
observe(const char *name, char *code, size_t size)
{
    char command[1024], line[600];
    int strange = 0;
    size_t used = 0;
    snprintf(command, sizeof command, "cd '%s' && timeout 60 '%s' -B observe.py %s %d", directory,
             python, name, REPEATS);
    FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): paths of the build itself */
    assert_non_null(pipe);
    code[0] = '\0';
    while (fgets(line, sizeof line, pipe)) {
        if (strncmp(line, "outcome ", 8) != 0) {
            used += (size_t)snprintf(code + used, size - used, "%s", line);
            assert_true(used < size);
            continue;
        }
        line[strcspn(line, "\n")] = '\0';
        int index = find(line + 8);
        strange += index < 0;
        print_message("  %s: %s\n", index < 0 ? "SEEN, NOT IN THE MODEL" : "seen", line + 8);
        if (index >= 0) {
            outcomes[index].seen = true;
        }
    }
    assert_int_equal(pclose(pipe), 0);
    return strange;
}

static void
python_shows_nothing_that_the_model_does_not(void **state)
{
    static char ours[8192], theirs[8192];
    const char *name = *state;
    load_program(name);
    unsigned long runs = enumerate(&sley_model_gil_py310, false);
    print_message("%s: %d outcomes in %lu runs\n", name, outcome_count, runs);
    assert_int_equal(observe(name, theirs, sizeof theirs), 0);
    for (int i = 0; i < outcome_count; i++) {
        if (!outcomes[i].seen) {
            print_message("  the model alone: %s\n", outcomes[i].text);
        }
    }
    print_program(ours, sizeof ours);
    assert_string_equal(ours, theirs);
}

/* Outcomes of the program in the model within the bound; the first stricter_count of those met
 * before must be among them. */
static int
outcomes_with(const struct sley_model *model, bool bound, int stricter_count)
{
    static char stricter[OUTCOMES_MAX][sizeof outcomes[0].text];
    for (int i = 0; i < stricter_count; i++) {
        memcpy(stricter[i], outcomes[i].text, sizeof stricter[i]);
    }
    enumerate(model, bound);
    for (int i = 0; i < stricter_count; i++) {
        assert_true(find(stricter[i]) >= 0);
    }
    return outcome_count;
}

/* What the lock of 3.10 allows, that of 3.2 allows, and no lock at all allows that too. */
static void
each_looser_lock_allows_what_a_stricter_one_does(void **state)
{
    static const char *const programs[] = {"increment", "call_between", "sort_append"};
    (void)state;
    for (int i = 0; i < 3; i++) {
        load_program(programs[i]);
        int py310 = outcomes_with(&sley_model_gil_py310, false, 0);
        int py32 = outcomes_with(&sley_model_gil_py32, true, py310);
        int none = outcomes_with(&sley_model_gil_free, true, py32);
        print_message("%s: %d, %d, %d outcomes\n", programs[i], py310, py32, none);
        assert_true(i > 0 || py32 > py310);
    }
}

/* A bytecode more on a task's own stack, before each of the others in turn, changes no outcome. */
static void
a_constant_more_on_the_stack_changes_no_outcome(void **state)
{
    static const char more[] = "    LOAD_CONST      'more'\n    POP_TOP\n";
    static const char *const programs[] = {"append", "sort_append", "call_between"};
    static char whole[sizeof text];
    (void)state;
    for (int i = 0; i < 3; i++) {
        load_program(programs[i]);
        memcpy(whole, text, sizeof whole);
        int count = outcomes_with(&sley_model_gil_py310, false, 0);
        int places = 0;
        for (char *at = strstr(whole, "    LOAD_"); at; at = strstr(at + 1, "    LOAD_")) {
            int before = (int)(at - whole);
            snprintf(text, sizeof text, "%.*s%s%s", before, whole, more, at);
            assert_int_equal(outcomes_with(&sley_model_gil_py310, false, count), count);
            places++;
        }
        print_message("%s: %d outcomes with 2 bytecodes more at each of %d places\n", programs[i],
                      count, places);
        assert_true(places > 3);
    }
}

static int
engine_init(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

static bool
has_python(void)
{
    char command[512];
    snprintf(command, sizeof command,
             "'%s' -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null", python);
    return system(command) == 0; /* NOLINT(cert-env33-c): a path of the build itself */
}

int
main(int argc, char **argv)
{
    static char names[][24] = {
        "increment",       "loop",           "call_between",   "statements",
        "append",          "append_by_hand", "sort_in_c",      "sort_by_key",
        "sort_append",     "user_operator",  "dict_iteration", "with_lock",
        "acquire_release", "finaliser",      "check_then_act", "pop",
    };
    enum { COUNT = sizeof names / sizeof names[0] };
    struct CMUnitTest tests[COUNT + 2];
    if (argc != 3) {
        return 2;
    }
    directory = argv[1];
    python = argv[2];
    if (!has_python()) {
        printf("skipped: '%s' is no python3 of version 3.11\n", python);
        return 77;
    }
    for (int i = 0; i < COUNT; i++) {
        tests[i] = (struct CMUnitTest){names[i], python_shows_nothing_that_the_model_does_not, NULL,
                                       NULL, names[i]};
    }
    tests[COUNT] =
        (struct CMUnitTest)cmocka_unit_test(each_looser_lock_allows_what_a_stricter_one_does);
    tests[COUNT + 1] =
        (struct CMUnitTest)cmocka_unit_test(a_constant_more_on_the_stack_changes_no_outcome);
    return cmocka_run_group_tests_name("python.gil", tests, engine_init, NULL);
}
