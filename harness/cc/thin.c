#include "cc/thin.h"

#include <ar.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Members are named relative to the archive. */
static bool
member_fits(const char *archive, const char *name, bool (*fits)(const char *member))
{
    char path[PATH_MAX];
    const char *slash = name[0] == '/' ? NULL : strrchr(archive, '/');
    int directory = slash ? (int)(slash - archive) + 1 : 0;
    int length = snprintf(path, sizeof path, "%.*s%s", directory, archive, name);
    return length > 0 && (size_t)length < sizeof path && fits(path);
}

/* The list of names that do not fit into a member's header, each ended by "/\n"; NULL: no memory.
 */
static char *
read_names(FILE *file, size_t size)
{
    char *names = calloc(1, size + 1);
    size_t got = names ? fread(names, 1, size, file) : 0;
    for (size_t i = 0; i + 1 < got; i++) {
        if (names[i] == '/' && names[i + 1] == '\n') {
            names[i] = '\0';
        }
    }
    return names;
}

bool
sley_thin_has(FILE *file, const char *path, bool (*fits)(const char *member))
{
    struct ar_hdr header;
    char *names = NULL;
    size_t names_size = 0;
    bool found = false;
    while (!found && fread(&header, sizeof header, 1, file) == 1) {
        char text[sizeof header.ar_name + 1] = {0};
        size_t size = strtoul(header.ar_size, NULL, 10);
        memcpy(text, header.ar_name, sizeof header.ar_name);
        if (strncmp(text, "// ", 3) == 0 && !names) {
            names_size = size;
            names = read_names(file, size);
            fseek(file, (long)(size & 1), SEEK_CUR); /* what follows begins at an even place */
        } else if (text[0] == '/' && (text[1] < '0' || text[1] > '9')) {
            fseek(file, (long)(size + (size & 1)), SEEK_CUR); /* a table of symbols */
        } else if (text[0] == '/') {
            size_t at = strtoul(text + 1, NULL, 10);
            found = names && at < names_size && member_fits(path, names + at, fits);
        } else {
            text[strcspn(text, "/")] = '\0';
            found = member_fits(path, text, fits);
        }
    }
    free(names);
    return found;
}
