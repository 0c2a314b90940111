#include "campaign/token.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char kind_letters[] = {
    [SLEY_CHOICE_SCHEDULE] = 0, [SLEY_CHOICE_INPUT] = 'i',    [SLEY_CHOICE_SPURIOUS] = 'p',
    [SLEY_CHOICE_WAITER] = 'w', [SLEY_CHOICE_WEAK_CAS] = 'c', [SLEY_CHOICE_REUSE] = 'u',
    [SLEY_CHOICE_KILL] = 'k',   [SLEY_CHOICE_OUTSIDE] = 'o',
};

enum { HEAD_LENGTH = 4, SURVEY_DIGITS = 5 };

#if defined(__clang__)
enum { COMPILER = 'c' };
#else
enum { COMPILER = 'g' };
#endif

char
sley_token_compiler(void)
{
    return COMPILER;
}

static const char *
number_text(uint64_t value, char buffer[16])
{
    char *at = buffer + 15;
    *at = '\0';
    do {
        *--at = digits[value % 62];
        value /= 62;
    } while (value > 0);
    return at;
}

static bool
number_parse(const char *text, uint64_t max, uint64_t *value)
{
    uint64_t sum = 0;
    for (const char *c = text; *c; c++) {
        const char *digit = strchr(digits, *c);
        if (!digit || sum > max) {
            return false;
        }
        sum = sum * 62 + (uint64_t)(digit - digits);
    }
    *value = sum;
    return *text != '\0' && sum <= max;
}

void
sley_token_stamp(struct sley_token *token, const struct sley_run_result *result)
{
    char *at = token->hashes;
    uint64_t hash = result->hash;
    for (int i = 0; i < 5; i++) {
        *at++ = digits[hash % 62];
        hash /= 62;
    }
    for (int i = 0; i < SLEY_PREFIXES_MAX && result->prefix[i]; i++) {
        *at++ = digits[(result->prefix[i] >> 8) % 62];
    }
    *at = '\0';
    token->point_count = result->step_count;
    token->compiler = sley_token_compiler();
}

static int
choice_print(char *text, size_t size, const struct sley_choice *choice, bool first)
{
    char kind[2] = {kind_letters[choice->kind], '\0'};
    return snprintf(text, size, "%s%s%u.%u%c%u", first ? "" : ",", kind, choice->task,
                    choice->point, sley_op_letter(choice->op), choice->value);
}

static void
head_print(char head[16], const struct sley_token *token)
{
    char *at = head + snprintf(head, 16, "s1%c%c", token->compiler,
                               token->points ? token->points : SLEY_POINTS_ALL);
    uint32_t rest = token->survey;
    for (int i = 0; token->points == SLEY_POINTS_SHARED && i < SURVEY_DIGITS; i++) {
        *at++ = digits[rest % 62];
        rest /= 62;
    }
    *at = '\0';
}

int
sley_token_print(char *text, size_t size, const struct sley_token *token)
{
    char head[16], seed[16], run[16], points[16];
    const char *point_text = number_text(token->point_count, points);
    head_print(head, token);
    if (token->strategy[0]) {
        return snprintf(text, size, "%s/%s/%s/%s/%s/%s/%s/%s", head, token->property, token->model,
                        token->strategy, number_text(token->seed, seed),
                        number_text(token->run, run), point_text, token->hashes);
    }
    int length = snprintf(text, size, "%s/%s/%s/-/%s/%s/", head, token->property, token->model,
                          point_text, token->hashes);
    for (uint32_t i = 0; i < token->choice_count; i++) {
        size_t used = (size_t)length < size ? (size_t)length : size;
        length += choice_print(text + used, size - used, &token->choices[i], i == 0);
    }
    return length;
}

static enum sley_status
malformed(struct sley_error *error, const char *what, const char *value, const char *right)
{
    return sley_error_set(error, SLEY_ERROR_USAGE, "malformed token: %s '%.60s'; expected %s", what,
                          value, right);
}

static bool
op_of_letter(char letter, enum sley_op *op)
{
    for (int i = 0; i < SLEY_OP_COUNT; i++) {
        if (sley_op_letter((enum sley_op)i) == letter) {
            *op = (enum sley_op)i;
            return true;
        }
    }
    return false;
}

