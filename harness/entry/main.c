/* main of a program that `sley cc` built. Called as it is, it is that program, on the schedule
 * without preemption; sley calls it with a command in the environment. */
#include "cli/commands.h"
#include "cli/debug.h"
#include "cli/lane.h"
#include "entry/entry.h"
#include "entry/explore.h"
#include "entry/flags.h"

#include "campaign/output.h"
#include "campaign/relay.h"
#include "cli/catalogue.h"
#include "cli/session.h"
#include "descriptor/loopback.h"
#include "report/failure.h"

#include "scenarios/registry.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/single_threaded.h>

enum { OUTPUT_SHOWN_MAX = 1 << 20 /* bytes of a replayed run's output, and of its errors */ };

/* The program as it was meant: one run. Its exit code is the program's; what sley found goes to
 * standard error. */
static int
run_plainly(void)
{
    static struct sley_session session;
    static const struct sley_options options = {.out = ".sley", .jobs = 1};
    const struct sley_target target = {.property = sley_scenarios[0],
                                       .model = sley_catalogue_model("thread")};
    const struct sley_recipe recipe = {0};
    struct sley_error error;
    sley_input_kept = true;
    sley_entry_lane(true);
    sley_loopback_on = false;
    enum sley_status status = sley_session_init(&session, &options, "sley", false, &error);
    if (status == SLEY_OK) {
        status = sley_session_capture(&session, &target, &recipe, &error);
    }
    int code = 0;
    if (status != SLEY_OK) {
        fprintf(stderr, "sley: %s\n", error.text);
        code = SLEY_EXIT_ERROR;
    } else {
        const struct sley_run_result *result = &session.capture->result;
        for (uint32_t i = 0; i < result->failure_count; i++) {
            const struct sley_failure *failure = &result->failure[i];
            code = failure->verdict == SLEY_VERDICT_EXIT && code == 0 ? (int)failure->detail : code;
            if (failure->verdict != SLEY_VERDICT_EXIT) {
                fprintf(stderr, "sley: ");
                sley_failure_print(stderr, session.symbolizer, failure);
            }
        }
        bool hard = result->verdicts & ~(SLEY_BIT(EXIT) | SLEY_BIT(RACE) | SLEY_BIT(INVERSION));
        code = hard ? 128 + 6 : code;
    }
    sley_session_deinit(&session);
    return code;
}

/* Where the program's own arguments begin: behind "--"; argc if there are none. */
static int
separator(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            return i;
        }
    }
    return argc;
}

/* "PATH FLAGS -- ARGUMENTS", quoted for a shell: what a printed command needs to run the same
 * program, and to see the same in its runs. */
/* Appends " WORD" as a shell reads it back. False: there is no room. */
static bool
append_word(char *text, size_t size, const char *word)
{
    static const char special[] = " \t\n'\"\\$`&|;<>()*?[]{}#~!";
    size_t used = strlen(text);
    bool plain = word[0] && !strpbrk(word, special);
    const char *quote = plain ? "" : "'";
    used += (size_t)snprintf(text + used, size - used, " %s", quote);
    for (; *word && used + 8 < size; word++) {
        used += (size_t)snprintf(text + used, size - used, *word == '\'' ? "'\\%c'" : "%c", *word);
    }
    bool whole = !*word && used + 2 < size;
    snprintf(text + used, size - used, "%s", quote);
    return whole;
}

/* A command that lacks arguments would be another one: rather none of them, and a word on it. */
static void
name_program(const char *path, const char *flags, int argc, char **argv)
{
    static char text[3072];
    bool whole = append_word(text, sizeof text, path);
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", flags, argc ? " --" : "");
    for (int i = 0; i < argc && whole; i++) {
        whole = append_word(text, sizeof text, argv[i]);
    }
    sley_lane_suffix_program(whole ? text : " PROGRAM -- its arguments (too long to print)");
}

/* gdb runs the same program, with the same flags and arguments. */
static void
prepare_debug(const char *path, const struct sley_entry_flags *flags, int argc, char **argv)
{
    static char *rest[512];
    int count = 0;
    for (int i = 0; flags->given[i]; i++) {
        rest[count++] = (char *)(uintptr_t)flags->given[i];
    }
    rest[count++] = (char *)(uintptr_t) "--";
    for (int i = 0; i < argc && count < 511; i++) {
        rest[count++] = argv[i];
    }
    sley_debug_program(path, rest);
}

/* `sley` looks for it before it starts a program. */
__attribute__((used)) const char sley_entry_marker[] = SLEY_ENTRY_MARKER(SLEY_ENTRY_MARKER_END);

static int
run_command(const char *command, int argc, char **argv)
{
    const char *self = getenv("SLEY_SELF");
    static char program[4096];
    snprintf(program, sizeof program, "%s", self ? self : "sley");
    int end = separator(argc, argv);
    /* What is left of argv[0] is where the program was found. */
    sley_entry_argc = argc - end;
    sley_entry_argv = argv + end;
    int given = end < argc ? argc - end - 1 : 0;
    char **arguments_given = argv + end + 1;
    static char name[64];
    snprintf(name, sizeof name, "%s", command);
    char *path = argv[0];
    argv[end] = NULL;
    argv[0] = name;
    struct sley_entry_flags flags;
    struct sley_error error;
    if (sley_entry_flags_take(&flags, &end, argv, &error) != SLEY_OK) {
        fprintf(stderr, "sley: %s: %s\n", command, error.text);
        return SLEY_EXIT_ERROR;
    }
    sley_entry_flags_apply(&flags);
    name_program(path, flags.text, given, arguments_given);
    prepare_debug(path, &flags, given, arguments_given);
    sley_entry_lane(strcmp(command, "replay") == 0);
    unsetenv("SLEY_COMMAND");
    unsetenv("SLEY_SELF");
    static char *arguments[2];
    if (sley_entry_argc == 0) {
        sley_entry_argc = 1;
        sley_entry_argv = arguments;
    }
    sley_entry_argv[0] = path;
    if (strcmp(command, "replay") == 0) {
        sley_relay_bound = OUTPUT_SHOWN_MAX;
        return sley_command_replay(program, end, argv);
    }
    sley_output_muted = true;
    if (strcmp(command, "explain") == 0) {
        return sley_command_explain(program, end, argv);
    }
    return sley_entry_explore(program, end, argv);
}

int
main(int argc, char **argv)
{
    const char *command = getenv("SLEY_COMMAND");
    sley_descriptors_inherit();
    /* libstdc++ asks this whether reference counts may go without atomics. */
    __libc_single_threaded = 0;
    setlocale(LC_CTYPE, "C.UTF-8");
    sley_entry_name(argv[0]);
    if (!sley_entry_libraries_fit(argv[0])) {
        return SLEY_EXIT_ERROR;
    }
    if (!command) {
        sley_entry_argc = argc;
        sley_entry_argv = argv;
        sley_entry_flags_apply(&(const struct sley_entry_flags){.exit_codes = {1}});
        return run_plainly();
    }
    return run_command(command, argc, argv);
}
