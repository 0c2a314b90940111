#include "cc/compile.h"

#include "cc/process.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const code_flags[] = {SLEY_CC_FLAGS};

/* Programs may call sley_check and the like: the headers lie beside the kit, or where sley was
 * built. */
static void
add_headers(struct sley_build *build, struct sley_words *words)
{
    const char *directory = sley_words_join(&build->kept, build->kit, "/../../include", "");
    const char *header = sley_words_join(&build->kept, directory, "/sley/sley.h", "");
    sley_words_add(words, "-isystem");
    sley_words_add(words, access(header, R_OK) == 0 ? directory : SLEY_CC_HEADERS);
}

static int
execute(struct sley_build *build, struct sley_words *words)
{
    add_headers(build, words);
    sley_words_add_all(words, code_flags, sizeof code_flags / sizeof code_flags[0]);
    int code = sley_process_execute(words);
    sley_words_deinit(words);
    return code;
}

static void
add_argument(struct sley_words *words, const struct sley_argument *a)
{
    sley_words_add(words, a->text);
    if (a->alone) {
        sley_words_add(words, a->value);
    }
}

int
sley_compile_only(struct sley_build *build)
{
    struct sley_words words = {0};
    const struct sley_arguments *arguments = &build->arguments;
    sley_words_add(&words, build->compiler);
    for (int i = 0; i < arguments->count; i++) {
        const struct sley_argument *a = &arguments->argument[i];
        if (a->kind != SLEY_ARGUMENT_OPTION ||
            (a->option != SLEY_OPTION_DROPPED && a->option != SLEY_OPTION_LATE)) {
            add_argument(&words, a);
        }
    }
    return execute(build, &words);
}

/* "dir/name.c" without its ending. */
static const char *
stem(struct sley_build *build, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    return sley_words_keep(&build->kept, strndup(path, dot ? (size_t)(dot - path) : strlen(path)));
}

static const char *
base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The compiler would name the temporary object. It is to name what the user's command makes, as
 * clang does: the program, or without -o the source's object. Where several sources go into one
 * program, each has its file, as in GCC: PROGRAM-SOURCE.d. */
static void
add_dependencies(struct sley_build *build, struct sley_words *words, const char *source)
{
    const struct sley_arguments *arguments = &build->arguments;
    const char *output = arguments->output;
    const char *name = stem(build, base(source));
    if (!arguments->depend_file) {
        const char *file = output ? stem(build, output) : name;
        if (output && arguments->source_count > 1) {
            file = sley_words_join(&build->kept, output, "-", name);
        }
        sley_words_add(words, "-MF");
        sley_words_add(words, sley_words_join(&build->kept, file, ".d", ""));
    }
    if (!arguments->depend_target) {
        sley_words_add(words, "-MQ");
        sley_words_add(words, output ? output : sley_words_join(&build->kept, name, ".o", ""));
    }
}

int
sley_compile(struct sley_build *build, const char *source, const char *language, const char *object)
{
    struct sley_words words = {0};
    const struct sley_arguments *arguments = &build->arguments;
    sley_words_add(&words, build->compiler);
    for (int i = 0; i < arguments->count; i++) {
        const struct sley_argument *a = &arguments->argument[i];
        if (a->kind == SLEY_ARGUMENT_OPTION &&
            (a->option == SLEY_OPTION_COMPILE || a->option == SLEY_OPTION_DEPEND)) {
            add_argument(&words, a);
        }
    }
    if (arguments->depends) {
        add_dependencies(build, &words, source);
    }
    if (language) {
        sley_words_add(&words, "-x");
        sley_words_add(&words, language);
    }
    const char *const last[] = {"-c", source, "-o", object};
    sley_words_add_all(&words, last, 4);
    return execute(build, &words);
}
