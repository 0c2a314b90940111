/* What depends on a release of CPython and no run can find: its bytecodes as dis prints them
 * (004:69-104), and which release came without the lock (002:81-82). */
#include <sley/program.h>
#include <sley/sley.h>

/* The documents' two functions as CPython 3.11 compiles them. */
static const char program[] = "this_is_list = []\n"
                              "list_sort():\n"
                              "    RESUME\n"
                              "    LOAD_GLOBAL     this_is_list\n"
                              "    LOAD_METHOD     sort\n"
                              "    CALL            0\n"
                              "    POP_TOP\n"
                              "    LOAD_CONST      'ok'\n"
                              "    RETURN_VALUE\n"
                              "list_append():\n"
                              "    RESUME\n"
                              "    LOAD_GLOBAL     this_is_list\n"
                              "    LOAD_METHOD     append\n"
                              "    LOAD_CONST      'text'\n"
                              "    CALL            1\n"
                              "    POP_TOP\n"
                              "    LOAD_CONST      'ok'\n"
                              "    RETURN_VALUE\n";

enum { PRINTED_SORT = 4, PRINTED_APPEND = 5 };

static void
listings_are_whole(void)
{
    sley_program_load(program);
    sley_check(sley_program_call("list_append") == SLEY_EXCEPTION_NONE);
    sley_check(sley_program_instructions("list_sort") == PRINTED_SORT);
    sley_check(sley_program_instructions("list_append") == PRINTED_APPEND);
}

#define FACT .quantifier = SLEY_ALWAYS, .alone = true

const struct sley_property sley_scenario_release_facts[] = {
    {
        .name = "atomic-dis-listings",
        .claim = "atomic-dis-listings",
        .source = "004:76",
        .says = "the lines printed for list_sort and list_append are all of their bytecodes",
        .when = "CPython 3.11 compiles the functions",
        .fact = "dis of CPython 3.11: RESUME, the printed lines with CALL for CALL_METHOD, "
                "LOAD_CONST 'ok', RETURN_VALUE",
        FACT,
        .body = listings_are_whole,
        .exhaustive = true,
        .expect = {{"gil:py310", SLEY_REFUTED, "RESUME, LOAD_CONST and RETURN_VALUE are missing"}},
    },
    {
        .name = "atomic-dis-listings.statement",
        .claim = "atomic-dis-listings",
        .source = "004:76",
        .says = "the lines printed are the bytecodes of the statement, without the return",
        .when = "CPython 3.7 to 3.10 compile the functions",
        .fact = "LOAD_METHOD and CALL_METHOD came with CPython 3.7; CALL_METHOD went with 3.11, "
                "LOAD_METHOD with 3.12 (documentation of dis, What's New in Python)",
        FACT,
        .expect = {{"gil:py32", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ft-313-experimental-optional",
        .claim = "ft-313-experimental-optional",
        .source = "002:81",
        .says = "Python 3.13 has an experimental option to run without the lock",
        .when = "it is the separate build python3.13t (configure --disable-gil)",
        .fact = "PEP 703; What's New in Python 3.13: free-threaded CPython, PYTHON_GIL and -X gil",
        FACT,
        .expect = {{"gil:free", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ft-313-experimental-optional.default-build",
        .claim = "ft-313-experimental-optional",
        .source = "002:81",
        .says = "Python 3.13 has an experimental option to run without the lock",
        .when = "it is the default build of 3.13",
        .fact = "What's New in Python 3.13: the option exists in the free-threaded build only",
        FACT,
        .expect = {{"gil:py310", SLEY_REFUTED, "it ends with an error if asked to run so"}},
    },
    {
        .name = "ft-314-free-threaded-version",
        .claim = "ft-314-free-threaded-version",
        .source = "002:82",
        .says = "with Python 3.14 a version without the lock begins to exist",
        .when = "it means a build that is officially supported",
        .fact = "PEP 779: supported since 3.14, and still optional",
        FACT,
        .expect = {{"gil:free", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "ft-314-free-threaded-version.first",
        .claim = "ft-314-free-threaded-version",
        .source = "002:82",
        .says = "with Python 3.14 a version without the lock begins to exist",
        .when = "it means a build of any standing",
        .fact = "PEP 703: the first such build is that of 3.13, experimental",
        FACT,
        .expect = {{"gil:free", SLEY_REFUTED, "the build of 3.13 was first"}},
    },
    {0},
};
