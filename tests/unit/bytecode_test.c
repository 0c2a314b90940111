/* Bytecode programs: the assembler's errors, and the effect of every instruction. */
#include "models/registry.h"

#include "engine/engine.h"
#include "program/program.h"
#include "search/replay.h"

#include <sley/program.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static struct sley_run_result result;
static enum sley_exception raised, raised_first;
static const char *loaded; /* the program of the next run */
static char seen[128];     /* what its global `x` holds afterwards */

static void *
call_main(void *unused)
{
    raised = sley_program_call("main");
    sley_program_text("x", seen, sizeof seen);
    return unused;
}

static void *
load_and_call(void *unused)
{
    sley_program_load(loaded);
    return call_main(unused);
}

static void
run_entry(const struct sley_model *model, void *(*entry)(void *), const char *text)
{
    struct sley_replay replay;
    struct sley_run_options options = {
        .source = sley_replay_source(&replay, NULL, 0),
        .entry = entry,
        .strict_time = model->strict_time,
        .task_end = model->task->ended,
    };
    loaded = text;
    raised = SLEY_EXCEPTION_NONE;
    seen[0] = '\0';
    sley_model_current = model;
    model->task->begin();
    sley_engine_run(&options, &result);
}

/* The body's program: x = 0, further globals, then main with the instructions given. */
static const char *
run(const char *declarations, const char *instructions)
{
    static char text[4096];
    snprintf(text, sizeof text, "x = 0\n%s\nmain():\n    RESUME\n%s", declarations, instructions);
    run_entry(&sley_model_coroutine, load_and_call, text);
    if (result.verdicts && result.failure_count) {
        print_message("%s\n", result.failure[0].text);
    }
    return seen;
}

#define STORE "  STORE_GLOBAL x\n"
#define END "  RETURN_CONST None\n"

/* The instructions leave a value, which is x afterwards. */
static void
leaves(const char *declarations, const char *instructions, const char *expected)
{
    char all[2048];
    snprintf(all, sizeof all, "%s" STORE END, instructions);
    assert_string_equal(run(declarations, all), expected);
    assert_int_equal(raised, SLEY_EXCEPTION_NONE);
    assert_int_equal(result.verdicts, 0);
}

static void
raises(const char *declarations, const char *instructions, enum sley_exception expected)
{
    char all[2048];
    snprintf(all, sizeof all, "%s" END, instructions);
    run(declarations, all);
    assert_int_equal(raised, expected);
    assert_int_equal(result.verdicts, 0);
}

/* --- the assembler --- */

static void
refuses(const char *text, const char *expected)
{
    static struct sley_program program;
    struct sley_error error;
    assert_int_equal(sley_program_assemble(&program, text, &error), SLEY_ERROR_USAGE);
    assert_string_equal(error.text, expected);
}

static void
an_error_names_the_line_and_the_word(void **state)
{
    (void)state;
    refuses("f():\n  RESUME\n  LOAD_GLOBL x\n  RETURN_CONST None\n",
            "line 3: unknown instruction 'LOAD_GLOBL'");
    refuses("f():\n  LOAD_GLOBAL x\n  RETURN_VALUE\n",
            "line 2: unknown global 'x'; declare it: 'x = 0', or 'global x' without a value");
    refuses("f():\n  LOAD_CONST x\n  RETURN_VALUE\n",
            "line 2: 'x' is no constant; one is a number, None, True, False or a text in ''");
    refuses("f():\n  LOAD_METHOD append_\n",
            "line 2: unknown method 'append_'; known are append, pop, sort, acquire and release");
    refuses("f():\n  BINARY_OP @\n", "line 2: '@' is no operator");
    refuses("f():\n  COMPARE_OP =\n", "line 2: '=' is no comparison");
    refuses("f():\n  CALL\n", "line 2: expected a number before ''");
    refuses("f():\n  CALL 17\n", "line 2: a count outside 0..16");
    refuses("f():\n  KW_NAMES ('reverse',)\n", "line 2: expected '('key',)' before '('reverse',)'");
    refuses("f():\n  NOP 1\n", "line 2: '1' is left over");
}

