/* Programs that know nothing of sley: compiled by sley cc, explored, replayed, explained. */
#include "tests/cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs what stands above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char counter[] =
    "#include <assert.h>\n#include <pthread.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
    "static int counter, loops = 2;\n"
    "static void *add(void *a) { for (int i = 0; i < loops; i++) counter++; return a; }\n"
    "int main(int argc, char **argv) {\n"
    "    pthread_t t[2];\n"
    "    if (argc > 1) loops = atoi(argv[1]);\n"
    "    for (int i = 0; i < 2; i++) pthread_create(&t[i], NULL, add, NULL);\n"
    "    for (int i = 0; i < 2; i++) pthread_join(t[i], NULL);\n"
    "    printf(\"counter %d\\n\", counter);\n"
    "    assert(counter == 2 * loops);\n"
    "    return 0;\n"
    "}\n";

static const char pieces_main[] =
    "#include <pthread.h>\nextern pthread_mutex_t lock;\nextern int sum;\nvoid *add(void *);\n"
    "int main(void) {\n"
    "    pthread_t t[2];\n"
    "    for (int i = 0; i < 2; i++) pthread_create(&t[i], 0, add, 0);\n"
    "    for (int i = 0; i < 2; i++) pthread_join(t[i], 0);\n"
    "    return sum == EXPECTED ? 0 : 3;\n"
    "}\n";

static const char pieces_part[] = "#include <pthread.h>\n"
                                  "pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\n"
                                  "int sum;\n"
                                  "void *add(void *a) { pthread_mutex_lock(&lock); sum++; "
                                  "pthread_mutex_unlock(&lock); return a; }\n";

static void
a_program_that_was_built_runs_as_it_was_written(void **state)
{
    (void)state;
    sley_source_write("counter.c", counter);
    sley_command_expect(SLEY_EXECUTABLE " cc -O2 -Wall -o counter counter.c -lpthread", 0, "", "");
    sley_command_expect("./counter 3", 0, "counter 6\n", "data race on counter");
}

static void
a_failure_is_found_and_replays_by_the_line_that_is_printed(void **state)
{
    struct sley_ended ended =
        sley_command_run(SLEY_EXECUTABLE " explore ./counter --runs 500 -- 3", 1);
    (void)state;
    assert_non_null(strstr(ended.out, "failure 1: assertion"));
    assert_non_null(strstr(ended.out, "counter == 2 * loops"));
    assert_null(strstr(ended.out, "counter 6\n")); /* runs that pass stay silent */
    const char *line = strstr(ended.out, SLEY_EXECUTABLE " replay ");
    assert_non_null(line);
    char *command = strndup(line, strcspn(line, "\n"));
    assert_non_null(strstr(command, " ./counter -- 3"));
    assert_non_null(strstr(line, "\nfirst found as s1"));
    sley_command_expect(command, 1, "assertion failed: counter == 2 * loops", "");
    /* Its output shows, and the surroundings of the process do not matter. */
    char *moved = NULL;
    assert_true(asprintf(&moved, "SOME=thing %s", command) > 0);
    sley_command_expect(moved, 1, "counter 3\n", "");
    char *explained = NULL;
    const char *rest = strstr(command, " replay ") + strlen(" replay ");
    assert_true(asprintf(&explained, SLEY_EXECUTABLE " explain %s", rest) > 0);
    sley_command_expect(explained, 1, "reads counter", "");
    sley_command_expect(explained, 1, "claim: every run of the program ends in order\n", "");
    free(explained);
    assert_true(asprintf(&explained, SLEY_EXECUTABLE " explain --markdown %s", rest) > 0);
    struct sley_ended markdown = sley_command_run(explained, 1);
    assert_non_null(strstr(markdown.out, "**counter**, thread; claim: every run "));
    assert_null(strstr(markdown.out, "The claim is"));
    sley_ended_deinit(&markdown);
    free(explained);
    free(moved);
    free(command);
    sley_ended_deinit(&ended);
}

