#include "tests/python/loop/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

const char order_no_trace[] = "-";

/* False: a line has no name, or there is no room. */
static bool
read_lines(struct order_lines *lines, FILE *stream)
{
    char line[ORDER_TEXT_MAX + 100];
    lines->count = 0;
    while (fgets(line, sizeof line, stream)) {
        line[strcspn(line, "\n")] = '\0';
        char *text = strstr(line, ": ");
        if (!text || lines->count == ORDER_LINES_MAX ||
            (size_t)(text - line) >= sizeof lines->line[0].name ||
            strlen(text + 2) >= sizeof lines->line[0].text) {
            fprintf(stderr, "cannot keep the line '%s'\n", line);
            return false;
        }
        *text = '\0';
        strcpy(lines->line[lines->count].name, line);
        strcpy(lines->line[lines->count].text, text + 2);
        lines->count++;
    }
    return lines->count > 0;
}

enum order_python
order_python_read(struct order_lines *lines, const char *python, const char *arguments)
{
    enum { WRONG_VERSION = 3, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };
    char command[900];
    snprintf(command, sizeof command, "'%s' -B '%s/run.py' %s", python, SLEY_TEST_LOOP, arguments);
    FILE *stream = popen(command, "r");
    if (!stream) {
        return ORDER_PYTHON_FAILED;
    }
    bool good = read_lines(lines, stream);
    int status = pclose(stream);
    if (WIFEXITED(status) &&
        (WEXITSTATUS(status) == WRONG_VERSION || WEXITSTATUS(status) == NOT_EXECUTABLE ||
         WEXITSTATUS(status) == NOT_FOUND)) {
        return ORDER_PYTHON_ABSENT;
    }
    return status == 0 && good ? ORDER_PYTHON_READ : ORDER_PYTHON_FAILED;
}

bool
order_file_read(struct order_lines *lines, const char *path)
{
    FILE *stream = fopen(path, "r");
    if (!stream) {
        return false;
    }
    bool good = read_lines(lines, stream);
    fclose(stream);
    return good;
}

const char *
order_line(const struct order_lines *lines, const char *name)
{
    for (uint32_t i = 0; i < lines->count; i++) {
        if (strcmp(lines->line[i].name, name) == 0) {
            return lines->line[i].text;
        }
    }
    return NULL;
}