static void
an_error_in_a_declaration_names_the_line(void **state)
{
    (void)state;
    refuses("  NOP\n", "line 1: an indented line that belongs to no function or class");
    refuses("x = 0\nx = 1\n", "line 2: 'x' is declared twice, or a builtin");
    refuses("len = 0\n", "line 1: 'len' is declared twice, or a builtin");
    refuses("n = Number()\n", "line 1: 'Number' is no class declared above, and no constant");
    refuses("class N:\n  __add__ = f\n", "line 2: unknown function 'f'");
    refuses("f():\n  RETURN_CONST None\nclass N:\n  __call__ = f\n",
            "line 4: '__call__' is no special method that a class can define");
    refuses("l = [1, 2\n", "line 1: expected ']' before the end");
    refuses("w = c_function(waits, 1 us)\n", "line 1: expected 'holds' before 'waits, 1 us)'");
    refuses("f()\n", "line 1: expected ':' before the end");
    refuses("f():\n  LOAD_CONST f\n  STORE_GLOBAL f\n",
            "line 2: 'f' is no constant; one is a number, None, True, False or a text in ''");
    refuses("f():\n  LOAD_CONST 1\n  STORE_GLOBAL f\n", "line 3: 'f' is no variable");
}

static void
a_jump_goes_where_its_name_says(void **state)
{
    (void)state;
    refuses("f():\n  L: NOP\n  JUMP_FORWARD to L\n  RETURN_CONST None\n",
            "line 3: JUMP_FORWARD goes to 'L', which lies before it");
    refuses("f():\n  JUMP_BACKWARD to L\n  L: RETURN_CONST None\n",
            "line 2: JUMP_BACKWARD goes to 'L', which lies behind it");
    refuses("f():\n  JUMP_FORWARD to M\n  L: RETURN_CONST None\n",
            "line 2: the function has no label 'M'");
    refuses("f():\n  L: NOP\n  L: RETURN_CONST None\n",
            "line 3: the label 'L' stands twice in a function");
    refuses("f():\n  JUMP_FORWARD to L\n  RETURN_CONST None\n  L:\n",
            "line 2: a label at the end of 'f' names no instruction");
    refuses("f():\n  NOP\n", "line 3: 'f' does not end in RETURN_VALUE");
}

static void
a_text_that_is_no_program_ends_the_run_with_its_error(void **state)
{
    (void)state;
    run_entry(&sley_model_coroutine, load_and_call, "x = 0\nmain():\n  BAD\n");
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
    assert_string_equal(result.failure[0].text, "no program: 'line 3: unknown instruction 'BAD''");
}

static void
a_buffer_that_holds_another_program_is_assembled_anew(void **state)
{
    (void)state;
    leaves("", "  LOAD_CONST 1\n", "1");
    leaves("", "  LOAD_CONST 2\n", "2");
}

/* --- instructions --- */

static void
constants_locals_and_globals_are_loaded_and_stored(void **state)
{
    (void)state;
    leaves("", "  LOAD_CONST -7\n", "-7");
    leaves("", "  LOAD_CONST 'text'\n", "'text'");
    leaves("", "  LOAD_CONST None\n", "None");
    leaves("", "  LOAD_CONST True\n", "True");
    leaves("", "  LOAD_CONST 3\n  STORE_FAST a\n  LOAD_FAST a\n", "3");
    leaves("y = 4\n", "  LOAD_GLOBAL y\n", "4");
    leaves("", "  NOP\n  LOAD_CONST 1\n  LOAD_CONST 2\n  POP_TOP\n", "1");
    raises("", "  LOAD_FAST a\n  POP_TOP\n", SLEY_EXCEPTION_NAME);
    raises("global y\n", "  LOAD_GLOBAL y\n  POP_TOP\n", SLEY_EXCEPTION_NAME);
    raises("y = 1\n", "  DELETE_GLOBAL y\n  LOAD_GLOBAL y\n  POP_TOP\n", SLEY_EXCEPTION_NAME);
    raises("global y\n", "  DELETE_GLOBAL y\n", SLEY_EXCEPTION_NAME);
}

