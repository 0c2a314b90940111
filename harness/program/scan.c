#include "program/scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const int64_t number_max = (int64_t)1 << 59;

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool
sley_scan_fail(struct sley_scan *scan, const char *format, ...)
{
    char text[384];
    if (scan->failed) {
        return false;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sley_error_set(scan->error, SLEY_ERROR_USAGE, "line %u: %s", (unsigned)scan->line, text);
    scan->failed = true;
    return false;
}

bool
sley_scan_over(struct sley_scan *scan)
{
    while (*scan->at == ' ' || *scan->at == '\t') {
        scan->at++;
    }
    return *scan->at == '\0' || *scan->at == '\n' || *scan->at == '#';
}

bool
sley_scan_take(struct sley_scan *scan, const char *text)
{
    size_t length = strlen(text);
    if (scan->failed || sley_scan_over(scan) || strncmp(scan->at, text, length) != 0) {
        return false;
    }
    bool is_word = is_letter(text[length - 1]);
    if (is_word && (is_letter(scan->at[length]) || is_digit(scan->at[length]))) {
        return false;
    }
    scan->at += length;
    return true;
}

/* Length of what stands at the scan, to be shown in an error. */
static int
rest_length(const struct sley_scan *scan)
{
    int length = 0;
    while (length < 40 && scan->at[length] != '\0' && scan->at[length] != '\n') {
        length++;
    }
    return length;
}

bool
sley_scan_expect(struct sley_scan *scan, const char *text)
{
    if (sley_scan_take(scan, text)) {
        return true;
    }
    bool over = sley_scan_over(scan);
    return sley_scan_fail(scan, "expected '%s' before %s%.*s%s", text, over ? "the end" : "'",
                          over ? 0 : rest_length(scan), scan->at, over ? "" : "'");
}

bool
sley_scan_name(struct sley_scan *scan, char name[SLEY_PROGRAM_NAME])
{
    size_t length = 0;
    name[0] = '\0';
    if (sley_scan_over(scan) || !is_letter(*scan->at)) {
        return sley_scan_fail(scan, "expected a name before '%.*s'", rest_length(scan), scan->at);
    }
    while (is_letter(scan->at[length]) || is_digit(scan->at[length])) {
        length++;
    }
    if (length >= SLEY_PROGRAM_NAME) {
        return sley_scan_fail(scan, "the name '%.*s' is longer than %d characters", (int)length,
                              scan->at, SLEY_PROGRAM_NAME - 1);
    }
    memcpy(name, scan->at, length);
    name[length] = '\0';
    scan->at += length;
    return !scan->failed;
}

bool
sley_scan_number(struct sley_scan *scan, int64_t *number)
{
    bool negative = sley_scan_take(scan, "-");
    *number = 0;
    if (sley_scan_over(scan) || !is_digit(*scan->at)) {
        return sley_scan_fail(scan, "expected a number before '%.*s'", rest_length(scan), scan->at);
    }
    while (is_digit(*scan->at)) {
        *number = *number * 10 + (*scan->at++ - '0');
        if (*number > number_max) {
            return sley_scan_fail(scan, "a number beyond 2 to the 59th");
        }
    }
    *number = negative ? -*number : *number;
    return !scan->failed;
}

static bool
take_string(struct sley_scan *scan, struct sley_program *program, uint64_t *value)
{
    size_t length = 0;
    while (scan->at[length] != '\'' && scan->at[length] != '\0' && scan->at[length] != '\n') {
        length++;
    }
    if (scan->at[length] != '\'' || length >= SLEY_PROGRAM_NAME) {
        return sley_scan_fail(scan, "a text of at most %d characters ends in '",
                              SLEY_PROGRAM_NAME - 1);
    }
    uint32_t i = 0;
    while (i < program->string_count && (strlen(program->string[i]) != length ||
                                         memcmp(program->string[i], scan->at, length) != 0)) {
        i++;
    }
    if (i == SLEY_PROGRAM_STRINGS) {
        return sley_scan_fail(scan, "more than %d different texts", SLEY_PROGRAM_STRINGS);
    }
    if (i == program->string_count) {
        memcpy(program->string[i], scan->at, length);
        program->string[i][length] = '\0';
        program->string_count++;
    }
    scan->at += length + 1;
    *value = sley_value_named(SLEY_NAMED_STRING, i);
    return true;
}

bool
sley_scan_constant(struct sley_scan *scan, struct sley_program *program, uint64_t *value)
{
    int64_t number;
    *value = sley_value_singleton(SLEY_NONE);
    if (sley_scan_take(scan, "None")) {
        return true;
    }
    if (sley_scan_take(scan, "True")) {
        *value = sley_value_bool(true);
        return true;
    }
    if (sley_scan_take(scan, "False")) {
        *value = sley_value_bool(false);
        return true;
    }
    if (sley_scan_take(scan, "'")) {
        return take_string(scan, program, value);
    }
    if (sley_scan_over(scan) || (*scan->at != '-' && !is_digit(*scan->at))) {
        return sley_scan_fail(scan,
                              "'%.*s' is no constant; one is a number, None, True, False or "
                              "a text in ''",
                              rest_length(scan), scan->at);
    }
    bool taken = sley_scan_number(scan, &number);
    *value = sley_value_int(number);
    return taken;
}
