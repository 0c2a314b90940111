/* What a code scanning tool says of each verdict. */
#ifndef SLEY_REPORT_SARIF_RULES_H
#define SLEY_REPORT_SARIF_RULES_H

#include <sley/verdict.h>

/* What the verdict means and what usually mends it, in whole sentences. */
const char *sley_sarif_help(enum sley_verdict verdict);

#endif
