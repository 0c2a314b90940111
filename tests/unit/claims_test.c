/* The catalogue of claims against the properties: nothing is dropped, and nothing claimed in vain.
 */
#include "cli/catalogue.h"
#include "cli/cells.h"
#include "cli/claims.h"
#include "cli/contradictions.h"
#include "cli/falsifier.h"
#include "cli/tsv.h"

#include "scenarios/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static void
a_table_is_split_into_its_fields(void **state)
{
    char text[] = "a\tb\n1\t2\n3\t4\n";
    const char *fields[4];
    (void)state;
    assert_int_equal(sley_tsv_split(text, 2, 2, fields), 2);
    assert_string_equal(fields[0], "1");
    assert_string_equal(fields[3], "4");
}

static void
a_line_with_other_fields_or_too_many_lines_make_no_table(void **state)
{
    char short_line[] = "a\tb\n1\n";
    char long_line[] = "a\tb\n1\t2\t3\n";
    char lines[] = "a\tb\n1\t2\n3\t4\n";
    const char *fields[4];
    (void)state;
    assert_int_equal(sley_tsv_split(short_line, 2, 2, fields), 0);
    assert_int_equal(sley_tsv_split(long_line, 2, 2, fields), 0);
    assert_int_equal(sley_tsv_split(lines, 2, 1, fields), 0);
}

static void
the_catalogue_has_its_189_claims(void **state)
{
    size_t count;
    int truths[SLEY_TRUTH_COUNT] = {0};
    const struct sley_claim *claims = sley_claims(&count);
    (void)state;
    assert_int_equal(count, 189);
    for (size_t i = 0; i < count; i++) {
        truths[sley_claim_truth(&claims[i])]++;
        assert_true(sley_claim_place(claims[i].sources) > 0);
        assert_ptr_equal(sley_claim_of(claims[i].id), &claims[i]);
    }
    assert_int_equal(truths[SLEY_HOLDS], 72);
    assert_int_equal(truths[SLEY_FALSE], 24);
    assert_int_equal(truths[SLEY_CONDITIONAL], 81);
    assert_int_equal(truths[SLEY_UNCHECKABLE], 12);
}

static void
every_claim_has_a_property_or_the_reason_why_not(void **state)
{
    size_t count;
    int missing = 0;
    const struct sley_claim *claims = sley_claims(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool checkable = sley_claim_truth(&claims[i]) != SLEY_UNCHECKABLE;
        if (checkable != (sley_catalogue_count(claims[i].id) > 0)) {
            print_message("%s: %d properties\n", claims[i].id, sley_catalogue_count(claims[i].id));
            missing++;
        }
        assert_true(strlen(sley_claim_why(&claims[i])) > 0);
    }
    assert_int_equal(missing, 0);
}

static void
every_property_is_of_a_claim_or_of_a_contract(void **state)
{
    int unknown = 0;
    (void)state;
    for (const struct sley_property *const *s = sley_scenarios; *s; s++) {
        for (const struct sley_property *p = *s; p->name; p++) {
            if (strcmp(p->claim, "contract") != 0 && !sley_claim_of(p->claim)) {
                print_message("%s: no claim '%s'\n", p->name, p->claim);
                unknown++;
            }
        }
    }
    assert_int_equal(unknown, 0);
}

static void
a_place_is_not_the_begin_of_another(void **state)
{
    const struct sley_claim claim = {
        .id = "x", .statement = "some words", .sources = "004:491 「a」 ; 003:12 「b」"};
    (void)state;
    assert_true(sley_claim_matches(&claim, "004:491"));
    assert_true(sley_claim_matches(&claim, "003:12"));
    assert_true(sley_claim_matches(&claim, "003"));
    assert_true(sley_claim_matches(&claim, "e wor"));
    assert_false(sley_claim_matches(&claim, "004:49"));
    assert_false(sley_claim_matches(&claim, "003:1"));
    assert_false(sley_claim_matches(&claim, "12"));
}

/* At most so many properties may do without a falsifier, each with its reason. */
enum { UNFALSIFIED_MAX = 10 };

static void
what_no_run_may_break_names_what_breaks_it(void **state)
{
    int missing = 0, excused = 0;
    char text[256];
    (void)state;
    for (const struct sley_property *const *s = sley_scenarios; *s; s++) {
        for (const struct sley_property *p = *s; p->name; p++) {
            if (!sley_falsifier_needed(p)) {
                continue;
            }
            if (!sley_falsifier_of(p, text, sizeof text)) {
                print_message("%s has no falsifier\n", p->name);
                missing++;
            } else {
                excused += strncmp(text, "none: ", 6) == 0;
            }
        }
    }
    assert_int_equal(missing, 0);
    assert_true(excused <= UNFALSIFIED_MAX);
}

static bool
is_known(const char *name)
{
    return sley_catalogue_names(name) || sley_claim_of(name);
}

static void
every_cell_of_the_documents_tables_names_its_claims(void **state)
{
    size_t count;
    const struct sley_cell *cells = sley_cells(&count);
    (void)state;
    assert_int_equal(count, 57);
    for (size_t i = 0; i < count; i++) {
        char list[512];
        snprintf(list, sizeof list, "%s", cells[i].claims);
        for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
            name[strcspn(name, "@")] = '\0';
            name += name[0] == '!';
            name += name[0] == '=';
            if (!is_known(name)) {
                fail_msg("%s:%s %s: no claim '%s'", cells[i].table, cells[i].line, cells[i].model,
                         name);
            }
        }
    }
}

static void
every_contradiction_says_what_each_side_expects(void **state)
{
    size_t count;
    const struct sley_contradiction *all = sley_contradictions(&count);
    (void)state;
    assert_int_equal(count, 14);
    for (size_t i = 0; i < count; i++) {
        const char *sides[] = {all[i].expect_a, all[i].expect_b};
        for (int side = 0; side < 2; side++) {
            char list[512];
            snprintf(list, sizeof list, "%s", sides[side]);
            for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
                assert_non_null(strchr(name, '='));
                name[strcspn(name, ":=")] = '\0';
                if (!is_known(name)) {
                    fail_msg("contradiction %s: no claim '%s'", all[i].number, name);
                }
            }
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_split_into_its_fields),
        cmocka_unit_test(a_line_with_other_fields_or_too_many_lines_make_no_table),
        cmocka_unit_test(the_catalogue_has_its_189_claims),
        cmocka_unit_test(every_claim_has_a_property_or_the_reason_why_not),
        cmocka_unit_test(every_property_is_of_a_claim_or_of_a_contract),
        cmocka_unit_test(a_place_is_not_the_begin_of_another),
        cmocka_unit_test(what_no_run_may_break_names_what_breaks_it),
        cmocka_unit_test(every_cell_of_the_documents_tables_names_its_claims),
        cmocka_unit_test(every_contradiction_says_what_each_side_expects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
