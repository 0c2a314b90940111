/* stdio over a pipe and over a socket between threads. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2], back[2];

static void *
answer(void *argument)
{
    FILE *in = fdopen(ends[0], "r"), *out = fdopen(back[1], "w");
    char line[64];
    assert(in && out && fileno(in) == ends[0]);
    while (fgets(line, sizeof line, in)) {
        fprintf(out, "got %s", line);
        fflush(out);
    }
    assert(feof(in) && !ferror(in));
    fclose(in);
    fclose(out);
    return argument;
}

int
main(void)
{
    pthread_t thread;
    char line[64];
    assert(pipe(ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, back) == 0);
    pthread_create(&thread, NULL, answer, NULL);
    FILE *in = fdopen(back[0], "r");
    for (int i = 0; i < 2; i++) {
        assert(dprintf(ends[1], "line %d\n", i) == 7);
        assert(fgets(line, sizeof line, in));
        assert(strncmp(line, "got line ", 9) == 0 && line[9] == '0' + i);
    }
#ifndef BUG
    close(ends[1]);
#endif
    assert(!fgets(line, sizeof line, in));
    fclose(in);
    pthread_join(thread, NULL);
    return 0;
}
