/* Cost profiles as text (models/machine/profile.h). */
#include "models/machine/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct sley_profile profile;
static struct sley_error error;
static char text[4096];

/* A whole profile, every value 1 of its smallest unit, without the line of `without`. */
static size_t
whole_but(const char *without)
{
    size_t length = (size_t)snprintf(text, sizeof text, "name test\nsource this file\n");
    for (enum sley_cost cost = 0; cost < SLEY_COST_COUNT; cost++) {
        if (strcmp(sley_cost_key(cost), without) != 0) {
            length += (size_t)snprintf(text + length, sizeof text - length, "%s 1 %s\n",
                                       sley_cost_key(cost), sley_cost_unit(cost));
        }
    }
    return length;
}

static enum sley_status
parse_with(const char *line)
{
    char key[64];
    sscanf(line, "%63s", key);
    size_t length = whole_but(key);
    length += (size_t)snprintf(text + length, sizeof text - length, "%s\n", line);
    return sley_profile_parse(&profile, text, length, "test.profile", &error);
}

static void
assert_value(const char *line, enum sley_cost cost, uint64_t value)
{
    assert_int_equal(parse_with(line), SLEY_OK);
    assert_int_equal(profile.value[cost], value);
}

static void
values_are_decimal_numbers_with_a_unit(void **state)
{
    (void)state;
    assert_value("create.thread 35 us", SLEY_COST_CREATE_THREAD, 35000);
    assert_value("create.thread 0.6 us # a comment", SLEY_COST_CREATE_THREAD, 600);
    assert_value("  create.thread\t2.7   ms  \r", SLEY_COST_CREATE_THREAD, 2700000);
    assert_value("create.thread 1.5 s", SLEY_COST_CREATE_THREAD, 1500000000);
    assert_value("create.thread 1.9 ns", SLEY_COST_CREATE_THREAD, 1);
    assert_value("memory.fork 13.6 KiB", SLEY_COST_MEMORY_FORK, 13926);
    assert_value("memory.fork 3 MiB", SLEY_COST_MEMORY_FORK, 3 * 1024 * 1024);
    assert_value("serialise.read 61 us/KiB", SLEY_COST_SERIALISE_READ, 61000);
    assert_value("memory.bandwidth 20000 B/us", SLEY_COST_BANDWIDTH, 20000);
    assert_string_equal(profile.name, "test");
    assert_string_equal(profile.note, "test: this file");
}

static void
assert_wrong(const char *line, const char *expected)
{
    assert_int_equal(parse_with(line), SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "test.profile:32: "));
    assert_non_null(strstr(error.text, expected));
}

static void
a_bad_line_is_told_with_its_place_and_what_is_right(void **state)
{
    (void)state;
    assert_wrong("create.thread 35", "a value and a unit (ns, us, ms or s) are right");
    assert_wrong("create.thread 35 us us", "3 words");
    assert_wrong("create.thread 35 KiB", "'KiB' is no unit of 'create.thread'; ns, us, ms or s");
    assert_wrong("create.thread x us", "'x' is no value; a decimal number");
    assert_wrong("create.thread -1 us", "'-1' is no value");
    assert_wrong("create.thread 1. us", "'1.' is no value");
    assert_wrong("create.thread 1e3 us", "'1e3' is no value");
    assert_wrong("create.thread 9999999999999 ns", "at most 2^40");
    assert_wrong("create.thread 99999999999 s", "at most 2^40");
}

static void
an_unknown_key_is_told(void **state)
{
    (void)state;
    size_t length = whole_but("");
    length += (size_t)snprintf(text + length, sizeof text - length, "\ncreate.thing 1 us\n");
    assert_int_equal(sley_profile_parse(&profile, text, length, "f", &error), SLEY_ERROR_USAGE);
    assert_string_equal(error.text, "f:34: 'create.thing' is no key of a profile; keys are name, "
                                    "source, create.thread, ...");
}

static void
a_missing_key_is_told(void **state)
{
    (void)state;
    size_t length = whole_but("switch.process");
    assert_int_equal(sley_profile_parse(&profile, text, length, "f", &error), SLEY_ERROR_USAGE);
    assert_string_equal(error.text, "f:31: the key 'switch.process' is missing; every key once is "
                                    "right");
    assert_int_equal(sley_profile_parse(&profile, "", 0, "f", &error), SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "the key 'name' is missing"));
}

