#include "cc/cc.h"

#include "cc/arguments.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 4096 };

extern char **environ;

/* A command line under construction. */
struct words {
    const char *word[WORDS_MAX + 1];
    int count;
};

struct build {
    const char *compiler;
    bool plus;       /* C++ */
    const char *kit; /* directory with what the build left for programs */
    struct sley_arguments arguments;
    char work[PATH_MAX];  /* directory for what lies between source and program */
    struct words objects; /* for the one object */
    struct words rest;    /* for the last link */
    char *kept[WORDS_MAX];
    int kept_count;
};

static const char *const code_flags[] = {SLEY_CC_FLAGS};

static void
add(struct words *words, const char *word)
{
    if (words->count == WORDS_MAX) {
        fprintf(stderr, "sley cc: more than %d arguments\n", WORDS_MAX);
        exit(2); /* a link without some of its objects would be another program */
    }
    words->word[words->count++] = word;
    words->word[words->count] = NULL;
}

/* A string that lives as long as the build. */
static const char *
keep(struct build *build, char *text)
{
    if (!text || build->kept_count == WORDS_MAX) {
        fprintf(stderr, "sley cc: too many files\n");
        exit(2);
    }
    build->kept[build->kept_count++] = text;
    return text;
}

static const char *
join(struct build *build, const char *a, const char *b, const char *c)
{
    char *text = NULL;
    return keep(build, asprintf(&text, "%s%s%s", a, b, c) < 0 ? NULL : text);
}