static void
arithmetic_is_pythons(void **state)
{
    (void)state;
    leaves("", "  LOAD_CONST 7\n  LOAD_CONST 5\n  BINARY_OP +\n", "12");
    leaves("", "  LOAD_CONST 7\n  LOAD_CONST 5\n  BINARY_OP -=\n", "2");
    leaves("", "  LOAD_CONST 7\n  LOAD_CONST 5\n  BINARY_OP *\n", "35");
    leaves("", "  LOAD_CONST -7\n  LOAD_CONST 5\n  BINARY_OP //\n", "-2");
    leaves("", "  LOAD_CONST -7\n  LOAD_CONST 5\n  BINARY_OP %\n", "3");
    leaves("", "  LOAD_CONST 7\n  LOAD_CONST -5\n  BINARY_OP %\n", "-3");
    leaves("", "  LOAD_CONST 6\n  LOAD_CONST 3\n  BINARY_OP &\n", "2");
    leaves("", "  LOAD_CONST 6\n  LOAD_CONST 3\n  BINARY_OP |\n", "7");
    leaves("", "  LOAD_CONST 6\n  LOAD_CONST 3\n  BINARY_OP ^\n", "5");
    leaves("", "  LOAD_CONST 6\n  UNARY_NEGATIVE\n", "-6");
    raises("", "  LOAD_CONST 6\n  LOAD_CONST 0\n  BINARY_OP //\n  POP_TOP\n",
           SLEY_EXCEPTION_ZERO_DIVISION);
    raises("", "  LOAD_CONST 6\n  LOAD_CONST 'a'\n  BINARY_OP +\n  POP_TOP\n", SLEY_EXCEPTION_TYPE);
}

static void
comparisons_give_a_bool(void **state)
{
    (void)state;
    static const char *const signs[] = {"<", "<=", "==", "!=", ">", ">="};
    static const char *const of_1_and_2[] = {"True", "True", "False", "True", "False", "False"};
    char code[128];
    for (int i = 0; i < 6; i++) {
        snprintf(code, sizeof code, "  LOAD_CONST 1\n  LOAD_CONST 2\n  COMPARE_OP %s\n", signs[i]);
        leaves("", code, of_1_and_2[i]);
    }
    leaves("", "  LOAD_CONST 'a'\n  LOAD_CONST 'b'\n  COMPARE_OP <\n", "True");
    leaves("", "  LOAD_CONST 'a'\n  LOAD_CONST 1\n  COMPARE_OP ==\n", "False");
    raises("", "  LOAD_CONST 'a'\n  LOAD_CONST 1\n  COMPARE_OP <\n  POP_TOP\n",
           SLEY_EXCEPTION_TYPE);
}

static void
jumps_follow_the_truth_of_a_value(void **state)
{
    (void)state;
    static const char *const truths[] = {"0", "None", "False", "1", "True", "'a'"};
    char code[256];
    for (int i = 0; i < 6; i++) {
        snprintf(code, sizeof code,
                 "  LOAD_CONST %s\n  POP_JUMP_FORWARD_IF_FALSE to L\n  LOAD_CONST 'yes'\n" STORE END
                 "  L: LOAD_CONST 'no'\n",
                 truths[i]);
        leaves("", code, i < 3 ? "'no'" : "'yes'");
        snprintf(code, sizeof code,
                 "  LOAD_CONST %s\n  POP_JUMP_FORWARD_IF_TRUE to L\n  LOAD_CONST 'no'\n" STORE END
                 "  L: LOAD_CONST 'yes'\n",
                 truths[i]);
        leaves("", code, i < 3 ? "'no'" : "'yes'");
    }
    leaves("",
           "  JUMP_FORWARD to L\n  M: LOAD_CONST 1\n" STORE END
           "  L: JUMP_BACKWARD to M\n  N: LOAD_CONST 2\n",
           "1");
}

