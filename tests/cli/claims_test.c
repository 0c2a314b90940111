/* From a sentence of a document to its finding: show, findings, table, and list by claims. */
#include "tests/cli/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* Runs `sley ARGUMENTS`, to be freed by sley_ended_deinit. */
static struct sley_ended
run(const char *arguments, int code)
{
    struct sley_ended ended = {0};
    assert_int_equal(sley_process_run(&ended, sley_test_directory, arguments), 0);
    if (ended.code != code) {
        fail_msg("sley %s: exit code %d: %s%s", arguments, ended.code, ended.out, ended.err);
    }
    return ended;
}

static void
assert_shows(const struct sley_ended *ended, const char *part)
{
    if (!strstr(ended->out, part)) {
        fail_msg("no '%s' in: %s", part, ended->out);
    }
}

static void
a_place_of_a_document_leads_to_its_claims(void **state)
{
    struct sley_ended ended = run("show 000:59", 0);
    (void)state;
    assert_shows(&ended, "atomic-increment-not-atomic");
    assert_shows(&ended, "scenarios/counter.c");
    assert_shows(&ended, " findings atomic-increment-not-atomic");
    sley_ended_deinit(&ended);
    ended = run("show coro-no-race.locked", 0);
    assert_shows(&ended, " findings coro-no-race");
    sley_ended_deinit(&ended);
}

static void
several_claims_are_listed_with_what_the_catalogue_holds(void **state)
{
    struct sley_ended ended = run("show 004:49", 0);
    (void)state;
    assert_shows(&ended, "gil-switch-1000-bytecodes-py2");
    assert_shows(&ended, "gil-switch-interval-5ms");
    assert_shows(&ended, "sley show ID");
    sley_ended_deinit(&ended);
}

static void
a_claim_that_cannot_be_checked_says_why(void **state)
{
    struct sley_ended ended = run("show lock-adds-complexity", 0);
    (void)state;
    assert_shows(&ended, "no property: ");
    sley_ended_deinit(&ended);
    ended = run("findings lock-adds-complexity", 2);
    assert_non_null(strstr(ended.err, "has no property"));
    sley_ended_deinit(&ended);
}

static void
an_unknown_sentence_is_one_line(void **state)
{
    struct sley_ended ended = run("show 009:1", 2);
    (void)state;
    assert_string_equal(ended.err, "sley: no claim matches '009:1': expected an id (sley list "
                                   "--claims), a place such as 004:49, or a part of a quote\n");
    sley_ended_deinit(&ended);
    ended = run("table 009", 2);
    assert_string_equal(ended.err,
                        "sley: no table '009': expected 001, 002 or 003, the document's number\n");
    sley_ended_deinit(&ended);
    ended = run("list --evidence hearsay", 2);
    assert_string_equal(ended.err, "sley: --evidence 'hearsay': expected schedule, sampled, "
                                   "machine, profile or fact\n");
    sley_ended_deinit(&ended);
}

static void
a_finding_comes_with_the_run_that_shows_it(void **state)
{
    struct sley_ended ended = run("findings gil-switch-1000-bytecodes-py2", 0);
    (void)state;
    assert_shows(&ended, "gil:py2: refuted");
    assert_shows(&ended, " explain s1");
    assert_shows(&ended, "all as expected");
    const char *command = strstr(ended.out, SLEY_EXECUTABLE " explain ");
    assert_non_null(command);
    char *line = strndup(command, strcspn(command, "\n"));
    struct sley_ended explained = {0};
    assert_int_equal(sley_process_paste(&explained, sley_test_directory, line), 0);
    assert_int_equal(explained.code, 1);
    free(line);
    sley_ended_deinit(&explained);
    sley_ended_deinit(&ended);
}

static void
a_planted_fault_makes_a_claim_unexpected(void **state)
{
    struct sley_ended ended = run("findings --fault gil-ticks gil-switch-1000-bytecodes-py2", 1);
    (void)state;
    assert_shows(&ended, "UNEXPECTED");
    sley_ended_deinit(&ended);
}

static void
findings_as_json_name_every_model(void **state)
{
    struct sley_ended ended = run("findings --json atomic-increment-not-atomic", 0);
    json_t *lines = sley_json_lines(ended.out);
    (void)state;
    assert_int_equal(json_array_size(lines), 1);
    const json_t *claim = json_array_get(lines, 0);
    assert_string_equal(sley_json_text(claim, "standing"), "conditional");
    assert_string_equal(sley_json_text(claim, "catalogue"), "holds only under conditions");
    assert_true(json_array_size(json_object_get(claim, "findings")) >= 7);
    json_decref(lines);
    sley_ended_deinit(&ended);
}

static void
the_list_knows_every_claim_and_every_kind_of_evidence(void **state)
{
    struct sley_ended ended = run("list --claims --json", 0);
    json_t *lines = sley_json_lines(ended.out);
    (void)state;
    assert_int_equal(json_array_size(lines), 189);
    json_decref(lines);
    sley_ended_deinit(&ended);
    ended = run("list --evidence profile", 0);
    assert_shows(&ended, "speed.equal-tasks");
    assert_null(strstr(ended.out, "atomic-increment-not-atomic\n"));
    sley_ended_deinit(&ended);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_of_a_document_leads_to_its_claims),
        cmocka_unit_test(several_claims_are_listed_with_what_the_catalogue_holds),
        cmocka_unit_test(a_claim_that_cannot_be_checked_says_why),
        cmocka_unit_test(an_unknown_sentence_is_one_line),
        cmocka_unit_test(a_finding_comes_with_the_run_that_shows_it),
        cmocka_unit_test(a_planted_fault_makes_a_claim_unexpected),
        cmocka_unit_test(findings_as_json_name_every_model),
        cmocka_unit_test(the_list_knows_every_claim_and_every_kind_of_evidence),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
