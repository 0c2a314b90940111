/* The one property of a program: that its runs end in order. */
#include "scenarios/registry.h"

#include "descriptor/wait.h"
#include "entry/entry.h"
#include "entry/flags.h"

#include <string.h>

int sley_entry_argc;
char **sley_entry_argv;
bool sley_entry_zero_fails;

static char name[64] = "program";

void
sley_entry_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    size_t length = 0;
    for (; base[length] && length < sizeof name - 1; length++) {
        /* A token and a file's name have no other characters. */
        bool plain = strchr("abcdefghijklmnopqrstuvwxyz0123456789.-", base[length]) != NULL;
        bool upper = base[length] >= 'A' && base[length] <= 'Z';
        name[length] = plain ? base[length] : upper ? (char)(base[length] + 32) : '-';
    }
    name[length] = '\0';
}

/* A whole program takes more points than a property. */
enum { STEPS_MAX = 200000 };

/* What a run may show and go on in order: a possible deadlock and a race are no failure yet. */
static const uint32_t reports = SLEY_BIT(RACE) | SLEY_BIT(INVERSION);
static const uint32_t all = (1u << SLEY_VERDICT_COUNT) - 1;

static struct sley_entry_flags flags_kept;

static struct sley_property properties[] = {
    {.name = name,
     .claim = "program",
     .source = "its own main",
     .says = "every run of the program ends in order",
     .quantifier = SLEY_NEVER,
     .body = sley_entry_body,
     .program = true,
     .alone = true, /* a program of one thread is none the worse */
     .runs = 10000,
     .steps_max = STEPS_MAX,
     .expect = {{"thread", SLEY_CONFIRMED, ""}}},
    {0},
};

void
sley_entry_flags_apply(const struct sley_entry_flags *flags)
{
    flags_kept = *flags;
    uint32_t race = flags->race == SLEY_ENTRY_RACE_FAIL ? SLEY_BIT(RACE) : 0;
    properties[0].event = (all & ~(reports | SLEY_BIT(DISCARDED))) | race;
    properties[0].ignored = flags->race == SLEY_ENTRY_RACE_IGNORE ? SLEY_BIT(RACE) : 0;
    sley_reset_wanted = flags->reset;
    properties[0].exit_codes = flags_kept.exit_codes;
    if (flags->outside_wait_ms) {
        sley_descriptor_patience_ms = flags->outside_wait_ms;
    }
    properties[0].steps_max = flags->steps_max ? flags->steps_max : STEPS_MAX;
    properties[0].strict_time = flags->strict_time;
    sley_entry_zero_fails = !(flags->exit_codes[0] & 1);
}

const struct sley_property *const sley_scenarios[] = {properties, 0};
const char *const sley_scenario_names[] = {"program"};
