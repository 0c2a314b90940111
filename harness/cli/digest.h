/* A claim with what was found of it, for people. */
#ifndef SLEY_CLI_DIGEST_H
#define SLEY_CLI_DIGEST_H

#include "cli/claims.h"
#include "cli/ledger.h"
#include "cli/session.h"

/* Whether the findings bear out what the catalogue holds of the sentence: some model confirms what
 * holds, some model refutes what is false, and both show where it depends. Where a sentence that
 * holds, or is false, speaks of some models only, others may show the opposite. */
bool sley_digest_agrees(const struct sley_claim *claim, const struct sley_standing *standing);

/* The evidence of a record in words; of a profile the name is enough, its source stands in its
 * file. text[size] is storage that the result may use. */
const char *sley_digest_evidence(const struct sley_record *record, char *text, size_t size);

/* Prints the sentence: quotes, statement, what the catalogue holds of it and why. */
void sley_digest_sentence(FILE *out, const struct sley_claim *claim, bool markdown);

/* Prints what each property of the claim found, by model; markdown: as a list. */
void sley_digest_findings(FILE *out, const struct sley_claim *claim,
                          const struct sley_ledger *ledger, bool markdown);

/* Whether some run decides a property of the claim. */
bool sley_digest_has_run(const struct sley_claim *claim, const struct sley_ledger *ledger);

/* Executes and shrinks a run that refutes the claim as it stands (if none does: one that shows what
 * it says can happen), and prints its interleaving and how to replay it. Nothing if there is none.
 */
enum sley_status sley_digest_run(struct sley_session *session, const struct sley_claim *claim,
                                 const struct sley_ledger *ledger, struct sley_error *error);

/* How many claims, findings and kinds of evidence there are, of the claims[count] that ran. */
void sley_digest_totals(FILE *out, const struct sley_claim *const *claims, size_t count,
                        const struct sley_ledger *ledger, bool markdown);

#endif
