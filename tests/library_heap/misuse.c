/* What goes wrong with memory that a library allocated, one way for each number. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *line;
static size_t room;
static char *path;
static int local;

static void *
read_and_free(void *argument)
{
    char text[] = "some line\n";
    FILE *in = fmemopen(text, strlen(text), "r");
    getline(&line, &room, in);
    fclose(in);
    free(line);
    return argument;
}

static void *
free_path(void *argument)
{
    free(path);
    return argument;
}

int
main(int argc, char **argv)
{
    pthread_t thread;
    switch (argc > 1 ? atoi(argv[1]) : 0) {
    case 1: /* of a line after its end */
        pthread_create(&thread, NULL, read_and_free, NULL);
        pthread_join(thread, NULL);
        return line[0] == 's' ? 0 : 3;
    case 2: /* freed twice, one after the other */
        path = realpath("/", NULL);
        free(path);
        free(path);
        return 0;
    case 3: /* freed by two */
        path = realpath("/", NULL);
        pthread_create(&thread, NULL, free_path, NULL);
        free(path);
        pthread_join(thread, NULL);
        return 0;
    case 4: /* never allocated */
        free(&local);
        return 0;
    case 5: /* into the middle */
        path = realpath("/", NULL);
        free(path + 16);
        return 0;
    case 6: /* never freed: no failure */
        path = realpath("/", NULL);
        return 0;
    default:
        return 2;
    }
}
