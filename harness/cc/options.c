#include "cc/options.h"

#include <string.h>

enum how { is, begins, value, joined };

static const struct row {
    const char *text;
    enum how how;
    enum sley_option_kind kind;
    const char *why;
} rows[] = {
#define SLEY_OPTION(text, how, kind, why) {text, how, SLEY_OPTION_##kind, why},
#include "cc/options.def"
#undef SLEY_OPTION
};

static bool
fits(const struct row *row, const char *text)
{
    bool prefix = row->how == begins || row->how == joined;
    return prefix ? strncmp(text, row->text, strlen(row->text)) == 0 : strcmp(text, row->text) == 0;
}

struct sley_option
sley_option_find(const char *text)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        if (fits(row, text)) {
            bool alone = row->how == value || row->how == joined;
            return (struct sley_option){row->kind, alone && strcmp(text, row->text) == 0, row->why};
        }
    }
    return (struct sley_option){SLEY_OPTION_COMPILE, false, NULL};
}
