/* anyio.CapacityLimiter: who borrows, and who waits in order. A token that comes back goes to the
 * first in line at once, so that nobody overtakes. */
#include "models/common/common.h"

struct limiter {
    struct sley_lock lock;
    struct sley_condition granted;
    uint32_t tokens;
    uint32_t borrowed;
    uint32_t waiting;
    uintptr_t borrowers[SLEY_LIMITER_MAX]; /* [borrowed] */
    uintptr_t line[SLEY_LIMITER_MAX];      /* [waiting], in order of arrival */
};

static struct limiter *
limiter_of(struct sley_limiter *limiter)
{
    _Static_assert(sizeof(struct limiter) <= sizeof(struct sley_limiter), "no room");
    return (struct limiter *)limiter->storage;
}

void
sley_limiter_init(struct sley_limiter *limiter, uint32_t tokens)
{
    struct limiter *self = limiter_of(limiter);
    sley_check(tokens >= 1 && tokens <= SLEY_LIMITER_MAX);
    sley_lock_init(&self->lock);
    sley_condition_init(&self->granted, &self->lock);
    self->tokens = tokens;
    self->borrowed = 0;
    self->waiting = 0;
}

/* The index of task among the borrowers; borrowed if it is not there. */
static uint32_t
borrower_find(const struct limiter *self, uintptr_t task)
{
    uint32_t i = 0;
    while (i < self->borrowed && self->borrowers[i] != task) {
        i++;
    }
    return i;
}

static bool
has_token(const struct limiter *self, uintptr_t task)
{
    return borrower_find(self, task) < self->borrowed;
}

static bool
is_free(const struct limiter *self)
{
    uint32_t most = self->tokens + (sley_fault_is(SLEY_FAULT_LIMITER_OFF_BY_ONE) ? 1 : 0);
    return self->borrowed < most && self->borrowed < SLEY_LIMITER_MAX;
}

static void
grant(struct limiter *self, uintptr_t task)
{
    self->borrowers[self->borrowed] = task;
    sley_add(&self->borrowed, 1);
}

/* Under the lock: waits in line until a release has granted the token. */
static void
wait_in_line(struct limiter *self, uintptr_t task)
{
    sley_check(self->waiting < SLEY_LIMITER_MAX);
    self->line[self->waiting++] = task;
    while (!has_token(self, task)) {
        sley_condition_wait(&self->granted);
    }
}

static bool
acquire(struct sley_limiter *limiter, bool waits)
{
    struct limiter *self = limiter_of(limiter);
    uintptr_t task = sley_self();
    sley_lock_acquire(&self->lock);
    bool gets = !has_token(self, task) || sley_fault_is(SLEY_FAULT_LIMITER_TWICE);
    if (gets && self->waiting == 0 && is_free(self)) {
        grant(self, task);
    } else if (gets && waits) {
        wait_in_line(self, task);
    } else {
        gets = false;
    }
    sley_lock_release(&self->lock);
    return gets;
}

bool
sley_limiter_acquire(struct sley_limiter *limiter)
{
    return acquire(limiter, true);
}

bool
sley_limiter_try(struct sley_limiter *limiter)
{
    return acquire(limiter, false);
}

/* Under the lock: the first in line, or with the fault the last, gets a token. */
static void
serve_line(struct limiter *self)
{
    bool last = sley_fault_is(SLEY_FAULT_LIMITER_LIFO);
    if (self->waiting == 0 || !is_free(self)) {
        return;
    }
    grant(self, self->line[last ? self->waiting - 1 : 0]);
    self->waiting--;
    for (uint32_t i = 0; !last && i < self->waiting; i++) {
        self->line[i] = self->line[i + 1];
    }
    sley_condition_notify_all(&self->granted);
}

bool
sley_limiter_release(struct sley_limiter *limiter)
{
    struct limiter *self = limiter_of(limiter);
    sley_lock_acquire(&self->lock);
    uint32_t index = borrower_find(self, sley_self());
    bool had = index < self->borrowed;
    if (had) {
        sley_add(&self->borrowed, -1u);
        self->borrowers[index] = self->borrowers[self->borrowed];
        serve_line(self);
    }
    sley_lock_release(&self->lock);
    return had;
}

uint32_t
sley_limiter_borrowed(struct sley_limiter *limiter)
{
    struct limiter *self = limiter_of(limiter);
    sley_lock_acquire(&self->lock);
    uint32_t borrowed = sley_load(&self->borrowed);
    sley_lock_release(&self->lock);
    return borrowed;
}

void
sley_limiter_destroy(struct sley_limiter *limiter)
{
    struct limiter *self = limiter_of(limiter);
    sley_condition_destroy(&self->granted);
    sley_lock_destroy(&self->lock);
}