static void
loops_count(void **state)
{
    (void)state;
    leaves("",
           "  LOAD_CONST 0\n  STORE_FAST i\n"
           "  L: LOAD_FAST i\n  LOAD_CONST 1\n  BINARY_OP +=\n  STORE_FAST i\n"
           "  LOAD_FAST i\n  LOAD_CONST 5\n  COMPARE_OP <\n  POP_JUMP_BACKWARD_IF_TRUE to L\n"
           "  LOAD_FAST i\n",
           "5");
    leaves("",
           "  LOAD_CONST 0\n  STORE_FAST i\n"
           "  L: LOAD_FAST i\n  LOAD_CONST 1\n  BINARY_OP +=\n  STORE_FAST i\n"
           "  LOAD_FAST i\n  LOAD_CONST 5\n  COMPARE_OP ==\n  POP_JUMP_BACKWARD_IF_FALSE to L\n"
           "  LOAD_FAST i\n",
           "5");
    leaves("y = 0\n",
           "  LOAD_GLOBAL NULL + range\n  LOAD_CONST 4\n  CALL 1\n  GET_ITER\n"
           "  L: FOR_ITER to M\n  STORE_FAST i\n  LOAD_GLOBAL y\n  LOAD_FAST i\n"
           "  BINARY_OP +=\n  STORE_GLOBAL y\n  JUMP_BACKWARD to L\n"
           "  M: LOAD_GLOBAL y\n",
           "6");
}

static void
lists_are_built_indexed_and_changed(void **state)
{
    (void)state;
    leaves("", "  LOAD_CONST 1\n  LOAD_CONST 2\n  BUILD_LIST 2\n", "[1, 2]");
    leaves("l = [5, 6]\n", "  LOAD_GLOBAL l\n  LOAD_CONST 1\n  BINARY_SUBSCR\n", "6");
    leaves("l = [5, 6]\n", "  LOAD_GLOBAL l\n  LOAD_CONST -2\n  BINARY_SUBSCR\n", "5");
    leaves("l = [5, 6]\n",
           "  LOAD_CONST 9\n  LOAD_GLOBAL l\n  LOAD_CONST 0\n  STORE_SUBSCR\n"
           "  LOAD_GLOBAL l\n",
           "[9, 6]");
    leaves("l = [5]\n",
           "  LOAD_GLOBAL l\n  LOAD_METHOD append\n  LOAD_CONST 6\n  CALL 1\n  POP_TOP\n"
           "  LOAD_GLOBAL l\n",
           "[5, 6]");
    leaves("l = [5, 6]\n", "  LOAD_GLOBAL l\n  LOAD_METHOD pop\n  CALL 0\n", "6");
    leaves("l = [5, 6]\n", "  LOAD_GLOBAL NULL + len\n  LOAD_GLOBAL l\n  CALL 1\n", "2");
    leaves("l = [5]\n", "  LOAD_CONST 5\n  LOAD_GLOBAL l\n  CONTAINS_OP in\n", "True");
    leaves("l = [5]\n", "  LOAD_CONST 5\n  LOAD_GLOBAL l\n  CONTAINS_OP not in\n", "False");
    leaves("l = [3, 1, 2]\n",
           "  LOAD_GLOBAL l\n  LOAD_METHOD sort\n  CALL 0\n  POP_TOP\n"
           "  LOAD_GLOBAL l\n",
           "[1, 2, 3]");
    leaves("", "  LOAD_GLOBAL NULL + int\n  LOAD_CONST 3\n  CALL 1\n", "3");
    raises("l = [5]\n", "  LOAD_GLOBAL l\n  LOAD_CONST 1\n  BINARY_SUBSCR\n  POP_TOP\n",
           SLEY_EXCEPTION_INDEX);
    raises("l = []\n", "  LOAD_GLOBAL l\n  LOAD_METHOD pop\n  CALL 0\n  POP_TOP\n",
           SLEY_EXCEPTION_INDEX);
    raises("", "  LOAD_CONST 1\n  LOAD_METHOD append\n  POP_TOP\n  POP_TOP\n",
           SLEY_EXCEPTION_ATTRIBUTE);
    raises("", "  LOAD_CONST 1\n  LOAD_CONST 1\n  BINARY_SUBSCR\n  POP_TOP\n", SLEY_EXCEPTION_TYPE);
    raises("", "  LOAD_GLOBAL NULL + len\n  LOAD_CONST 1\n  CALL 1\n  POP_TOP\n",
           SLEY_EXCEPTION_TYPE);
}

