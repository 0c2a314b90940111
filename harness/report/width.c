#include "report/width.h"

#include <string.h>
#include <wchar.h>

/* Bytes of the character at text, which is not empty; fills columns. */
static size_t
step(const char *text, size_t *columns)
{
    mbstate_t state = {0};
    wchar_t character;
    size_t length = mbrtowc(&character, text, strlen(text), &state);
    *columns = 1;
    if (length == 0 || length == (size_t)-1 || length == (size_t)-2) {
        return 1;
    }
    int width = wcwidth(character);
    if (width >= 0) {
        *columns = (size_t)width;
    }
    return length;
}

size_t
sley_text_columns(const char *text)
{
    size_t sum = 0;
    while (*text) {
        size_t columns;
        text += step(text, &columns);
        sum += columns;
    }
    return sum;
}

/* What stands for text that was cut off, in at most `columns` columns. */
static const char *
ellipsis(size_t columns)
{
    static const char one[] = "\u2026";
    static const char dots[] = "...";
    if (sley_text_columns(one) == 1) {
        return columns > 0 ? one : "";
    }
    return dots + (columns < 3 ? 3 - columns : 0);
}

/* Bytes at the begin of text that take at most `columns` columns. */
static size_t
prefix(const char *text, size_t columns)
{
    size_t length = 0;
    size_t sum = 0;
    while (text[length]) {
        size_t width;
        size_t bytes = step(text + length, &width);
        if (sum + width > columns) {
            break;
        }
        sum += width;
        length += bytes;
    }
    return length;
}

void
sley_text_cut(char *text, size_t size, size_t columns)
{
    if (sley_text_columns(text) <= columns) {
        return;
    }
    const char *mark = ellipsis(columns);
    size_t mark_length = strlen(mark);
    size_t kept = prefix(text, columns - sley_text_columns(mark));
    if (kept + mark_length >= size) {
        mark_length = 0;
    }
    memcpy(text + kept, mark, mark_length);
    text[kept + mark_length] = '\0';
}

void
sley_text_cut_front(char *text, size_t size, size_t columns)
{
    size_t total = sley_text_columns(text);
    if (total <= columns) {
        return;
    }
    const char *mark = ellipsis(columns);
    size_t mark_length = strlen(mark);
    size_t room = columns - sley_text_columns(mark);
    const char *rest = text;
    while (total > room) {
        size_t width;
        rest += step(rest, &width);
        total -= width;
    }
    size_t rest_length = strlen(rest);
    if (rest_length + mark_length >= size) {
        mark_length = 0;
    }
    memmove(text + mark_length, rest, rest_length);
    memcpy(text, mark, mark_length);
    text[mark_length + rest_length] = '\0';
}
