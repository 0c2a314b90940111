#include "cli/contradictions.h"

#include "cli/tsv.h"

#include <string.h>

static unsigned char text[] = {
#include "contradictions.inc"
    0};

enum {
    FIELDS = sizeof(struct sley_contradiction) / sizeof(const char *),
    CONTRADICTIONS_MAX = 64,
    NAME_BYTES = 128
};

/* The columns of the file are the members, one for one. */
_Static_assert(FIELDS == 7, "a member of struct sley_contradiction is no column");

const struct sley_contradiction *
sley_contradictions(size_t *count)
{
    static struct sley_contradiction all[CONTRADICTIONS_MAX];
    static size_t all_count;
    static const char *fields[CONTRADICTIONS_MAX * FIELDS];
    if (all_count == 0) {
        all_count = sley_tsv_split((char *)text, FIELDS, CONTRADICTIONS_MAX, fields);
        memcpy(all, fields, all_count * sizeof all[0]);
    }
    *count = all_count;
    return all;
}

/* One "claim:column=finding" of a list, without its comma. */
static struct sley_standing
standing_of(const char *expectation, size_t length, const struct sley_ledger *ledger)
{
    char name[NAME_BYTES];
    enum sley_column column = SLEY_COLUMN_COUNT;
    snprintf(name, sizeof name, "%.*s", (int)length, expectation);
    name[strcspn(name, "=")] = '\0';
    char *word = strchr(name, ':');
    if (word) {
        *word++ = '\0';
        for (int c = 0; c < SLEY_COLUMN_COUNT; c++) {
            column = strcmp(word, sley_column_word((enum sley_column)c)) == 0 ? (enum sley_column)c
                                                                              : column;
        }
    }
    return sley_ledger_standing(ledger, name, column, NULL);
}

bool
sley_contradiction_supports(const char *expect, const struct sley_ledger *ledger)
{
    while (*expect) {
        size_t length = strcspn(expect, ",");
        struct sley_standing standing = standing_of(expect, length, ledger);
        const char *found = sley_standing_word(&standing);
        size_t wanted = strcspn(expect, "=") + 1;
        if (wanted > length || strlen(found) != length - wanted ||
            strncmp(found, expect + wanted, length - wanted) != 0) {
            return false;
        }
        expect += length + (expect[length] == ',');
    }
    return true;
}

static void
print_found(FILE *out, const char *expect, const struct sley_ledger *ledger)
{
    const char *comma = "";
    while (*expect) {
        size_t length = strcspn(expect, ",");
        struct sley_standing standing = standing_of(expect, length, ledger);
        fprintf(out, "%s`%.*s` is %s", comma, (int)strcspn(expect, "=,"), expect,
                sley_standing_word(&standing));
        comma = ", ";
        expect += length + (expect[length] == ',');
    }
}

void
sley_contradictions_print(FILE *out, const struct sley_ledger *ledger)
{
    size_t count;
    const struct sley_contradiction *all = sley_contradictions(&count);
    for (size_t i = 0; i < count; i++) {
        const struct sley_contradiction *c = &all[i];
        bool a = sley_contradiction_supports(c->expect_a, ledger);
        bool b = sley_contradiction_supports(c->expect_b, ledger);
        fprintf(out, "### %s. %s\n\n- A: %s\n- B: %s\n\n", c->number, c->title, c->side_a,
                c->side_b);
        fprintf(out, "The runs support **%s**: ",
                a && b ? "both, each in its own sense"
                : a    ? "A"
                : b    ? "B"
                       : "neither");
        print_found(out, a || !b ? c->expect_a : c->expect_b, ledger);
        fprintf(out, ". %s\n\n", c->note);
    }
}
