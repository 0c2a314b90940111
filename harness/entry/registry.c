/* The one property of a program: that its runs end in order. */
#include "scenarios/registry.h"

#include "entry/entry.h"

#include <string.h>

int sley_entry_argc;
char **sley_entry_argv;

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

static const struct sley_property properties[] = {
    {.name = name,
     .claim = "program",
     .source = "its own main",
     .says = "every run of the program ends in order",
     .quantifier = SLEY_ALWAYS,
     .body = sley_entry_body,
     .program = true,
     .alone = true, /* a program of one thread is none the worse */
     .runs = 10000,
     .steps_max = STEPS_MAX,
     .expect = {{"thread", SLEY_CONFIRMED, ""}}},
    {0},
};

const struct sley_property *const sley_scenarios[] = {properties, 0};
const char *const sley_scenario_names[] = {"program"};