/* Executes a command and returns its exit code. */
static int
execute(const struct words *words)
{
    pid_t child;
    int status = 0;
    int failed = posix_spawnp(&child, words->word[0], NULL, NULL,
                              (char *const *)(size_t)words->word, environ);
    if (failed) {
        fprintf(stderr, "sley cc: cannot start '%s': %s\n", words->word[0], strerror(failed));
        return 2;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void
add_flags(struct words *words)
{
    for (size_t i = 0; i < sizeof code_flags / sizeof code_flags[0]; i++) {
        add(words, code_flags[i]);
    }
}

/* Programs may call sley_check and the like: the headers lie beside the kit, or where sley was
 * built. */
static void
add_headers(const struct build *build, struct words *words)
{
    static char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/../../include/sley/sley.h", build->kit);
    bool installed = access(path, R_OK) == 0;
    add(words, "-isystem");
    snprintf(path, sizeof path, "%s/../../include", build->kit);
    add(words, installed ? path : SLEY_CC_HEADERS);
}

/* The compiler itself, as the user called it, with the flags at the end. */
static int
compile_only(struct build *build, int argc, char **argv)
{
    struct words words = {.count = 0};
    add(&words, build->compiler);
    for (int i = 1; i < argc; i++) {
        add(&words, argv[i]);
    }
    add_headers(build, &words);
    add_flags(&words);
    return execute(&words);
}

/* Compiles one source of a command that links. */
static int
compile(struct build *build, const struct sley_argument *source, const char *language,
        const char *object)
{
    struct words words = {.count = 0};
    const struct sley_arguments *arguments = &build->arguments;
    add(&words, build->compiler);
    for (int i = 0; i < arguments->count; i++) {
        const struct sley_argument *a = &arguments->argument[i];
        if (a->kind == SLEY_ARGUMENT_COMPILE) {
            add(&words, a->text);
            if (a->value) {
                add(&words, a->value);
            }
        }
    }
    if (language) {
        add(&words, "-x");
        add(&words, language);
    }
    add(&words, "-c");
    add(&words, source->text);
    add(&words, "-o");
    add(&words, object);
    add_headers(build, &words);
    add_flags(&words);
    return execute(&words);
}

/* Whether the file was compiled by `sley cc`: every such object calls the instrumentation's set-up.
 */
static bool
is_instrumented(const char *path)
{
    static const char mark[] = "__tsan_init";
    bool found = false;
    FILE *file = fopen(path, "rb");
    if (!file) {
        return false;
    }
    char buffer[1 << 16];
    size_t kept = 0, got;
    while (!found && (got = fread(buffer + kept, 1, sizeof buffer - kept, file)) > 0) {
        size_t size = kept + got;
        found = memmem(buffer, size, mark, sizeof mark - 1) != NULL;
        kept = size < sizeof mark ? size : sizeof mark;
        memmove(buffer, buffer + size - kept, kept);
    }
    fclose(file);
    return found;
}

static bool
ends_in(const char *text, const char *ending)
{
    size_t length = strlen(text), end = strlen(ending);
    return length >= end && strcmp(text + length - end, ending) == 0;
}

/* A shared library by its name: libx.so, libx.so.1.2. */
static bool
is_shared(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *so = strstr(name, ".so");
    return so && (so[3] == '\0' || so[3] == '.') && !ends_in(name, ".o") && !ends_in(name, ".a");
}

/* What the linker is told directly never passes through here, and would escape. */
static bool
is_smuggled(const char *option)
{
    char text[PATH_MAX];
    bool found = false;
    snprintf(text, sizeof text, "%s", strncmp(option, "-Wl,", 4) == 0 ? option + 4 : option);
    for (char *word = strtok(text, ","); word && !found; word = strtok(NULL, ",")) {
        found = (ends_in(word, ".a") || ends_in(word, ".o")) && is_instrumented(word);
        if (found) {
            fprintf(stderr,
                    "sley cc: '%s' hands '%s' to the linker behind sley's back: give it as an "
                    "argument of its own\n",
                    option, word);
        }
    }
    return found;
}

/* An object must be instrumented; a library that is not runs as one step. */
static int
take_file(struct build *build, const char *path)
{
    if (access(path, R_OK) != 0) {
        fprintf(stderr, "sley cc: cannot read '%s': %s\n", path, strerror(errno));
        return 1;
    }
    if (!is_shared(path) && is_instrumented(path)) {
        add(&build->objects, path);
        return 0;
    }
    if (ends_in(path, ".o")) {
        fprintf(stderr,
                "sley cc: '%s' was not compiled by sley cc: its memory accesses would escape; "
                "compile it with sley cc -c\n",
                path);
        return 1;
    }
    add(&build->rest, path);
    return 0;
}

/* -lNAME: an archive of the user's own that is instrumented belongs to the code under test. */
static void
take_library(struct build *build, const struct sley_argument *library)
{
    const struct sley_arguments *arguments = &build->arguments;
    const char *name = library->value ? library->value : library->text + 2;
    for (int i = 0; i < arguments->count; i++) {
        const struct sley_argument *a = &arguments->argument[i];
        if (a->kind != SLEY_ARGUMENT_LINK || strncmp(a->text, "-L", 2) != 0) {
            continue;
        }
        const char *directory = a->value ? a->value : a->text + 2;
        bool file = name[0] == ':'; /* -l:FILE */
        const char *stem = join(build, directory, file ? "/" : "/lib", name + file);
        const char *archive = join(build, stem, file ? "" : ".a", "");
        if (is_instrumented(archive)) {
            add(&build->objects, archive);
            return;
        }
    }
    add(&build->rest, join(build, "-l", name, ""));
}

/* Compiles the sources and sorts what is to be linked. */
static int
gather(struct build *build)
{
    const struct sley_arguments *arguments = &build->arguments;
    const char *language = NULL;
    char number[16];
    int code = 0;
    for (int i = 0; i < arguments->count && code == 0; i++) {
        const struct sley_argument *a = &arguments->argument[i];
        snprintf(number, sizeof number, "/%d", i);
        switch (a->kind) {
        case SLEY_ARGUMENT_SOURCE: {
            const char *object = join(build, build->work, number, ".o");
            code = compile(build, a, language, object);
            add(&build->objects, object);
            break;
        }
        case SLEY_ARGUMENT_OBJECT:
            code = take_file(build, a->text);
            break;
        case SLEY_ARGUMENT_LIBRARY:
            take_library(build, a);
            break;
        case SLEY_ARGUMENT_LINK:
            code = is_smuggled(a->value ? a->value : a->text);
            add(&build->rest, a->text);
            if (a->value) {
                add(&build->rest, a->value);
            }
            break;
        case SLEY_ARGUMENT_LANGUAGE:
            language = a->value ? a->value : a->text + 2;
            language = strcmp(language, "none") == 0 ? NULL : language;
            break;
        case SLEY_ARGUMENT_COMPILE:
        case SLEY_ARGUMENT_OUTPUT:
            break;
        }
    }
    return code;
}

/* All of the code under test as one object, in which every call that must not reach libc has
 * another name (harness/link/code.cmake does the same for scenarios). */
static int
prepare(struct build *build, const char *object)
{
    struct words merge = {.count = 0}, rename = {.count = 0}, check = {.count = 0};
    add(&merge, SLEY_CC_LD);
    add(&merge, "-r");
    add(&merge, "-o");
    add(&merge, object);
    for (int i = 0; i < build->objects.count; i++) {
        add(&merge, build->objects.word[i]);
    }
    if (build->plus) {
        add(&merge, join(build, build->kit, "/sley_libstdcxx.o", ""));
    }
    const char *const fixed[] = {SLEY_CC_OBJCOPY,
                                 join(build, "--redefine-syms=", build->kit, "/redirect.txt"),
                                 "--redefine-sym",
                                 "main=sley_entry_main",
                                 "--rename-section",
                                 ".data=sley_data,alloc,load,data,contents",
                                 "--rename-section",
                                 ".bss=sley_bss,alloc",
                                 "--set-section-alignment",
                                 ".data=4096",
                                 "--set-section-alignment",
                                 ".bss=4096",
                                 "--rename-section",
                                 ".text=sley_text,alloc,load,readonly,code,contents",
                                 "--rename-section",
                                 ".init_array=sley_init,alloc,load,data,contents",
                                 "--rename-section",
                                 ".fini_array=sley_fini,alloc,load,data,contents",
                                 object};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        add(&rename, fixed[i]);
    }
    add(&check, join(build, build->kit, "/sley-objcheck", ""));
    add(&check, object);
    int code = execute(&merge);
    code = code ? code : execute(&rename);
    return code ? code : execute(&check);
}

static int
link_program(struct build *build, const char *object)
{
    struct words words = {.count = 0};
    const char *output = build->arguments.output;
    const char *const first[] = {build->compiler,
                                 "-no-pie",
                                 "-Wl,-z,now",
                                 "-o",
                                 output ? output : "a.out",
                                 object,
                                 join(build, build->kit, "/sley_program.o", "")};
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        add(&words, first[i]);
    }
    for (int i = 0; i < build->rest.count; i++) {
        /* The harness has fixed addresses and reads its own symbols. */
        const char *word = build->rest.word[i];
        if (strcmp(word, "-static") != 0 && strcmp(word, "-pie") != 0 && strcmp(word, "-s") != 0) {
            add(&words, word);
        }
    }
    static const char *const last[] = {"-ldw", "-ljansson", "-lm", "-lpthread"};
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++) {
        add(&words, last[i]);
    }
    return execute(&words);
}

