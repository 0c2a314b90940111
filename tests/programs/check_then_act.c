/* The pointer is tested and then followed; in between it may become NULL. */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

struct connection {
    int bytes;
};

static struct connection connection;
static _Atomic(struct connection *) current = &connection;
static atomic_int sum;

static void *
hang_up(void *argument)
{
    atomic_store(&current, NULL);
    return argument;
}

static void *
count_bytes(void *argument)
{
#ifdef FIXED
    struct connection *mine = atomic_load(&current);
    if (mine) {
        atomic_fetch_add(&sum, mine->bytes);
    }
#else
    if (atomic_load(&current)) {
        atomic_fetch_add(&sum, atomic_load(&current)->bytes);
    }
#endif
    return argument;
}

int
main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, count_bytes, NULL);
    pthread_create(&other, NULL, hang_up, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
