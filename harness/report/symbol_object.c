#include "symbol_object.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name under construction: grows within the caller's storage and is cut at its end. */
struct name {
    char *text;
    size_t text_size;
};

__attribute__((format(printf, 2, 3))) static void
append(struct name *name, const char *format, ...)
{
    size_t length = strlen(name->text);
    va_list args;
    va_start(args, format);
    vsnprintf(name->text + length, name->text_size - length, format, args);
    va_end(args);
}

/* Fills type with the type of die (a variable, member, array or typedef), without typedefs and
 * qualifiers, and size with its bytes. Returns false if there is none or it is incomplete. */
static bool
find_type(Dwarf_Die *die, Dwarf_Die *type, size_t *size)
{
    Dwarf_Attribute attribute;
    Dwarf_Die declared;
    Dwarf_Word bytes = 0;
    if (!dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), &declared) ||
        dwarf_peel_type(&declared, type) != 0 || dwarf_aggregate_size(type, &bytes) != 0) {
        return false;
    }
    *size = bytes;
    return bytes > 0;
}

/* Fills address (as in the file) of a variable whose whole location is one fixed address. */
static bool
find_address(Dwarf_Die *variable, Dwarf_Addr *address)
{
    Dwarf_Attribute location;
    Dwarf_Attribute indirect;
    Dwarf_Op *ops = NULL;
    size_t op_count = 0;
    if (!dwarf_attr(variable, DW_AT_location, &location) ||
        dwarf_getlocation(&location, &ops, &op_count) != 0 || op_count != 1) {
        return false;
    }
    if (ops[0].atom == DW_OP_addr) {
        *address = ops[0].number;
        return true;
    }
    /* DWARF 5 keeps the address in a table of its own and an index here. */
    return ops[0].atom == DW_OP_addrx &&
           dwarf_getlocation_attr(&location, &ops[0], &indirect) == 0 &&
           dwarf_formaddr(&indirect, address) == 0;
}

static bool
add_variable(struct sley_variable_table *table, Dwarf_Die *die, Dwarf_Addr bias)
{
    Dwarf_Addr address = 0;
    Dwarf_Die type;
    size_t size = 0;
    if (!find_address(die, &address) || !dwarf_diename(die) || !find_type(die, &type, &size)) {
        return true;
    }
    if (table->variable_count == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 256;
        struct sley_variable *grown =
            realloc(table->variables, capacity * sizeof *table->variables);
        if (!grown) {
            return false;
        }
        table->variables = grown;
        table->capacity = capacity;
    }
    table->variables[table->variable_count++] =
        (struct sley_variable){.address = address + bias, .size = size, .die = *die};
    return true;
}

/* Adds the variables below die, those of functions and their blocks included. Returns false
 * without memory. The recursion is as deep as blocks are nested in the source. */
static bool
add_variables(struct sley_variable_table *table, Dwarf_Die *die, Dwarf_Addr bias)
{
    Dwarf_Die child;
    bool added = true;
    for (int left = dwarf_child(die, &child); left == 0 && added;
         left = dwarf_siblingof(&child, &child)) {
        switch (dwarf_tag(&child)) {
        case DW_TAG_variable:
            added = add_variable(table, &child, bias);
            break;
        case DW_TAG_subprogram:
        case DW_TAG_inlined_subroutine:
        case DW_TAG_lexical_block:
            added = add_variables(table, &child, bias);
            break;
        default:
            break;
        }
    }
    return added;
}

static int
compare_variables(const void *left, const void *right)
{
    const struct sley_variable *a = left;
    const struct sley_variable *b = right;
    return a->address < b->address ? -1 : a->address > b->address;
}

/* Adds the variables of module unless an earlier call did, which the module's own user pointer
 * remembers. Without memory, what was added so far stays and the rest is named by ELF symbols. */
static void
add_module(struct sley_variable_table *table, Dwfl_Module *module)
{
    void **mark = NULL;
    dwfl_module_info(module, &mark, NULL, NULL, NULL, NULL, NULL, NULL);
    if (*mark) {
        return;
    }
    *mark = table;
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = NULL;
    while ((unit = dwfl_module_nextcu(module, unit, &bias))) {
        if (!add_variables(table, unit, bias)) {
            break;
        }
    }
    if (table->variable_count > 0) {
        qsort(table->variables, table->variable_count, sizeof *table->variables, compare_variables);
    }
}

static struct sley_variable *
find_variable(struct sley_variable_table *table, uintptr_t address)
{
    size_t low = 0;
    size_t high = table->variable_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct sley_variable *variable = &table->variables[middle];
        if (address < variable->address) {
            high = middle;
        } else if (address - variable->address >= variable->size) {
            low = middle + 1;
        } else {
            return variable;
        }
    }
    return NULL;
}

