/* A writer gets its place in the log and then fills it; the reader takes every place that was given
 * out for filled. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { WRITERS = 2 };

static atomic_int reserved, published;
static atomic_int entries[WRITERS];

static void *
append(void *argument)
{
    int at = atomic_fetch_add(&reserved, 1);
    atomic_store(&entries[at], 100 + at);
    atomic_fetch_add(&published, 1);
    return argument;
}

int
main(void)
{
    pthread_t writers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        pthread_create(&writers[i], NULL, append, NULL);
    }
#ifdef FIXED
    int count = atomic_load(&published) == WRITERS ? WRITERS : 0;
#else
    int count = atomic_load(&reserved);
#endif
    for (int i = 0; i < count; i++) {
        assert(atomic_load(&entries[i]) == 100 + i);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(writers[i], NULL);
    }
    return 0;
}