/* In a fresh process, with an object whose key is the same there. */
static void
a_run_of_surw_replays_by_the_object_that_its_token_names(void **state)
{
    (void)state;
    struct sley_ended ended = sley_command_run(
        SLEY_EXECUTABLE
        " explore ./counter --points all --json --strategy surw --runs 100 --race ignore -- 3",
        1);
    const char *found = strstr(ended.out, "s1ca/counter/thread/surw:");
    const char *token = found ? found : "none";
    char *command = NULL;
    assert_true(asprintf(&command, SLEY_EXECUTABLE " replay %.*s ./counter -- 3",
                         (int)strcspn(token, "\""), token) > 0);
    sley_command_expect(command, 1, "assertion failed: counter == 2 * loops", "");
    free(command);
    sley_ended_deinit(&ended);
}

static void
gdb_stops_at_the_failing_step_of_a_program(void **state)
{
    struct sley_ended ended =
        sley_command_run(SLEY_EXECUTABLE " explore ./counter --until-event --race ignore -- 3", 1);
    (void)state;
    const char *line = strstr(ended.out, SLEY_EXECUTABLE " replay ");
    assert_non_null(line);
    char *command = NULL;
    const char *rest = line + strlen(SLEY_EXECUTABLE " replay ");
    assert_true(asprintf(&command,
                         "printf 'sley bt 0\\nkill\\nquit\\n' | " SLEY_EXECUTABLE
                         " replay --gdb %.*s",
                         (int)strcspn(rest, "\n"), rest) > 0);
    sley_command_expect(command, 0, "counter.c:", "");
    sley_command_expect(command, 0, "sley: step ", "");
    free(command);
    sley_ended_deinit(&ended);
}

static void
a_token_fits_a_new_build_and_says_where_an_edited_program_parts(void **state)
{
    (void)state;
    static const char body[] = "#include <assert.h>\n#include <pthread.h>\nstatic int sum;\n"
                               "static void *add(void *a) { sum %s 2; return a; }\n"
                               "int main(void) { pthread_t t[2];\n"
                               "for (int i = 0; i < 2; i++) pthread_create(&t[i], 0, add, 0);\n"
                               "for (int i = 0; i < 2; i++) pthread_join(t[i], 0);\n"
                               "assert(sum == 4); }\n";
    char source[sizeof body + 64], command[8192];
    snprintf(source, sizeof source, body, "+=");
    sley_source_write("moved.c", source);
    sley_command_expect(SLEY_EXECUTABLE " cc -g -o moved moved.c", 0, "", "");
    struct sley_ended ended =
        sley_command_run(SLEY_EXECUTABLE " explore ./moved --until-failure --out kept", 1);
    const char *line = strstr(ended.out, " replay ");
    assert_non_null(line);
    char *token = strndup(line + strlen(" replay "), strcspn(line + strlen(" replay "), " "));
    snprintf(command, sizeof command,
             SLEY_EXECUTABLE " cc -g -o moved moved.c && " SLEY_EXECUTABLE
                             " replay %s ./moved --out kept",
             token);
    sley_command_expect(command, 1, "assertion failed: sum == 4", "");
    /* Now two more accesses in each thread. */
    snprintf(source, sizeof source, body, "+= 1, sum += 1, sum = sum + 0 *");
    sley_source_write("moved.c", source);
    sley_command_expect(command, 4, "", "sley: not the recorded run: at step ");
    sley_command_expect(command, 4, "", "recorded: task ");
    snprintf(command, sizeof command, SLEY_EXECUTABLE " replay %s ./moved --out nothing", token);
    sley_command_expect(command, 4, "", "the run first differs between points 0 and ");
    free(token);
    sley_ended_deinit(&ended);
}

static void
arguments_are_printed_as_a_shell_reads_them(void **state)
{
    (void)state;
    sley_command_expect(
        "cp counter 'count er' && " SLEY_EXECUTABLE
        " explore './count er' --runs 20 -- 2 \"it's\" 'a b' | grep replay | head -n 1 >line && "
        "sh ./line",
        1, "assertion failed", "");
}

static void
other_arguments_are_another_program(void **state)
{
    struct sley_ended ended =
        sley_command_run(SLEY_EXECUTABLE " explore ./counter --runs 100 -- 3", 1);
    (void)state;
    const char *line = strstr(ended.out, SLEY_EXECUTABLE " replay ");
    assert_non_null(line);
    char *command = strndup(line, strcspn(line, "\n"));
    command[strlen(command) - 1] = '1';
    sley_command_expect(command, 4, "", "not the recorded run");
    free(command);
    sley_ended_deinit(&ended);
}

