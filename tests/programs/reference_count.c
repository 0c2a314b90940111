/* The count goes down in one step and is read in another: both owners see 0, or one frees what the
 * other still reads. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct object {
    atomic_int references;
    int payload;
};

static void
release(struct object *object)
{
#ifdef FIXED
    if (atomic_fetch_sub(&object->references, 1) == 1) {
        free(object);
    }
#else
    atomic_fetch_sub(&object->references, 1);
    if (atomic_load(&object->references) == 0) {
        free(object);
    }
#endif
}

static void *
use(void *argument)
{
    struct object *object = argument;
    assert(object->payload == 7);
    release(object);
    return NULL;
}

int
main(void)
{
    pthread_t other;
    struct object *object = malloc(sizeof *object);
    atomic_init(&object->references, 2);
    object->payload = 7;
    pthread_create(&other, NULL, use, object);
    use(object);
    pthread_join(other, NULL);
    return 0;
}
