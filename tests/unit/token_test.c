#include "campaign/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct sley_token token, parsed;
static char text[SLEY_TOKEN_BYTES_MAX];

static void
fill_head(const char *strategy)
{
    memset(&token, 0, sizeof token);
    strcpy(token.property, "deadlock-abba");
    strcpy(token.model, "thread");
    strcpy(token.strategy, strategy);
    strcpy(token.hashes, "0Az9Z");
    token.compiler = sley_token_compiler();
}

/* Prints token, parses that and expects every field again. */
static void
check_round_trip(void)
{
    struct sley_error error;
    int length = sley_token_print(text, sizeof text, &token);
    assert_int_equal(length, strlen(text));
    if (sley_token_parse(&parsed, text, &error) != SLEY_OK) {
        fail_msg("%s", error.text);
    }
    assert_string_equal(parsed.property, token.property);
    assert_string_equal(parsed.model, token.model);
    assert_string_equal(parsed.strategy, token.strategy);
    assert_string_equal(parsed.hashes, token.hashes);
    assert_int_equal(parsed.compiler, token.compiler);
    assert_int_equal(parsed.points, token.points ? token.points : SLEY_POINTS_ALL);
    assert_int_equal(parsed.survey, token.survey);
    assert_true(parsed.seed == token.seed && parsed.run == token.run);
    assert_int_equal(parsed.point_count, token.point_count);
    assert_int_equal(parsed.choice_count, token.choice_count);
    for (uint32_t i = 0; i < token.choice_count; i++) {
        const struct sley_choice *a = &token.choices[i], *b = &parsed.choices[i];
        assert_int_equal(b->kind, a->kind);
        assert_int_equal(b->op, a->op);
        assert_int_equal(b->task, a->task);
        assert_int_equal(b->point, a->point);
        assert_int_equal(b->value, a->value);
    }
}

static void
the_seed_form_keeps_every_number(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {0, 1, 61, 62, 3843, 3844, 1000000000, UINT32_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        fill_head("mix:3,33");
        token.seed = numbers[i];
        token.run = numbers[i] + 1;
        token.point_count = (uint32_t)numbers[i];
        check_round_trip();
    }
    fill_head("random");
    token.seed = sley_seed_max;
    token.run = UINT64_MAX / 64;
    check_round_trip();
}

static void
the_head_keeps_the_points_option_and_what_was_learned(void **state)
{
    (void)state;
    static const uint32_t surveys[] = {0, 1, 62, SLEY_SURVEY_BOUND - 1};
    static const char *const strategies[] = {"mix:3,33", ""};
    for (int i = 0; i < 2; i++) {
        fill_head(strategies[i]);
        int length = sley_token_print(text, sizeof text, &token);
        assert_int_equal(length, strlen(text));
        assert_int_equal(strncmp(text + 3, "a/deadlock", 10), 0); /* as it was before the others */
        token.points = SLEY_POINTS_SYNC;
        check_round_trip();
        assert_int_equal(strncmp(text + 3, "y/deadlock", 10), 0);
        token.points = SLEY_POINTS_SHARED;
        for (size_t k = 0; k < sizeof surveys / sizeof *surveys; k++) {
            token.survey = surveys[k];
            check_round_trip();
            assert_int_equal(text[3], 's');
            assert_int_equal(text[9], '/');
        }
    }
}

static void
the_choice_form_keeps_every_kind_and_operation(void **state)
{
    (void)state;
    fill_head("");
    for (int kind = 0; kind < SLEY_CHOICE_KIND_COUNT; kind++) {
        for (int op = 0; op < SLEY_OP_COUNT; op++) {
            token.choices[token.choice_count++] = (struct sley_choice){
                .kind = (enum sley_choice_kind)kind,
                .op = (enum sley_op)op,
                .task = (uint32_t)op,
                .point = (uint32_t)kind,
                .value = 1,
            };
        }
    }
    check_round_trip();
}

