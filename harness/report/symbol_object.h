/* Names of global variables by address, for symbol.c only. */
#ifndef SLEY_REPORT_SYMBOL_OBJECT_H
#define SLEY_REPORT_SYMBOL_OBJECT_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sley_variable {
    uintptr_t address; /* of its first byte in this process */
    size_t size;       /* bytes, above 0 */
    Dwarf_Die die;     /* its DW_TAG_variable; borrowed from the module's debug information */
};

/* The variables of every module that was asked for so far; all zero is empty. */
struct sley_variable_table {
    struct sley_variable *variables; /* variables[variable_count], ordered by address */
    size_t variable_count;
    size_t capacity; /* allocated elements */
};

/* Does sley_symbolizer_object's work with the modules of dwfl, adding to table the variables of
 * the module that contains address. table borrows from dwfl. */
bool sley_variable_table_name(struct sley_variable_table *table, Dwfl *dwfl, uintptr_t address,
                              size_t size, char *text, size_t text_size);

/* Frees what table owns. */
void sley_variable_table_deinit(struct sley_variable_table *table);

#endif
