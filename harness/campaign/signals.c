#include "campaign/signals.h"

#include "campaign/output.h"
#include "campaign/streams.h"
#include "engine/baton.h"
#include "engine/engine.h"
#include "engine/unwind.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

enum { STACK_SIZE = 1 << 17, CPU_TICKS = 4, WALL_TICKS = 3 };

#if defined(__x86_64__)
static uintptr_t
context_pc(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
}

static uintptr_t
context_frame(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
}
#elif defined(__aarch64__)
static uintptr_t
context_pc(const ucontext_t *context)
{
    return context->uc_mcontext.pc;
}

static uintptr_t
context_frame(const ucontext_t *context)
{
    return context->uc_mcontext.regs[29];
}
#else
static uintptr_t
context_pc(const ucontext_t *context)
{
    (void)context;
    return 0;
}

static uintptr_t
context_frame(const ucontext_t *context)
{
    (void)context;
    return 0;
}
#endif

/* Ends the worker; the parent takes the verdict from the shared result. Of several processes of a
 * run only the crashed one ends. */
static void
record(enum sley_verdict verdict, uint32_t detail, uintptr_t address, const char *text,
       const ucontext_t *context)
{
    if (!sley_running()) {
        static const char bug[] = "sley: the harness crashed outside a run: a bug of sley itself\n";
        (void)!write(STDERR_FILENO, bug, sizeof bug - 1);
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    uintptr_t pc = sley_unwind_place(context_pc(context));
    if (sley_baton_self() != 0 && verdict != SLEY_VERDICT_STUCK) {
        sley_engine_process_crashed(verdict, detail, address, text, pc, context_frame(context));
    }
    sley_engine.result->input_ended = sley_streams_input_ended();
    sley_engine_crashed(verdict, detail, address, text, pc, context_frame(context));
    if (sley_baton_self() != 0) {
        sley_baton_abandon();
    }
    sley_baton_close();
    _exit(SLEY_EXIT_RECORDED);
}

static void
on_fatal(int number, siginfo_t *info, void *context)
{
    uintptr_t address = (uintptr_t)info->si_addr;
    const struct sley_task *self = sley_current();
    uintptr_t low = (uintptr_t)self->stack_low;
    enum { REACH = 1 << 16 }; /* a large frame may step over part of the guard */
    char text[96];
    if (number == SIGSEGV && address < low + 4096 && address + REACH >= low) {
        record(SLEY_VERDICT_STACK_OVERFLOW, (uint32_t)number, address, "", context);
    }
    snprintf(text, sizeof text, "signal %d (%s)", number, strsignal(number));
    record(SLEY_VERDICT_CRASH, (uint32_t)number, address, text, context);
}

/* Every quarter second of CPU time, and every ten seconds of time: has the run moved? The second
 * catches a call that blocks in the kernel, where no CPU time passes. */
static void
on_tick(int number, siginfo_t *info, void *context)
{
    static struct {
        uint32_t step, serial, quiet;
    } seen[2];
    int which = number == SIGALRM;
    (void)info;
    const struct sley_engine *e = &sley_engine;
    if (!sley_running() || e->step != seen[which].step || e->serial != seen[which].serial) {
        seen[which].step = e->step;
        seen[which].serial = e->serial;
        seen[which].quiet = 0;
        return;
    }
    if (++seen[which].quiet >= (which ? WALL_TICKS : CPU_TICKS)) {
        record(SLEY_VERDICT_STUCK, 0, 0,
               which ? "for half a minute: a call blocks in the kernel"
                     : "for a second of CPU time",
               context);
    }
}

enum sley_status
sley_signals_install(struct sley_error *error)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    void *stack =
        mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t alternate = {.ss_sp = stack, .ss_size = STACK_SIZE};
    if (stack == MAP_FAILED || sigaltstack(&alternate, NULL) != 0) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "cannot set a signal stack: %s",
                              strerror(errno));
    }
    /* What a terminal or a time-out sends to all is for the parent, which decides when to stop. A
     * program that is called by itself has no such parent. */
    signal(SIGINT, sley_input_kept ? SIG_DFL : SIG_IGN);
    signal(SIGTERM, sley_input_kept ? SIG_DFL : SIG_IGN);
    struct sigaction action = {.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
        sigaction(fatal[i], &action, NULL);
    }
    action.sa_sigaction = on_tick;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigaction(SIGVTALRM, &action, NULL);
    sigaction(SIGALRM, &action, NULL);
    sley_signals_rearm();
    return SLEY_OK;
}

void
sley_signals_rearm(void)
{
    struct itimerval quarter = {.it_interval = {0, 250000}, .it_value = {0, 250000}};
    struct itimerval ten = {.it_interval = {10, 0}, .it_value = {10, 0}};
    setitimer(ITIMER_VIRTUAL, &quarter, NULL);
    setitimer(ITIMER_REAL, &ten, NULL);
}