static void
dicts_are_indexed_and_changed(void **state)
{
    (void)state;
    leaves("d = {1: 10, 2: 20}\n", "  LOAD_GLOBAL d\n  LOAD_CONST 2\n  BINARY_SUBSCR\n", "20");
    leaves("d = {1: 10}\n",
           "  LOAD_CONST 5\n  LOAD_GLOBAL d\n  LOAD_CONST 2\n  STORE_SUBSCR\n"
           "  LOAD_GLOBAL d\n",
           "{1: 10, 2: 5}");
    leaves("d = {1: 10}\n",
           "  LOAD_CONST 5\n  LOAD_GLOBAL d\n  LOAD_CONST 1\n  STORE_SUBSCR\n"
           "  LOAD_GLOBAL d\n",
           "{1: 5}");
    leaves("d = {1: 10, 2: 20}\n",
           "  LOAD_GLOBAL d\n  LOAD_CONST 1\n  DELETE_SUBSCR\n"
           "  LOAD_GLOBAL d\n",
           "{2: 20}");
    leaves("d = {1: 10}\n", "  LOAD_GLOBAL NULL + len\n  LOAD_GLOBAL d\n  CALL 1\n", "1");
    leaves("d = {1: 10}\n", "  LOAD_CONST 2\n  LOAD_GLOBAL d\n  CONTAINS_OP in\n", "False");
    raises("d = {}\n", "  LOAD_GLOBAL d\n  LOAD_CONST 1\n  BINARY_SUBSCR\n  POP_TOP\n",
           SLEY_EXCEPTION_KEY);
    raises("d = {}\n", "  LOAD_GLOBAL d\n  LOAD_CONST 1\n  DELETE_SUBSCR\n", SLEY_EXCEPTION_KEY);
}

static void
iteration_visits_items_and_keys(void **state)
{
    (void)state;
    static const char sum[] = "  GET_ITER\n  L: FOR_ITER to M\n  LOAD_GLOBAL x\n  BINARY_OP +=\n"
                              "  STORE_GLOBAL x\n  JUMP_BACKWARD to L\n  M: LOAD_GLOBAL x\n";
    char code[256];
    snprintf(code, sizeof code, "  LOAD_GLOBAL l\n%s", sum);
    leaves("l = [3, 4]\n", code, "7");
    leaves("l = {3: 1, 4: 1}\n", code, "7");
    leaves("l = []\n", code, "0");
    raises("", "  LOAD_CONST 1\n  GET_ITER\n  POP_TOP\n", SLEY_EXCEPTION_TYPE);
}

static void
functions_take_arguments_and_return(void **state)
{
    (void)state;
    static const char sub[] = "sub(a, b):\n  RESUME\n  LOAD_FAST a\n  LOAD_FAST b\n  BINARY_OP -\n"
                              "  RETURN_VALUE\n";
    leaves(sub, "  LOAD_GLOBAL NULL + sub\n  LOAD_CONST 5\n  LOAD_CONST 3\n  CALL 2\n", "2");
    leaves("c = c_function(holds, 5 us)\n", "  LOAD_GLOBAL NULL + c\n  LOAD_CONST 5\n  CALL 1\n",
           "5");
    leaves("c = c_function(releases, 5 us)\n", "  LOAD_GLOBAL NULL + c\n  CALL 0\n", "None");
    leaves("f():\n  RETURN_CONST 4\n", "  PUSH_NULL\n  LOAD_GLOBAL f\n  CALL 0\n", "4");
    raises(sub, "  LOAD_GLOBAL NULL + sub\n  LOAD_CONST 5\n  CALL 1\n  POP_TOP\n",
           SLEY_EXCEPTION_TYPE);
    raises("", "  PUSH_NULL\n  LOAD_CONST 5\n  CALL 0\n  POP_TOP\n", SLEY_EXCEPTION_TYPE);
}

