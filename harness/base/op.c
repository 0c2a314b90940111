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
