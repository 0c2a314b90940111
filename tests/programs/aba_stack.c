/* A stack of numbered nodes without locks. A pop that was held up finds the same top as before, and
 * with it a successor that is in use elsewhere by now. The repair counts the changes of the top. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { NODES = 3, NONE = NODES };

static atomic_uint top; /* node in the low half, changes in the high half */
static atomic_uint next[NODES];
static atomic_int owners[NODES];

static unsigned
changed(unsigned before, unsigned node)
{
#ifdef FIXED
    return ((before >> 16) + 1) << 16 | node;
#else
    (void)before;
    return node;
#endif
}

static unsigned
pop(void)
{
    unsigned seen = atomic_load(&top);
    while ((seen & 0xffff) != NONE) {
        unsigned after = atomic_load(&next[seen & 0xffff]);
        if (atomic_compare_exchange_strong(&top, &seen, changed(seen, after))) {
            assert(atomic_fetch_add(&owners[seen & 0xffff], 1) == 0);
            return seen & 0xffff;
        }
    }
    return NONE;
}

static void
push(unsigned node)
{
    atomic_fetch_sub(&owners[node], 1);
    unsigned seen = atomic_load(&top);
    do {
        atomic_store(&next[node], seen & 0xffff);
    } while (!atomic_compare_exchange_strong(&top, &seen, changed(seen, node)));
}

static void *
take_one(void *argument)
{
    pop();
    pop();
    return argument;
}

int
main(void)
{
    pthread_t other;
    for (unsigned i = 0; i < NODES; i++) {
        atomic_store(&next[i], i + 1);
    }
    pthread_create(&other, NULL, take_one, NULL);
    unsigned first = pop();
    pop();
    if (first != NONE) {
        push(first);
    }
    pthread_join(other, NULL);
    return 0;
}
