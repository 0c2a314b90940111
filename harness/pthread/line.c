/* Functions of libc that allocate for their caller, on the program's heap: what is wrong with the
 * use of such a block shows as it does with malloc's. */
#include "engine/engine.h"
#include "instrument/range.h"
#include "pthread/alloc.h"
#include "pthread/front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

/* What libc read for each task: a task that is abandoned at a point of its line leaks nothing. */
static struct {
    char *text;
    size_t room;
} lines[SLEY_TASKS_MAX];

/* Makes room for size bytes in the caller's buffer, which doubles like libc's. */
static bool
make_room(char **buffer, size_t *room, size_t size, uintptr_t pc)
{
    if (*buffer && *room >= size) {
        return true;
    }
    size_t fresh = *buffer && *room > 60 ? *room * 2 : 120;
    fresh = fresh < size ? size : fresh;
    char *grown = sley_alloc_resize(*buffer, fresh, pc);
    if (grown) {
        *buffer = grown;
        *room = fresh;
    }
    return grown != NULL;
}

static ssize_t
read_line(char **buffer, size_t *room, int delimiter, FILE *stream, uintptr_t pc)
{
    if (!sley_running()) {
        return getdelim(buffer, room, delimiter, stream);
    }
    if (!buffer || !room || !stream) {
        errno = EINVAL;
        return -1;
    }
    uint32_t task = sley_engine.task;
    sley_range((uintptr_t)buffer, sizeof *buffer, true, pc);
    sley_range((uintptr_t)room, sizeof *room, true, pc);
    ssize_t length = getdelim(&lines[task].text, &lines[task].room, delimiter, stream);
    size_t size =
        length < 0 ? 1 : (size_t)length + 1; /* at the end of the file there is a buffer */
    if (!make_room(buffer, room, size, pc)) {
        return -1;
    }
    if (length >= 0) {
        int saved_errno = errno;
        sley_range((uintptr_t)*buffer, size, true, pc);
        memcpy(*buffer, lines[task].text, size);
        errno = saved_errno;
    }
    return length;
}

ssize_t
sley_getdelim(char **buffer, size_t *room, int delimiter, FILE *stream)
{
    return read_line(buffer, room, delimiter, stream, SLEY_CALLER());
}

ssize_t
sley___getdelim(char **buffer, size_t *room, int delimiter, FILE *stream)
{
    return read_line(buffer, room, delimiter, stream, SLEY_CALLER());
}

ssize_t
sley_getline(char **buffer, size_t *room, FILE *stream)
{
    return read_line(buffer, room, '\n', stream, SLEY_CALLER());
}

wchar_t *
sley_wcsdup(const wchar_t *text)
{
    size_t size = (wcslen(text) + 1) * sizeof *text;
    sley_range((uintptr_t)text, size, false, SLEY_CALLER());
    wchar_t *copy = sley_running() ? sley_alloc(size, 16, false, SLEY_CALLER()) : malloc(size);
    if (copy) {
        memcpy(copy, text, size);
    }
    return copy;
}

static void *
whole_pages(size_t size, uintptr_t pc)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return sley_running() ? sley_alloc(size, page, false, pc) : aligned_alloc(page, size);
}

void *
sley_valloc(size_t size)
{
    return whole_pages(size, SLEY_CALLER());
}

void *
sley_pvalloc(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t rounded = size ? (size + page - 1) & ~(page - 1) : page;
    if (rounded < size) {
        errno = ENOMEM;
        return NULL;
    }
    return whole_pages(rounded, SLEY_CALLER());
}
