/* For a compiler without -femulated-tls: by a key of pthreads. */
#include "tests/program/bank_local.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void
create_key(void)
{
    pthread_key_create(&key, free);
}

int *
bank_local_served(void)
{
    pthread_once(&once, create_key);
    int *served = pthread_getspecific(key);
    if (!served) {
        served = calloc(1, sizeof *served);
        pthread_setspecific(key, served);
    }
    return served;
}
