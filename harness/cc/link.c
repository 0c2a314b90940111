#include "cc/link.h"

#include "cc/compile.h"
#include "cc/linker.h"
#include "cc/object.h"
#include "cc/process.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int
execute(struct sley_words *words)
{
    int code = sley_process_execute(words);
    sley_words_deinit(words);
    return code;
}

/* A name in the work directory that messages of the linker are understood by: SOURCE-3.o. */
static const char *
object_name(struct sley_build *build, const char *source, int number)
{
    const char *slash = strrchr(source, '/');
    const char *base = slash ? slash + 1 : source;
    char *path = NULL;
    int length = asprintf(&path, "%s/%.*s-%d.o", build->work,
                          base[0] == '.' ? 1 : (int)strcspn(base, "."), base, number);
    return sley_words_keep(&build->kept, length < 0 ? NULL : path);
}

static int
take_source(struct sley_build *build, const struct sley_linker *linker, const char *source,
            const char *language, int number)
{
    const char *object = object_name(build, source, number);
    sley_linker_merge(linker, build, object);
    sley_words_add(&build->objects, source);
    sley_words_add(&build->objects_at, object);
    return sley_compile(build, source, language, object);
}

/* An object must be instrumented; a library that is not runs as one step. */
static int
take_file(struct sley_build *build, const struct sley_linker *linker, const char *path)
{
    switch (sley_object_of(path)) {
    case SLEY_OBJECT_UNREADABLE:
        fprintf(stderr, "sley cc: cannot read '%s': %s%s\n", path, strerror(errno),
                strcmp(path, "-") == 0 ? "; a source from standard input needs -x" : "");
        return 1;
    case SLEY_OBJECT_INSTRUMENTED:
    case SLEY_OBJECT_ASSEMBLED:
        sley_linker_merge(linker, build, path);
        sley_words_add(&build->objects, path);
        sley_words_add(&build->objects_at, path);
        return 0;
    case SLEY_OBJECT_FOREIGN:
        fprintf(stderr,
                "sley cc: '%s' was not compiled by sley cc: its memory accesses would escape; "
                "compile it with sley cc -c\n",
                path);
        return 1;
    case SLEY_OBJECT_LIBRARY:
    default:
        sley_words_add(&build->rest, path);
        return 0;
    }
}

/* -lNAME: an archive of the user's own that is instrumented belongs to the code under test. */
static void
take_library(struct sley_build *build, const struct sley_linker *linker, const char *name)
{
    const struct sley_arguments *arguments = &build->arguments;
    for (int i = 0; i < arguments->count; i++) {
        const struct sley_argument *a = &arguments->argument[i];
        if (a->kind != SLEY_ARGUMENT_OPTION || strncmp(a->text, "-L", 2) != 0) {
            continue;
        }
        bool file = name[0] == ':'; /* -l:FILE */
        const char *stem =
            sley_words_join(&build->kept, a->value, file ? "/" : "/lib", name + file);
        const char *archive = sley_words_join(&build->kept, stem, file ? "" : ".a", "");
        if (sley_object_of(archive) == SLEY_OBJECT_INSTRUMENTED) {
            sley_linker_merge(linker, build, archive);
            return;
        }
    }
    sley_words_add(&build->rest, sley_words_join(&build->kept, "-l", name, ""));
}

static int
take_option(struct sley_build *build, struct sley_linker *linker, const struct sley_argument *a)
{
    if (a->option == SLEY_OPTION_LIBRARY) {
        take_library(build, linker, a->value);
    }
    return a->option == SLEY_OPTION_LINK ? sley_linker_take(linker, build, a) : 0;
}

/* Compiles the sources and sorts what is to be linked. */
static int
gather(struct sley_build *build)
{
    const struct sley_arguments *arguments = &build->arguments;
    struct sley_linker linker = {0};
    const char *language = NULL;
    int code = 0;
    for (int i = 0; i < arguments->count && code == 0; i++) {
        const struct sley_argument *a = &arguments->argument[i];
        switch (a->kind) {
        case SLEY_ARGUMENT_SOURCE:
            code = take_source(build, &linker, a->text, language, i);
            break;
        case SLEY_ARGUMENT_FILE:
            code = take_file(build, &linker, a->text);
            break;
        case SLEY_ARGUMENT_OPTION:
            language = a->option == SLEY_OPTION_LANGUAGE ? sley_argument_language(a) : language;
            code = take_option(build, &linker, a);
            break;
        }
    }
    return code;
}

