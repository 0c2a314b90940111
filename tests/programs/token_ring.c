/* A token goes round; who has it may enter. A station that finds it lost makes a new one, without
 * asking whether it is only under way: two are in. */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

enum { STATIONS = 3, NOWHERE = -1 };

static atomic_int holder;
static atomic_int inside;

enum claim { NO, THE_TOKEN, A_NEW_ONE };

static enum claim
claim(int station)
{
    int expected = station;
    if (atomic_compare_exchange_strong(&holder, &expected, NOWHERE)) {
        return THE_TOKEN;
    }
#ifndef FIXED
    if (expected == NOWHERE && station == 0) {
        return A_NEW_ONE;
    }
#endif
    return NO;
}

static void *
run(void *argument)
{
    int station = (int)(intptr_t)argument;
    enum claim claimed;
    while ((claimed = claim(station)) == NO) {
        sched_yield();
    }
    assert(atomic_fetch_add(&inside, 1) == 0);
    atomic_fetch_sub(&inside, 1);
    if (claimed == THE_TOKEN) {
        atomic_store(&holder, (station + 1) % STATIONS);
    }
    return NULL;
}

int
main(void)
{
    pthread_t stations[STATIONS];
    atomic_store(&holder, 1);
    for (int i = 0; i < STATIONS; i++) {
        pthread_create(&stations[i], NULL, run, (void *)(intptr_t)i);
    }
    for (int i = 0; i < STATIONS; i++) {
        pthread_join(stations[i], NULL);
    }
    return 0;
}
