/* Memory that a library allocates for its caller, who frees it: two threads use each such function
 * that this file knows of. Exits with 0 if every one did what its manual says. */
#define _GNU_SOURCE
#include <assert.h>
#include <dirent.h>
#include <malloc.h>
#include <netdb.h>
#include <pthread.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

static char *
grown(char *text)
{
    size_t room = malloc_usable_size(text), length = strlen(text);
    char *more = realloc(text, length + 1000);
    assert(room > length && more && strlen(more) == length);
    return more;
}

static void
strings(void)
{
    char *texts[4] = {strdup("twelve bytes"), strndup("twelve bytes", 6), NULL, NULL};
    assert(asprintf(&texts[2], "%d bytes", 12) == 8);
    wchar_t *wide = wcsdup(L"wide");
    assert(wide[3] == L'e' && wide[4] == 0);
    free(wide);
    texts[0] = grown(texts[0]);
    assert(strcmp(texts[0], "twelve bytes") == 0);
    for (int i = 0; i < 4; i++) {
        free(texts[i]);
    }
}

static void
lines(void)
{
    char text[] = "one\ntwo two two\n\nrest";
    FILE *in = fmemopen(text, strlen(text), "r");
    char *line = NULL, *field = malloc(2);
    size_t room = 0, small = 2;
    assert(getline(&line, &room, in) == 4 && strcmp(line, "one\n") == 0 && room >= 5);
    assert(getdelim(&field, &small, ' ', in) == 4 && strcmp(field, "two ") == 0 && small >= 5);
    assert(getline(&line, &room, in) == 8 && strcmp(line, "two two\n") == 0);
    assert(getline(&line, &room, in) == 1 && getline(&line, &room, in) == 4);
    assert(getline(&line, &room, in) == -1 && feof(in));
    free(line);
    free(field);
    fclose(in);
}

static void
streams(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (int i = 0; i < 300; i++) {
        fprintf(out, "%d ", i);
    }
    fclose(out);
    assert(size == strlen(text) && strncmp(text, "0 1 2 ", 6) == 0);
    text = grown(text);
    free(text);
}

static void
files(void)
{
    char *paths[4] = {realpath("/", NULL), getcwd(NULL, 0), get_current_dir_name(),
                      canonicalize_file_name("/")};
    assert(strcmp(paths[0], "/") == 0 && paths[1][0] == '/' && strcmp(paths[1], paths[2]) == 0);
    for (int i = 0; i < 4; i++) {
        free(paths[i]);
    }
    struct dirent **entries;
    int count = scandir("/", &entries, NULL, alphasort);
    assert(count > 2);
    while (count-- > 0) {
        free(entries[count]);
    }
    free(entries);
    free(tempnam(NULL, "x"));
    DIR *directory = opendir("/");
    assert(directory && readdir(directory));
    closedir(directory);
}

static void
others(void)
{
    struct addrinfo *list = NULL, hints = {.ai_flags = AI_NUMERICHOST};
    assert(getaddrinfo("127.0.0.1", "80", &hints, &list) == 0 && list);
    freeaddrinfo(list);
    regex_t expression;
    assert(regcomp(&expression, "a(b+)c", REG_EXTENDED) == 0);
    assert(regexec(&expression, "xabbc", 0, NULL, 0) == 0);
    regfree(&expression);
    free(valloc(100));
    free(pvalloc(100));
}

static void *
all(void *argument)
{
    strings();
    lines();
    streams();
    files();
    others();
    return argument;
}

int
main(void)
{
    pthread_t thread[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&thread[i], NULL, all, NULL);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(thread[i], NULL);
    }
    return 0;
}
