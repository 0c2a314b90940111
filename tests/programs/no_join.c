/* main tidies up and returns; a detached thread still writes into what is gone. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static int *table;
static sem_t used, finished;

static void *
fill(void *argument)
{
    int *mine = table;
    sem_post(&used);
    mine[0] = 1;
    mine[1] = 2;
    sem_post(&finished);
    return argument;
}

int
main(void)
{
    pthread_t writer;
    sem_init(&used, 0, 0);
    sem_init(&finished, 0, 0);
    table = calloc(2, sizeof *table);
    pthread_create(&writer, NULL, fill, NULL);
    pthread_detach(writer);
    sem_wait(&used);
#ifdef FIXED
    sem_wait(&finished);
#endif
    free(table);
    return 0;
}
