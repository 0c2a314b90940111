#include <sley/verdict.h>

static const char *const words[] = {
#define SLEY_VERDICT(name, word, text) word,
#include <sley/verdict.def>
#undef SLEY_VERDICT
};

static const char *const texts[] = {
#define SLEY_VERDICT(name, word, text) text,
#include <sley/verdict.def>
#undef SLEY_VERDICT
};

const char *
sley_verdict_word(enum sley_verdict verdict)
{
    return words[verdict];
}

const char *
sley_verdict_text(enum sley_verdict verdict)
{
    return texts[verdict];
}

enum sley_verdict
sley_verdict_strongest(uint32_t set)
{
    return (enum sley_verdict)__builtin_ctz(set);
}
