#include "report/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AROUND = 3 }; /* lines shown before and after */

/* Adds the lines first..last of the open file that lines does not have yet. */
static void
add_lines(json_t *lines, FILE *file, unsigned first, unsigned last)
{
    char *text = NULL;
    size_t room = 0;
    for (unsigned number = 1; number <= last && getline(&text, &room, file) > 0; number++) {
        char key[16];
        if (number < first) {
            continue;
        }
        text[strcspn(text, "\r\n")] = '\0';
        snprintf(key, sizeof key, "%u", number);
        if (!json_object_get(lines, key)) {
            json_t *line = json_string(text);
            json_object_set_new(lines, key, line ? line : json_string("(not in UTF-8)"));
        }
    }
    free(text);
}

void
sley_source_collect(json_t *sources, const char *file, unsigned line)
{
    json_t *lines = json_object_get(sources, file);
    if (!lines) {
        lines = json_object();
        json_object_set_new(sources, file, lines);
    }
    FILE *source = fopen(file, "r");
    if (source) {
        add_lines(lines, source, line > AROUND ? line - AROUND : 1, line + AROUND);
        fclose(source);
    }
}
