#include "cc/words.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void
end_without_memory(void)
{
    fprintf(stderr, "sley cc: no memory\n");
    exit(2);
}

void
sley_words_add(struct sley_words *words, const char *word)
{
    if (words->count + 1 >= words->capacity) {
        int capacity = words->capacity ? 2 * words->capacity : 64;
        const char **grown = realloc(words->word, (size_t)capacity * sizeof *grown);
        if (!grown) {
            end_without_memory();
        }
        words->word = grown;
        words->capacity = capacity;
    }
    words->word[words->count++] = word;
    words->word[words->count] = NULL;
}

void
sley_words_add_all(struct sley_words *words, const char *const *word, int count)
{
    for (int i = 0; i < count; i++) {
        sley_words_add(words, word[i]);
    }
}

void
sley_words_deinit(struct sley_words *words)
{
    free(words->word);
    *words = (struct sley_words){0};
}

const char *
sley_words_keep(struct sley_words *kept, char *text)
{
    if (!text) {
        end_without_memory();
    }
    sley_words_add(kept, text);
    return text;
}

const char *
sley_words_join(struct sley_words *kept, const char *a, const char *b, const char *c)
{
    char *text = NULL;
    return sley_words_keep(kept, asprintf(&text, "%s%s%s", a, b, c) < 0 ? NULL : text);
}

void
sley_words_forget(struct sley_words *kept)
{
    for (int i = 0; i < kept->count; i++) {
        free((char *)(uintptr_t)kept->word[i]);
    }
    sley_words_deinit(kept);
}
