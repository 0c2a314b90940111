/* philosophers N: each takes the left fork first, then the right one. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

enum { SEATS_MAX = 16 };

static pthread_mutex_t forks[SEATS_MAX];
static int seats = 3;

static void *
dine(void *argument)
{
    int left = (int)(intptr_t)argument, right = (left + 1) % seats;
    int first = left, second = right;
#ifdef FIXED
    if (right < left) {
        first = right;
        second = left;
    }
#endif
    pthread_mutex_lock(&forks[first]);
    pthread_mutex_lock(&forks[second]);
    pthread_mutex_unlock(&forks[second]);
    pthread_mutex_unlock(&forks[first]);
    return NULL;
}

int
main(int argc, char **argv)
{
    pthread_t philosophers[SEATS_MAX];
    seats = argc > 1 ? atoi(argv[1]) : seats;
    for (int i = 0; i < seats; i++) {
        pthread_mutex_init(&forks[i], NULL);
    }
    for (int i = 0; i < seats; i++) {
        pthread_create(&philosophers[i], NULL, dine, (void *)(intptr_t)i);
    }
    for (int i = 0; i < seats; i++) {
        pthread_join(philosophers[i], NULL);
    }
    return 0;
}
