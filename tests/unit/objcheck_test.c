#include "link/objcheck.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A clang, because the harness needs -femulated-tls; the environment overrides the build. */
#ifndef SLEY_TEST_CC
#define SLEY_TEST_CC "clang"
#endif

#define FUNCTION "int add(int *value) { return ++*value; }\n"

static const struct {
    const char *name;
    const char *reason;
} refused[] = {
#define SLEY_REFUSE(name, reason) {#name, reason},
#include "pthread/refuse.def"
#undef SLEY_REFUSE
};

static const char *const redirected[] = {
#define SLEY_REDIRECT(name) #name,
#include "descriptor/redirect.def"
#define SLEY_REDIRECT_AS(name, other) #name,
#include "pthread/redirect.def"
#undef SLEY_REDIRECT
#undef SLEY_REDIRECT_AS
};

static char directory[] = "/tmp/sley-objcheck-XXXXXX";
static char source_path[PATH_MAX];
static char object_path[PATH_MAX];

/* What the last check said: lines of text, each with its newline. */
static struct {
    enum sley_status status;
    struct sley_error error;
    unsigned problem_count;
    char lines[65536];
} result;

static void
keep_line(void *context, const char *line)
{
    char *lines = context;
    size_t length = strlen(lines);
    snprintf(lines + length, sizeof result.lines - length, "%s\n", line);
}

static void
check(const char *path)
{
    memset(&result, 0, sizeof result);
    result.problem_count = UINT_MAX;
    result.status =
        sley_objcheck(path, keep_line, result.lines, &result.problem_count, &result.error);
}

static void
write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Translates source to object_path with the given options (NULL for none). */
static void
compile(const char *source, char *option, char *other_option)
{
    char *compiler = getenv("SLEY_TEST_CC");
    char default_compiler[] = SLEY_TEST_CC;
    char *argv[10] = {
        compiler ? compiler : default_compiler, "-fPIC", "-c", source_path, "-o", object_path};
    int count = 6;
    if (option) {
        argv[count++] = option;
    }
    if (other_option) {
        argv[count++] = other_option;
    }
    write_file(source_path, source, strlen(source));
    pid_t process = 0;
    assert_int_equal(posix_spawnp(&process, argv[0], NULL, NULL, argv, environ), 0);
    int state = 0;
    assert_int_equal(waitpid(process, &state, 0), process);
    assert_true(WIFEXITED(state) && WEXITSTATUS(state) == 0);
}

static void
compile_and_check(const char *source, char *option, char *other_option)
{
    compile(source, option, other_option);
    check(object_path);
    assert_int_equal(result.status, SLEY_OK);
}

/* Checks an instrumented object with one undefined symbol, whatever its C type. */
static void
check_reference(const char *symbol)
{
    char source[512];
    snprintf(source, sizeof source,
             "extern char reference[] __asm__(\"%s\");\n"
             "char *address = reference;\n" FUNCTION,
             symbol);
    compile_and_check(source, "-fsanitize=thread", NULL);
}

/* Asserts that the last check named exactly this problem of the file at path. */
static void
assert_problem_of(const char *path, const char *expected)
{
    char line[2 * PATH_MAX];
    snprintf(line, sizeof line, "%s: %s\n", path, expected);
    assert_int_equal(result.status, SLEY_OK);
    assert_string_equal(result.lines, line);
    assert_int_equal(result.problem_count, 1);
}

static void
assert_problem(const char *expected)
{
    assert_problem_of(object_path, expected);
}

static void
assert_clean(void)
{
    assert_string_equal(result.lines, "");
    assert_int_equal(result.problem_count, 0);
}

static void
an_instrumented_and_redirected_object_has_no_problem(void **state)
{
    (void)state;
    compile_and_check("int sley_pthread_mutex_lock(void *mutex);\n"
                      "int own_function(void *mutex);\n"
                      "int locked(void *mutex, int *value) {\n"
                      "    sley_pthread_mutex_lock(mutex);\n"
                      "    return own_function(mutex) + *value;\n"
                      "}\n",
                      "-fsanitize=thread", "-O2");
    assert_clean();
}

static void
a_function_without_memory_access_counts_as_instrumented(void **state)
{
    (void)state;
    compile_and_check("int zero(void) { return 0; }\n", "-fsanitize=thread", "-O2");
    assert_clean();
}

static void
an_object_without_code_needs_no_instrumentation(void **state)
{
    (void)state;
    compile_and_check("int table[4] = {1};\n", NULL, NULL);
    assert_clean();
}

static void
an_uninstrumented_object_is_named_with_its_first_function(void **state)
{
    (void)state;
    compile_and_check(FUNCTION, NULL, NULL);
    assert_problem("no __tsan_ callback is referenced (add is uninstrumented); "
                   "compile with -fsanitize=thread");
}

static void
a_function_in_a_section_of_its_own_is_seen_as_code(void **state)
{
    (void)state;
    compile_and_check(FUNCTION, "-ffunction-sections", NULL);
    assert_int_equal(result.problem_count, 1);
}

