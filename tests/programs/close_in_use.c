/* One thread opens, one uses, one closes, and the last one does not care whether the thing is idle.
 * It shows only if they come in this order, and the user is between its two steps. */
#include <assert.h>
#include <pthread.h>

enum state { NEW, IDLE, IN_USE, CLOSED };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum state state;

static int
move(enum state from, enum state to)
{
    pthread_mutex_lock(&lock);
    int moved = state == from;
    state = moved ? to : state;
    pthread_mutex_unlock(&lock);
    return moved;
}

static void *
open_it(void *argument)
{
    move(NEW, IDLE);
    return argument;
}

static void *
use_it(void *argument)
{
    if (move(IDLE, IN_USE)) {
        int still = move(IN_USE, IDLE);
        assert(still);
    }
    return argument;
}

static void *
close_it(void *argument)
{
#ifdef FIXED
    move(IDLE, CLOSED);
#else
    if (!move(IDLE, CLOSED)) {
        move(IN_USE, CLOSED);
    }
#endif
    return argument;
}

int
main(void)
{
    pthread_t threads[3];
    void *(*const entries[])(void *) = {close_it, use_it, open_it};
    for (int i = 0; i < 3; i++) {
        pthread_create(&threads[i], NULL, entries[i], NULL);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
