/* What a user writes wrong: one line that names the thing and the value, exit code 2, and nothing
 * is created. */
#include "tests/cli/process.h"

#include "campaign/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* `sley ARGUMENTS` is refused with a line that has both words, and leaves entry_count entries. */
static void
check_refused(const char *arguments, const char *thing, const char *value, int entry_count)
{
    struct sley_ended ended;
    assert_int_equal(sley_process_run(&ended, sley_test_directory, arguments), 0);
    size_t length = strcspn(ended.err, "\n");
    bool one_line = ended.err[length] == '\n' && ended.err[length + 1] == '\0';
    if (ended.code != 2 || ended.out[0] || !one_line || strncmp(ended.err, "sley: ", 6) != 0 ||
        !strstr(ended.err, thing) || !strstr(ended.err, value) ||
        sley_directory_count(sley_test_directory) != entry_count) {
        fail_msg("sley %s: exit code %d, %d entries, out: %s err: %s", arguments, ended.code,
                 sley_directory_count(sley_test_directory), ended.out, ended.err);
    }
    sley_ended_deinit(&ended);
}

struct wrong {
    const char *arguments;
    const char *thing;
    const char *value;
};

static void
check_each(const struct wrong *wrongs, size_t wrong_count)
{
    for (size_t i = 0; i < wrong_count; i++) {
        check_refused(wrongs[i].arguments, wrongs[i].thing, wrongs[i].value, 0);
    }
}

#define CHECK_EACH(wrongs) check_each(wrongs, sizeof wrongs / sizeof *wrongs)

static void
unknown_names_are_refused(void **state)
{
    (void)state;
    static const struct wrong wrongs[] = {
        {"run no-such-property", "property", "'no-such-property'"},
        {"run deadlock-abba no-such-property", "property", "'no-such-property'"},
        {"run --out made no-such-property", "property", "'no-such-property'"},
        {"run 'no[such]*'", "property", "'no[such]*'"},
        {"list no-such-property", "property", "'no-such-property'"},
        {"run --model fibre", "model", "'fibre'"},
        {"run --out made --model fibre", "model", "'fibre'"},
        {"run --model quantum", "model", "'quantum'"},
        {"run --strategy fair", "strategy", "'fair'"},
        {"run --out made --strategy fair deadlock-abba", "strategy", "'fair'"},
        {"outcomes no-such-property", "property", "'no-such-property'"},
        {"outcomes deadlock-abba --model fibre", "model", "'fibre'"},
        {"outcomes deadlock-abba --model coroutine:never", "model", "'coroutine:never'"},
        {"run --model thread:x", "model", "'thread:x'"},
        {"run --model quantum:", "model", "'quantum:'"},
        {"run --fault gremlin deadlock-abba", "fault", "'gremlin'"},
        {"replay --fault gremlin s1ca/p/thread/mix:3,33/0/0/K/kT74wL", "fault", "'gremlin'"},
        {"run --progress loud deadlock-abba", "--progress", "'loud'"},
        {"walk", "command", "'walk'"},
    };
    CHECK_EACH(wrongs);
}

static void
unknown_flags_are_refused_by_name(void **state)
{
    (void)state;
    static const struct wrong wrongs[] = {
        {"run --fast", "flag", "'--fast'"},
        {"run deadlock-abba --fast", "flag", "'--fast'"},
        {"run deadlock-abba --fast=3 --json", "flag", "'--fast=3'"},
        {"run -z", "flag", "'-z'"},
        {"run deadlock-abba --runs", "flag", "'--runs'"},
        {"run --s 3", "flag", "'--s'"},
        {"list --runs 3", "flag", "'--runs'"},
        {"list deadlock-abba --runs 3", "flag", "'--runs'"},
        {"replay --jobs 2 s1", "flag", "'--jobs'"},
        {"explain --explicit s1", "flag", "'--explicit'"},
        {"list --json --ctest", "--json", "--ctest"},
        {"run --json --tap deadlock-abba", "--json", "--tap"},
        {"report deadlock-abba", "report", "--html DIR"},
        {"report --html /nowhere/at/all deadlock-abba", "cannot create", "'/nowhere/at/all'"},
        {"run --sarif /nowhere/at/all deadlock-abba --model thread", "cannot write",
         "'/nowhere/at/all'"},
        {"report --sarif x deadlock-abba", "flag", "'--sarif'"},
    };
    CHECK_EACH(wrongs);
}

