/* Readers take no lock: they read the version, the data, and the version again. Here the second
 * look is missing. */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static atomic_uint version;
static atomic_int low, high;

static void *
write_both(void *argument)
{
    for (int i = 1; i <= 2; i++) {
        atomic_fetch_add(&version, 1);
        atomic_store(&low, i);
        atomic_store(&high, i);
        atomic_fetch_add(&version, 1);
    }
    return argument;
}

static void
read_both(void)
{
    unsigned before, after;
    int seen_low, seen_high;
    do {
        before = atomic_load(&version);
        seen_low = atomic_load(&low);
        seen_high = atomic_load(&high);
#ifdef FIXED
        after = atomic_load(&version);
#else
        after = before;
#endif
        if (before % 2 || after != before) {
            sched_yield();
        }
    } while (before % 2 || after != before);
    assert(seen_low == seen_high);
}

int
main(void)
{
    pthread_t writer;
    pthread_create(&writer, NULL, write_both, NULL);
    read_both();
    pthread_join(writer, NULL);
    return 0;
}
