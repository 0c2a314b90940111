#include "symbol.h"
#include "symbol_object.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <link.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

enum { PLACE_CACHE_BITS = 10 };

/* A slot of a direct-mapped cache: a pc that maps to an occupied slot takes it over. */
struct place_slot {
    uintptr_t pc; /* 0: empty */
    bool known;   /* what sley_symbolizer_place returns for pc */
    struct sley_place place;
};

struct sley_symbolizer {
    Dwfl *dwfl;                           /* owned; owns all strings handed out; NULL: closed */
    Dwfl_Module *executable;              /* borrowed from dwfl */
    struct sley_variable_table variables; /* filled module by module as lookups need them */
    struct place_slot places[1u << PLACE_CACHE_BITS];
};

struct global {
    const char *name;
    uintptr_t address;
    size_t size;
};

/* dwfl_standard_find_debuginfo is not used because it may ask a server. */
static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_build_id_find_debuginfo,
};

/* dl_iterate_phdr names the executable first, with an empty path. Reporting by program headers
 * and not by /proc/self/maps counts a large .bss, an anonymous mapping, as part of its module. An
 * object without a file, as the vdso, is skipped. */
static int
report_object(struct dl_phdr_info *info, size_t info_size, void *context)
{
    (void)info_size;
    struct sley_symbolizer *symbolizer = context;
    if (!symbolizer->executable) {
        symbolizer->executable = dwfl_report_elf(symbolizer->dwfl, "executable", "/proc/self/exe",
                                                 -1, info->dlpi_addr, true);
        return symbolizer->executable ? 0 : 1;
    }
    if (info->dlpi_name && info->dlpi_name[0] == '/') {
        dwfl_report_elf(symbolizer->dwfl, info->dlpi_name, info->dlpi_name, -1, info->dlpi_addr,
                        true);
    }
    return 0;
}

static enum sley_status
open_files(struct sley_symbolizer *symbolizer, struct sley_error *error)
{
    if (symbolizer->dwfl) {
        return SLEY_OK;
    }
    symbolizer->dwfl = dwfl_begin(&callbacks);
    if (!symbolizer->dwfl) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "symbolizer: libdwfl cannot start: %s",
                              dwfl_errmsg(-1));
    }
    dwfl_report_begin(symbolizer->dwfl);
    int stopped = dl_iterate_phdr(report_object, symbolizer);
    if (stopped || !symbolizer->executable || dwfl_report_end(symbolizer->dwfl, NULL, NULL)) {
        sley_error_set(error, SLEY_ERROR_IO,
                       "symbolizer: /proc/self/exe is not readable as ELF: %s", dwfl_errmsg(-1));
        sley_symbolizer_close(symbolizer);
        return SLEY_ERROR_IO;
    }
    return SLEY_OK;
}

enum sley_status
sley_symbolizer_create(struct sley_symbolizer **symbolizer, struct sley_error *error)
{
    *symbolizer = calloc(1, sizeof **symbolizer);
    if (!*symbolizer) {
        return sley_error_set(error, SLEY_ERROR_SYSTEM, "symbolizer: no memory for %zu bytes",
                              sizeof **symbolizer);
    }
    enum sley_status status = open_files(*symbolizer, error);
    if (status != SLEY_OK) {
        sley_symbolizer_destroy(*symbolizer);
        *symbolizer = NULL;
    }
    return status;
}

void
sley_symbolizer_close(struct sley_symbolizer *symbolizer)
{
    sley_variable_table_deinit(&symbolizer->variables);
    if (symbolizer->dwfl) {
        dwfl_end(symbolizer->dwfl);
    }
    *symbolizer = (struct sley_symbolizer){0};
    malloc_trim(0);
}

void
sley_symbolizer_destroy(struct sley_symbolizer *symbolizer)
{
    if (symbolizer) {
        sley_symbolizer_close(symbolizer);
        free(symbolizer);
    }
}

/* dwfl_module_addrdie would need .debug_aranges, which clang does not write. */
static Dwarf_Die *
find_unit(Dwfl_Module *module, uintptr_t pc, Dwarf_Addr *bias)
{
    Dwarf_Die *unit = NULL;
    while ((unit = dwfl_module_nextcu(module, unit, bias))) {
        if (dwarf_haspc(unit, pc - *bias) == 1) {
            return unit;
        }
    }
    return NULL;
}

/* Name of the innermost function of unit at pc (in the file's own addresses), or NULL. */
static const char *
find_function(Dwarf_Die *unit, Dwarf_Addr pc)
{
    Dwarf_Die *scopes = NULL;
    int scope_count = dwarf_getscopes(unit, pc, &scopes);
    const char *name = NULL;
    for (int i = 0; i < scope_count && !name; i++) {
        int tag = dwarf_tag(&scopes[i]);
        if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine) {
            name = dwarf_diename(&scopes[i]);
        }
    }
    free(scopes);
    return name;
}

/* Fills file and line of place from unit's line table for pc; both pc and function_start are in
 * the file's own addresses. Rows with line 0 are code that the compiler did not attribute: the
 * search goes back over them, but not out of the function. */
