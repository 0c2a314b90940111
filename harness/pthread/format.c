/* sprintf and its relatives: the text is measured, then the destination is a range that is written.
 * What the arguments point to is read without points. */
#include "engine/engine.h"
#include "instrument/range.h"
#include "pthread/front.h"
#include "pthread/memory.h"

#include <stdio.h>

static int
format(char *to, size_t size, const char *form, va_list arguments, uintptr_t pc)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, form, again);
    va_end(again);
    if (length >= 0 && size > 0) {
        size_t needed = (size_t)length + 1;
        sley_range((uintptr_t)to, needed < size ? needed : size, true, pc);
    }
    return vsnprintf(to, size, form, arguments);
}

/* Room of a destination whose size the caller does not tell. */
static const size_t unbounded = INT32_MAX;

int
sley_vsnprintf(char *restrict to, size_t size, const char *restrict form, va_list arguments)
{
    return format(to, size, form, arguments, SLEY_CALLER());
}

int
sley_vsprintf(char *restrict to, const char *restrict form, va_list arguments)
{
    return format(to, unbounded, form, arguments, SLEY_CALLER());
}

int
sley_snprintf(char *restrict to, size_t size, const char *restrict form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    int length = format(to, size, form, arguments, SLEY_CALLER());
    va_end(arguments);
    return length;
}

int
sley_sprintf(char *restrict to, const char *restrict form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    int length = format(to, unbounded, form, arguments, SLEY_CALLER());
    va_end(arguments);
    return length;
}

int
sley___vsnprintf_chk(char *restrict to, size_t size, int flag, size_t room,
                     const char *restrict form, va_list arguments)
{
    (void)flag;
    sley_memory_check_room(size, room, SLEY_CALLER());
    return format(to, size, form, arguments, SLEY_CALLER());
}

int
sley___snprintf_chk(char *restrict to, size_t size, int flag, size_t room,
                    const char *restrict form, ...)
{
    (void)flag;
    sley_memory_check_room(size, room, SLEY_CALLER());
    va_list arguments;
    va_start(arguments, form);
    int length = format(to, size, form, arguments, SLEY_CALLER());
    va_end(arguments);
    return length;
}

int
sley___sprintf_chk(char *restrict to, int flag, size_t room, const char *restrict form, ...)
{
    (void)flag;
    va_list arguments;
    va_start(arguments, form);
    int length = format(to, room < unbounded ? room : unbounded, form, arguments, SLEY_CALLER());
    va_end(arguments);
    sley_memory_check_room(length < 0 ? 0 : (size_t)length + 1, room, SLEY_CALLER());
    return length;
}
