/* Shared libraries whose code a program holds: it must be the code that they hold. */
#include "base/file_digest.h"
#include "entry/entry.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "DIGEST PATH" of each, ended by a null byte; `sley cc` adds the section. */
extern const char __start_sley_libraries[] __attribute__((weak, visibility("hidden")));
extern const char __stop_sley_libraries[] __attribute__((weak, visibility("hidden")));

bool
sley_entry_libraries_fit(const char *program)
{
    bool fit = true;
    for (const char *at = __start_sley_libraries; at < __stop_sley_libraries;
         at += strlen(at) + 1) {
        char *path;
        uint64_t linked = strtoull(at, &path, 16);
        uint64_t now = *path == ' ' ? sley_file_digest(path + 1) : 0;
        /* A library that was moved away says nothing about the code that was taken from it. */
        if (now != 0 && now != linked) {
            fprintf(stderr,
                    "sley: '%s' holds the code of another build of '%s': link it again with sley "
                    "cc\n",
                    program, path + 1);
            fit = false;
        }
    }
    return fit;
}
