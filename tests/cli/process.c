#include "tests/cli/process.h"

#include <dirent.h>
#include <ftw.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Everything from the place of file to its end, with a NUL behind it. */
static char *
read_rest(FILE *file)
{
    size_t size = 0, capacity = 4096;
    char *text = malloc(capacity);
    for (size_t got = 1; text && got > 0; size += got) {
        if (capacity - size < 2) {
            capacity *= 2;
            char *larger = realloc(text, capacity);
            if (!larger) {
                free(text);
                return NULL;
            }
            text = larger;
        }
        got = fread(text + size, 1, capacity - size - 1, file);
    }
    if (text) {
        text[size] = '\0';
    }
    return text;
}

static int
spawn(struct sley_process *process, const char *directory, const char *command)
{
    int pair[2];
    process->err = tmpfile();
    if (!process->err || pipe(pair) != 0) {
        return -1;
    }
    process->out = fdopen(pair[0], "r");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, directory);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
    posix_spawn_file_actions_adddup2(&actions, fileno(process->err), STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pair[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, pair[0]);
    posix_spawn_file_actions_addclose(&actions, pair[1]);
    char *argv[] = {"sh", "-c", (char *)(uintptr_t)command, NULL};
    int failed = posix_spawn(&process->pid, "/bin/sh", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pair[1]);
    return process->out && !failed ? 0 : -1;
}

int
sley_process_start(struct sley_process *process, const char *directory, const char *arguments)
{
    char *command = malloc(strlen(arguments) + sizeof SLEY_EXECUTABLE + 16);
    if (!command) {
        return -1;
    }
    /* exec: the process that a test kills is sley itself. */
    sprintf(command, "exec %s %s", SLEY_EXECUTABLE, arguments);
    int failed = spawn(process, directory, command);
    free(command);
    return failed;
}

int
sley_process_wait(struct sley_process *process, struct sley_ended *ended)
{
    int status;
    ended->out = read_rest(process->out);
    if (waitpid(process->pid, &status, 0) != process->pid) {
        return -1;
    }
    rewind(process->err);
    ended->err = read_rest(process->err);
    ended->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    fclose(process->out);
    fclose(process->err);
    return ended->out && ended->err ? 0 : -1;
}

int
sley_process_run(struct sley_ended *ended, const char *directory, const char *arguments)
{
    struct sley_process process;
    return sley_process_start(&process, directory, arguments) == 0
               ? sley_process_wait(&process, ended)
               : -1;
}

int
sley_process_paste(struct sley_ended *ended, const char *directory, const char *command)
{
    struct sley_process process;
    return spawn(&process, directory, command) == 0 ? sley_process_wait(&process, ended) : -1;
}

void
sley_ended_deinit(struct sley_ended *ended)
{
    free(ended->out);
    free(ended->err);
}

char *
sley_directory_create(void)
{
    const char *parent = getenv("TMPDIR");
    char path[512];
    snprintf(path, sizeof path, "%s/sley-cli-XXXXXX", parent && parent[0] ? parent : "/tmp");
    return mkdtemp(path) ? strdup(path) : NULL;
}

static int
remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

void
sley_directory_destroy(char *directory)
{
    if (directory) {
        nftw(directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    }
    free(directory);
}

int
sley_directory_count(const char *directory)
{
    DIR *entries = opendir(directory);
    int count = -2; /* . and .. */
    if (!entries) {
        return -1;
    }
    while (readdir(entries)) {
        count++;
    }
    closedir(entries);
    return count;
}

char *
sley_file_text(const char *directory, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "r");
    if (!file) {
        return strdup("");
    }
    char *text = read_rest(file);
    fclose(file);
    return text;
}

json_t *
sley_json_lines(const char *text)
{
    json_t *lines = json_array();
    while (lines && *text != '\0') {
        size_t length = strcspn(text, "\n");
        json_t *line = text[length] == '\n' ? json_loadb(text, length, 0, NULL) : NULL;
        if (!json_is_object(line)) {
            json_decref(line);
            json_decref(lines);
            return NULL;
        }
        json_array_append_new(lines, line);
        text += length + 1;
    }
    return lines;
}

const char *
sley_json_text(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text ? text : "";
}

char *sley_test_directory;

int
sley_test_begin(void **state)
{
    (void)state;
    sley_test_directory = sley_directory_create();
    return sley_test_directory ? 0 : -1;
}

int
sley_test_end(void **state)
{
    (void)state;
    sley_directory_destroy(sley_test_directory);
    return 0;
}
