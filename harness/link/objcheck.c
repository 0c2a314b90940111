#include "link/objcheck.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One object while it is checked. */
struct check {
    const char *path;
    void (*report)(void *context, const char *line);
    void *context;
    unsigned *problem_count;
    struct sley_error *error;
    Elf *elf;
    Elf_Data *symbols;          /* of SHT_SYMTAB, NULL without one */
    Elf_Data *symbol_sections;  /* of SHT_SYMTAB_SHNDX, NULL in an object with few sections */
    size_t symbol_names;        /* index of the string section of symbols */
    const char *tls_section;    /* name of a non-empty SHF_TLS section, NULL without one */
    bool lto;                   /* the linker would take intermediate code instead of this code */
    bool tls_reported;          /* a symbol was named for tls_section */
    bool instrumented;          /* a __tsan_ callback is referenced */
    const char *first_function; /* in an executable section, NULL without one */
};

static const char *const redirected[] = {
#define SLEY_REDIRECT(name) #name,
#include "descriptor/redirect.def"
#define SLEY_REDIRECT_AS(name, other) #name,
#include "instrument/redirect.def"
#include "pthread/redirect.def"
#undef SLEY_REDIRECT
#undef SLEY_REDIRECT_AS
};

static const struct {
    const char *name;
    const char *reason;
} refused[] = {
#define SLEY_REFUSE(name, reason) {#name, reason},
#include "pthread/refuse.def"
#undef SLEY_REFUSE
};

static const char *const allowed[] = {
#define SLEY_ALLOW(name) #name,
#include "pthread/allow.def"
#undef SLEY_ALLOW
};

/* The name spaces of POSIX and C11 threads. */
static const char *const thread_prefixes[] = {
    "pthread", "sem_", "mtx_", "cnd_", "thrd_", "tss_", "sched_",
};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static bool
starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Compares a symbol's name, which may carry a version (name@VERSION), with a function's name. */
static bool
is_named(const char *symbol, const char *name)
{
    size_t length = strcspn(symbol, "@");
    return strlen(name) == length && memcmp(symbol, name, length) == 0;
}

__attribute__((format(printf, 2, 3))) static void
add_problem(struct check *check, const char *format, ...)
{
    /* Room for the longest path that open accepts and a symbol of the same length. */
    char line[2 * PATH_MAX];
    int length = snprintf(line, sizeof line, "%s: ", check->path);
    if (length >= 0 && (size_t)length < sizeof line) {
        va_list args;
        va_start(args, format);
        vsnprintf(line + length, sizeof line - (size_t)length, format, args);
        va_end(args);
    }
    ++*check->problem_count;
    check->report(check->context, line);
}

static enum sley_status
damaged(struct check *check)
{
    int code = elf_errno();
    return sley_error_set(check->error, SLEY_ERROR_IO,
                          "'%s' is a damaged ELF file (%s); compile it again", check->path,
                          code ? elf_errmsg(code) : "cut short");
}

static bool
is_thread_function(const char *symbol)
{
    /* Inline functions of the headers call internal entry points, such as
     * __pthread_register_cancel behind pthread_cleanup_push. */
    if (starts_with(symbol + strspn(symbol, "_"), "pthread")) {
        return true;
    }
    for (size_t i = 0; i < LENGTH(thread_prefixes); i++) {
        if (starts_with(symbol, thread_prefixes[i])) {
            return true;
        }
    }
    return false;
}

static void
check_undefined(struct check *check, const char *symbol)
{
    check->instrumented |= starts_with(symbol, "__tsan_");
    for (size_t i = 0; i < LENGTH(redirected); i++) {
        if (is_named(symbol, redirected[i])) {
            add_problem(check,
                        "%s would reach libc; it must be redirected (objcopy --redefine-syms)",
                        symbol);
            return;
        }
    }
    for (size_t i = 0; i < LENGTH(refused); i++) {
        if (is_named(symbol, refused[i].name)) {
            add_problem(check, "%s is not supported: %s", symbol, refused[i].reason);
            return;
        }
    }
    for (size_t i = 0; i < LENGTH(allowed); i++) {
        if (is_named(symbol, allowed[i])) {
            return;
        }
    }
    if (is_thread_function(symbol)) {
        add_problem(check,
                    "%s is a thread function that sley does not know; it would run uncontrolled",
                    symbol);
    }
}

static void
add_tls_problem(struct check *check, const char *symbol)
{
    check->tls_reported = true;
    add_problem(check,
                "%s is native thread-local storage, which all tasks would share; "
                "compile with clang -femulated-tls",
                symbol);
}

/* Is the section with this index code that takes up room? */
static bool
is_code(struct check *check, size_t section_index)
{
    GElf_Shdr header;
    return gelf_getshdr(elf_getscn(check->elf, section_index), &header) &&
           (header.sh_flags & SHF_EXECINSTR) && header.sh_size > 0;
}

static enum sley_status
check_symbol(struct check *check, int symbol_index)
{
    GElf_Sym symbol;
    Elf32_Word extended = 0;
    if (!gelf_getsymshndx(check->symbols, check->symbol_sections, symbol_index, &symbol,
                          &extended)) {
        return damaged(check);
    }
    const char *name = elf_strptr(check->elf, check->symbol_names, symbol.st_name);
    if (!name) {
        return damaged(check);
    }
    if (GELF_ST_TYPE(symbol.st_info) == STT_TLS) {
        add_tls_problem(check, name);
    } else if (symbol.st_shndx == SHN_UNDEF) {
        check_undefined(check, name);
    } else if (GELF_ST_TYPE(symbol.st_info) == STT_FUNC && !check->first_function) {
        size_t section_index = symbol.st_shndx == SHN_XINDEX ? extended : symbol.st_shndx;
        if (is_code(check, section_index)) {
            check->first_function = name;
        }
    }
    return SLEY_OK;
}