/* One object of them all. Archives that need each other may stand in any order, and main may lie in
 * one. */
static int
merge(struct sley_build *build, const char *object)
{
    struct sley_words words = {0};
    const char *const first[] = {SLEY_CC_LD, "-r", "-u", "main", "-o", object, "--start-group"};
    sley_words_add_all(&words, first, sizeof first / sizeof first[0]);
    sley_words_add_all(&words, build->merge.word, build->merge.count);
    sley_words_add(&words, "--end-group");
    if (build->plus) {
        sley_words_add(&words, sley_words_join(&build->kept, build->kit, "/sley_libstdcxx.o", ""));
    }
    return execute(&words);
}

/* Renames from, in place or into to (harness/link/code.cmake does the same for scenarios). */
static int
prepare(struct sley_build *build, const char *from, const char *to)
{
    struct sley_words words = {0};
    const char *const fixed[] = {
        SLEY_CC_OBJCOPY,
        sley_words_join(&build->kept, "--redefine-syms=", build->kit, "/redirect.txt"),
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
        from,
        to};
    int last = sizeof fixed / sizeof fixed[0] - 2;
    sley_words_add_all(&words, fixed, last);
    if (build->arguments.late) {
        sley_words_add(
            &words, sley_words_join(&build->kept, "--redefine-syms=", build->kit, "/refused.txt"));
    }
    sley_words_add_all(&words, fixed + last, 2);
    return execute(&words);
}

/* name: what the lines call the object; NULL: no lines. */
static int
check(struct sley_build *build, const char *object, const char *name)
{
    struct sley_words words = {0};
    sley_words_add(&words, sley_words_join(&build->kept, build->kit, "/sley-objcheck", ""));
    sley_words_add(&words, name ? "--name" : "--quiet");
    if (name) {
        sley_words_add(&words, name);
    }
    sley_words_add(&words, object);
    return execute(&words);
}

/* The merged object holds something that would escape: says so by the user's own files. */
static int
blame(struct sley_build *build, const char *object)
{
    const char *single = sley_words_join(&build->kept, build->work, "/single.o", "");
    const char *output = build->arguments.output;
    int code = 0;
    for (int i = 0; i < build->objects.count; i++) {
        if (sley_object_of(build->objects_at.word[i]) == SLEY_OBJECT_INSTRUMENTED &&
            prepare(build, build->objects_at.word[i], single) == 0) {
            code |= check(build, single, build->objects.word[i]);
        }
    }
    /* It lies in an archive. */
    return code ? code : check(build, object, output ? output : "a.out");
}

static int
link_program(struct sley_build *build, const char *object)
{
    struct sley_words words = {0};
    const char *output = build->arguments.output;
    const char *const first[] = {build->compiler,
                                 "-no-pie",
                                 "-o",
                                 output ? output : "a.out",
                                 object,
                                 sley_words_join(&build->kept, build->kit, "/sley_program.o", "")};
    static const char *const last[] = {"-Wl,-Bdynamic", "-ldw", "-ljansson", "-lm", "-lpthread"};
    sley_words_add_all(&words, first, sizeof first / sizeof first[0]);
    sley_words_add_all(&words, build->rest.word, build->rest.count);
    sley_words_add_all(&words, last, sizeof last / sizeof last[0]);
    return execute(&words);
}

int
sley_link(struct sley_build *build)
{
    const char *object = sley_words_join(&build->kept, build->work, "/program.o", "");
    int code = gather(build);
    if (code == 0 && build->merged_count == 0) {
        fprintf(stderr, "sley cc: no source or object to link\n");
        code = 1;
    }
    code = code ? code : merge(build, object);
    code = code ? code : prepare(build, object, object);
    if (code == 0 && check(build, object, NULL) != 0) {
        code = blame(build, object);
    }
    return code ? code : link_program(build, object);
}
