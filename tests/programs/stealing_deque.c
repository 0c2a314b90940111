/* The owner takes work at the bottom, a thief at the top. For the last piece both must agree on who
 * has it; here the owner trusts what it read of the top before. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { PIECES = 3 };

static int work[PIECES];
static atomic_int top, bottom;
static atomic_int done[PIECES];

static void
perform(int piece)
{
    assert(atomic_fetch_add(&done[piece], 1) == 0);
}

static void
take(void)
{
    int last = atomic_load(&bottom) - 1;
    atomic_store(&bottom, last);
    int first = atomic_load(&top);
    if (first > last) {
        atomic_store(&bottom, first);
        return;
    }
#ifdef FIXED
    if (first == last) {
        int expected = first;
        int mine = atomic_compare_exchange_strong(&top, &expected, first + 1);
        atomic_store(&bottom, first + 1);
        if (!mine) {
            return;
        }
    }
#endif
    perform(work[last]);
}

static void *
steal(void *argument)
{
    int first = atomic_load(&top);
    if (first < atomic_load(&bottom)) {
        int piece = work[first];
        if (atomic_compare_exchange_strong(&top, &first, first + 1)) {
            perform(piece);
        }
    }
    return argument;
}

int
main(void)
{
    pthread_t thief;
    for (int i = 0; i < PIECES; i++) {
        work[i] = i;
    }
    atomic_store(&bottom, PIECES);
    pthread_create(&thief, NULL, steal, NULL);
    for (int i = 0; i < PIECES; i++) {
        take();
    }
    pthread_join(thief, NULL);
    return 0;
}
