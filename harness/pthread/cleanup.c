/* pthread_cleanup_push is a macro that saves a jump buffer and registers it; the handler itself is
 * called by the code that the macro leaves behind a jump to that buffer, and then asks for the next
 * one. In C++, and in C with -fexceptions, it is an object whose destructor calls the handler: the
 * frames are unwound for it as for an exception that nobody catches (the Itanium C++ ABI, forced
 * unwinding). Handlers and destructors lie on one stack, so their addresses say who comes first. */
#include "pthread/cleanup.h"

#include "pthread/front.h"
#include "pthread/process.h"

#include <setjmp.h>
#include <string.h>
#include <unwind.h>

/* Only programs that have something to unwind bring it along. */
#pragma weak _Unwind_ForcedUnwind

static void __attribute__((noreturn)) jump(__pthread_unwind_buf_t *buffer)
{
    sley_thread_self()->cleanup = buffer->__pad[0];
    /* glibc's buffer is the beginning of a jmp_buf: registers, and "no signal mask saved". */
    struct __jmp_buf_tag frame = {.__mask_was_saved = 0};
    memcpy(frame.__jmpbuf, buffer->__cancel_jmp_buf, sizeof frame.__jmpbuf);
    longjmp(&frame, 1);
}

/* Calls the hooks that lie below an address of the stack, and continues in the innermost handler if
 * that does. */
static void
leave_below(uintptr_t address)
{
    struct sley_thread *self = sley_thread_self();
    for (;;) {
        uintptr_t hook = (uintptr_t)self->hook;
        uintptr_t handler = (uintptr_t)self->cleanup;
        if (hook && hook < address && (!handler || hook < handler)) {
            struct sley_cleanup_hook *called = self->hook;
            self->hook = called->outer;
            called->call(called->argument);
        } else if (handler && handler < address) {
            jump(self->cleanup);
        } else {
            return;
        }
    }
}

/* Called before each frame is left. Its own address is the stack pointer in it. */
static _Unwind_Reason_Code
on_frame(int version, _Unwind_Action actions, _Unwind_Exception_Class exception_class,
         struct _Unwind_Exception *exception, struct _Unwind_Context *context, void *argument)
{
    (void)version;
    (void)exception_class;
    (void)exception;
    (void)argument;
    if (actions & _UA_END_OF_STACK) {
        leave_below(UINTPTR_MAX);
        sley_thread_finish();
    }
    leave_below((uintptr_t)_Unwind_GetCFA(context));
    return _URC_NO_REASON;
}

/* A catch-all handler ended without throwing on, which no thread survives. */
static void
on_caught(_Unwind_Reason_Code reason, struct _Unwind_Exception *exception)
{
    (void)reason;
    (void)exception;
    sley_process_abort("FATAL: exception not rethrown", 0);
}

/* Forgets the hooks of frames that were left in another way: by a jump, or by an exception. Frames
 * that live lie above the address. */
static void
forget_below(uintptr_t address)
{
    struct sley_thread *self = sley_thread_self();
    while (self->hook && (uintptr_t)self->hook < address) {
        self->hook = self->hook->outer;
    }
}

void
sley_cleanup_unwind(void)
{
    static struct _Unwind_Exception unwinding[SLEY_TASKS_MAX];
    forget_below((uintptr_t)__builtin_frame_address(0));
    if (_Unwind_ForcedUnwind) {
        struct _Unwind_Exception *exception = &unwinding[sley_engine.task];
        memset(exception, 0, sizeof *exception);
        exception->exception_cleanup = on_caught;
        _Unwind_ForcedUnwind(exception, on_frame, NULL);
    }
    leave_below(UINTPTR_MAX);
    sley_thread_finish();
}

void
sley_cleanup_hook_begin(struct sley_cleanup_hook *hook, void (*call)(void *), void *argument)
{
    struct sley_thread *self = sley_thread_self();
    forget_below((uintptr_t)hook);
    *hook = (struct sley_cleanup_hook){self->hook, call, argument};
    self->hook = hook;
}

void
sley_cleanup_hook_leave(void)
{
    struct sley_cleanup_hook *hook = sley_running() ? sley_thread_self()->hook : NULL;
    if (hook) {
        sley_thread_self()->hook = hook->outer;
        hook->call(hook->argument);
    }
}

void
sley_cleanup_hook_end(const struct sley_cleanup_hook *hook)
{
    sley_thread_self()->hook = hook->outer;
}

void
sley___pthread_register_cancel(__pthread_unwind_buf_t *buffer)
{
    if (sley_running()) {
        buffer->__pad[0] = sley_thread_self()->cleanup;
        sley_thread_self()->cleanup = buffer;
    }
}

void
sley___pthread_unregister_cancel(__pthread_unwind_buf_t *buffer)
{
    if (sley_running()) {
        sley_thread_self()->cleanup = buffer->__pad[0];
    }
}

void
sley___pthread_register_cancel_defer(__pthread_unwind_buf_t *buffer)
{
    if (sley_running()) {
        struct sley_thread *self = sley_thread_self();
        sley___pthread_register_cancel(buffer);
        buffer->__pad[1] = self->cancel_async ? self : NULL;
        self->cancel_async = false;
    }
}

void
sley___pthread_unregister_cancel_restore(__pthread_unwind_buf_t *buffer)
{
    if (sley_running()) {
        sley___pthread_unregister_cancel(buffer);
        if (buffer->__pad[1]) {
            sley_pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
        }
    }
}

/* What the destructor of -fexceptions calls where the compiler does not inline it. */
void
sley___pthread_cleanup_routine(struct __pthread_cleanup_frame *frame)
{
    if (frame->__do_it) {
        frame->__cancel_routine(frame->__cancel_arg);
    }
}

void
sley___pthread_unwind_next(__pthread_unwind_buf_t *buffer)
{
    (void)buffer; /* taken off the list when it was jumped to */
    sley_cleanup_unwind();
}
