#include "cc/shared.h"

#include "base/file_digest.h"
#include "cc/process.h"

#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sections of the library's file: the code, and a line for each word that its program's link needs.
 * A line that begins with '/' is the path of another such library. */
static const char object_section[] = ".sley_object";
static const char link_section[] = ".sley_link";

/* The bytes of the section of that name, for the caller to free; NULL: the file has none. */
static char *
section_read(const char *path, const char *name, size_t *size)
{
    char *bytes = NULL;
    size_t names;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return NULL;
    }
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
    GElf_Ehdr header;
    bool library = elf && elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header) &&
                   header.e_type == ET_DYN && elf_getshdrstrndx(elf, &names) == 0;
    for (Elf_Scn *scn = NULL; library && !bytes && (scn = elf_nextscn(elf, scn));) {
        GElf_Shdr section;
        if (!gelf_getshdr(scn, &section)) {
            break;
        }
        const char *found = elf_strptr(elf, names, section.sh_name);
        Elf_Data *data = found && strcmp(found, name) == 0 ? elf_rawdata(scn, NULL) : NULL;
        bytes = data && data->d_buf ? malloc(data->d_size + 1) : NULL;
        if (bytes) {
            memcpy(bytes, data->d_buf, data->d_size);
            bytes[data->d_size] = '\0';
            *size = data->d_size;
        }
    }
    elf_end(elf);
    close(fd);
    return bytes;
}

bool
sley_shared_is(const char *path)
{
    size_t size;
    char *bytes = section_read(path, object_section, &size);
    free(bytes);
    return bytes != NULL;
}

static const char *
work_file(struct sley_build *build, const char *name)
{
    return sley_words_join(&build->kept, build->work, name, "");
}

static int
write_file(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    bool written = file && fwrite(bytes, 1, size, file) == size;
    if (!file || fclose(file) != 0 || !written) {
        fprintf(stderr, "sley cc: cannot write '%s'\n", path);
        return 1;
    }
    return 0;
}

static int
run(const char *const *word, int count)
{
    struct sley_words words = {0};
    sley_words_add_all(&words, word, count);
    int code = sley_process_execute(&words);
    sley_words_deinit(&words);
    return code;
}

/* A file's section: section=file. */
static int
add_section(struct sley_build *build, const char *object, const char *section, const char *file)
{
    const char *const words[] = {SLEY_CC_OBJCOPY, "--add-section",
                                 sley_words_join(&build->kept, section, "=", file), object};
    return run(words, 4);
}

/* The words of the last link that a program's link needs as well: libraries and where they are. */
static int
write_words(struct sley_build *build, const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file) {
        fprintf(stderr, "sley cc: cannot write '%s'\n", path);
        return 1;
    }
    fprintf(file, "# what a program that is linked with it needs\n");
    for (int i = 0; i < build->rest.count; i++) {
        const char *word = build->rest.word[i];
        char *directory = strncmp(word, "-L", 2) == 0 ? realpath(word + 2, NULL) : NULL;
        if (directory) {
            fprintf(file, "-L%s\n", directory);
        } else if (strncmp(word, "-l", 2) == 0) {
            fprintf(file, "%s\n", word);
        }
        free(directory);
    }
    if (build->plus) {
        fprintf(file, "-lstdc++\n");
    }
    for (int i = 0; i < build->libraries.count; i++) {
        fprintf(file, "%s\n", build->libraries.word[i]);
    }
    return fclose(file) == 0 ? 0 : 1;
}

int
sley_shared_write(struct sley_build *build, const char *merged)
{
    const char *source = work_file(build, "/none.c");
    const char *stub = work_file(build, "/none.o");
    const char *words = work_file(build, "/words");
    const char *output = build->arguments.output ? build->arguments.output : "a.out";
    /* Hidden symbols end at the library; the others give way to those of the program and of
     * libraries before it, as they would to the dynamic linker. */
    const char *const bind[] = {SLEY_CC_OBJCOPY, "--localize-hidden", merged};
    const char *const weaken[] = {SLEY_CC_OBJCOPY, "--weaken", merged};
    const char *const compile[] = {build->compiler, "-x", "c", "-fPIC", "-c", source, "-o", stub};
    int code = run(bind, 3);
    code = code ? code : run(weaken, 3);
    code = code ? code : write_file(source, "", 0);
    code = code ? code : run(compile, 8);
    code = code ? code : write_words(build, words);
    code = code ? code : add_section(build, stub, object_section, merged);
    code = code ? code : add_section(build, stub, link_section, words);
    struct sley_words link = {0};
    const char *const first[] = {build->compiler, "-shared", "-o", output, stub};
    sley_words_add_all(&link, first, 5);
    sley_words_add_all(&link, build->rest.word, build->rest.count);
    code = code ? code : sley_process_execute(&link);
    sley_words_deinit(&link);
    return code;
}

static bool
is_taken(const struct sley_build *build, const char *path)
{
    for (int i = 0; i < build->libraries.count; i++) {
        if (strcmp(build->libraries.word[i], path) == 0) {
            return true;
        }
    }
    return false;
}

/* What the library was linked with. */
static int
take_words(struct sley_build *build, const struct sley_linker *linker, char *text)
{
    int code = 0;
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) && code == 0;) {
        if (line[0] == '/') {
            code = sley_shared_take(build, linker, line);
        } else if (line[0] == '-') {
            build->plus |= strcmp(line, "-lstdc++") == 0;
            sley_words_add(&build->rest, sley_words_join(&build->kept, line, "", ""));
        }
    }
    return code;
}

int
sley_shared_take(struct sley_build *build, const struct sley_linker *linker, const char *path)
{
    char *real = realpath(path, NULL);
    if (!real) {
        fprintf(stderr, "sley cc: cannot read '%s', which a library was linked with\n", path);
        return 1;
    }
    const char *library = sley_words_keep(&build->kept, real);
    if (is_taken(build, library)) {
        return 0;
    }
    sley_words_add(&build->libraries, library);
    if (build->arguments.shared) {
        return 0;
    }
    size_t size, words_size;
    char number[32];
    snprintf(number, sizeof number, "/library-%d.o", build->libraries.count);
    const char *object = work_file(build, number);
    char *bytes = section_read(library, object_section, &size);
    char *words = section_read(library, link_section, &words_size);
    int code = bytes ? write_file(object, bytes, size) : 1;
    if (!bytes) {
        fprintf(stderr, "sley cc: '%s' is not a library of sley cc any more\n", library);
    }
    if (code == 0) {
        sley_linker_merge(linker, build, object);
        sley_words_add(&build->objects, library);
        sley_words_add(&build->objects_at, object);
    }
    code = code || !words ? code : take_words(build, linker, words);
    free(bytes);
    free(words);
    return code;
}

int
sley_shared_note(struct sley_build *build, const char *object)
{
    const char *path = work_file(build, "/libraries");
    FILE *file = build->libraries.count ? fopen(path, "w") : NULL;
    for (int i = 0; i < build->libraries.count && file; i++) {
        fprintf(file, "%016" PRIx64 " %s", sley_file_digest(build->libraries.word[i]),
                build->libraries.word[i]);
        fputc('\0', file);
    }
    if (file && fclose(file) != 0) {
        return 1;
    }
    const char *const allocate[] = {SLEY_CC_OBJCOPY, "--set-section-flags",
                                    "sley_libraries=alloc,readonly,data,contents", object};
    int code = file ? add_section(build, object, "sley_libraries", path) : 0;
    return code || !file ? code : run(allocate, 4);
}