static void
native_thread_local_storage_is_named(void **state)
{
    (void)state;
    compile_and_check("_Thread_local int counter;\n"
                      "int next(void) { return ++counter; }\n",
                      "-fsanitize=thread", NULL);
    assert_problem("counter is native thread-local storage, which all tasks would share; "
                   "compile with clang -femulated-tls");
}

static void
native_thread_local_storage_of_another_object_is_named(void **state)
{
    (void)state;
    compile_and_check("extern _Thread_local int counter;\n"
                      "int next(void) { return ++counter; }\n",
                      "-fsanitize=thread", NULL);
    assert_problem("counter is native thread-local storage, which all tasks would share; "
                   "compile with clang -femulated-tls");
}

static void
a_thread_local_section_without_symbols_is_named(void **state)
{
    (void)state;
    compile_and_check("__asm__(\".section .tbss,\\\"awT\\\",%nobits\\n.zero 8\\n.text\\n\");\n",
                      "-fsanitize=thread", NULL);
    assert_problem(".tbss is native thread-local storage, which all tasks would share; "
                   "compile with clang -femulated-tls");
}

static void
emulated_thread_local_storage_is_redirected_like_a_function(void **state)
{
    (void)state;
    compile_and_check("_Thread_local int counter;\n"
                      "int next(void) { return ++counter; }\n",
                      "-fsanitize=thread", "-femulated-tls");
    assert_problem("__emutls_get_address would reach libc; "
                   "it must be redirected (objcopy --redefine-syms)");
}

static void
an_unredirected_lock_is_named(void **state)
{
    (void)state;
    compile_and_check("#include <pthread.h>\n"
                      "int locked(pthread_mutex_t *mutex) { return pthread_mutex_lock(mutex); }\n",
                      "-fsanitize=thread", NULL);
    assert_problem("pthread_mutex_lock would reach libc; "
                   "it must be redirected (objcopy --redefine-syms)");
}

static void
an_unredirected_versioned_symbol_is_named(void **state)
{
    (void)state;
    compile_and_check("__asm__(\".symver lock, pthread_mutex_lock@GLIBC_2.2.5\");\n"
                      "int lock(void *mutex);\n"
                      "int locked(void *mutex) { return lock(mutex); }\n",
                      "-fsanitize=thread", NULL);
    assert_problem("pthread_mutex_lock@GLIBC_2.2.5 would reach libc; "
                   "it must be redirected (objcopy --redefine-syms)");
}

static void
every_symbol_of_the_redirect_list_is_named_once(void **state)
{
    (void)state;
    size_t count = sizeof redirected / sizeof *redirected;
    char source[65536] = "";
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(source);
        snprintf(source + length, sizeof source - length,
                 "extern char reference_%zu[] __asm__(\"%s\");\n"
                 "char *address_%zu = reference_%zu;\n",
                 i, redirected[i], i, i);
    }
    compile_and_check(source, "-fsanitize=thread", NULL);
    assert_int_equal(result.problem_count, count);
    for (size_t i = 0; i < count; i++) {
        char line[512];
        snprintf(line, sizeof line, ": %s would reach libc; ", redirected[i]);
        assert_non_null(strstr(result.lines, line));
    }
}

static void
a_refused_symbol_is_named_with_the_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char problem[512];
        snprintf(problem, sizeof problem, "%s is not supported: %s", refused[i].name,
                 refused[i].reason);
        check_reference(refused[i].name);
        assert_problem(problem);
    }
}

static void
an_unknown_thread_function_is_named(void **state)
{
    (void)state;
    static const char *const symbols[] = {
        "pthread_unheard_of", "pthreadlike",      "sem_unheard_of",
        "mtx_unheard_of",     "cnd_unheard_of",   "thrd_unheard_of",
        "tss_unheard_of",     "sched_unheard_of", "__pthread_unheard_of",
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        char problem[512];
        snprintf(problem, sizeof problem,
                 "%s is a thread function that sley does not know; it would run uncontrolled",
                 symbols[i]);
        check_reference(symbols[i]);
        assert_problem(problem);
    }
}

static void
a_defined_function_may_have_the_name_of_a_thread_function(void **state)
{
    (void)state;
    compile_and_check("int sched_own(int *value) { return ++*value; }\n", "-fsanitize=thread",
                      NULL);
    assert_clean();
}

static void
a_symbol_that_only_contains_a_known_name_is_no_problem(void **state)
{
    (void)state;
    check_reference("my_pthread_mutex_lock");
    assert_clean();
}

