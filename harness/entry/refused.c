/* With `sley cc --refuse-late` a program links although it names functions that are refused: here
 * is what stands in for them. A run that calls one ends there, with a verdict that names it. */
#include "entry/refused.h"

#include "engine/engine.h"

#include <stdarg.h>
#include <stdio.h>

enum { REFUSED_CODE = 2 }; /* of the process, when the program is called as it is */

void
sley_refused_end(uintptr_t pc, const char *format, ...)
{
    char call[48], text[96];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(call, sizeof call, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text, "%s was called, which is not supported", call);
    struct sley_failure *failure = sley_verdict(SLEY_VERDICT_EXIT, 0, pc, text);
    if (failure) {
        failure->detail = REFUSED_CODE;
    }
    sley_run_end();
}

/* Weak: some have a better one. */
#define SLEY_REFUSE(name, reason)                                                                  \
    void sley_refused_##name(void);                                                                \
    __attribute__((weak)) void sley_refused_##name(void)                                           \
    {                                                                                              \
        sley_refused_end(SLEY_CALLER(), #name);                                                    \
    }
#include "pthread/refuse.def"
#undef SLEY_REFUSE