/* Inputs are drawn from up to 2^31 values, so a choice may have ten digits. */
static void
the_choice_form_keeps_numbers_at_their_bounds(void **state)
{
    (void)state;
    static const uint32_t numbers[] = {1, 9, 999999999, 1000000000, INT32_MAX, UINT32_MAX};
    fill_head("");
    check_round_trip(); /* no choices at all: the default run */
    for (uint32_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        token.choices[token.choice_count++] = (struct sley_choice){.kind = SLEY_CHOICE_INPUT,
                                                                   .task = SLEY_TASKS_MAX - 1,
                                                                   .point = numbers[i],
                                                                   .value = numbers[i]};
    }
    token.choices[0].point = 0;
    check_round_trip();
}

static void
the_choice_form_keeps_as_many_choices_as_there_may_be(void **state)
{
    (void)state;
    fill_head("");
    for (uint32_t i = 0; i < SLEY_TOKEN_CHOICES_MAX; i++) {
        token.choices[i] = (struct sley_choice){
            .kind = SLEY_CHOICE_SPURIOUS, .task = 255, .point = 4294967295u, .value = 4294967295u};
    }
    token.choice_count = SLEY_TOKEN_CHOICES_MAX;
    check_round_trip();
}

/* design: at most 64 characters beside the property's name. */
static void
the_longest_seed_form_has_64_characters_beside_the_name(void **state)
{
    (void)state;
    struct sley_run_result result = {.hash = UINT64_MAX, .step_count = 20000};
    for (int i = 0; i < SLEY_PREFIXES_MAX; i++) {
        result.prefix[i] = UINT64_MAX;
    }
    fill_head("pct:3,256,20000");
    strcpy(token.model, "gil:py310");
    token.seed = sley_seed_max;
    token.run = 1000000000;
    sley_token_stamp(&token, &result);
    assert_int_equal(strlen(token.hashes), 5 + 6);
    check_round_trip();
    assert_in_range(strlen(text) - strlen(token.property), 1, 64);
    /* What was learned takes five more. */
    strcpy(token.model, "thread");
    token.points = SLEY_POINTS_SHARED;
    token.survey = SLEY_SURVEY_BOUND - 1;
    check_round_trip();
    assert_in_range(strlen(text) - strlen(token.property), 1, 64 + 5);
}

static void
a_text_that_does_not_fit_is_measured(void **state)
{
    (void)state;
    char small[8];
    fill_head("");
    token.choices[0] = (struct sley_choice){.task = 1, .point = 2, .value = 3};
    token.choice_count = 1;
    int length = sley_token_print(text, sizeof text, &token);
    assert_int_equal(sley_token_print(small, sizeof small, &token), length);
    assert_true(strlen(small) < sizeof small);
}

/* The status of parsing `s1` and the letters of this build before rest. */
static enum sley_status
parse(const char *rest, struct sley_error *error)
{
    char line[256];
    snprintf(line, sizeof line, "s1%ca%s", sley_token_compiler(), rest);
    *error = (struct sley_error){0};
    return sley_token_parse(&parsed, line, error);
}

#define FIFTY "01234567890123456789012345678901234567890123456789"