static void
exceptions_end_every_function_on_the_way(void **state)
{
    (void)state;
    static const char fail[] = "fail():\n  LOAD_GLOBAL ValueError\n  RAISE_VARARGS 1\n";
    raises(fail, "  LOAD_GLOBAL NULL + fail\n  CALL 0\n  POP_TOP\n", SLEY_EXCEPTION_VALUE);
    raises("", "  LOAD_GLOBAL NULL + KeyError\n  LOAD_CONST 'k'\n  CALL 1\n  RAISE_VARARGS 1\n",
           SLEY_EXCEPTION_KEY);
    raises("", "  LOAD_CONST 1\n  RAISE_VARARGS 1\n", SLEY_EXCEPTION_TYPE);
}

static const char number_class[] =
    "add(a, b):\n  RESUME\n  LOAD_FAST b\n  RETURN_VALUE\n"
    "less(a, b):\n  RESUME\n  LOAD_FAST a\n  LOAD_ATTR v\n  LOAD_FAST b\n  LOAD_ATTR v\n"
    "  COMPARE_OP <\n  RETURN_VALUE\n"
    "gone(a):\n  RESUME\n  LOAD_CONST 'gone'\n  STORE_GLOBAL x\n  RETURN_CONST None\n"
    "class Number:\n  __add__ = add\n  __lt__ = less\n  __del__ = gone\n"
    "n = Number(v=1)\nm = Number(v=2)\n";

static void
instances_have_attributes_and_operators(void **state)
{
    (void)state;
    leaves(number_class, "  LOAD_GLOBAL n\n  LOAD_ATTR v\n", "1");
    leaves(number_class,
           "  LOAD_CONST 5\n  LOAD_GLOBAL n\n  STORE_ATTR v\n  LOAD_GLOBAL n\n  LOAD_ATTR v\n",
           "5");
    leaves(number_class, "  LOAD_GLOBAL n\n  LOAD_CONST 8\n  BINARY_OP +\n", "8");
    leaves(number_class, "  LOAD_GLOBAL n\n  LOAD_GLOBAL m\n  COMPARE_OP <\n", "True");
    leaves(number_class, "  LOAD_GLOBAL n\n  LOAD_GLOBAL m\n  COMPARE_OP >\n", "False");
    leaves(number_class, "  LOAD_GLOBAL NULL + Number\n  CALL 0\n", "<Number>");
    raises(number_class, "  LOAD_GLOBAL n\n  LOAD_ATTR w\n  POP_TOP\n", SLEY_EXCEPTION_ATTRIBUTE);
    raises(number_class, "  LOAD_GLOBAL n\n  LOAD_CONST 8\n  BINARY_OP -\n  POP_TOP\n",
           SLEY_EXCEPTION_TYPE);
    raises("", "  LOAD_CONST 1\n  LOAD_CONST 1\n  STORE_ATTR w\n", SLEY_EXCEPTION_ATTRIBUTE);
}

static void
an_object_ends_with_its_last_reference(void **state)
{
    (void)state;
    assert_string_equal(run(number_class, "  LOAD_CONST None\n  STORE_GLOBAL n\n" END), "'gone'");
    assert_string_equal(run(number_class, "  DELETE_GLOBAL n\n" END), "'gone'");
    /* a second reference keeps it */
    assert_string_equal(run(number_class,
                            "  LOAD_GLOBAL n\n  STORE_GLOBAL m\n  LOAD_CONST 3\n" STORE
                            "  DELETE_GLOBAL n\n" END),
                        "3");
    /* a list's items go with it */
    assert_string_equal(run(number_class, "  LOAD_GLOBAL NULL + Number\n  CALL 0\n  BUILD_LIST 1\n"
                                          "  POP_TOP\n" END),
                        "'gone'");
    assert_int_equal(result.verdicts, 0);
}

