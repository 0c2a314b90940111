#include "cc/arguments.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *const c_endings[] = {".c", ".i", ".s", ".S", ".sx"};
static const char *const plus_endings[] = {".cc",  ".cpp", ".cxx", ".C",
                                           ".c++", ".cp",  ".CPP", ".ii"};

/* By the name's ending, but not in libx.so.c. */
static bool
ends_in(const char *path, const char *const *endings, size_t count)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    for (size_t i = 0; dot && i < count; i++) {
        if (strcmp(dot, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool
is_source(const char *path)
{
    return ends_in(path, c_endings, COUNT(c_endings)) ||
           ends_in(path, plus_endings, COUNT(plus_endings));
}

static bool
begins(const char *text, const char *with)
{
    return text && strncmp(text, with, strlen(with)) == 0;
}

const char *
sley_argument_language(const struct sley_argument *argument)
{
    return argument->value && strcmp(argument->value, "none") != 0 ? argument->value : NULL;
}

/* What an option says of the whole command. */
static void
note_option(struct sley_arguments *arguments, const struct sley_argument *a)
{
    switch (a->option) {
    case SLEY_OPTION_NO_LINK:
        arguments->links = false;
        break;
    case SLEY_OPTION_OUTPUT:
        arguments->output = a->value;
        break;
    case SLEY_OPTION_DEPEND:
        arguments->depends |= strcmp(a->text, "-MD") == 0 || strcmp(a->text, "-MMD") == 0;
        arguments->depend_file |= begins(a->text, "-MF");
        arguments->depend_target |= begins(a->text, "-MT") || begins(a->text, "-MQ");
        break;
    case SLEY_OPTION_LIBRARY:
        arguments->plus |= a->value && strcmp(a->value, "stdc++") == 0;
        break;
    case SLEY_OPTION_LANGUAGE:
        arguments->plus |= begins(a->value, "c++");
        break;
    case SLEY_OPTION_SHARED:
        arguments->shared = true;
        break;
    case SLEY_OPTION_LATE:
        arguments->late = true;
        break;
    case SLEY_OPTION_COMPILE:
    case SLEY_OPTION_LINK:
    case SLEY_OPTION_SILENT:
    case SLEY_OPTION_DROPPED:
    case SLEY_OPTION_NO_BUILD:
    case SLEY_OPTION_REFUSED:
        break;
    }
}

/* Fills a from text and the argument behind it, and returns how many of the two it took. */
static int
read_option(struct sley_argument *a, const char *text, const char *next)
{
    struct sley_option option = sley_option_find(text);
    *a = (struct sley_argument){.kind = SLEY_ARGUMENT_OPTION, .option = option.kind, .text = text};
    a->why = option.why;
    a->alone = option.takes_value && next;
    if (a->alone) {
        a->value = next;
    } else if (option.kind == SLEY_OPTION_LIBRARY || option.kind == SLEY_OPTION_OUTPUT ||
               option.kind == SLEY_OPTION_LANGUAGE || begins(text, "-L")) {
        a->value = text + 2;
    }
    return a->alone ? 2 : 1;
}

/* Whether this command goes no further because of the argument. */
static bool
is_refused(const struct sley_arguments *arguments, const struct sley_argument *a)
{
    return a->kind == SLEY_ARGUMENT_OPTION &&
           (a->option == SLEY_OPTION_REFUSED ||
            (a->option == SLEY_OPTION_NO_BUILD && arguments->links));
}

bool
sley_arguments_parse(struct sley_arguments *arguments, int argc, const char *const *argv)
{
    bool inputs = false;
    const char *language = NULL; /* -x makes a source of any file behind it */
    *arguments = (struct sley_arguments){.links = true};
    arguments->argument = calloc((size_t)argc + 1, sizeof *arguments->argument);
    if (!arguments->argument) {
        return false;
    }
    for (int i = 0; i < argc;) {
        struct sley_argument *a = &arguments->argument[arguments->count++];
        if (argv[i][0] == '-' && argv[i][1] != '\0') {
            i += read_option(a, argv[i], i + 1 < argc ? argv[i + 1] : NULL);
            note_option(arguments, a);
            inputs |= a->option == SLEY_OPTION_LIBRARY; /* main may lie there */
            language = a->option == SLEY_OPTION_LANGUAGE ? sley_argument_language(a) : language;
            continue;
        }
        a->text = argv[i++];
        a->kind = language || is_source(a->text) ? SLEY_ARGUMENT_SOURCE : SLEY_ARGUMENT_FILE;
        arguments->plus |= ends_in(a->text, plus_endings, COUNT(plus_endings));
        arguments->source_count += a->kind == SLEY_ARGUMENT_SOURCE;
        inputs = true;
    }
    /* "--version", "-v", "-print-search-dirs" and the like ask the compiler itself. */
    arguments->links &= inputs;
    for (int i = arguments->count - 1; i >= 0; i--) {
        if (inputs && is_refused(arguments, &arguments->argument[i])) {
            arguments->refused = &arguments->argument[i];
        }
    }
    return true;
}

void
sley_arguments_deinit(struct sley_arguments *arguments)
{
    free(arguments->argument);
}