static void
a_key_stands_once(void **state)
{
    (void)state;
    size_t length = whole_but("");
    length += (size_t)snprintf(text + length, sizeof text - length, "create.fork 2 us\n");
    assert_int_equal(sley_profile_parse(&profile, text, length, "f", &error), SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "f:33: 'create.fork' stands here for the second time"));
    length = whole_but("");
    length += (size_t)snprintf(text + length, sizeof text - length, "name other\n");
    assert_int_equal(sley_profile_parse(&profile, text, length, "f", &error), SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "'name' stands here for the second time"));
}

static void
a_failed_reading_leaves_the_profile_alone(void **state)
{
    (void)state;
    assert_value("create.thread 35 us", SLEY_COST_CREATE_THREAD, 35000);
    assert_int_equal(parse_with("create.thread 35"), SLEY_ERROR_USAGE);
    assert_int_equal(profile.value[SLEY_COST_CREATE_THREAD], 35000);
}

static void
names_and_lines_have_their_lengths(void **state)
{
    (void)state;
    static const char long_name[] = "name a-name-of-sixteen-\n";
    assert_int_equal(sley_profile_parse(&profile, long_name, strlen(long_name), "f", &error),
                     SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "f:1: 'a-name-of-sixteen-' after 'name'; 1 to 15"));
    static const char two_words[] = "name two words\n";
    assert_int_equal(sley_profile_parse(&profile, two_words, strlen(two_words), "f", &error),
                     SLEY_ERROR_USAGE);
    memset(text, 'x', 300);
    assert_int_equal(sley_profile_parse(&profile, text, 300, "f", &error), SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "a line of 300 characters"));
    assert_int_equal(sley_profile_parse(&profile, "a\0b", 3, "f", &error), SLEY_ERROR_USAGE);
    assert_non_null(strstr(error.text, "a byte 0"));
}

static void
the_built_in_profiles_are_whole(void **state)
{
    (void)state;
    const struct sley_profile *c = sley_profile_find("c");
    const struct sley_profile *python = sley_profile_find("cpython");
    assert_non_null(c);
    assert_non_null(python);
    assert_int_equal(c->value[SLEY_COST_SWITCH_COROUTINE], 21);
    assert_int_equal(python->value[SLEY_COST_SWITCH_INTERVAL], 5000000);
    assert_true(strncmp(python->note, "cpython: measured", 17) == 0);
    const struct sley_profile *ideal = sley_profile_find("ideal");
    for (enum sley_cost cost = 0; cost < SLEY_COST_COUNT; cost++) {
        assert_int_equal(ideal->value[cost], 0);
    }
    assert_null(sley_profile_find("perfect"));
}

static void
an_added_profile_comes_before_a_built_in_one(void **state)
{
    (void)state;
    struct sley_profile mine = {.name = "c"};
    sley_profile_add(&mine);
    assert_ptr_equal(sley_profile_find("c"), &mine);
    sley_profile_add(NULL);
    assert_ptr_not_equal(sley_profile_find("c"), &mine);
}

static void
a_profile_is_read_from_a_file(void **state)
{
    (void)state;
    char path[] = "/tmp/sley-profile-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    size_t length = whole_but("");
    assert_int_equal(write(file, text, length), (ssize_t)length);
    close(file);
    enum sley_status status = sley_profile_load(&profile, path, &error);
    unlink(path);
    assert_int_equal(status, SLEY_OK);
    assert_int_equal(profile.value[SLEY_COST_CREATE_FORK], 1);
    assert_int_equal(sley_profile_load(&profile, path, &error), SLEY_ERROR_IO);
    assert_non_null(strstr(error.text, path));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_decimal_numbers_with_a_unit),
        cmocka_unit_test(a_bad_line_is_told_with_its_place_and_what_is_right),
        cmocka_unit_test(an_unknown_key_is_told),
        cmocka_unit_test(a_missing_key_is_told),
        cmocka_unit_test(a_key_stands_once),
        cmocka_unit_test(a_failed_reading_leaves_the_profile_alone),
        cmocka_unit_test(names_and_lines_have_their_lengths),
        cmocka_unit_test(the_built_in_profiles_are_whole),
        cmocka_unit_test(an_added_profile_comes_before_a_built_in_one),
        cmocka_unit_test(a_profile_is_read_from_a_file),
    };
    return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
