#include "cc/cc.h"

#include "cc/build.h"
#include "cc/compile.h"
#include "cc/link.h"
#include "cc/process.h"
#include "cc/response.h"
#include "cc/work.h"

#include <stdio.h>

/* What is left out of the command: one line for each option. */
static void
tell_dropped(const struct sley_arguments *arguments)
{
    for (int i = 0; i < arguments->count; i++) {
        const struct sley_argument *a = &arguments->argument[i];
        if (a->kind == SLEY_ARGUMENT_OPTION && a->option == SLEY_OPTION_DROPPED) {
            fprintf(stderr, "sley cc: %s is left out: %s\n", a->text, a->why);
        }
    }
}

static int
execute(struct sley_build *build)
{
    const struct sley_arguments *arguments = &build->arguments;
    if (arguments->refused) {
        fprintf(stderr, "sley cc: %s is not supported: %s\n", arguments->refused->text,
                arguments->refused->why);
        return 1;
    }
    tell_dropped(arguments);
    if (!arguments->links) {
        return sley_compile_only(build);
    }
    if (!sley_work_create(build->work, sizeof build->work)) {
        return 1;
    }
    int code = sley_link(build);
    sley_work_destroy(build->work);
    return code;
}

int
sley_cc_run(const struct sley_cc *how, int argc, char **argv)
{
    static struct sley_build build;
    struct sley_words arguments = {0};
    build = (struct sley_build){.compiler = how->compiler, .kit = how->kit, .tsan = how->tsan};
    sley_process_watch();
    int code =
        sley_response_expand(&arguments, &build.kept, argc - 1, (const char *const *)(argv + 1));
    if (code == 0 && !sley_arguments_parse(&build.arguments, arguments.count, arguments.word)) {
        fprintf(stderr, "sley cc: no memory\n");
        code = 1;
    }
    build.plus = how->plus || build.arguments.plus;
    code = code ? code : execute(&build);
    struct sley_words *const lists[] = {&build.merge, &build.objects, &build.objects_at,
                                        &build.rest, &build.libraries};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        sley_words_deinit(lists[i]);
    }
    sley_arguments_deinit(&build.arguments);
    sley_words_deinit(&arguments);
    sley_words_forget(&build.kept);
    sley_process_end_as_told();
    return code;
}