/* Reads decimal digits into value and moves text behind them. */
static bool
decimal_parse(const char **text, uint32_t *value)
{
    char *end;
    bool digit = **text >= '0' && **text <= '9';
    unsigned long long parsed = strtoull(*text, &end, 10);
    *value = (uint32_t)parsed;
    *text = end;
    return digit && parsed <= UINT32_MAX;
}

static bool
choice_parse(const char *text, struct sley_choice *choice)
{
    choice->kind = SLEY_CHOICE_SCHEDULE;
    choice->bound = 0;
    for (int i = 1; i < SLEY_CHOICE_KIND_COUNT; i++) {
        if (*text == kind_letters[i]) {
            choice->kind = (enum sley_choice_kind)i;
        }
    }
    text += choice->kind != SLEY_CHOICE_SCHEDULE;
    return decimal_parse(&text, &choice->task) && *text++ == '.' &&
           decimal_parse(&text, &choice->point) && op_of_letter(*text++, &choice->op) &&
           decimal_parse(&text, &choice->value) && *text == '\0' && choice->task < SLEY_TASKS_MAX &&
           choice->value > 0;
}

static enum sley_status
choices_parse(struct sley_token *token, char *text, struct sley_error *error)
{
    char *next;
    for (char *part = *text ? text : NULL; part; part = next) {
        next = strchr(part, ',');
        if (next) {
            *next++ = '\0';
        }
        if (token->choice_count == SLEY_TOKEN_CHOICES_MAX) {
            return malformed(error, "choices", "...", "at most 4096 choices");
        }
        if (!choice_parse(part, &token->choices[token->choice_count++])) {
            return malformed(error, "choice", part, "TASK.POINT, an operation's letter, a value");
        }
    }
    return SLEY_OK;
}

/* The letter of the points option and what belongs to it. */
static enum sley_status
points_parse(struct sley_token *token, const char *head, struct sley_error *error)
{
    char letter = head[HEAD_LENGTH - 1];
    const char *survey = head + HEAD_LENGTH;
    if (letter != SLEY_POINTS_ALL && letter != SLEY_POINTS_SHARED && letter != SLEY_POINTS_SYNC) {
        return sley_error_set(error, SLEY_ERROR_STALE,
                              "token with points option '%c'; this build has a, s and y", letter);
    }
    size_t length = letter == SLEY_POINTS_SHARED ? SURVEY_DIGITS : 0;
    if (strlen(survey) != length || strspn(survey, digits) != length) {
        return malformed(error, "head", head,
                         length ? "five digits of base 62 behind the letter s"
                                : "s1 and two letters, as sley prints it");
    }
    token->points = letter;
    for (size_t i = length; i-- > 0;) {
        token->survey = token->survey * 62 + (uint32_t)(strchr(digits, survey[i]) - digits);
    }
    return SLEY_OK;
}

static enum sley_status
head_parse(struct sley_token *token, const char *head, struct sley_error *error)
{
    if (head[0] != 's' || strlen(head) < HEAD_LENGTH) {
        return malformed(error, "head", head, "s1 and two letters, as sley prints it");
    }
    if (head[1] != '1') {
        return sley_error_set(error, SLEY_ERROR_STALE,
                              "token of version %c; this sley reads version 1", head[1]);
    }
    enum sley_status status = points_parse(token, head, error);
    if (status != SLEY_OK) {
        return status;
    }
    if (head[2] != 'c' && head[2] != 'g') {
        return malformed(error, "compiler", head, "c for clang or g for gcc in the third place");
    }
    if (head[2] != sley_token_compiler()) {
        return sley_error_set(error, SLEY_ERROR_STALE,
                              "token of a build by %s; this program was built by %s, which places "
                              "other scheduling points",
                              head[2] == 'c' ? "clang" : "gcc",
                              sley_token_compiler() == 'c' ? "clang" : "gcc");
    }
    token->compiler = head[2];
    return SLEY_OK;
}

static bool
hashes_valid(const char *text)
{
    size_t length = strlen(text);
    return length >= 5 && length <= 5 + SLEY_PREFIXES_MAX && strspn(text, digits) == length;
}

