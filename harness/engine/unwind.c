#include "engine/unwind.h"

#include "engine/internal.h"

#include <unwind.h>

enum { FRAMES_MAX = 64 };

struct walk {
    uintptr_t found;
    int depth;
};

static _Unwind_Reason_Code
visit(struct _Unwind_Context *context, void *data)
{
    struct walk *walk = data;
    uintptr_t pc = _Unwind_GetIP(context);
    if (sley_in_user_text(pc)) {
        walk->found = pc;
        return _URC_END_OF_STACK;
    }
    return ++walk->depth < FRAMES_MAX ? _URC_NO_REASON : _URC_END_OF_STACK;
}

uintptr_t
sley_unwind_user_pc(void)
{
    struct walk walk = {0, 0};
    _Unwind_Backtrace(visit, &walk);
    return walk.found;
}

uintptr_t
sley_unwind_place(uintptr_t pc)
{
    uintptr_t found = sley_in_user_text(pc) ? pc : sley_unwind_user_pc();
    return found ? found : pc;
}