/* Elements of one dimension (a DW_TAG_subrange_type); 0 if the debug information has no number. */
static size_t
find_element_count(Dwarf_Die *dimension)
{
    Dwarf_Attribute attribute;
    Dwarf_Word number = 0;
    if (dwarf_formudata(dwarf_attr(dimension, DW_AT_count, &attribute), &number) == 0) {
        return number;
    }
    if (dwarf_formudata(dwarf_attr(dimension, DW_AT_upper_bound, &attribute), &number) == 0) {
        return number + 1;
    }
    return 0;
}

/* Steps from an array to the element, or the row of a dimension, that holds [offset, offset +
 * size), as far as there is one. Returns true, with type and type_size the element's, if it got
 * to an element; otherwise offset counts from the innermost row that was named. */
static bool
enter_array(Dwarf_Die *type, size_t *type_size, size_t *offset, size_t size, struct name *name)
{
    Dwarf_Die element;
    Dwarf_Die dimension;
    size_t element_size = 0;
    size_t row_size = *type_size;
    if (!find_type(type, &element, &element_size)) {
        return false;
    }
    for (int left = dwarf_child(type, &dimension); left == 0;
         left = dwarf_siblingof(&dimension, &dimension)) {
        if (dwarf_tag(&dimension) != DW_TAG_subrange_type) {
            continue;
        }
        size_t count = find_element_count(&dimension);
        row_size = count ? row_size / count : element_size;
        if (row_size == 0 || size > row_size - *offset % row_size) {
            return false;
        }
        append(name, "[%zu]", *offset / row_size);
        *offset %= row_size;
    }
    *type = element;
    *type_size = element_size;
    return true;
}

/* Steps from a struct or union to the first member that holds [offset, offset + size); offset
 * then counts from that member. Returns false and changes nothing if there is none. */
static bool
enter_member(Dwarf_Die *type, size_t *type_size, size_t *offset, size_t size, struct name *name)
{
    if (dwarf_tag(type) == DW_TAG_union_type && size == *type_size) {
        return false;
    }
    Dwarf_Die member;
    for (int left = dwarf_child(type, &member); left == 0;
         left = dwarf_siblingof(&member, &member)) {
        Dwarf_Attribute attribute;
        Dwarf_Word start = 0;
        Dwarf_Die member_type;
        size_t member_size = 0;
        /* A union's members have no DW_AT_data_member_location: start stays 0. */
        dwarf_formudata(dwarf_attr(&member, DW_AT_data_member_location, &attribute), &start);
        if (dwarf_tag(&member) != DW_TAG_member || dwarf_hasattr(&member, DW_AT_bit_size) ||
            dwarf_hasattr(&member, DW_AT_data_bit_offset) ||
            !find_type(&member, &member_type, &member_size) || *offset < start ||
            *offset - start >= member_size || size > member_size - (*offset - start)) {
            continue;
        }
        /* The members of an anonymous struct or union are named as the outer one's. */
        const char *member_name = dwarf_diename(&member);
        if (member_name) {
            append(name, ".%s", member_name);
        }
        *offset -= start;
        *type = member_type;
        *type_size = member_size;
        return true;
    }
    return false;
}

static void
name_part(struct sley_variable *variable, size_t offset, size_t size, struct name *name)
{
    Dwarf_Die type;
    size_t type_size = 0;
    append(name, "%s", dwarf_diename(&variable->die));
    bool entered = find_type(&variable->die, &type, &type_size);
    while (entered) {
        int tag = dwarf_tag(&type);
        if (tag == DW_TAG_array_type) {
            entered = enter_array(&type, &type_size, &offset, size, name);
        } else if (tag == DW_TAG_structure_type || tag == DW_TAG_union_type) {
            entered = enter_member(&type, &type_size, &offset, size, name);
        } else {
            entered = false;
        }
    }
    if (offset > 0) {
        append(name, "+%zu", offset);
    }
}

bool
sley_variable_table_name(struct sley_variable_table *table, Dwfl *dwfl, uintptr_t address,
                         size_t size, char *text, size_t text_size)
{
    if (text_size == 0) {
        return false;
    }
    text[0] = '\0';
    struct name name = {text, text_size};
    Dwfl_Module *module = dwfl_addrmodule(dwfl, address);
    if (!module) {
        return false;
    }
    add_module(table, module);
    struct sley_variable *variable = find_variable(table, address);
    if (variable) {
        name_part(variable, address - variable->address, size ? size : 1, &name);
        return true;
    }
    GElf_Off offset = 0;
    GElf_Sym symbol;
    const char *found = dwfl_module_addrinfo(module, address, &offset, &symbol, NULL, NULL, NULL);
    if (!found || GELF_ST_TYPE(symbol.st_info) != STT_OBJECT || offset >= symbol.st_size) {
        return false;
    }
    append(&name, "%.*s", (int)strcspn(found, "@"), found); /* without "@GLIBC_2.2.5" */
    if (offset > 0) {
        append(&name, "+%zu", (size_t)offset);
    }
    return true;
}

void
sley_variable_table_deinit(struct sley_variable_table *table)
{
    free(table->variables);
    *table = (struct sley_variable_table){0};
}
