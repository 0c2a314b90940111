#include "campaign/streams.h"

#include "campaign/output.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/stat.h>
#include <unistd.h>

enum { USER_BUFFER = 1, MODES = 2 | 0x200 /* _IO_USER_BUF; _IO_UNBUFFERED and _IO_LINE_BUF */ };

/* glibc links all streams into a list, the newest first. The symbol is looked up: a reference would
 * be to a copy that libc itself does not use. */
static FILE **list;
static FILE *oldest; /* newest of those that are not the runs' */

static struct {
    int copy;  /* another descriptor of the same file, far up */
    int flags; /* of the open file */
    int modes; /* of the stream: how it is buffered */
    struct stat status;
} standard[3];

static char buffers[3][BUFSIZ];

static FILE *
stream_of(int descriptor)
{
    return descriptor == 0 ? stdin : descriptor == 1 ? stdout : stderr;
}

void
sley_streams_begin(void)
{
    list = dlsym(RTLD_DEFAULT, "_IO_list_all");
    oldest = list ? *list : NULL;
    clearerr(stdin);
}

void
sley_streams_close(void)
{
    while (list && *list && *list != oldest) {
        FILE *newest = *list;
        if (fclose(newest) != 0 && *list == newest) {
            break;
        }
    }
    if (feof_unlocked(stdin) || ferror_unlocked(stdin)) {
        clearerr_unlocked(stdin);
    }
}

void
sley_streams_flush(void)
{
    if (!list || *list != oldest) {
        fflush(NULL); /* else there is nothing that anybody could read */
    }
}

static void
buffer_set(int i)
{
    int modes = standard[i].modes;
    int mode = modes & 2 ? _IONBF : modes & 0x200 ? _IOLBF : _IOFBF;
    setvbuf(stream_of(i), mode == _IONBF ? NULL : buffers[i], mode, BUFSIZ);
}

void
sley_streams_note(void)
{
    for (int i = 0; i < 3; i++) {
        standard[i].copy = sley_descriptor_raise(dup(i));
        standard[i].flags = fcntl(i, F_GETFL);
        standard[i].modes = stream_of(i)->_flags & MODES;
        fstat(i, &standard[i].status);
        buffer_set(i);
    }
}

static bool
descriptor_differs(int i)
{
    struct stat now;
    return fstat(i, &now) != 0 || now.st_dev != standard[i].status.st_dev ||
           now.st_ino != standard[i].status.st_ino || fcntl(i, F_GETFL) != standard[i].flags;
}

static bool
buffer_differs(int i)
{
    const FILE *stream = stream_of(i);
    bool unbuffered = standard[i].modes & 2;
    return (stream->_flags & MODES) != standard[i].modes ||
           (stream->_IO_buf_base && !unbuffered && stream->_IO_buf_base != buffers[i]);
}

/* Opens a stream again that the program closed, and gives it its descriptor. */
static void
stream_reopen(int i)
{
    FILE *stream = stream_of(i);
    if (freopen("/dev/null", i == 0 ? "r" : "w", stream) && stream->_fileno != i) {
        close(stream->_fileno);
        stream->_fileno = i;
    }
}

bool
sley_streams_restore(bool look)
{
    bool differed = false;
    for (int i = 0; i < 3; i++) {
        bool closed = stream_of(i)->_fileno != i;
        bool other = !look || closed || descriptor_differs(i);
        if (standard[i].copy < 0) {
            continue;
        }
        if (closed) {
            stream_reopen(i);
        }
        if (other) {
            differed |= closed || descriptor_differs(i);
            dup2(standard[i].copy, i);
            fcntl(i, F_SETFL, standard[i].flags);
        }
        if (buffer_differs(i)) {
            differed = true;
            buffer_set(i);
        }
    }
    oldest = list ? *list : NULL; /* one that was opened again is the newest */
    return differed;
}

bool
sley_streams_input_ended(void)
{
    return !sley_input_kept && feof_unlocked(stdin);
}
