#include "strategy/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct sley_strategy_ops *const sley_strategies[] = {
#define SLEY_STRATEGY(symbol) &sley_strategy_##symbol,
#include "strategy/strategies.def"
#undef SLEY_STRATEGY
    NULL,
};

static uint32_t
parameter_count(const struct sley_strategy_ops *ops)
{
    uint32_t count = ops->parameters[0] != '\0';
    for (const char *c = ops->parameters; *c; c++) {
        count += *c == ',';
    }
    return count;
}

/* Whether the last parameter may come several times. */
static bool
is_open(const struct sley_strategy_ops *ops)
{
    return strstr(ops->parameters, "...") != NULL;
}

static enum sley_status
unknown(const char *text, struct sley_error *error)
{
    char names[256] = "";
    for (const struct sley_strategy_ops *const *s = sley_strategies; *s; s++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", (*s)->name);
    }
    return sley_error_set(error, SLEY_ERROR_USAGE,
                          "unknown strategy '%s'; known are %s, exhaustive", text, names);
}

enum sley_status
sley_strategy_parse(const char *text, const struct sley_strategy_ops **ops,
                    struct sley_parameters *parameters, struct sley_error *error)
{
    size_t length = strcspn(text, ":");
    const struct sley_strategy_ops *const *s = sley_strategies;
    while (*s && (strlen((*s)->name) != length || strncmp((*s)->name, text, length) != 0)) {
        s++;
    }
    if (!*s) {
        return unknown(text, error);
    }
    bool open = is_open(*s);
    uint32_t count_max = open ? SLEY_PARAMETERS_MAX : parameter_count(*s);
    parameters->count = open ? 0 : count_max;
    memcpy(parameters->value, (*s)->defaults, sizeof parameters->value);
    const char *at = text + length;
    for (uint32_t i = 0; *at != '\0'; i++) {
        char *end;
        unsigned long number = strtoul(at + 1, &end, 10);
        if (end == at + 1 || at[1] < '0' || at[1] > '9' || number > UINT32_MAX ||
            (*end != ',' && *end != '\0') || i == count_max) {
            return sley_error_set(error, SLEY_ERROR_USAGE,
                                  "strategy '%.*s': expected at most %u whole numbers (%s)",
                                  SLEY_STRATEGY_TEXT, text, count_max, (*s)->parameters);
        }
        parameters->value[i] = (uint32_t)number;
        parameters->count = open ? i + 1 : count_max;
        at = end;
    }
    *ops = *s;
    return (*s)->check ? (*s)->check(parameters, error) : SLEY_OK;
}

int
sley_strategy_print(char *text, size_t size, const struct sley_strategy_ops *ops,
                    const struct sley_parameters *parameters)
{
    char numbers[SLEY_STRATEGY_TEXT] = "";
    for (uint32_t i = 0; i < parameters->count; i++) {
        size_t used = strlen(numbers);
        snprintf(numbers + used, sizeof numbers - used, "%c%u", i ? ',' : ':',
                 parameters->value[i]);
    }
    return snprintf(text, size, "%s%s", ops->name, numbers);
}

void
sley_streams_init(struct sley_streams *streams, uint64_t seed, uint64_t run)
{
    sley_rng_init(&streams->schedule, seed, run);
    streams->values = ~streams->schedule.state[0];
}

static uint32_t
value_below(const struct sley_streams *streams, const struct sley_value_query *query,
            uint32_t bound)
{
    uint64_t place = (uint64_t)query->kind << 56 | (uint64_t)query->task << 32 | query->point;
    uint64_t random = sley_mix64(streams->values ^ sley_mix64(place));
    return (uint32_t)(((sley_uint128)random * bound) >> 64);
}

uint32_t
sley_strategy_value(void *state, const struct sley_value_query *query)
{
    const struct sley_streams *streams = state;
    switch (query->kind) {
    case SLEY_CHOICE_INPUT:
    case SLEY_CHOICE_WAITER:
    case SLEY_CHOICE_REUSE:
    case SLEY_CHOICE_OUTSIDE:
        return value_below(streams, query, query->bound);
    case SLEY_CHOICE_SPURIOUS:
    case SLEY_CHOICE_WEAK_CAS:
        return value_below(streams, query, 8) == 0;
    case SLEY_CHOICE_KILL:
        return value_below(streams, query, 16) == 0;
    case SLEY_CHOICE_SCHEDULE:
    case SLEY_CHOICE_KIND_COUNT:
        break;
    }
    return 0;
}