static void
a_token_of_another_program_says_whose_it_is(void **state)
{
    (void)state;
    sley_command_expect("cp counter another && " SLEY_EXECUTABLE
                        " replay s1ca/counter/thread/-/d/tNQXEc/1.3w1 ./another -- 3",
                        4, "", "the token is of 'counter', this program is 'another'");
    sley_command_expect(SLEY_EXECUTABLE " replay s1ca/counter/thread/-/d/tNQXEc/1.3w1", 4, "",
                        "sley replay TOKEN PROGRAM -- ARGUMENTS");
}

static void
objects_archives_and_libraries_are_linked_as_usual(void **state)
{
    (void)state;
    sley_source_write("main.c", pieces_main);
    sley_source_write("part.c", pieces_part);
    sley_command_expect(SLEY_EXECUTABLE
                        " cc -c part.c -o part.o && ar rc libpart.a part.o && " SLEY_EXECUTABLE
                        " cc -DEXPECTED=2 -c main.c && " SLEY_EXECUTABLE
                        " cc main.o -L. -lpart -lm -o good",
                        0, "", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./good --strategy exhaustive", 0,
                        "no failure; exhausted", "");
    sley_command_expect(SLEY_EXECUTABLE " cc -DEXPECTED=3 -o bad main.c part.o", 0, "", "");
    sley_command_expect("mkdir -p x.so.d && cp libpart.a part.o x.so.d && " SLEY_EXECUTABLE
                        " cc main.o -L. -l:libpart.a -o good && " SLEY_EXECUTABLE
                        " cc main.o x.so.d/libpart.a -o good && " SLEY_EXECUTABLE
                        " cc main.o x.so.d/part.o -o good && " SLEY_EXECUTABLE
                        " explore ./good --runs 100",
                        0, "no failure", "");
    sley_command_expect("cp counter.c counter.txt && cp part.c part.so.c && " SLEY_EXECUTABLE
                        " cc -x c counter.txt -o counter && " SLEY_EXECUTABLE
                        " cc -DEXPECTED=2 -o good main.c part.so.c && ./good",
                        0, "", "");
    sley_command_expect(SLEY_EXECUTABLE " cc main.o -Wl,libpart.a -o good", 1, "",
                        "behind sley's back");
    sley_command_expect(SLEY_EXECUTABLE " explore ./bad --runs 10", 1, "failure 1: exit", "");
}

static void
what_cannot_be_explored_is_refused_in_one_line(void **state)
{
    (void)state;
    sley_source_write("forks.c", "#include <unistd.h>\nint main(void) { return fork() < 0; }\n");
    sley_command_expect(SLEY_EXECUTABLE " explore ./missing", 2, "",
                        "sley: cannot explore './missing': No such");
    sley_command_expect(SLEY_EXECUTABLE " explore /bin/true", 2, "",
                        "sley: '/bin/true' was not built by sley cc; build it with CC=\"sley cc\"");
    sley_command_expect(SLEY_EXECUTABLE " explore ./counter --runs none", 2, "", "--runs 'none'");
    sley_command_expect(SLEY_EXECUTABLE " explore ./counter 3", 2, "", "stand behind --");
    sley_command_expect(SLEY_EXECUTABLE " cc -o forks forks.c", 1, "", "fork");
    sley_command_expect("cc -c -o plain.o part.c && " SLEY_EXECUTABLE
                        " cc -DEXPECTED=2 -o x main.c plain.o",
                        1, "", "'plain.o' was not compiled by sley cc");
}

static void
a_program_that_reads_its_input_finds_it_empty(void **state)
{
    (void)state;
    sley_source_write("reads.c", "#include <stdio.h>\n"
                                 "int main(void) { return getchar() == EOF ? 0 : 5; }\n");
    sley_command_expect(SLEY_EXECUTABLE " cc -o reads reads.c", 0, "", "");
    sley_command_expect("echo text | " SLEY_EXECUTABLE " explore ./reads --runs 10", 0,
                        "no failure", "");
    sley_command_expect("echo text | ./reads", 5, "", "");
}

