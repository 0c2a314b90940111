/* What stands between a property and a program: arguments, and what main's result means. */
#include "tests/program/bank_property.h"

#include <sley/sley.h>

#include <stdlib.h>

int bank_main(int argc, char **argv);

static void
run_bank(const char *mode, const char *verbose)
{
    char program[] = "bank";
    char *argv[] = {program, (char *)(uintptr_t)mode, (char *)(uintptr_t)verbose, NULL};
    int code = bank_main(verbose ? 3 : 2, argv);
    if (code != 0) {
        exit(code);
    }
}

static void
run_hasty(void)
{
    run_bank("hasty", NULL);
}

static void
run_careful(void)
{
    run_bank("careful", NULL);
}

static void
run_leave(void)
{
    run_bank("leave", NULL);
}

static void
run_fail(void)
{
    run_bank("fail", NULL);
}

static void
run_drawn(void)
{
    static const char *const modes[] = {"careful", "hasty", "fail"};
    run_bank(modes[sley_draw(0, 2)], "verbose");
}

const struct sley_property bank_hasty = {
    .name = "bank-hasty",
    .says = "some schedule makes the hasty bank's assertion fail",
    .quantifier = SLEY_SOMETIMES,
    .event = SLEY_BIT(ASSERTION),
    .body = run_hasty,
    .program = true,
};

const struct sley_property bank_careful = {
    .name = "bank-careful",
    .says = "no schedule makes the careful bank fail",
    .quantifier = SLEY_ALWAYS,
    .body = run_careful,
    .program = true,
    .runs = 5000,
};

const struct sley_property bank_leave = {
    .name = "bank-leave",
    .says = "the second teller ends the program in every run",
    .quantifier = SLEY_ALWAYS,
    .event = SLEY_BIT(EXIT),
    .body = run_leave,
    .program = true,
    .runs = 500,
};

const struct sley_property bank_fail = {
    .name = "bank-fail",
    .says = "the program returns 5 in every run",
    .quantifier = SLEY_ALWAYS,
    .event = SLEY_BIT(EXIT),
    .body = run_fail,
    .program = true,
    .runs = 500,
};

const struct sley_property bank_drawn = {
    .name = "bank-drawn",
    .says = "of the modes that are drawn some fail",
    .quantifier = SLEY_SOMETIMES,
    .event = SLEY_BIT(EXIT),
    .also = SLEY_BIT(ASSERTION),
    .body = run_drawn,
    .program = true,
    .runs = 400,
};
