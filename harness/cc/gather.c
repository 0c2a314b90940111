#include "cc/gather.h"

#include "cc/compile.h"
#include "cc/linker.h"
#include "cc/object.h"
#include "cc/shared.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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
        if (sley_shared_is(path)) {
            return sley_shared_take(build, linker, path);
        }
        sley_words_add(&build->rest, path);
        return 0;
    }
}

/* -lNAME: a library of the user's own that is instrumented belongs to the code under test. As for
 * the linker, a shared one comes before an archive, and the first directory counts. */
static int
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
        const char *shared = sley_words_join(&build->kept, stem, file ? "" : ".so", "");
        const char *archive = sley_words_join(&build->kept, stem, file ? "" : ".a", "");
        if (sley_shared_is(shared)) {
            return sley_shared_take(build, linker, shared);
        }
        if (sley_object_of(archive) == SLEY_OBJECT_INSTRUMENTED) {
            sley_linker_merge(linker, build, archive);
            return 0;
        }
    }
    sley_words_add(&build->rest, sley_words_join(&build->kept, "-l", name, ""));
    return 0;
}

static int
take_option(struct sley_build *build, struct sley_linker *linker, const struct sley_argument *a)
{
    if (a->option == SLEY_OPTION_LIBRARY) {
        return take_library(build, linker, a->value);
    }
    return a->option == SLEY_OPTION_LINK ? sley_linker_take(linker, build, a) : 0;
}

int
sley_link_gather(struct sley_build *build)
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
