#include "report/template.h"

#include <string.h>

static const char mark[] = "@DATA@";

/* JSON within a script element: no text may end the element. */
static int
write_escaped(const char *bytes, size_t count, void *context)
{
    FILE *out = context;
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '<') {
            fputs("\\u003c", out);
        } else {
            fputc(bytes[i], out);
        }
    }
    return ferror(out) ? -1 : 0;
}

bool
sley_template_write(FILE *out, const unsigned char *template, size_t size, const json_t *data)
{
    const unsigned char *at = memmem(template, size, mark, sizeof mark - 1);
    if (!at) {
        return false;
    }
    size_t before = (size_t)(at - template), after = before + sizeof mark - 1;
    return fwrite(template, 1, before, out) == before &&
           json_dump_callback(data, write_escaped, out, JSON_COMPACT) == 0 &&
           fwrite(template + after, 1, size - after, out) == size - after;
}
