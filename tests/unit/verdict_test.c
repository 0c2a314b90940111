#include <sley/verdict.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

static void
every_verdict_has_a_word_of_its_own_without_spaces(void **state)
{
    (void)state;
    for (enum sley_verdict v = 0; v < SLEY_VERDICT_COUNT; v++) {
        const char *word = sley_verdict_word(v);
        assert_true(strlen(word) > 0);
        assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz-:"), strlen(word));
        for (enum sley_verdict other = 0; other < v; other++) {
            assert_string_not_equal(word, sley_verdict_word(other));
        }
    }
}

static void
every_verdict_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (enum sley_verdict v = 0; v < SLEY_VERDICT_COUNT; v++) {
        assert_true(strlen(sley_verdict_text(v)) > 0);
        assert_null(strchr(sley_verdict_text(v), '\n'));
        for (enum sley_verdict other = 0; other < v; other++) {
            assert_string_not_equal(sley_verdict_text(v), sley_verdict_text(other));
        }
    }
}

static void
all_verdicts_fit_a_mask(void **state)
{
    (void)state;
    assert_true(SLEY_VERDICT_COUNT <= 32);
}

static void
the_deadlocks_are_the_verdicts_with_that_word(void **state)
{
    (void)state;
    for (enum sley_verdict v = 0; v < SLEY_VERDICT_COUNT; v++) {
        bool named = strncmp(sley_verdict_word(v), "deadlock:", 9) == 0;
        assert_int_equal(named, (SLEY_ANY_DEADLOCK >> v & 1) != 0);
    }
}

static void
the_strongest_verdict_is_the_first_in_the_list(void **state)
{
    (void)state;
    for (enum sley_verdict v = 0; v < SLEY_VERDICT_COUNT; v++) {
        assert_int_equal(sley_verdict_strongest(1u << v), v);
        uint32_t weaker = ~(uint32_t)0 << v & ((1u << SLEY_VERDICT_COUNT) - 1);
        assert_int_equal(sley_verdict_strongest(weaker), v);
    }
    assert_int_equal(sley_verdict_strongest(SLEY_BIT(RACE) | SLEY_BIT(CRASH)), SLEY_VERDICT_CRASH);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_verdict_has_a_word_of_its_own_without_spaces),
        cmocka_unit_test(every_verdict_has_a_text_of_its_own),
        cmocka_unit_test(all_verdicts_fit_a_mask),
        cmocka_unit_test(the_deadlocks_are_the_verdicts_with_that_word),
        cmocka_unit_test(the_strongest_verdict_is_the_first_in_the_list),
    };
    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
