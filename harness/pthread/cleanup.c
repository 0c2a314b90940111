/* pthread_cleanup_push is a macro that saves a jump buffer and registers it; the handler itself is
 * called by the code that the macro leaves behind a jump to that buffer, and then asks for the next
 * one. Nothing but pthread_exit begins this: there is no cancellation. */
#include "pthread/cleanup.h"

#include "pthread/front.h"
#include "pthread/thread.h"

#include <setjmp.h>
#include <string.h>

void
sley_cleanup_unwind(void)
{
    __pthread_unwind_buf_t *buffer = sley_thread_self()->cleanup;
    if (buffer) {
        sley_thread_self()->cleanup = buffer->__pad[0];
        /* glibc's buffer is the beginning of a jmp_buf: registers, and "no signal mask saved". */
        struct __jmp_buf_tag frame = {.__mask_was_saved = 0};
        memcpy(frame.__jmpbuf, buffer->__cancel_jmp_buf, sizeof frame.__jmpbuf);
        longjmp(&frame, 1);
    }
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
sley___pthread_unwind_next(__pthread_unwind_buf_t *buffer)
{
    (void)buffer; /* taken off the list when it was jumped to */
    sley_cleanup_unwind();
    sley_thread_finish();
}
