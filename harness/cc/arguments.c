#include "cc/arguments.h"

#include <stdlib.h>
#include <string.h>

/* Options whose value is the argument behind them (GCC and clang manuals). */
static const char *const compile_with_value[] = {
    "-I",        "-D",         "-U",         "-include",
    "-isystem",  "-idirafter", "-iquote",    "-imacros",
    "-MF",       "-MT",        "-MQ",        "-Xclang",
    "-mllvm",    "--param",    "-target",    "-Xpreprocessor",
    "-aux-info", "-iprefix",   "-isysroot",  "-iwithprefix",
    "--sysroot", "-B",         "-Xassembler"};
static const char *const link_with_value[] = {"-L", "-Xlinker", "-T", "-u", "-z", "-e"};
static const char *const link_alone[] = {
    "-static", "-rdynamic", "-s", "-static-libgcc", "-static-libstdc++", "-pie", "-no-pie"};
static const char *const no_link[] = {"-c", "-S", "-E", "-M", "-MM", "-fsyntax-only"};
static const char *const refused[] = {"-shared", "-nostdlib", "-nostartfiles", "-r"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static bool
is_among(const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool
ends_in(const char *text, const char *const *endings, size_t count)
{
    const char *dot = strrchr(text, '.');
    return dot && is_among(dot, endings, count);
}

static enum sley_argument_kind
file_kind(const char *text)
{
    static const char *const sources[] = {".c",   ".cc", ".cpp", ".cxx", ".C",
                                          ".c++", ".i",  ".ii",  ".s",   ".S"};
    const char *slash = strrchr(text, '/');
    bool versioned = strstr(slash ? slash : text, ".so.") != NULL;
    return !versioned && ends_in(text, sources, COUNT(sources)) ? SLEY_ARGUMENT_SOURCE
                                                                : SLEY_ARGUMENT_OBJECT;
}

static enum sley_argument_kind
option_kind(const char *text)
{
    bool linker = strncmp(text, "-Wl,", 4) == 0 || strncmp(text, "-L", 2) == 0 ||
                  strncmp(text, "-fuse-ld=", 9) == 0 ||
                  is_among(text, link_with_value, COUNT(link_with_value)) ||
                  is_among(text, link_alone, COUNT(link_alone));
    if (strncmp(text, "-l", 2) == 0) {
        return SLEY_ARGUMENT_LIBRARY;
    }
    if (strncmp(text, "-x", 2) == 0) {
        return SLEY_ARGUMENT_LANGUAGE;
    }
    if (strncmp(text, "-o", 2) == 0) {
        return SLEY_ARGUMENT_OUTPUT;
    }
    return linker ? SLEY_ARGUMENT_LINK : SLEY_ARGUMENT_COMPILE;
}

static bool
takes_value(const char *text)
{
    return is_among(text, compile_with_value, COUNT(compile_with_value)) ||
           is_among(text, link_with_value, COUNT(link_with_value)) || strcmp(text, "-l") == 0 ||
           strcmp(text, "-x") == 0 || strcmp(text, "-o") == 0;
}

bool
sley_arguments_parse(struct sley_arguments *arguments, int argc, char **argv)
{
    bool inputs = false, language = false; /* -x makes a source of any file behind it */
    *arguments = (struct sley_arguments){.links = true};
    arguments->argument = calloc((size_t)argc + 1, sizeof *arguments->argument);
    if (!arguments->argument) {
        return false;
    }
    for (int i = 1; i < argc; i++) {
        struct sley_argument *a = &arguments->argument[arguments->count++];
        bool option = argv[i][0] == '-' && argv[i][1] != '\0';
        *a = (struct sley_argument){.text = argv[i]};
        a->kind = option     ? option_kind(argv[i])
                  : language ? SLEY_ARGUMENT_SOURCE
                             : file_kind(argv[i]);
        if (option && takes_value(argv[i]) && i + 1 < argc) {
            a->value = argv[++i];
        }
        if (a->kind == SLEY_ARGUMENT_LANGUAGE) {
            language = strcmp(a->value ? a->value : a->text + 2, "none") != 0;
        }
        inputs |= !option;
        arguments->links &= !is_among(a->text, no_link, COUNT(no_link));
        if (a->kind == SLEY_ARGUMENT_OUTPUT) {
            arguments->output = a->value ? a->value : a->text + 2;
        }
        if (is_among(a->text, refused, COUNT(refused))) {
            arguments->refused = a->text;
        }
    }
    /* "--version", "-v", "-print-search-dirs" and the like ask the compiler itself. */
    arguments->links &= inputs;
    return true;
}

void
sley_arguments_deinit(struct sley_arguments *arguments)
{
    free(arguments->argument);
}