static void
every_malformed_field_is_reported(void **state)
{
    (void)state;
    static const char *const wrongs[] = {
        "",
        "/",
        "/p/thread/mix/0/0/K",
        "/p/thread/mix/0/0/K/kT74w/",
        "/p/thread/-/K/kT74w",
        "/p/thread/-/K/kT74w//",
        "/p/thread/mix//0/K/kT74w",
        "/p/thread/mix/0//K/kT74w",
        "/p/thread/mix/-1/0/K/kT74w",
        "/p/thread/mix/zzzzzzzzz/0/K/kT74w",
        "/p/thread/mix/zzzzzzzzzzzzzzzzzzzzzzzz/0/K/kT74w",
        "/p/thread/mix/0/zzzzzzzzzzz/K/kT74w",
        "/p/thread/mix/0/0/4gfFC4/kT74w", /* 2^32 */
        "/p/thread/mix/0/0//kT74w",
        "/p/thread/mix/0/0/K/",
        "/p/thread/mix/0/0/K/kT74",
        "/p/thread/mix/0/0/K/kT74w1234567",
        "/p/thread/mix/0/0/K/kT 4w",
        "/p/0123456789012345678901234567890123456789/mix/0/0/K/kT74w",
        "/p/thread/" FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY "/0/0/K/kT74w",
        "/p/thread/-/K/kT74w/,",
        "/p/thread/-/K/kT74w/1.1r1,",
        "/p/thread/-/K/kT74w/,1.1r1",
        "/p/thread/-/K/kT74w/1",
        "/p/thread/-/K/kT74w/1.",
        "/p/thread/-/K/kT74w/1.1",
        "/p/thread/-/K/kT74w/1.1r",
        "/p/thread/-/K/kT74w/1.1r0",
        "/p/thread/-/K/kT74w/1.1r1x",
        "/p/thread/-/K/kT74w/1.1?1",
        "/p/thread/-/K/kT74w/z1.1r1",
        "/p/thread/-/K/kT74w/pp1.1r1",
        "/p/thread/-/K/kT74w/-1.1r1",
        "/p/thread/-/K/kT74w/1.-1r1",
        "/p/thread/-/K/kT74w/1.1r-1",
        "/p/thread/-/K/kT74w/+1.1r1",
        "/p/thread/-/K/kT74w/1. 1r1",
        "/p/thread/-/K/kT74w/1024.1r1",
        "/p/thread/-/K/kT74w/1.4294967296r1",
        "/p/thread/-/K/kT74w/1.1r4294967296",
        "/p/thread/-/K/kT74w/1.1r99999999999999999999999",
    };
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        struct sley_error error;
        if (parse(wrongs[i], &error) != SLEY_ERROR_USAGE) {
            fail_msg("%s is accepted or misreported: %s", wrongs[i], error.text);
        }
        assert_non_null(strstr(error.text, "malformed token: "));
        assert_non_null(strstr(error.text, "expected "));
    }
}

static void
every_malformed_head_is_reported(void **state)
{
    (void)state;
    static const char *const wrongs[] = {"",     "s",        "s1",         "s1c",       "s1caa",
                                         "s1cs", "s1cs0000", "s1cs000000", "s1cs000-0", "s1cy00000",
                                         "S1ca", "s1xa",     "@",          "1sca"};
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        struct sley_error error;
        char line[128];
        snprintf(line, sizeof line, "%s%s", wrongs[i],
                 wrongs[i][0] == '@' ? "" : "/p/thread/mix/0/0/K/kT74w");
        enum sley_status status = sley_token_parse(&parsed, line, &error);
        assert_int_equal(status, wrongs[i][0] == '@' ? SLEY_ERROR_IO : SLEY_ERROR_USAGE);
    }
}

static void
too_many_choices_are_reported(void **state)
{
    (void)state;
    struct sley_error error;
    int length = sprintf(text, "s1%ca/p/thread/-/K/kT74w/1.1r1", sley_token_compiler());
    for (int i = 0; i < SLEY_TOKEN_CHOICES_MAX; i++) {
        length += sprintf(text + length, ",1.1r1");
    }
    assert_int_equal(sley_token_parse(&parsed, text, &error), SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "4096"));
    memset(text, '/', sizeof text - 1);
    assert_int_equal(sley_token_parse(&parsed, text, &error), SLEY_ERROR_USAGE);
}

