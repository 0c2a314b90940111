/* The flags of code under test stand last: whatever the build type's own flags are, the object has
 * the same calls, its assertions among them. */
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

/* Of each build type: its flags, as CMake puts them before those of the code. */
static const char *const build_flags[] = {SLEY_TEST_DEBUG_FLAGS, SLEY_TEST_RELEASE_FLAGS,
                                          "-O3 -DNDEBUG -D_FORTIFY_SOURCE=2 -fomit-frame-pointer"};
enum { BUILDS = sizeof build_flags / sizeof *build_flags };

static char directory[] = "/tmp/sley-flags-XXXXXX";

/* What a shell's command prints, owned by the caller. */
static char *
output_of(const char *command)
{
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t capacity = 1 << 20;
    char *text = calloc(1, capacity);
    assert_non_null(text);
    size_t size = fread(text, 1, capacity - 1, pipe);
    if (pclose(pipe) != 0 || size == capacity - 1) {
        fail_msg("%s: failed: %s", command, text);
    }
    return text;
}

static int
compile(void **state)
{
    (void)state;
    if (!mkdtemp(directory)) {
        return -1;
    }
    for (int i = 0; i < BUILDS; i++) {
        char command[4096];
        snprintf(command, sizeof command, "%s %s %s -c %s -o %s/%d.o 2>&1", SLEY_TEST_CC,
                 build_flags[i], SLEY_TEST_CODE_FLAGS, SLEY_TEST_SOURCE, directory, i);
        free(output_of(command));
    }
    return 0;
}

static int
forget(void **state)
{
    (void)state;
    char path[64];
    for (int i = 0; i < BUILDS; i++) {
        snprintf(path, sizeof path, "%s/%d.o", directory, i);
        unlink(path);
    }
    return rmdir(directory);
}

/* What `TOOL OBJECT | FILTER` prints, the same for every object; owned by the caller. */
static char *
same_output(const char *tool, const char *filter)
{
    char *first = NULL;
    for (int i = 0; i < BUILDS; i++) {
        char command[1024];
        snprintf(command, sizeof command, "%s %s/%d.o | %s", tool, directory, i, filter);
        char *text = output_of(command);
        if (first) {
            assert_string_equal(text, first);
            free(text);
        } else {
            first = text;
        }
    }
    return first;
}

static void
every_build_type_calls_the_same_functions(void **state)
{
    (void)state;
    char *symbols = same_output(SLEY_TEST_NM " -u", "sort");
    assert_non_null(strstr(symbols, "U __assert_fail\n"));
    assert_non_null(strstr(symbols, "U __tsan_write4\n"));
    assert_null(strstr(symbols, "_chk\n"));
    free(symbols);
}

static void
every_build_type_has_as_many_instrumented_accesses(void **state)
{
    (void)state;
    char *count = same_output(SLEY_TEST_OBJDUMP " -dr", "grep -c __tsan_");
    assert_true(atoi(count) > 10);
    free(count);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_build_type_calls_the_same_functions),
        cmocka_unit_test(every_build_type_has_as_many_instrumented_accesses),
    };
    return cmocka_run_group_tests_name("flags", tests, compile, forget);
}
