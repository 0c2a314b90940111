/* Records that are longer than PIPE_BUF, written to one pipe by two threads: a write that finds the
 * pipe nearly full is split, and the other's record comes in between. */
#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

enum { WRITERS = 2, RECORDS = 2, RECORD = 48 * 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_pipe[2];

static void *
write_records(void *name)
{
    char record[RECORD];
    memset(record, (int)(long)name, sizeof record);
    for (int i = 0; i < RECORDS; i++) {
#ifdef FIXED
        pthread_mutex_lock(&lock);
#endif
        assert(write(log_pipe[1], record, sizeof record) == (ssize_t)sizeof record);
#ifdef FIXED
        pthread_mutex_unlock(&lock);
#endif
    }
    return NULL;
}

static void
read_record(void)
{
    static char record[RECORD];
    size_t size = 0;
    while (size < sizeof record) {
        ssize_t part = read(log_pipe[0], record + size, sizeof record - size);
        assert(part > 0);
        size += (size_t)part;
    }
    assert(record[0] == record[RECORD - 1]);
}

int
main(void)
{
    pthread_t writers[WRITERS];
    assert(pipe(log_pipe) == 0);
    pthread_mutex_lock(&lock);
    for (long i = 0; i < WRITERS; i++) {
        pthread_create(&writers[i], NULL, write_records, (void *)('a' + i));
    }
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < WRITERS * RECORDS; i++) {
        read_record();
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(writers[i], NULL);
    }
    return 0;
}
