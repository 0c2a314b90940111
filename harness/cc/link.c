#include "cc/link.h"

#include "cc/gather.h"
#include "cc/object.h"
#include "cc/process.h"
#include "cc/shared.h"

#include <stdio.h>
#include <string.h>

static int
execute(struct sley_words *words)
{
    int code = sley_process_execute(words);
    sley_words_deinit(words);
    return code;
}

/* One object of them all. Archives that need each other may stand in any order, and main may lie in
 * one. */
static int
merge(struct sley_build *build, const char *object)
{
    struct sley_words words = {0};
    const char *const first[] = {SLEY_CC_LD,
                                 "-r",
                                 "--force-group-allocation",
                                 "-T",
                                 sley_words_join(&build->kept, build->kit, "/program.ld", ""),
                                 "-u",
                                 "main",
                                 "-o",
                                 object,
                                 "--start-group"};
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
        sley_words_join(&build->kept, "--redefine-syms=", build->kit,
                        build->tsan ? "/redirect_tsan.txt" : "/redirect.txt"),
        "--redefine-sym",
        "main=sley_entry_main",
        "--set-section-alignment",
        "sley_data=4096",
        "--set-section-alignment",
        "sley_bss=4096",
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
    const char *kit_object = build->tsan ? "/sley_program_tsan.o" : "/sley_program.o";
    const char *const first[] = {
        /* clang++ would bring ThreadSanitizer's operators new and delete along. */
        build->tsan ? SLEY_CC_CC : build->compiler,
        "-no-pie",
        "-o",
        output ? output : "a.out",
        object,
        sley_words_join(&build->kept, build->kit, kit_object, "")};
    static const char *const last[] = {"-Wl,-z,now", "-Wl,-Bdynamic", "-ldw",
                                       "-ljansson",  "-lm",           "-lpthread"};
    sley_words_add_all(&words, first, sizeof first / sizeof first[0]);
    if (build->tsan) {
        sley_words_add(&words, "-fsanitize=thread");
    }
    sley_words_add_all(&words, build->rest.word, build->rest.count);
    if (build->tsan && build->plus) {
        sley_words_add(&words, "-lstdc++");
    }
    sley_words_add_all(&words, last, sizeof last / sizeof last[0]);
    return execute(&words);
}

/* Of a shared library everything is merged as it is: what becomes of its sections is the program's
 * matter. What would escape is said here, where its sources are. */
static int
link_library(struct sley_build *build)
{
    struct sley_words words = {0};
    const char *merged = sley_words_join(&build->kept, build->work, "/library.o", "");
    const char *prepared = sley_words_join(&build->kept, build->work, "/prepared.o", "");
    const char *const first[] = {SLEY_CC_LD, "-r", "-o", merged, "--start-group"};
    sley_words_add_all(&words, first, sizeof first / sizeof first[0]);
    sley_words_add_all(&words, build->merge.word, build->merge.count);
    sley_words_add(&words, "--end-group");
    int code = execute(&words);
    code = code ? code : prepare(build, merged, prepared);
    if (code == 0 && check(build, prepared, NULL) != 0) {
        code = blame(build, prepared);
    }
    return code ? code : sley_shared_write(build, merged);
}

int
sley_link(struct sley_build *build)
{
    const char *object = sley_words_join(&build->kept, build->work, "/program.o", "");
    int code = sley_link_gather(build);
    if (code == 0 && build->merged_count == 0) {
        fprintf(stderr, "sley cc: no source or object to link\n");
        code = 1;
    }
    if (code || build->arguments.shared) {
        return code ? code : link_library(build);
    }
    code = merge(build, object);
    code = code ? code : prepare(build, object, object);
    if (code == 0 && check(build, object, NULL) != 0) {
        code = blame(build, object);
    }
    code = code ? code : sley_shared_note(build, object);
    return code ? code : link_program(build, object);
}
