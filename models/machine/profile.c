#include "models/machine/profile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum unit_class { UNIT_NS, UNIT_SIZE, UNIT_RATE, UNIT_BANDWIDTH };

static const struct {
    const char *key;
    enum unit_class unit;
} costs[SLEY_COST_COUNT] = {
#define SLEY_COST(symbol, key, unit) [SLEY_COST_##symbol] = {key, UNIT_##unit},
#include "models/machine/profile.def"
#undef SLEY_COST
};

static const struct {
    const char *name;
    enum unit_class unit;
    uint64_t factor; /* ns, bytes, ns for 1 KiB, bytes in 1 us */
} units[] = {
    {"ns", UNIT_NS, 1},
    {"us", UNIT_NS, 1000},
    {"ms", UNIT_NS, 1000000},
    {"s", UNIT_NS, 1000000000},
    {"B", UNIT_SIZE, 1},
    {"KiB", UNIT_SIZE, 1024},
    {"MiB", UNIT_SIZE, 1024 * 1024},
    {"ns/KiB", UNIT_RATE, 1},
    {"us/KiB", UNIT_RATE, 1000},
    {"ms/KiB", UNIT_RATE, 1000000},
    {"B/us", UNIT_BANDWIDTH, 1},
};

static const char *const wanted_units[] = {
    [UNIT_NS] = "ns, us, ms or s",
    [UNIT_SIZE] = "B, KiB or MiB",
    [UNIT_RATE] = "ns/KiB, us/KiB or ms/KiB",
    [UNIT_BANDWIDTH] = "B/us",
};

static const uint64_t value_max = (uint64_t)1 << 40;

const char *
sley_cost_key(enum sley_cost cost)
{
    return costs[cost].key;
}

const char *
sley_cost_unit(enum sley_cost cost)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (units[i].unit == costs[cost].unit) {
            return units[i].name;
        }
    }
    return "";
}

/* A text that is being read. */
struct reader {
    const char *file;
    uint32_t line;
    bool seen[SLEY_COST_COUNT];
    struct sley_profile profile;
    char source[SLEY_PROFILE_TEXT_MAX - 20];
    struct sley_error *error;
};

#define WRONG(reader, ...) sley_error_set((reader)->error, SLEY_ERROR_USAGE, __VA_ARGS__)

enum { LINE_MAX_LENGTH = 256, WORDS_MAX = 4 };

/* Splits line at blanks, in place. Returns the number of words, or WORDS_MAX if there are more. */
static int
split(char *line, char *words[WORDS_MAX])
{
    int count = 0;
    for (char *word = strtok_r(line, " \t\r", &line); word && count < WORDS_MAX;
         word = strtok_r(NULL, " \t\r", &line)) {
        words[count++] = word;
    }
    return count;
}

/* digits[.digits] times factor, rounded down; false: no such number, or above value_max. */
static bool
decimal(const char *text, uint64_t factor, uint64_t *value)
{
    uint64_t whole = 0, part = 0, scale = 1;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        whole = whole * 10 + (uint64_t)(*at - '0');
        if (whole > value_max) {
            return false;
        }
    }
    if (at == text) {
        return false;
    }
    if (*at == '.') {
        const char *point = at++;
        for (; *at >= '0' && *at <= '9' && scale < 1000000000; at++) {
            part = part * 10 + (uint64_t)(*at - '0');
            scale *= 10;
        }
        if (at == point + 1) {
            return false;
        }
    }
    if (*at || whole > value_max / factor) {
        return false;
    }
    *value = whole * factor + part * factor / scale;
    return true;
}

static enum sley_status
read_cost(struct reader *r, char *words[WORDS_MAX], int count)
{
    enum sley_cost cost = 0;
    while (cost < SLEY_COST_COUNT && strcmp(words[0], costs[cost].key) != 0) {
        cost++;
    }
    if (cost == SLEY_COST_COUNT) {
        return WRONG(r, "%s:%u: '%s' is no key of a profile; keys are name, source, %s, ...",
                     r->file, r->line, words[0], costs[0].key);
    }
    if (r->seen[cost]) {
        return WRONG(r, "%s:%u: '%s' stands here for the second time; once is right", r->file,
                     r->line, words[0]);
    }
    if (count != 3) {
        return WRONG(r, "%s:%u: '%s' has %d words after it; a value and a unit (%s) are right",
                     r->file, r->line, words[0], count - 1, wanted_units[costs[cost].unit]);
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (units[i].unit != costs[cost].unit || strcmp(words[2], units[i].name) != 0) {
            continue;
        }
        if (!decimal(words[1], units[i].factor, &r->profile.value[cost])) {
            return WRONG(r,
                         "%s:%u: '%s' is no value; a decimal number, at most 2^40 in all, is right",
                         r->file, r->line, words[1]);
        }
        r->seen[cost] = true;
        return SLEY_OK;
    }
    return WRONG(r, "%s:%u: '%s' is no unit of '%s'; %s is right", r->file, r->line, words[2],
                 words[0], wanted_units[costs[cost].unit]);
}