static int
build_program(struct build *build)
{
    const char *temporary = getenv("TMPDIR");
    snprintf(build->work, sizeof build->work, "%s/sley-cc-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(build->work)) {
        fprintf(stderr, "sley cc: cannot create '%s': %s\n", build->work, strerror(errno));
        return 1;
    }
    const char *object = join(build, build->work, "/program.o", "");
    int code = gather(build);
    if (code == 0 && build->objects.count == 0) {
        fprintf(stderr, "sley cc: no source or object to link\n");
        code = 1;
    }
    code = code ? code : prepare(build, object);
    code = code ? code : link_program(build, object);
    const char *const removal[] = {"rm", "-rf", build->work, NULL};
    struct words words = {.count = 3};
    memcpy(words.word, removal, sizeof removal);
    execute(&words);
    return code;
}

int
sley_cc_run(const char *compiler, bool plus, const char *kit, int argc, char **argv)
{
    static struct build build;
    build.compiler = compiler;
    build.kit = kit;
    build.plus = plus;
    int code = 1;
    if (!sley_arguments_parse(&build.arguments, argc, argv)) {
        fprintf(stderr, "sley cc: no memory\n");
    } else if (!build.arguments.links) {
        code = compile_only(&build, argc, argv);
    } else if (build.arguments.refused) {
        fprintf(stderr,
                "sley cc: %s is not supported: a program is one with all of its instrumented code; "
                "build libraries as archives\n",
                build.arguments.refused);
    } else {
        code = build_program(&build);
    }
    for (int i = 0; i < build.kept_count; i++) {
        free(build.kept[i]);
    }
    sley_arguments_deinit(&build.arguments);
    return code;
}