static void
sort_with_a_key_shows_an_empty_list_and_notices_changes(void **state)
{
    (void)state;
    leaves("l = [1, 2]\nkey(v):\n  LOAD_GLOBAL NULL + len\n  LOAD_GLOBAL l\n  CALL 1\n" STORE
           "  LOAD_FAST v\n  UNARY_NEGATIVE\n  RETURN_VALUE\n",
           "  LOAD_GLOBAL l\n  LOAD_METHOD sort\n  LOAD_GLOBAL key\n  KW_NAMES ('key',)\n  CALL 1\n"
           "  POP_TOP\n  LOAD_GLOBAL x\n  LOAD_GLOBAL l\n  BUILD_LIST 2\n  POP_TOP\n"
           "  LOAD_GLOBAL x\n",
           "0");
    raises("l = [1, 2]\nkey(v):\n  LOAD_GLOBAL l\n  LOAD_METHOD append\n  LOAD_CONST 9\n  CALL 1\n"
           "  POP_TOP\n  LOAD_FAST v\n  RETURN_VALUE\n",
           "  LOAD_GLOBAL l\n" STORE
           "  LOAD_GLOBAL l\n  LOAD_METHOD sort\n  LOAD_GLOBAL key\n  KW_NAMES ('key',)\n  CALL 1\n"
           "  POP_TOP\n",
           SLEY_EXCEPTION_VALUE);
    assert_string_equal(seen, "[1, 2]"); /* what was appended is lost */
    leaves("l = [1, 2, 3]\nkey(v):\n  LOAD_FAST v\n  UNARY_NEGATIVE\n  RETURN_VALUE\n",
           "  LOAD_GLOBAL l\n  LOAD_METHOD sort\n  LOAD_GLOBAL key\n  KW_NAMES ('key',)\n  CALL 1\n"
           "  POP_TOP\n  LOAD_GLOBAL l\n",
           "[3, 2, 1]");
}

static void
a_dict_that_grows_under_iteration_raises(void **state)
{
    (void)state;
    raises("d = {1: 1}\n",
           "  LOAD_GLOBAL d\n  GET_ITER\n  L: FOR_ITER to M\n  STORE_FAST k\n  LOAD_CONST 1\n"
           "  LOAD_GLOBAL d\n  LOAD_CONST 2\n  STORE_SUBSCR\n  JUMP_BACKWARD to L\n  M: NOP\n",
           SLEY_EXCEPTION_RUNTIME);
}

static const char with_lock[] =
    "  LOAD_GLOBAL lock\n  BEFORE_WITH\n  POP_TOP\n  %s\n  LOAD_CONST None\n  LOAD_CONST None\n"
    "  LOAD_CONST None\n  CALL 2\n  POP_TOP\n";

/* A lock that is still taken would block task 0 for ever. */
static void
locks_are_taken_and_released(void **state)
{
    (void)state;
    char code[512];
    leaves("lock = Lock()\n",
           "  LOAD_GLOBAL lock\n  LOAD_METHOD acquire\n  CALL 0\n" STORE
           "  LOAD_GLOBAL lock\n  LOAD_METHOD release\n  CALL 0\n  POP_TOP\n"
           "  LOAD_GLOBAL lock\n  LOAD_METHOD acquire\n  CALL 0\n",
           "True");
    snprintf(code, sizeof code, with_lock, "NOP");
    size_t used = strlen(code);
    snprintf(code + used, sizeof code - used, with_lock, "LOAD_CONST 4\n  STORE_GLOBAL x");
    raises("lock = Lock()\n", code, SLEY_EXCEPTION_NONE);
    assert_string_equal(seen, "4");
    raises("", "  LOAD_CONST 1\n  BEFORE_WITH\n  POP_TOP\n  POP_TOP\n", SLEY_EXCEPTION_TYPE);
    run("lock = Lock()\n", "  LOAD_GLOBAL lock\n  LOAD_METHOD acquire\n  CALL 0\n  POP_TOP\n"
                           "  LOAD_GLOBAL lock\n  LOAD_METHOD acquire\n  CALL 0\n  POP_TOP\n" END);
    assert_true(result.verdicts & SLEY_ANY_DEADLOCK);
}