static enum sley_status
check_symbols(struct check *check)
{
    size_t symbol_size = gelf_fsize(check->elf, ELF_T_SYM, 1, EV_CURRENT);
    size_t symbol_count = check->symbols ? check->symbols->d_size / symbol_size : 0;
    for (size_t i = 0; i < symbol_count; i++) {
        enum sley_status status = check_symbol(check, (int)i);
        if (status != SLEY_OK) {
            return status;
        }
    }
    if (check->tls_section && !check->tls_reported) {
        add_tls_problem(check, check->tls_section);
    }
    if (check->first_function && !check->instrumented) {
        add_problem(check,
                    "no __tsan_ callback is referenced (%s is uninstrumented); "
                    "compile with -fsanitize=thread",
                    check->first_function);
    }
    return SLEY_OK;
}

static enum sley_status
scan_section(struct check *check, Elf_Scn *section, size_t section_names)
{
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header)) {
        return damaged(check);
    }
    const char *name = elf_strptr(check->elf, section_names, header.sh_name);
    if (!name) {
        return damaged(check);
    }
    if (starts_with(name, ".gnu.lto_") || strcmp(name, ".llvm.lto") == 0) {
        check->lto = true;
    }
    if ((header.sh_flags & SHF_TLS) && header.sh_size > 0) {
        check->tls_section = name;
    }
    if (header.sh_type == SHT_SYMTAB) {
        check->symbols = elf_getdata(section, NULL);
        check->symbol_names = header.sh_link;
        return check->symbols ? SLEY_OK : damaged(check);
    }
    if (header.sh_type == SHT_SYMTAB_SHNDX) {
        check->symbol_sections = elf_getdata(section, NULL);
        return check->symbol_sections ? SLEY_OK : damaged(check);
    }
    return SLEY_OK;
}

static enum sley_status
scan_sections(struct check *check)
{
    size_t section_names = 0;
    if (elf_getshdrstrndx(check->elf, &section_names) != 0) {
        return damaged(check);
    }
    /* libelf shows no sections at all where their table lies behind the end of the file. */
    Elf_Scn *section = elf_nextscn(check->elf, NULL);
    if (!section) {
        return damaged(check);
    }
    for (; section; section = elf_nextscn(check->elf, section)) {
        enum sley_status status = scan_section(check, section, section_names);
        if (status != SLEY_OK) {
            return status;
        }
    }
    return SLEY_OK;
}

static void
add_lto_problem(struct check *check)
{
    add_problem(check, "holds code for link-time optimisation, which cannot be redirected; "
                       "compile with -fno-lto");
}

static enum sley_status
check_elf(struct check *check)
{
    GElf_Ehdr header;
    if (!gelf_getehdr(check->elf, &header)) {
        return damaged(check);
    }
    if (header.e_type != ET_REL) {
        add_problem(check, "is linked already, not a relocatable object; compile with -c");
        return SLEY_OK;
    }
    enum sley_status status = scan_sections(check);
    if (status != SLEY_OK) {
        return status;
    }
    if (check->lto) {
        add_lto_problem(check);
        return SLEY_OK;
    }
    return check_symbols(check);
}

/* Is this the beginning of LLVM bitcode, bare or in its wrapper? */
static bool
is_bitcode(const unsigned char magic[4])
{
    return memcmp(magic, "BC\xc0\xde", 4) == 0 || memcmp(magic, "\xde\xc0\x17\x0b", 4) == 0;
}

static enum sley_status
check_file(struct check *check, int file)
{
    unsigned char magic[4] = {0};
    if (pread(file, magic, sizeof magic, 0) < 0) {
        return sley_error_set(check->error, SLEY_ERROR_IO, "cannot read '%s': %s", check->path,
                              strerror(errno));
    }
    if (is_bitcode(magic)) {
        add_lto_problem(check);
        return SLEY_OK;
    }
    check->elf = elf_begin(file, ELF_C_READ, NULL);
    if (!check->elf) {
        return damaged(check);
    }
    enum sley_status status = SLEY_OK;
    switch (elf_kind(check->elf)) {
    case ELF_K_ELF:
        status = check_elf(check);
        break;
    case ELF_K_AR:
        add_problem(check, "is an archive, not a relocatable object; name its members instead");
        break;
    case ELF_K_NONE:
    case ELF_K_COFF:
    case ELF_K_NUM:
    default:
        add_problem(check, "is not an ELF file; a relocatable object (compile with -c) is needed");
        break;
    }
    elf_end(check->elf);
    return status;
}

enum sley_status
sley_objcheck(const char *path, void (*report)(void *context, const char *line), void *context,
              unsigned *problem_count, struct sley_error *error)
{
    *problem_count = 0;
    if (elf_version(EV_CURRENT) == EV_NONE) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "libelf is too old: %s", elf_errmsg(-1));
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot open '%s': %s", path, strerror(errno));
    }
    struct check check = {
        .path = path,
        .report = report,
        .context = context,
        .problem_count = problem_count,
        .error = error,
    };
    enum sley_status status = check_file(&check, file);
    close(file);
    return status;
}