static void
wrong_numbers_are_refused(void **state)
{
    (void)state;
    static const struct wrong wrongs[] = {
        {"run --runs 0", "--runs", "'0'"},
        {"run --runs -5", "--runs", "'-5'"},
        {"run --runs ten", "--runs", "'ten'"},
        {"run --runs 10x", "--runs", "'10x'"},
        {"run --runs ''", "--runs", "''"},
        {"run --runs 1.5", "--runs", "'1.5'"},
        {"run --runs 99999999999999999999", "--runs", "'99999999999999999999'"},
        {"run --seed -1", "--seed", "'-1'"},
        {"run --seed 281474976710656", "--seed", "'281474976710656'"},
        {"run --seed dice", "--seed", "'dice'"},
        {"run --jobs 0", "--jobs", "'0'"},
        {"run --jobs 257", "--jobs", "'257'"},
        {"run --jobs many", "--jobs", "'many'"},
        {"run --time 0s", "--time", "'0s'"},
        {"run --time 5d", "--time", "'5d'"},
        {"run --time -5s", "--time", "'-5s'"},
        {"run --time soon", "--time", "'soon'"},
        {"run --time ''", "--time", "''"},
        {"run --time '5 s'", "--time", "'5 s'"},
        {"run --runs 5 --time 5s", "--runs", "--time"},
    };
    CHECK_EACH(wrongs);
}

static void
wrong_strategy_parameters_are_refused(void **state)
{
    (void)state;
    static const struct wrong wrongs[] = {
        {"run --out made --strategy pct:0", "strategy", "'pct:0'"},
        {"run --out made --strategy pct:99", "strategy", "'pct:99'"},
        {"run --out made --strategy pct:3,2,10,4", "strategy", "'pct:3,2,10,4'"},
        {"run --out made --strategy pct:", "strategy", "'pct:'"},
        {"run --out made --strategy pct:x", "strategy", "'pct:x'"},
        {"run --out made --strategy pct:3,,4", "strategy", "'pct:3,,4'"},
        {"run --out made --strategy sticky:0", "strategy", "'sticky:0'"},
        {"run --out made --strategy random:1", "strategy", "'random:1'"},
        {"run --out made --strategy exhaustive:", "strategy", "'exhaustive:'"},
        {"run --out made --strategy exhaustive:-1", "strategy", "'exhaustive:-1'"},
        {"run --out made --strategy exhaustive:1001", "strategy", "'exhaustive:1001'"},
        {"run --out made --strategy exhaustively", "strategy", "'exhaustively'"},
    };
    CHECK_EACH(wrongs);
}

