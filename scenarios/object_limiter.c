/* Capacity limiters: one token a task, first come first served, never more than there are. */
#include "scenarios/object.h"

static struct sley_limiter limiter;
static struct sley_lock guard;
static int tokens, inside, entered;

static void *
visit(void *unused)
{
    for (int i = 0; i < 2; i++) {
        sley_check(sley_limiter_acquire(&limiter));
        sley_with (&guard) {
            sley_add(&inside, 1);
            sley_check(sley_load(&inside) <= tokens);
        }
        sley_pause();
        sley_with (&guard) {
            sley_add(&inside, -1);
        }
        sley_check(sley_limiter_release(&limiter));
    }
    return unused;
}

static void
limit(void)
{
    tokens = sley_draw(1, 3);
    sley_lock_init(&guard);
    sley_limiter_init(&limiter, (uint32_t)tokens);
    sley_gather(4, visit);
    sley_check(sley_limiter_borrowed(&limiter) == 0);
    sley_limiter_destroy(&limiter);
}

static void
once(void)
{
    sley_limiter_init(&limiter, 2);
    sley_check(!sley_limiter_release(&limiter));
    sley_check(sley_limiter_acquire(&limiter));
    sley_check(!sley_limiter_acquire(&limiter) && !sley_limiter_try(&limiter));
    sley_check(sley_limiter_borrowed(&limiter) == 1);
    sley_check(sley_limiter_release(&limiter) && !sley_limiter_release(&limiter));
    sley_check(sley_limiter_try(&limiter) && sley_limiter_release(&limiter));
}

static int order[3];

static void *
stand_in_line(void *index)
{
    sley_limiter_acquire(&limiter);
    order[entered] = (int)(intptr_t)index;
    sley_add(&entered, 1);
    sley_limiter_release(&limiter);
    return index;
}

/* Time is strict here: each stands in line before the next one comes. */
static void
line_is_kept(void)
{
    uintptr_t tasks[3];
    sley_limiter_init(&limiter, 1);
    sley_limiter_acquire(&limiter);
    for (intptr_t i = 0; i < 3; i++) {
        tasks[i] = sley_spawn(stand_in_line, (void *)i);
        sley_sleep_ms(1);
    }
    sley_limiter_release(&limiter);
    /* The token is the first one's already: this task stands behind all of them. */
    sley_check(sley_limiter_acquire(&limiter) && entered == 3);
    for (int i = 0; i < 3; i++) {
        sley_join(tasks[i]);
        sley_check(order[i] == i);
    }
}

const struct sley_property sley_scenario_object_limiter[] = {
    {
        SLEY_CONTRACT("object-limiter.limit", "anyio.CapacityLimiter",
                      "never more tasks hold a token than there are, and all get one", limit),
        .falsifier = "fault:limiter.off-by-one",
    },
    {
        SLEY_CONTRACT("object-limiter.once", "anyio.CapacityLimiter.acquire",
                      "a task borrows one token at a time, and gives back what it has", once),
        .alone = true,
    },
    {
        SLEY_CONTRACT("object-limiter.order", "anyio.CapacityLimiter",
                      "who waits first gets the next token, and nobody overtakes", line_is_kept),
        .strict_time = true,
    },
    {0},
};
