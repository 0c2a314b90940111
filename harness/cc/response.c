#include "cc/response.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEPTH_MAX = 16 };

/* The text of a file, to be freed; NULL: it cannot be read. */
static char *
read_text(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;
    if (!file) {
        return NULL;
    }
    /* A text has no zero bytes. At the end of an empty one text is allocated, but not written. */
    ssize_t length = getdelim(&text, &size, '\0', file);
    if (length < 0 && text) {
        text[0] = '\0';
    }
    if (ferror(file)) { /* a directory */
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

/* Takes one word off *at and writes it to word, which has room for all of the text. */
static void
take_word(const char **at, char *word)
{
    char quote = '\0';
    const char *from = *at;
    for (; *from && (quote || !isspace((unsigned char)*from)); from++) {
        if (*from == '\\' && from[1]) {
            *word++ = *++from;
        } else if (quote ? *from == quote : *from == '\'' || *from == '"') {
            quote = quote ? '\0' : *from;
        } else {
            *word++ = *from;
        }
    }
    *word = '\0';
    *at = from;
}

static int expand(struct sley_words *words, struct sley_words *kept, const char *argument,
                  int depth);

static int
expand_text(struct sley_words *words, struct sley_words *kept, const char *text, char *word,
            int depth)
{
    int code = 0;
    for (;;) {
        while (isspace((unsigned char)*text)) {
            text++;
        }
        if (!*text || code) {
            return code;
        }
        take_word(&text, word);
        code = expand(words, kept, sley_words_join(kept, word, "", ""), depth + 1);
    }
}

static int
expand(struct sley_words *words, struct sley_words *kept, const char *argument, int depth)
{
    char *text = argument[0] == '@' ? read_text(argument + 1) : NULL;
    if (!text) {
        sley_words_add(words, argument);
        return 0;
    }
    if (depth == DEPTH_MAX) {
        fprintf(stderr, "sley cc: '%s': response files lie more than %d deep in each other\n",
                argument, DEPTH_MAX);
        free(text);
        return 1;
    }
    const char *copy = sley_words_join(kept, text, "", "");
    int code = expand_text(words, kept, copy, text, depth);
    free(text);
    return code;
}

int
sley_response_expand(struct sley_words *words, struct sley_words *kept, int argc,
                     const char *const *argv)
{
    int code = 0;
    for (int i = 0; i < argc && code == 0; i++) {
        code = expand(words, kept, argv[i], 0);
    }
    return code;
}
