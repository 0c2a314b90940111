/* Exceptions as results that no other pointer equals: the same in every lane. */
#include <sley/sley.h>

/* Only the addresses mean something; they are the same in a forked process. */
static const char raised[SLEY_EXCEPTIONS_MAX];

void *
sley_raise(int code)
{
    sley_check(code > 0 && code < SLEY_EXCEPTIONS_MAX);
    return (void *)(uintptr_t)&raised[code];
}

bool
sley_is_exception(const void *result, int *code)
{
    uintptr_t offset = (uintptr_t)result - (uintptr_t)raised;
    if (offset >= sizeof raised) {
        return false;
    }
    if (code) {
        *code = (int)offset;
    }
    return true;
}

bool
sley_join_exception(uintptr_t task, int *code)
{
    int raised_code;
    bool is_raised = sley_is_exception(sley_join(task), &raised_code);
    if (!is_raised || sley_model_current->exceptions == SLEY_EXCEPTION_LOST) {
        return false;
    }
    *code = sley_model_current->exceptions == SLEY_EXCEPTION_RAISED ? raised_code : 1;
    return true;
}
