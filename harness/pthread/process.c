/* exit, abort and assert: the run ends, the process of the harness does not. A process of the run
 * other than task 0's really ends, and the run goes on. */
#include "pthread/process.h"

#include "engine/engine.h"
#include "pthread/front.h"
#include "pthread/object.h"
#include "pthread/signals.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* POSIX promises 32; every static object of C++ with a destructor takes one. */
enum { HANDLERS_MAX = 1024 };

static struct handler {
    void (*call)(void);
    void (*call_with)(void *); /* of a static object; NULL: call */
    void *argument;
    bool called;
    uint32_t process; /* that it was registered in; a fork does not inherit it here */
} handlers[HANDLERS_MAX];
static uint32_t handler_count;
static uint32_t handler_serial; /* the run that handler_count speaks of */

static uint32_t *
count_of_run(void)
{
    if (handler_serial != sley_engine.serial) {
        handler_serial = sley_engine.serial;
        handler_count = 0;
    }
    return &handler_count;
}

/* The last handler of this process that was not called yet; NULL: none. */
static struct handler *
next_handler(void)
{
    for (uint32_t i = *count_of_run(); i > 0; i--) {
        struct handler *handler = &handlers[i - 1];
        if (!handler->called && handler->process == sley_current()->process) {
            return handler;
        }
    }
    return NULL;
}

void
sley_process_handlers_run(void)
{
    struct handler *handler;
    while ((handler = next_handler())) {
        handler->called = true; /* once, also if it calls exit */
        if (handler->call_with) {
            handler->call_with(handler->argument);
        } else {
            handler->call();
        }
    }
}

/* Whether a program's end with that code is as it should be. */
static bool
is_normal(int code)
{
    const uint32_t *codes = sley_engine.options->exit_codes;
    uint32_t byte = (uint32_t)code & 0xff; /* what a parent process learns of it */
    return codes ? codes[byte / 32] >> byte % 32 & 1 : code == 0;
}

/* Ends the run. Success is no verdict in a program, whose main could as well have returned. */
static void __attribute__((noreturn)) end(const char *call, int code, uintptr_t pc)
{
    bool child = sley_current()->process != 0;
    sley_object_owner_ends();
    if (child && code == 0) {
        sley_task_end_process(0);
    }
    if (sley_engine.options->program && is_normal(code)) {
        sley_run_end();
    }
    char text[32];
    snprintf(text, sizeof text, pc ? "%s(%d)" : "%s %d", call, code);
    struct sley_failure *failure = sley_verdict(SLEY_VERDICT_EXIT, 0, pc, text);
    if (failure) {
        failure->detail = (uint32_t)code;
    }
    if (child) {
        sley_task_end_process(code & 0xff);
    }
    sley_run_end();
}

static void __attribute__((noreturn)) end_by(int signal, const char *text, uintptr_t pc)
{
    struct sley_failure *failure = sley_verdict(SLEY_VERDICT_CRASH, 0, pc, text);
    if (failure) {
        failure->detail = (uint32_t)signal;
    }
    if (sley_current()->process != 0) {
        sley_task_end_process(-signal);
    }
    sley_run_end();
}

void
sley_process_signalled(int signal, uintptr_t pc)
{
    const char *name = sigabbrev_np(signal);
    char text[64];
    snprintf(text, sizeof text, "signal %d%s%s%s, which it has no handler for", signal,
             name ? " (SIG" : "", name ? name : "", name ? ")" : "");
    end_by(signal, text, pc);
}

void
sley_process_abort(const char *text, uintptr_t pc)
{
    end_by(SIGABRT, text, pc);
}

void
sley_exit(int code)
{
    uintptr_t pc = SLEY_CALLER();
    if (!sley_running()) {
        exit(code);
    }
    sley_process_handlers_run();
    end("exit", code, pc);
}

void
sley_process_main_returned(int code)
{
    sley_process_handlers_run();
    end("main returned", code, 0);
}

void
sley__exit(int code)
{
    if (!sley_running()) {
        _exit(code);
    }
    end("_exit", code, SLEY_CALLER());
}

void
sley__Exit(int code)
{
    if (!sley_running()) {
        _Exit(code);
    }
    end("_Exit", code, SLEY_CALLER());
}

void
sley_quick_exit(int code)
{
    if (!sley_running()) {
        quick_exit(code);
    }
    end("quick_exit", code, SLEY_CALLER());
}

static int
enter(void (*call)(void), void (*call_with)(void *), void *argument)
{
    if (!sley_running()) {
        return 0; /* the process is the harness's: a handler of the program has no place in its end
                   */
    }
    uint32_t *count = count_of_run();
    if (*count == HANDLERS_MAX) {
        return -1;
    }
    handlers[(*count)++] = (struct handler){.call = call,
                                            .call_with = call_with,
                                            .argument = argument,
                                            .process = sley_current()->process};
    return 0;
}

int
sley_atexit(void (*handler)(void))
{
    return enter(handler, NULL, NULL);
}

int
sley___cxa_atexit(void (*handler)(void *), void *argument, void *object)
{
    (void)object;
    return enter(NULL, handler, argument);
}

void
sley_abort(void)
{
    if (!sley_running()) {
        abort();
    }
    uintptr_t pc = SLEY_CALLER();
    sley_signals_handle(SIGABRT); /* the program ends even so, unless the handler jumps away */
    sley_process_abort("abort", pc);
}

void
sley___assert_fail(const char *expression, const char *file, unsigned line, const char *function)
{
    if (!sley_running()) {
        abort();
    }
    (void)file; /* the code place says as much */
    (void)line;
    (void)function;
    sley_verdict_end(SLEY_VERDICT_ASSERTION, 0, SLEY_CALLER(), expression);
}

void
sley___assert_perror_fail(int error, const char *file, unsigned line, const char *function)
{
    if (!sley_running()) {
        abort();
    }
    (void)file;
    (void)line;
    (void)function;
    sley_verdict_end(SLEY_VERDICT_ASSERTION, 0, SLEY_CALLER(), strerror(error));
}
