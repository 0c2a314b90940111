#include <sley/property.h>

const char *
sley_quantifier_word(enum sley_quantifier quantifier)
{
    static const char *const words[] = {"always", "sometimes", "never", "outcomes", "ratio"};
    return words[quantifier];
}

const char *
sley_finding_word(enum sley_finding finding)
{
    static const char *const words[] = {"inconclusive", "confirmed", "refuted", "not-applicable"};
    return words[finding];
}
