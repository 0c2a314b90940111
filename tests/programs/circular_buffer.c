/* One producer, one consumer, no lock: the producer moves its end on before it has written. */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { SLOTS = 2, ITEMS = 4 };

static atomic_int slots[SLOTS];
static atomic_uint head, tail;

static void
put(int item)
{
    unsigned at = atomic_load(&tail);
    while (at - atomic_load(&head) == SLOTS) {
        sched_yield();
    }
#ifdef FIXED
    atomic_store(&slots[at % SLOTS], item);
    atomic_store(&tail, at + 1);
#else
    atomic_store(&tail, at + 1);
    atomic_store(&slots[at % SLOTS], item);
#endif
}

static int
get(void)
{
    unsigned at = atomic_load(&head);
    while (at == atomic_load(&tail)) {
        sched_yield();
    }
    int item = atomic_load(&slots[at % SLOTS]);
    atomic_store(&head, at + 1);
    return item;
}

static void *
produce(void *argument)
{
    for (int item = 1; item <= ITEMS; item++) {
        put(item);
    }
    return argument;
}

int
main(void)
{
    pthread_t producer;
    pthread_create(&producer, NULL, produce, NULL);
    for (int item = 1; item <= ITEMS; item++) {
        assert(get() == item);
    }
    pthread_join(producer, NULL);
    return 0;
}