static void
a_token_of_another_build_is_stale(void **state)
{
    (void)state;
    struct sley_error error;
    char own[] = {'s', '1', sley_token_compiler(), 'a', '\0'};
    char other = own[2] == 'c' ? 'g' : 'c';
    const struct {
        char head[5];
        const char *reason;
    } heads[] = {
        {{'s', '2', own[2], 'a', '\0'}, "version 2"},
        {{'s', '0', own[2], 'a', '\0'}, "version 0"},
        {{'s', '1', other, 'a', '\0'}, other == 'c' ? "by clang" : "by gcc"},
        {{'s', '1', own[2], 'b', '\0'}, "points option 'b'"},
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char line[128];
        snprintf(line, sizeof line, "%s/p/thread/mix/0/0/K/kT74w", heads[i].head);
        assert_int_equal(sley_token_parse(&parsed, line, &error), SLEY_ERROR_STALE);
        assert_non_null(strstr(error.text, heads[i].reason));
    }
}

static void
a_token_is_read_from_a_file(void **state)
{
    (void)state;
    struct sley_error error;
    char path[] = "/tmp/sley-token-XXXXXX", name[64];
    int file = mkstemp(path);
    assert_true(file >= 0);
    dprintf(file, "s1%ca/p/thread/mix/1/2/K/kT74w\r\nignored\n", sley_token_compiler());
    close(file);
    snprintf(name, sizeof name, "@%s", path);
    assert_int_equal(sley_token_parse(&parsed, name, &error), SLEY_OK);
    assert_true(parsed.seed == 1 && parsed.run == 2);
    unlink(path);
    assert_int_equal(sley_token_parse(&parsed, name, &error), SLEY_ERROR_IO);
    assert_non_null(strstr(error.text, path));
    assert_int_equal(sley_token_parse(&parsed, "@/", &error), SLEY_ERROR_IO);
}

/* A run of 1,000 points with its hashes at points 16, 64 and 256. */
static struct sley_run_result
result_of(uint64_t hash, uint64_t at_16, uint64_t at_64, uint64_t at_256)
{
    return (struct sley_run_result){
        .hash = hash,
        .step_count = 1000,
        .prefix = {at_16 << 8 | 1, at_64 << 8 | 1, at_256 << 8 | 1},
    };
}

static void
a_run_that_is_not_the_tokens_says_where_it_parts(void **state)
{
    (void)state;
    char why[256];
    struct sley_run_result recorded = result_of(1, 2, 3, 4);
    const struct {
        struct sley_run_result result;
        const char *between;
    } others[] = {
        {result_of(1, 9, 3, 4), "between points 0 and 16 "},
        {result_of(1, 2, 9, 4), "between points 16 and 64 "},
        {result_of(1, 2, 3, 9), "between points 64 and 256 "},
        {result_of(9, 2, 3, 4), "between points 256 and 1000 "},
    };
    fill_head("mix");
    sley_token_stamp(&token, &recorded);
    assert_true(sley_token_matches(&token, &recorded, why, sizeof why));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_false(sley_token_matches(&token, &others[i].result, why, sizeof why));
        assert_non_null(strstr(why, others[i].between));
    }
    struct sley_run_result shorter = recorded;
    shorter.step_count = 999;
    assert_false(sley_token_matches(&token, &shorter, why, sizeof why));
    assert_non_null(strstr(why, "recorded: 1000 points, here: 999"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_form_keeps_every_number),
        cmocka_unit_test(the_head_keeps_the_points_option_and_what_was_learned),
        cmocka_unit_test(the_choice_form_keeps_every_kind_and_operation),
        cmocka_unit_test(the_choice_form_keeps_numbers_at_their_bounds),
        cmocka_unit_test(the_choice_form_keeps_as_many_choices_as_there_may_be),
        cmocka_unit_test(the_longest_seed_form_has_64_characters_beside_the_name),
        cmocka_unit_test(a_text_that_does_not_fit_is_measured),
        cmocka_unit_test(every_malformed_field_is_reported),
        cmocka_unit_test(every_malformed_head_is_reported),
        cmocka_unit_test(too_many_choices_are_reported),
        cmocka_unit_test(a_token_of_another_build_is_stale),
        cmocka_unit_test(a_token_is_read_from_a_file),
        cmocka_unit_test(a_run_that_is_not_the_tokens_says_where_it_parts),
    };
    return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
