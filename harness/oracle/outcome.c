#include <sley/outcome.h>

#include "engine/engine.h"
#include "oracle/lane.h"

#include <stdio.h>

void
sley_outcome_text(int64_t value, const char *text)
{
    struct sley_reported *reported = &sley_engine.result->reported;
    if (reported->has_outcome) {
        sley_oracle_misuse(SLEY_ORACLE_CALLER(), "a second outcome of the run");
    }
    reported->has_outcome = true;
    reported->outcome = value;
    snprintf(reported->text, sizeof reported->text, "%s", text);
}

void
sley_outcome(int64_t value)
{
    sley_outcome_text(value, "");
}

void
sley_report_ratio(int64_t numerator, int64_t denominator)
{
    struct sley_reported *reported = &sley_engine.result->reported;
    if (reported->has_ratio || denominator <= 0) {
        sley_oracle_misuse(SLEY_ORACLE_CALLER(), denominator <= 0
                                                     ? "a ratio whose denominator is not above 0"
                                                     : "a second ratio of the run");
    }
    reported->has_ratio = true;
    reported->numerator = numerator;
    reported->denominator = denominator;
}