static void
every_problem_of_an_object_has_its_line(void **state)
{
    (void)state;
    compile_and_check("int pthread_mutex_lock(void *mutex);\n"
                      "_Thread_local int counter;\n"
                      "int next(void *mutex) { return pthread_mutex_lock(mutex) + ++counter; }\n",
                      NULL, NULL);
    assert_int_equal(result.problem_count, 3);
    assert_non_null(strstr(result.lines, ": counter is native thread-local storage"));
    assert_non_null(strstr(result.lines, ": pthread_mutex_lock would reach libc"));
    assert_non_null(strstr(result.lines, "(next is uninstrumented)"));
}

static void
bitcode_is_named_as_link_time_optimisation(void **state)
{
    (void)state;
    static const char problem[] =
        "holds code for link-time optimisation, which cannot be redirected; compile with -fno-lto";
    write_file(object_path, "BC\xc0\xde....", 8);
    check(object_path);
    assert_problem(problem);
    write_file(object_path, "\xde\xc0\x17\x0b....", 8);
    check(object_path);
    assert_problem(problem);
    compile_and_check("__asm__(\".section .gnu.lto_.opts\\n.zero 8\\n.text\\n\");\n" FUNCTION,
                      "-fsanitize=thread", NULL);
    assert_problem(problem);
}

static void
a_file_that_is_not_elf_is_named(void **state)
{
    (void)state;
    static const char problem[] =
        "is not an ELF file; a relocatable object (compile with -c) is needed";
    write_file(object_path, "int text;\n", 10);
    check(object_path);
    assert_problem(problem);
    write_file(object_path, "", 0);
    check(object_path);
    assert_problem(problem);
}

static void
an_archive_is_named(void **state)
{
    (void)state;
    write_file(object_path, "!<arch>\n", 8);
    check(object_path);
    assert_problem("is an archive, not a relocatable object; name its members instead");
}

static void
a_linked_program_is_named(void **state)
{
    (void)state;
    check("/proc/self/exe");
    assert_problem_of("/proc/self/exe",
                      "is linked already, not a relocatable object; compile with -c");
}

static void
a_file_that_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    check("no/such/object.o");
    assert_int_equal(result.status, SLEY_ERROR_IO);
    assert_string_equal(result.error.text,
                        "cannot open 'no/such/object.o': No such file or directory");
    assert_clean();
    check(directory);
    assert_int_equal(result.status, SLEY_ERROR_IO);
    assert_non_null(strstr(result.error.text, "Is a directory"));
    assert_clean();
}

static void
a_cut_object_never_passes(void **state)
{
    (void)state;
    compile(FUNCTION, "-fsanitize=thread", NULL);
    FILE *file = fopen(object_path, "rb");
    assert_non_null(file);
    static char bytes[1 << 20];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_in_range(size, 1, sizeof bytes - 1);
    for (size_t cut = 0; cut < size; cut += 16) {
        write_file(object_path, bytes, cut);
        check(object_path);
        assert_true(result.status == SLEY_ERROR_IO || result.problem_count > 0);
    }
}

static int
make_directory(void **state)
{
    (void)state;
    if (!mkdtemp(directory)) {
        return -1;
    }
    snprintf(source_path, sizeof source_path, "%s/code.c", directory);
    snprintf(object_path, sizeof object_path, "%s/code.o", directory);
    return 0;
}

static int
remove_directory(void **state)
{
    (void)state;
    unlink(source_path);
    unlink(object_path);
    return rmdir(directory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_instrumented_and_redirected_object_has_no_problem),
        cmocka_unit_test(a_function_without_memory_access_counts_as_instrumented),
        cmocka_unit_test(an_object_without_code_needs_no_instrumentation),
        cmocka_unit_test(an_uninstrumented_object_is_named_with_its_first_function),
        cmocka_unit_test(a_function_in_a_section_of_its_own_is_seen_as_code),
        cmocka_unit_test(native_thread_local_storage_is_named),
        cmocka_unit_test(native_thread_local_storage_of_another_object_is_named),
        cmocka_unit_test(a_thread_local_section_without_symbols_is_named),
        cmocka_unit_test(emulated_thread_local_storage_is_redirected_like_a_function),
        cmocka_unit_test(an_unredirected_lock_is_named),
        cmocka_unit_test(an_unredirected_versioned_symbol_is_named),
        cmocka_unit_test(every_symbol_of_the_redirect_list_is_named_once),
        cmocka_unit_test(a_refused_symbol_is_named_with_the_reason),
        cmocka_unit_test(an_unknown_thread_function_is_named),
        cmocka_unit_test(a_defined_function_may_have_the_name_of_a_thread_function),
        cmocka_unit_test(a_symbol_that_only_contains_a_known_name_is_no_problem),
        cmocka_unit_test(every_problem_of_an_object_has_its_line),
        cmocka_unit_test(bitcode_is_named_as_link_time_optimisation),
        cmocka_unit_test(a_file_that_is_not_elf_is_named),
        cmocka_unit_test(an_archive_is_named),
        cmocka_unit_test(a_linked_program_is_named),
        cmocka_unit_test(a_file_that_cannot_be_read_is_an_error),
        cmocka_unit_test(a_cut_object_never_passes),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
