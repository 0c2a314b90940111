#include "native/asleep.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

/* The state letter stands behind the name, which is in parentheses and may hold any character
 * (proc(5)). A thread that is gone meanwhile has moved. */
static char
state_of(pid_t pid, const char *thread)
{
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/%d/task/%.16s/stat", (int)pid, thread);
    FILE *file = fopen(path, "r");
    if (!file) {
        return '?';
    }
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = '\0';
    const char *name_end = strrchr(line, ')');
    return name_end && name_end[1] == ' ' ? name_end[2] : '?';
}

bool
sley_native_asleep(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *threads = opendir(path);
    if (!threads) {
        return false;
    }
    bool asleep = true;
    for (struct dirent *entry; asleep && (entry = readdir(threads));) {
        asleep = entry->d_name[0] == '.' || state_of(pid, entry->d_name) == 'S';
    }
    closedir(threads);
    return asleep;
}
