#include "cc/work.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
sley_work_create(char *path, size_t size)
{
    const char *temporary = getenv("TMPDIR");
    int length = snprintf(path, size, "%s/sley-cc-XXXXXX", temporary ? temporary : "/tmp");
    if (length < 0 || (size_t)length >= size || !mkdtemp(path)) {
        fprintf(stderr, "sley cc: cannot create '%s': %s; TMPDIR may name another place\n", path,
                (size_t)length >= size ? "too long" : strerror(errno));
        return false;
    }
    return true;
}

void
sley_work_destroy(const char *path)
{
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        unlinkat(dirfd(directory), entry->d_name, 0); /* "." and ".." are refused */
    }
    if (directory) {
        closedir(directory);
    }
    rmdir(path);
}
