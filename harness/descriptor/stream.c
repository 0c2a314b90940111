/* Streams of stdio over descriptors that the run made. libc reads and writes behind a stream by
 * itself, where no task could wait: a stream of the run's own descriptor calls back here. One lock
 * of libc's, held while a task waits, excludes no other task: two tasks must not use one such
 * stream at once. */
#include "descriptor/table.h"
#include "descriptor/transfer.h"
#include "descriptor/weak.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unwind.h>

enum { STREAMS_MAX = 256 };

static struct {
    uint32_t serial; /* of the run in which it was made */
    int number;
    FILE *file;
} streams[STREAMS_MAX];

/* What a stream knows of itself: the run and the number. A stream that a run left behind must not
 * touch what has the number later. */
static void *
cookie_of(int number)
{
    return (void *)((uintptr_t)sley_engine.serial << 32 | (uint32_t)number);
}

static bool
is_current(const void *cookie)
{
    return sley_descriptor_active() && (uintptr_t)cookie >> 32 == sley_engine.serial;
}

static int
number_of(const void *cookie)
{
    return (int)(uint32_t)(uintptr_t)cookie;
}

static _Unwind_Reason_Code
stop_at_user(struct _Unwind_Context *context, void *found)
{
    uintptr_t pc = _Unwind_GetIP(context);
    *(uintptr_t *)found = pc;
    return sley_in_user_text(pc) ? _URC_NORMAL_STOP : _URC_NO_REASON;
}

/* The call of stdio in the code under test. libc keeps no chain of frame pointers, which is what
 * places are found by elsewhere; but it can be unwound. */
static uintptr_t
place(void)
{
    uintptr_t found = 0;
    _Unwind_Backtrace(stop_at_user, &found);
    return sley_in_user_text(found) ? found : SLEY_CALLER();
}

static ssize_t
stream_read(void *cookie, char *bytes, size_t size)
{
    if (!is_current(cookie)) {
        return 0;
    }
    struct iovec piece = {bytes, size};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    struct sley_transfer transfer = {number_of(cookie), false, &message, 0, true};
    return sley_transfer_in(&transfer, place());
}

static ssize_t
stream_write(void *cookie, const char *bytes, size_t size)
{
    if (!is_current(cookie)) {
        return (ssize_t)size; /* what a run left behind goes nowhere */
    }
    struct iovec piece = {(void *)(uintptr_t)bytes, size};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    struct sley_transfer transfer = {number_of(cookie), false, &message, 0, true};
    ssize_t written = sley_transfer_out(&transfer, place());
    return written < 0 ? 0 : written;
}

static int
stream_close(void *cookie)
{
    if (!is_current(cookie)) {
        return 0;
    }
    for (int i = 0; i < STREAMS_MAX; i++) {
        if (streams[i].serial == sley_engine.serial && streams[i].number == number_of(cookie)) {
            streams[i].serial = 0;
        }
    }
    return sley_transfer_close(number_of(cookie), place());
}

FILE *
sley_fdopen(int number, const char *mode)
{
    if (!sley_descriptor_active() || !sley_descriptor_own(number)) {
        return fdopen(number, mode);
    }
    static const cookie_io_functions_t functions = {stream_read, stream_write, NULL, stream_close};
    int slot = 0;
    while (slot < STREAMS_MAX && streams[slot].serial == sley_engine.serial) {
        slot++;
    }
    if (slot == STREAMS_MAX) {
        errno = EMFILE;
        return NULL;
    }
    FILE *file = fopencookie(cookie_of(number), mode, functions);
    if (file) {
        streams[slot].serial = sley_engine.serial;
        streams[slot].number = number;
        streams[slot].file = file;
    }
    return file;
}

int
sley_fileno(FILE *file)
{
    for (int i = 0; sley_descriptor_active() && i < STREAMS_MAX; i++) {
        if (streams[i].serial == sley_engine.serial && streams[i].file == file) {
            return streams[i].number;
        }
    }
    return fileno(file);
}

int
sley_vdprintf(int number, const char *restrict form, va_list arguments)
{
    char *text;
    uintptr_t pc = SLEY_CALLER();
    if (!sley_descriptor_active() || !sley_descriptor_own(number)) {
        return vdprintf(number, form, arguments);
    }
    int length = vasprintf(&text, form, arguments);
    if (length < 0) {
        return -1;
    }
    struct iovec piece = {text, (size_t)length};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    struct sley_transfer transfer = {number, false, &message, 0, true};
    ssize_t written = sley_transfer_out(&transfer, pc);
    int saved_errno = errno;
    free(text);
    errno = saved_errno;
    return (int)written;
}

int
sley_dprintf(int number, const char *restrict form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    int result = sley_vdprintf(number, form, arguments);
    va_end(arguments);
    return result;
}
