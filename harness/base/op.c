#include <sley/strategy.h>

static const struct {
    char letter;
    bool writes;
    const char *text;
} table[] = {
#define SLEY_OP(name, letter, text, writes) {letter, writes, text},
#include <sley/op.def>
#undef SLEY_OP
};

char
sley_op_letter(enum sley_op op)
{
    return table[op].letter;
}

const char *
sley_op_text(enum sley_op op)
{
    return table[op].text;
}

bool
sley_op_writes(enum sley_op op)
{
    return table[op].writes;
}

static bool
overlap(uintptr_t a, uint32_t a_size, uintptr_t b, uint32_t b_size)
{
    return a != 0 && b != 0 && a < b + b_size && b < a + a_size;
}

bool
sley_pending_conflict(const struct sley_pending *a, const struct sley_pending *b)
{
    if (a->global || b->global) {
        return true;
    }
    if ((a->writes || b->writes) && overlap(a->address, a->size, b->address, b->size)) {
        return true;
    }
    return overlap(a->second, 1, b->address, b->size) ||
           overlap(a->address, a->size, b->second, 1) || overlap(a->second, 1, b->second, 1);
}