static void
what_a_run_left_open_is_closed_for_the_next(void **state)
{
    (void)state;
    sley_source_write("opens.c", "#include <assert.h>\n#include <fcntl.h>\n#include <stdio.h>\n"
                                 "int main(void) {\n"
                                 "    int a = open(\"/dev/null\", O_RDONLY);\n"
                                 "    FILE *b = fopen(\"/dev/null\", \"r\");\n"
                                 "    assert(a >= 0 && a < 64 && b);\n"
                                 "    return 0;\n"
                                 "}\n");
    sley_command_expect(SLEY_EXECUTABLE " cc -o opens opens.c", 0, "", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./opens --runs 3000", 0, "no failure", "");
}

static void
a_program_that_never_ends_is_a_verdict(void **state)
{
    (void)state;
    sley_source_write("spins.c", "static volatile int stop;\n"
                                 "int main(void) { while (!stop) { } return 0; }\n");
    sley_command_expect(SLEY_EXECUTABLE " cc -o spins spins.c", 0, "", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./spins --runs 3", 1, "failure 1: livelock", "");
}

/* Every run races; only those fail in which the threads, started in the reverse order, come in
 * theirs: more than a block of runs goes by before. */
static const char ordered[] =
    "#include <assert.h>\n#include <pthread.h>\n#include <stdatomic.h>\n#include <stdint.h>\n"
    "static int noise;\nstatic atomic_int place;\n"
    "static void *step(void *a) {\n"
    "    noise++;\n"
    "    int mine = (int)(intptr_t)a;\n"
    "    if (atomic_compare_exchange_strong(&place, &mine, mine + 1)) assert(mine + 1 < WRONG);\n"
    "    return 0;\n"
    "}\n"
    "int main(void) {\n"
    "    pthread_t t[5];\n"
    "    for (int i = 4; i >= 0; i--) pthread_create(&t[i], 0, step, (void *)(intptr_t)i);\n"
    "    for (int i = 0; i < 5; i++) pthread_join(t[i], 0);\n"
    "    return 0;\n"
    "}\n";

static void
a_race_is_told_and_does_not_end_the_search(void **state)
{
    (void)state;
    sley_source_write("ordered.c", ordered);
    sley_command_expect(SLEY_EXECUTABLE " cc -DWRONG=5 -o ordered ordered.c", 0, "", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./ordered --until-event", 1,
                        "failure 1: assertion", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./ordered --until-event", 1, "failure 2: race",
                        "");
    sley_command_expect(SLEY_EXECUTABLE " cc -DWRONG=9 -o racy ordered.c", 0, "", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./racy --runs 64 --until-event", 1,
                        "distinct failure in 64 runs, data races only", "");
}

static void
a_race_can_be_a_failure_like_others_or_none(void **state)
{
    (void)state;
    sley_command_expect(SLEY_EXECUTABLE " explore ./racy --race fail --until-event", 1,
                        "in 16 runs, data races only", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./racy --race=ignore --runs 64", 0,
                        "no failure; 64 runs", "");
    struct sley_ended ended =
        sley_command_run(SLEY_EXECUTABLE " explore ./ordered --race ignore --until-event", 1);
    assert_non_null(strstr(ended.out, "1 distinct failure in "));
    assert_null(strstr(ended.out, "race,"));
    const char *line = strstr(ended.out, SLEY_EXECUTABLE " replay ");
    assert_non_null(line);
    char *command = strndup(line, strcspn(line, "\n"));
    assert_non_null(strstr(command, " ./ordered --race ignore"));
    struct sley_ended replayed = sley_command_run(command, 1);
    assert_null(strstr(replayed.out, "race on"));
    sley_ended_deinit(&replayed);
    free(command);
    sley_ended_deinit(&ended);
}

static void
exit_codes_that_are_said_to_be_normal_are_no_failure(void **state)
{
    (void)state;
    sley_source_write("code.c", "#include <stdlib.h>\n"
                                "int main(int argc, char **argv) {\n"
                                "    return argc > 1 ? atoi(argv[1]) : 0;\n}\n");
    sley_command_expect(SLEY_EXECUTABLE " cc -o code code.c", 0, "", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --runs 5 -- 3", 1, "exit: main returned 3",
                        "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --runs 5 --exit-codes 0,3 -- 3", 0,
                        "no failure", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --runs 5 --exit-codes 0,3", 0,
                        "no failure", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --runs 5 --exit-codes 3,255 -- 255", 0,
                        "no failure", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --runs 5 --exit-codes=3", 1,
                        "exit: main returned 0", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --runs 5 --exit-codes 3", 1,
                        " ./code --exit-codes 3\n", "");
}

static void
a_failure_of_every_run_ends_the_search(void **state)
{
    (void)state;
    sley_command_expect(SLEY_EXECUTABLE " explore ./code -- 3", 1,
                        "1 distinct failure in 128 runs\nevery run failed so", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --jobs 2 -- 3", 1,
                        "1 distinct failure in 128 runs\n", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --runs 1000 --all -- 3", 1,
                        "in 1000 runs\n", "");
    /* Not every run of these fails, or none does by more than a report. */
    sley_command_expect(SLEY_EXECUTABLE " explore ./counter --runs 300 -- 3", 1, "in 300 runs\n",
                        "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./racy --runs 300", 1, "in 300 runs", "");
}

static void
a_campaign_of_other_arguments_is_not_taken_up(void **state)
{
    (void)state;
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --time 100ms --seed 5 --json", 0,
                        "\"first_run\":0,", "");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --time 100ms --seed 5 --json -- 3", 1,
                        "\"first_run\":0,", "");
    struct sley_ended again =
        sley_command_run(SLEY_EXECUTABLE " explore ./code --time 100ms --seed 5 --json -- 3", 1);
    assert_null(strstr(again.out, "\"first_run\":0,"));
    sley_ended_deinit(&again);
}

