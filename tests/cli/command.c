#include "tests/cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

void
sley_source_write(const char *name, const char *text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", sley_test_directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

struct sley_ended
sley_command_run(const char *command, int code)
{
    struct sley_ended ended = {0};
    assert_int_equal(sley_process_paste(&ended, sley_test_directory, command), 0);
    if (ended.code != code) {
        fail_msg("%s: exit code %d, not %d: %s%s", command, ended.code, code, ended.out, ended.err);
    }
    return ended;
}

void
sley_command_expect(const char *command, int code, const char *out, const char *err)
{
    struct sley_ended ended = sley_command_run(command, code);
    if (!strstr(ended.out, out) || !strstr(ended.err, err)) {
        fail_msg("%s: no '%s' in '%s', or no '%s' in '%s'", command, out, ended.out, err,
                 ended.err);
    }
    sley_ended_deinit(&ended);
}

void
sley_command_mention(const char *command, int code, const char *part)
{
    struct sley_ended ended = sley_command_run(command, code);
    if (!strstr(ended.out, part) && !strstr(ended.err, part)) {
        fail_msg("%s: no '%s' in: %s%s", command, part, ended.out, ended.err);
    }
    sley_ended_deinit(&ended);
}