static void
find_line(Dwarf_Die *unit, Dwarf_Addr pc, Dwarf_Addr function_start, struct sley_place *place)
{
    int line = 0;
    Dwarf_Line *row = dwarf_getsrc_die(unit, pc);
    while (row && dwarf_lineno(row, &line) == 0 && line == 0) {
        Dwarf_Addr row_start = 0;
        if (dwarf_lineaddr(row, &row_start) != 0 || row_start <= function_start) {
            return;
        }
        row = dwarf_getsrc_die(unit, row_start - 1);
    }
    const char *file = row ? dwarf_linesrc(row, NULL, NULL) : NULL;
    if (file && line > 0) {
        place->file = file;
        place->line = (unsigned)line;
    }
}

/* Name of the function in the ELF symbol table that contains pc and pc's offset from its start,
 * or NULL and 0. libdwfl also offers the nearest symbol before pc, which is no answer. */
static const char *
find_symbol(Dwfl_Module *module, uintptr_t pc, GElf_Off *offset)
{
    GElf_Sym symbol;
    const char *name = dwfl_module_addrinfo(module, pc, offset, &symbol, NULL, NULL, NULL);
    if (name && GELF_ST_TYPE(symbol.st_info) == STT_FUNC &&
        (symbol.st_size == 0 || *offset < symbol.st_size)) {
        return name;
    }
    *offset = 0;
    return NULL;
}

static bool
find_place(Dwfl *dwfl, uintptr_t pc, struct sley_place *place)
{
    Dwfl_Module *module = dwfl_addrmodule(dwfl, pc);
    if (!module) {
        return false;
    }
    GElf_Off offset = 0;
    const char *function = find_symbol(module, pc, &offset);
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = find_unit(module, pc, &bias);
    if (unit) {
        const char *innermost = find_function(unit, pc - bias);
        function = innermost ? innermost : function;
        find_line(unit, pc - bias, pc - bias - offset, place);
    }
    if (function) {
        place->function = function;
    }
    return function || place->line;
}

bool
sley_symbolizer_place(struct sley_symbolizer *symbolizer, uintptr_t pc, struct sley_place *place)
{
    /* Fibonacci hashing: the high bits of the product depend on all bits of pc. */
    uint64_t hash = (uint64_t)pc * UINT64_C(0x9e3779b97f4a7c15);
    struct place_slot *slot = &symbolizer->places[hash >> (64 - PLACE_CACHE_BITS)];
    if (slot->pc != pc || pc == 0) {
        slot->pc = pc;
        slot->place = (struct sley_place){.function = "", .file = "", .line = 0};
        slot->known = open_files(symbolizer, NULL) == SLEY_OK &&
                      find_place(symbolizer->dwfl, pc, &slot->place);
    }
    *place = slot->place;
    return slot->known;
}

bool
sley_symbolizer_object(struct sley_symbolizer *symbolizer, uintptr_t address, size_t size,
                       char *text, size_t text_size)
{
    if (text_size > 0) {
        text[0] = '\0';
    }
    return open_files(symbolizer, NULL) == SLEY_OK &&
           sley_variable_table_name(&symbolizer->variables, symbolizer->dwfl, address, size, text,
                                    text_size);
}

static int
compare_globals(const void *left, const void *right)
{
    const struct global *a = left;
    const struct global *b = right;
    if (a->address != b->address) {
        return a->address < b->address ? -1 : 1;
    }
    return strcmp(a->name, b->name);
}

/* Fills globals[symbol_count] with the data symbols in [low, high); returns how many. */
static size_t
collect_globals(Dwfl_Module *module, int symbol_count, uintptr_t low, uintptr_t high,
                struct global *globals)
{
    size_t global_count = 0;
    for (int i = 0; i < symbol_count; i++) {
        GElf_Sym symbol;
        GElf_Addr address = 0;
        const char *name = dwfl_module_getsym_info(module, i, &symbol, &address, NULL, NULL, NULL);
        if (!name || GELF_ST_TYPE(symbol.st_info) != STT_OBJECT || symbol.st_size == 0 ||
            symbol.st_shndx == SHN_UNDEF) {
            continue;
        }
        if (address >= low && address < high && symbol.st_size <= high - address) {
            globals[global_count++] = (struct global){name, address, symbol.st_size};
        }
    }
    return global_count;
}

enum sley_status
sley_symbolizer_globals(struct sley_symbolizer *symbolizer, uintptr_t low, uintptr_t high,
                        void (*visit)(void *context, const char *name, uintptr_t address,
                                      size_t size),
                        void *context)
{
    int symbol_count = open_files(symbolizer, NULL) != SLEY_OK
                           ? -1
                           : dwfl_module_getsymtab(symbolizer->executable);
    if (symbol_count < 0) {
        return SLEY_ERROR_IO;
    }
    struct global *globals = calloc((size_t)symbol_count + 1, sizeof *globals);
    if (!globals) {
        return SLEY_ERROR_SYSTEM;
    }
    size_t global_count = collect_globals(symbolizer->executable, symbol_count, low, high, globals);
    qsort(globals, global_count, sizeof *globals, compare_globals);
    for (size_t i = 0; i < global_count; i++) {
        visit(context, globals[i].name, globals[i].address, globals[i].size);
    }
    free(globals);
    return SLEY_OK;
}
