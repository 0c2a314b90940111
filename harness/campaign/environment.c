#include "campaign/environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The strings stand one behind another, so that one comparison tells of any change. */
static struct {
    char **list;   /* what the runs find: pointers into text */
    char **noted;  /* the same pointers */
    char *text;    /* what the runs find */
    char *pattern; /* the same text */
    size_t list_size, text_size;
} kept;

void
sley_environment_note(void)
{
    size_t count = 0, size = 0;
    for (char **at = environ; at && *at; at++) {
        count++;
        size += strlen(*at) + 1;
    }
    kept.list_size = (count + 1) * sizeof kept.list[0];
    kept.text_size = size;
    kept.list = calloc(count + 1, sizeof kept.list[0]);
    kept.noted = calloc(count + 1, sizeof kept.noted[0]);
    kept.text = malloc(size + 1);
    kept.pattern = malloc(size + 1);
    if (!kept.list || !kept.noted || !kept.text || !kept.pattern) {
        kept.list = NULL; /* nothing is taken back then */
        return;
    }
    char *to = kept.text;
    for (size_t i = 0; i < count; i++) {
        kept.list[i] = kept.noted[i] = to;
        to = stpcpy(to, environ[i]) + 1;
    }
    memcpy(kept.pattern, kept.text, size);
    environ = kept.list;
}

bool
sley_environment_restore(bool look)
{
    (void)look;
    if (!kept.list) {
        return false;
    }
    bool same = environ == kept.list && memcmp(kept.list, kept.noted, kept.list_size) == 0 &&
                memcmp(kept.text, kept.pattern, kept.text_size) == 0;
    if (!same) {
        environ = kept.list;
        memcpy(kept.list, kept.noted, kept.list_size);
        memcpy(kept.text, kept.pattern, kept.text_size);
    }
    return !same;
}