static void
values_that_the_flags_of_a_program_do_not_know_are_refused(void **state)
{
    (void)state;
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --race maybe", 2, "",
                        "sley: explore: --race 'maybe': expected report, fail or ignore");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --race", 2, "",
                        "--race: its value is missing");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --exit-codes 0,256", 2, "",
                        "--exit-codes '0,256'");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --exit-codes 0,", 2, "",
                        "--exit-codes '0,'");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --exit-codes ''", 2, "",
                        "--exit-codes ''");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --steps 999", 2, "",
                        "--steps '999': expected a number");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --steps 100000001", 2, "",
                        "--steps '100000001'");
    sley_command_expect(SLEY_EXECUTABLE " explore ./code --sleeps late", 2, "",
                        "--sleeps 'late': expected");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_that_was_built_runs_as_it_was_written),
        cmocka_unit_test(a_failure_is_found_and_replays_by_the_line_that_is_printed),
        cmocka_unit_test(a_run_of_surw_replays_by_the_object_that_its_token_names),
        cmocka_unit_test(gdb_stops_at_the_failing_step_of_a_program),
        cmocka_unit_test(a_token_fits_a_new_build_and_says_where_an_edited_program_parts),
        cmocka_unit_test(arguments_are_printed_as_a_shell_reads_them),
        cmocka_unit_test(other_arguments_are_another_program),
        cmocka_unit_test(a_token_of_another_program_says_whose_it_is),
        cmocka_unit_test(objects_archives_and_libraries_are_linked_as_usual),
        cmocka_unit_test(what_cannot_be_explored_is_refused_in_one_line),
        cmocka_unit_test(a_program_that_reads_its_input_finds_it_empty),
        cmocka_unit_test(what_a_run_left_open_is_closed_for_the_next),
        cmocka_unit_test(a_program_that_never_ends_is_a_verdict),
        cmocka_unit_test(a_race_is_told_and_does_not_end_the_search),
        cmocka_unit_test(a_race_can_be_a_failure_like_others_or_none),
        cmocka_unit_test(exit_codes_that_are_said_to_be_normal_are_no_failure),
        cmocka_unit_test(a_failure_of_every_run_ends_the_search),
        cmocka_unit_test(a_campaign_of_other_arguments_is_not_taken_up),
        cmocka_unit_test(values_that_the_flags_of_a_program_do_not_know_are_refused),
    };
    return cmocka_run_group_tests(tests, sley_test_begin, sley_test_end);
}