static enum sley_status
fields_parse(struct sley_token *token, char *const field[8], int count, struct sley_error *error)
{
    bool seeded = strcmp(field[3], "-") != 0;
    int want = seeded ? 8 : 7;
    if (count != want) {
        return malformed(error, "number of fields", field[0],
                         seeded ? "8 fields in seed form" : "7 fields in choice form");
    }
    if (strlen(field[1]) >= sizeof token->property || strlen(field[2]) >= sizeof token->model ||
        strlen(field[3]) >= sizeof token->strategy) {
        return malformed(error, "name", field[1], "a property, model and strategy of this program");
    }
    strcpy(token->property, field[1]);
    strcpy(token->model, field[2]);
    strcpy(token->strategy, seeded ? field[3] : "");
    if (seeded && (!number_parse(field[4], sley_seed_max, &token->seed) ||
                   !number_parse(field[5], UINT64_MAX / 64, &token->run))) {
        return malformed(error, "seed or run", field[4], "numbers in base 62");
    }
    uint64_t points;
    const char *const *rest = (const char *const *)field + (seeded ? 6 : 4);
    if (!number_parse(rest[0], UINT32_MAX, &points)) {
        return malformed(error, "point count", rest[0], "a number in base 62");
    }
    if (!hashes_valid(rest[1])) {
        return malformed(error, "hashes", rest[1], "5 to 11 digits of base 62");
    }
    token->point_count = (uint32_t)points;
    strcpy(token->hashes, rest[1]);
    return seeded ? SLEY_OK : choices_parse(token, field[6], error);
}

static enum sley_status
file_read(const char *path, char *text, size_t size, struct sley_error *error)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot read the token file '%s': %s", path,
                              strerror(errno));
    }
    size_t length = fread(text, 1, size - 1, file);
    int failed = ferror(file) ? errno : 0;
    fclose(file);
    if (failed) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot read the token file '%s': %s", path,
                              strerror(failed));
    }
    text[length] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    return SLEY_OK;
}

static enum sley_status
split_and_parse(struct sley_token *token, char *text, struct sley_error *error)
{
    char *field[8] = {NULL};
    int count = 0;
    for (char *at = text; at; count++) {
        char *slash = strchr(at, '/');
        if (count < 8) {
            field[count] = at;
        }
        if (slash) {
            *slash++ = '\0';
        }
        at = slash;
    }
    enum sley_status status = head_parse(token, field[0], error);
    if (status != SLEY_OK) {
        return status;
    }
    if (count < 7 || count > 8) {
        return malformed(error, "number of fields", field[0], "7 or 8 fields divided by '/'");
    }
    return fields_parse(token, field, count, error);
}

enum sley_status
sley_token_parse(struct sley_token *token, const char *text, struct sley_error *error)
{
    memset(token, 0, sizeof *token);
    char *copy = calloc(1, SLEY_TOKEN_BYTES_MAX);
    if (!copy) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "no memory for a token");
    }
    enum sley_status status = SLEY_OK;
    if (text[0] == '@') {
        status = file_read(text + 1, copy, SLEY_TOKEN_BYTES_MAX, error);
    } else if (strlen(text) >= SLEY_TOKEN_BYTES_MAX) {
        status = malformed(error, "length", text, "less than 128 KiB");
    } else {
        strcpy(copy, text);
    }
    if (status == SLEY_OK) {
        status = split_and_parse(token, copy, error);
    }
    free(copy);
    return status;
}

bool
sley_token_matches(const struct sley_token *token, const struct sley_run_result *result, char *text,
                   size_t text_size)
{
    static struct sley_token actual;
    sley_token_stamp(&actual, result);
    if (strcmp(actual.hashes, token->hashes) == 0 && token->point_count == result->step_count) {
        return true;
    }
    uint32_t low = 0, high = 16;
    const char *wanted = token->hashes + 5, *got = actual.hashes + 5;
    while (*wanted && *wanted == *got) {
        wanted++;
        got++;
        low = high;
        high *= 4;
    }
    uint32_t longer =
        token->point_count > result->step_count ? token->point_count : result->step_count;
    snprintf(text, text_size,
             "the run first differs between points %u and %u (recorded: %u points, here: %u)", low,
             high < longer ? high : longer, token->point_count, result->step_count);
    return false;
}