/* Calls fail, then main, which takes the lock. */
static void *
fail_first(void *unused)
{
    sley_program_load(loaded);
    raised_first = sley_program_call("fail");
    return call_main(unused);
}

static void
an_exception_leaves_a_with_block_with_the_lock_released(void **state)
{
    (void)state;
    run_entry(&sley_model_coroutine, fail_first,
              "x = 0\nlock = Lock()\n"
              "fail():\n  LOAD_GLOBAL lock\n  BEFORE_WITH\n  POP_TOP\n  LOAD_GLOBAL KeyError\n"
              "  RAISE_VARARGS 1\n"
              "main():\n  LOAD_GLOBAL lock\n  LOAD_METHOD acquire\n  CALL 0\n" STORE END);
    assert_int_equal(result.verdicts, 0);
    assert_int_equal(raised_first, SLEY_EXCEPTION_KEY);
    assert_string_equal(seen, "True");
}

static void
what_no_program_can_mean_ends_the_run(void **state)
{
    (void)state;
    run("", "  POP_TOP\n" END);
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
    assert_string_equal(result.failure[0].text,
                        "line 5 of the program: POP_TOP: nothing is on the stack");
    run("f():\n  LOAD_GLOBAL NULL + f\n  CALL 0\n  RETURN_VALUE\n",
        "  LOAD_GLOBAL NULL + f\n  CALL 0\n  POP_TOP\n" END);
    assert_int_equal(result.verdicts, SLEY_BIT(STACK_OVERFLOW));
    run("", "  L: NOP\n  JUMP_BACKWARD to L\n");
    assert_int_equal(result.verdicts, SLEY_BIT(STEP_BOUND));
    run("", "  L: LOAD_CONST 1\n  JUMP_BACKWARD to L\n");
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
    run("l = []\n",
        "  L: LOAD_GLOBAL l\n  LOAD_METHOD append\n  LOAD_CONST 1\n  CALL 1\n  POP_TOP\n"
        "  JUMP_BACKWARD to L\n");
    assert_int_equal(result.verdicts, SLEY_BIT(MISUSE));
}

static int
engine_init(void **state)
{
    (void)state;
    return sley_engine_init(NULL) == SLEY_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_names_the_line_and_the_word),
        cmocka_unit_test(an_error_in_a_declaration_names_the_line),
        cmocka_unit_test(a_jump_goes_where_its_name_says),
        cmocka_unit_test(a_text_that_is_no_program_ends_the_run_with_its_error),
        cmocka_unit_test(a_buffer_that_holds_another_program_is_assembled_anew),
        cmocka_unit_test(constants_locals_and_globals_are_loaded_and_stored),
        cmocka_unit_test(arithmetic_is_pythons),
        cmocka_unit_test(comparisons_give_a_bool),
        cmocka_unit_test(jumps_follow_the_truth_of_a_value),
        cmocka_unit_test(loops_count),
        cmocka_unit_test(lists_are_built_indexed_and_changed),
        cmocka_unit_test(dicts_are_indexed_and_changed),
        cmocka_unit_test(iteration_visits_items_and_keys),
        cmocka_unit_test(functions_take_arguments_and_return),
        cmocka_unit_test(exceptions_end_every_function_on_the_way),
        cmocka_unit_test(instances_have_attributes_and_operators),
        cmocka_unit_test(an_object_ends_with_its_last_reference),
        cmocka_unit_test(sort_with_a_key_shows_an_empty_list_and_notices_changes),
        cmocka_unit_test(a_dict_that_grows_under_iteration_raises),
        cmocka_unit_test(locks_are_taken_and_released),
        cmocka_unit_test(an_exception_leaves_a_with_block_with_the_lock_released),
        cmocka_unit_test(what_no_program_can_mean_ends_the_run),
    };
    return cmocka_run_group_tests_name("bytecode", tests, engine_init, NULL);
}