/* HEAD stands for s1 and the letters of this build. */
static void
malformed_tokens_are_refused_by_the_part_that_is_wrong(void **state)
{
    (void)state;
    static const struct wrong wrongs[] = {
        {"", "head", "''"},
        {"hello", "head", "'hello'"},
        {"s1", "head", "'s1'"},
        {"x1ca/p/thread/mix:3,33/0/0/K/kT74wL", "head", "'x1ca'"},
        {"s1za/p/thread/mix:3,33/0/0/K/kT74wL", "compiler", "'s1za'"},
        {"HEAD", "fields", "'s1"},
        {"HEAD/p/thread/mix:3,33/0/0/K", "fields", "'s1"},
        {"HEAD/p/thread/mix:3,33/0/0/K/kT74wL/1", "fields", "'s1"},
        {"HEAD/p/thread/-/K/kT74wL", "fields", "'s1"},
        {"HEAD/p/thread/mix:3,33/0/K/kT74w", "fields", "'s1"},
        {"HEAD/p/thread/mix:3,33/!/0/K/kT74wL", "seed", "'!'"},
        {"HEAD/p/thread/mix:3,33/zzzzzzzzz/0/K/kT74wL", "seed", "'zzzzzzzzz'"},
        {"HEAD/p/thread/mix:3,33/0//K/kT74wL", "run", ""},
        {"HEAD/p/thread/mix:3,33/0/0/zzzzzz/kT74wL", "point count", "'zzzzzz'"},
        {"HEAD/p/thread/mix:3,33/0/0/K/kT74", "hashes", "'kT74'"},
        {"HEAD/p/thread/mix:3,33/0/0/K/kT74w1234567", "hashes", "'kT74w1234567'"},
        {"HEAD/p/thread/mix:3,33/0/0/K/kT+4w", "hashes", "'kT+4w'"},
        {"HEAD/p/thread/-/K/kT74w/x", "choice", "'x'"},
        {"HEAD/p/thread/-/K/kT74w/1.1r1,", "choice", "''"},
        {"HEAD/p/thread/-/K/kT74w/1.1r1,,2.1r1", "choice", "''"},
        {"HEAD/p/thread/-/K/kT74w/1.1r0", "choice", "'1.1r0'"},
        {"HEAD/p/thread/-/K/kT74w/1024.1r1", "choice", "'1024.1r1'"},
        {"HEAD/p/thread/-/K/kT74w/1.1?1", "choice", "'1.1?1'"},
        {"HEAD/p/thread/-/K/kT74w/1.-1r1", "choice", "'1.-1r1'"},
        {"HEAD/p/thread/-/K/kT74w/1.1r4294967296", "choice", "'1.1r4294967296'"},
        {"HEAD/deadlock-abba/thread/fair/0/0/K/kT74wL", "strategy", "'fair'"},
    };
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        const struct wrong *w = &wrongs[i];
        bool headed = strncmp(w->arguments, "HEAD", 4) == 0;
        char head[8], arguments[256];
        snprintf(head, sizeof head, "s1%ca", sley_token_compiler());
        snprintf(arguments, sizeof arguments, "replay '%s%s'", headed ? head : "",
                 w->arguments + (headed ? 4 : 0));
        check_refused(arguments, w->thing, w->value, 0);
        snprintf(arguments, sizeof arguments, "explain '%s%s'", headed ? head : "",
                 w->arguments + (headed ? 4 : 0));
        check_refused(arguments, w->thing, w->value, 0);
    }
}

static void
a_token_that_is_not_there_is_refused(void **state)
{
    (void)state;
    static const struct wrong wrongs[] = {
        {"replay", "token", "0"},
        {"replay s1 s2", "token", "2"},
        {"replay @missing", "token file", "'missing'"},
        {"replay @.", "token file", "'.'"},
        {"explain @missing", "token file", "'missing'"},
    };
    CHECK_EACH(wrongs);
}

static void
an_output_directory_that_cannot_be_used_is_refused(void **state)
{
    (void)state;
    char path[1024];
    snprintf(path, sizeof path, "%s/taken", sley_test_directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    check_refused("run --out taken deadlock-abba", "directory", "'taken'", 1);
    check_refused("run --out taken/below deadlock-abba", "directory", "'taken/below'", 1);
    check_refused("run --out no/such/parent deadlock-abba", "directory", "'no/such/parent'", 1);
    check_refused("run --out '' deadlock-abba", "directory", "''", 1);
}

static void
an_output_directory_without_permission_is_refused(void **state)
{
    (void)state;
    char path[1024];
    if (geteuid() == 0) {
        skip(); /* no directory is closed to root */
    }
    snprintf(path, sizeof path, "%s/closed", sley_test_directory);
    assert_int_equal(mkdir(path, 0500), 0);
    check_refused("run --out closed deadlock-abba", "directory", "'closed'", 1);
    check_refused("run --out closed/below deadlock-abba", "directory", "'closed/below'", 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sley_test_begin, sley_test_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unknown_names_are_refused),
        TEST(unknown_flags_are_refused_by_name),
        TEST(wrong_numbers_are_refused),
        TEST(wrong_strategy_parameters_are_refused),
        TEST(malformed_tokens_are_refused_by_the_part_that_is_wrong),
        TEST(a_token_that_is_not_there_is_refused),
        TEST(an_output_directory_that_cannot_be_used_is_refused),
        TEST(an_output_directory_without_permission_is_refused),
    };
    return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
