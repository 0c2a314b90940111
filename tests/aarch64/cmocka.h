/* The few names of CMocka that tests/unit/fiber_test.c uses, for the cross build: Debian's cross
 * tool chain brings no CMocka for the target. A failed assertion ends the program. */
#ifndef SLEY_TESTS_AARCH64_CMOCKA_H
#define SLEY_TESTS_AARCH64_CMOCKA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
    int (*set_up)(void **state);
    int (*tear_down)(void **state);
};

/* clang-format off */
#define cmocka_unit_test(function) {#function, function, NULL, NULL}
#define cmocka_unit_test_setup_teardown(function, set_up, tear_down) \
    {#function, function, set_up, tear_down}
/* clang-format on */

static inline void
shim_check(int holds, const char *text, const char *file, int line)
{
    if (!holds) {
        fprintf(stderr, "%s:%d: failed: %s\n", file, line, text);
        exit(1);
    }
}

#define assert_true(condition) shim_check(!!(condition), #condition, __FILE__, __LINE__)
#define assert_false(condition) assert_true(!(condition))
#define assert_int_equal(a, b) assert_true((long long)(a) == (long long)(b))
#define assert_int_not_equal(a, b) assert_true((long long)(a) != (long long)(b))
#define assert_ptr_equal(a, b) assert_true((const void *)(a) == (const void *)(b))
#define assert_ptr_not_equal(a, b) assert_true((const void *)(a) != (const void *)(b))
#define assert_non_null(a) assert_true((const void *)(a) != NULL)
#define assert_null(a) assert_true((const void *)(a) == NULL)
#define assert_string_equal(a, b) assert_true(strcmp(a, b) == 0)
#define assert_in_range(a, low, high) assert_true((a) >= (low) && (a) <= (high))

#define cmocka_run_group_tests(tests, setup, teardown)                                             \
    shim_run(tests, sizeof(tests) / sizeof(tests)[0])
#define cmocka_run_group_tests_name(name, tests, setup, teardown)                                  \
    shim_run(tests, sizeof(tests) / sizeof(tests)[0])

static inline int
shim_run(const struct CMUnitTest *tests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        void *state = NULL;
        if (tests[i].set_up && tests[i].set_up(&state) != 0) {
            return 1;
        }
        tests[i].run(&state);
        if (tests[i].tear_down && tests[i].tear_down(&state) != 0) {
            return 1;
        }
        printf("ok %s\n", tests[i].name);
    }
    return 0;
}

#endif
