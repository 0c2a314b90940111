/* What the C++ runtime knows of exceptions: the state of the caught and the uncaught ones, one for
 * each task, and the end of a run by one that nobody catches. */
#include "engine/engine.h"
#include "engine/unwind.h"
#include "entry/entry.h"
#include "pthread/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of libstdc++; a program in C has none. The result is libc's to free. */
extern char *__cxa_demangle(const char *, char *, size_t *, int *) __attribute__((weak));

/* struct __cxa_eh_globals of the Itanium C++ ABI. */
struct exceptions {
    void *caught;
    unsigned uncaught;
};

void *
sley_entry_exceptions(void)
{
    static struct exceptions outside, inside[SLEY_TASKS_MAX];
    static uint32_t serial[SLEY_TASKS_MAX], start[SLEY_TASKS_MAX];
    if (!sley_running()) {
        return &outside;
    }
    uint32_t task = sley_engine.task;
    const struct sley_task *self = &sley_engine.task_table[task];
    /* What an earlier run, or the slot's former task, left behind is nobody's. */
    if (serial[task] != sley_engine.serial || start[task] != self->start) {
        serial[task] = sley_engine.serial;
        start[task] = self->start;
        memset(&inside[task], 0, sizeof inside[task]);
    }
    return &inside[task];
}

void
sley_entry_terminate(const char *type, const char *what)
{
    char text[96];
    char *readable = type && __cxa_demangle ? __cxa_demangle(type, NULL, NULL, NULL) : NULL;
    snprintf(text, sizeof text, "%s%.40s%s%.30s",
             type ? "uncaught exception " : "std::terminate was called", readable ? readable : "",
             what ? ": " : "", what ? what : "");
    free(readable);
    fprintf(stderr, "%s\n", text);
    sley_process_abort(text, sley_unwind_user_pc());
}
