#include "cc/linker.h"

#include "cc/object.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The harness has fixed addresses and reads its own symbols. */
static const char *const left_out[] = {"-s",
                                       "--strip-all",
                                       "-S",
                                       "--strip-debug",
                                       "-pie",
                                       "--pie",
                                       "-no-pie",
                                       "--no-pie",
                                       "-static",
                                       "--static",
                                       "-x",
                                       "--discard-all",
                                       "--no-dynamic-linker"};

static bool
is_left_out(const char *word)
{
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++) {
        if (strcmp(word, left_out[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool
begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* What the linker is told directly is not looked through, and would escape. */
static int
refuse_smuggled(const char *option, const char *word)
{
    if (word[0] == '-' || sley_object_of(word) != SLEY_OBJECT_INSTRUMENTED) {
        return 0;
    }
    fprintf(stderr,
            "sley cc: '%s' hands '%s' to the linker behind sley's back: give it as an argument of "
            "its own\n",
            option, word);
    return 1;
}

/* One word of the linker's own command line. */
static int
take_word(struct sley_linker *linker, struct sley_build *build, const char *option,
          const char *word)
{
    if (linker->wrap_value) {
        linker->wrap_value = false;
        sley_words_add(&build->merge, word);
        return 0;
    }
    if (begins(word, "--wrap")) {
        linker->wrap_value = word[strlen("--wrap")] == '\0';
        sley_words_add(&build->merge, word);
        return 0;
    }
    if (strcmp(word, "--whole-archive") == 0 || strcmp(word, "--no-whole-archive") == 0) {
        linker->whole = word[2] == 'w';
    }
    if (!is_left_out(word)) {
        sley_words_add(&build->rest, "-Xlinker");
        sley_words_add(&build->rest, word);
    }
    return refuse_smuggled(option, word);
}

int
sley_linker_take(struct sley_linker *linker, struct sley_build *build,
                 const struct sley_argument *option)
{
    int code = 0;
    if (strcmp(option->text, "-Xlinker") == 0 && option->alone) {
        return take_word(linker, build, option->value, option->value);
    }
    if (begins(option->text, "-Wl,")) {
        char *words = strdup(option->text + 4);
        char *rest = (char *)(uintptr_t)sley_words_keep(&build->kept, words);
        for (char *word; (word = strsep(&rest, ",")) && code == 0;) {
            code = take_word(linker, build, option->text, word);
        }
        return code;
    }
    sley_words_add(&build->rest, option->text);
    if (option->alone) {
        sley_words_add(&build->rest, option->value);
    }
    return 0;
}

void
sley_linker_merge(const struct sley_linker *linker, struct sley_build *build, const char *path)
{
    if (linker->whole) {
        sley_words_add(&build->merge, "--whole-archive");
    }
    sley_words_add(&build->merge, path);
    if (linker->whole) {
        sley_words_add(&build->merge, "--no-whole-archive");
    }
    build->merged_count++;
}