/* `name WORD` and `source WORDS`. */
static enum sley_status
read_text(struct reader *r, const char *key, const char *rest)
{
    char *to = key[0] == 'n' ? r->profile.name : r->source;
    size_t size = key[0] == 'n' ? sizeof r->profile.name : sizeof r->source;
    rest += strspn(rest, " \t");
    size_t length = strlen(rest);
    if (length == 0 || length >= size || (key[0] == 'n' && strcspn(rest, " \t") != length)) {
        return WRONG(r, "%s:%u: '%s' after '%s'; 1 to %zu characters%s are right", r->file, r->line,
                     rest, key, size - 1, key[0] == 'n' ? " without a blank" : "");
    }
    if (to[0]) {
        return WRONG(r, "%s:%u: '%s' stands here for the second time; once is right", r->file,
                     r->line, key);
    }
    memcpy(to, rest, length + 1);
    return SLEY_OK;
}

static enum sley_status
read_line(struct reader *r, const char *text, size_t length)
{
    char line[LINE_MAX_LENGTH];
    char *words[WORDS_MAX];
    const char *comment = memchr(text, '#', length);
    length = comment ? (size_t)(comment - text) : length;
    while (length && strchr(" \t\r", text[length - 1])) {
        length--;
    }
    if (length >= sizeof line) {
        return WRONG(r, "%s:%u: a line of %zu characters; at most %d are right", r->file, r->line,
                     length, LINE_MAX_LENGTH - 1);
    }
    if (memchr(text, '\0', length)) {
        return WRONG(r, "%s:%u: a byte 0; text is right", r->file, r->line);
    }
    memcpy(line, text, length);
    line[length] = '\0';
    size_t start = strspn(line, " \t");
    size_t key = strcspn(line + start, " \t");
    if (key == 0) {
        return SLEY_OK;
    }
    if (strncmp(line + start, "name", key) == 0 && key == 4) {
        return read_text(r, "name", line + start + key);
    }
    if (strncmp(line + start, "source", key) == 0 && key == 6) {
        return read_text(r, "source", line + start + key);
    }
    int count = split(line, words);
    return read_cost(r, words, count);
}

static enum sley_status
check_complete(struct reader *r)
{
    const char *missing = !r->profile.name[0] ? "name" : !r->source[0] ? "source" : NULL;
    for (enum sley_cost cost = 0; !missing && cost < SLEY_COST_COUNT; cost++) {
        missing = r->seen[cost] ? NULL : costs[cost].key;
    }
    if (missing) {
        return WRONG(r, "%s:%u: the key '%s' is missing; every key once is right", r->file, r->line,
                     missing);
    }
    return SLEY_OK;
}

enum sley_status
sley_profile_parse(struct sley_profile *profile, const char *text, size_t length, const char *file,
                   struct sley_error *error)
{
    struct reader r = {.file = file, .error = error};
    const char *end = text + length;
    enum sley_status status = SLEY_OK;
    while (status == SLEY_OK && text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *next = newline ? newline : end;
        r.line++;
        status = read_line(&r, text, (size_t)(next - text));
        text = newline ? next + 1 : end;
    }
    if (status == SLEY_OK) {
        status = check_complete(&r);
    }
    if (status == SLEY_OK) {
        snprintf(r.profile.note, sizeof r.profile.note, "%s: %s", r.profile.name, r.source);
        *profile = r.profile;
    }
    return status;
}

enum { FILE_SIZE_MAX = 64 * 1024 };

enum sley_status
sley_profile_load(struct sley_profile *profile, const char *path, struct sley_error *error)
{
    static char text[FILE_SIZE_MAX];
    FILE *file = fopen(path, "r");
    if (!file) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot read profile %s: %s", path,
                              strerror(errno));
    }
    size_t length = fread(text, 1, sizeof text, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed || length == sizeof text) {
        return sley_error_set(error, SLEY_ERROR_IO,
                              "cannot read profile %s: a text file of less than 64 KiB is right",
                              path);
    }
    return sley_profile_parse(profile, text, length, path, error);
}
