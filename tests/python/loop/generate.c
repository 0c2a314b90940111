#include "tests/python/loop/programs.h"

#include "base/rng.h"

#include <stdbool.h>
#include <string.h>

enum { OPERATIONS_MAX = 7, TIMERS_MAX = 20 };

struct generator {
    struct sley_rng rng;
    uint32_t task_count;
    uint32_t timer_count; /* durations given out */
    uint32_t timer_first;
    char *at;
};

static uint32_t
below(struct generator *self, uint32_t bound)
{
    return (uint32_t)sley_rng_below(&self->rng, bound);
}

static bool
is_one_of(char letter, const char *letters)
{
    return strchr(letters, letter) != NULL;
}

/* Which object or task; '\0': there is none that fits. A task awaits those before it only, so that
 * no two await each other; task 0 awaits any, and nobody awaits or cancels it. */
static char
number_for(struct generator *self, uint32_t me, char letter)
{
    uint32_t awaitable = me == 0 ? self->task_count - 1 : me - 1; /* tasks 1..awaitable */
    if (is_one_of(letter, "jSt")) {
        return awaitable < 1 ? '\0' : (char)('1' + below(self, awaitable));
    }
    if (is_one_of(letter, "GXWw")) {
        return awaitable < 2 ? '\0' : (char)('1' + below(self, awaitable - 1));
    }
    if (letter == 'c') {
        return (char)('1' + below(self, self->task_count - 1));
    }
    return (char)('0' + below(self, 2));
}

/* Each exponent once, in an order that is not that of the tasks. */
static char
exponent(struct generator *self)
{
    const uint32_t stride = 7; /* has no factor in common with TIMERS_MAX */
    return (char)('0' + (self->timer_first + stride * self->timer_count++) % TIMERS_MAX);
}

static void
operation(struct generator *self, uint32_t me)
{
    /* What blocks stands beside what unblocks, several times what is met often. */
    static const char letters[] = "yyyzzzzlluueeEEECaarrggppqPoHfFFjjccccGXSWwtMdnnbbRUiI";
    char letter = letters[below(self, sizeof letters - 1)];
    char number = number_for(self, me, letter);
    bool timed = is_one_of(letter, "zwtMI");
    if (number == '\0' || (timed && self->timer_count == TIMERS_MAX)) {
        letter = 'y';
        number = '0';
        timed = false;
    }
    *self->at++ = letter;
    *self->at++ = number;
    *self->at++ = timed ? exponent(self) : '0';
}

void
order_program_generate(char line[PROGRAM_LINE_MAX], uint64_t number)
{
    struct generator self = {.at = line};
    sley_rng_init(&self.rng, 1, number);
    self.timer_first = below(&self, TIMERS_MAX);
    self.task_count = 3 + below(&self, PROGRAM_TASKS_MAX - 2);
    for (uint32_t me = 0; me < self.task_count; me++) {
        uint32_t operations = 2 + below(&self, OPERATIONS_MAX - 1);
        if (me > 0) {
            *self.at++ = ' ';
        }
        *self.at++ = "pppsk"[below(&self, 5)];
        for (uint32_t i = 0; i < operations; i++) {
            operation(&self, me);
        }
    }
    *self.at = '\0';
}
