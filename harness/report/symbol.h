/* From addresses of the running process to the names a reader knows: functions, files, lines and
 * global variables, read with elfutils' libdw from the debug information of the process's own
 * files. */
#ifndef SLEY_REPORT_SYMBOL_H
#define SLEY_REPORT_SYMBOL_H

#include <sley/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sley_symbolizer;

/* Strings are never NULL, are owned by the symbolizer and live until it is closed or destroyed. */
struct sley_place {
    const char *function; /* innermost inlined function, else the subprogram; "" if unknown */
    const char *file;     /* path as in the debug information; "" without debug information */
    unsigned line;        /* from 1; 0 without debug information */
};

/* Storage that a caller may pass to sley_symbolizer_object. */
struct sley_object_name {
    char text[128];
};

/* Fills symbolizer with a new symbolizer for the executable and the shared objects loaded at the
 * time of the call (or of the first lookup since it was closed); an object loaded later stays
 * unknown. Works for position-independent and fixed executables, and in a forked child of the
 * creator. Debug information is searched in the files themselves and, by build id, in the system's
 * debug directory, never over the network; it is read on the first lookup that needs it.
 *
 * Returns SLEY_OK; SLEY_ERROR_SYSTEM without memory; SLEY_ERROR_IO if the executable cannot be
 * read. On an error, symbolizer is NULL and error (NULL allowed) is filled. The caller owns the
 * result and ends it with sley_symbolizer_destroy. One thread at a time may use a symbolizer. */
enum sley_status sley_symbolizer_create(struct sley_symbolizer **symbolizer,
                                        struct sley_error *error);

/* Gives back the memory and the mapped files of earlier lookups, and every string that came of
 * them; the next lookup takes them anew. Before processes are forked that would each copy them. */
void sley_symbolizer_close(struct sley_symbolizer *symbolizer);

/* Frees symbolizer and every string it handed out; NULL is allowed. */
void sley_symbolizer_destroy(struct sley_symbolizer *symbolizer);

/* Fills place for the instruction that contains pc, which is taken as it is: for a return address
 * the caller passes it minus 1. An instruction that the compiler gave no line has the line of the
 * code before it in the same function.
 *
 * Returns true if the function or the line is known; otherwise false, and place is all "" and 0.
 * The first lookup of a pc walks the debug information, a repeated one is usually a table read. */
bool sley_symbolizer_place(struct sley_symbolizer *symbolizer, uintptr_t pc,
                           struct sley_place *place);

/* Fills text with the name of the global or static variable (also a function's static) that
 * contains address, down to the smallest element or member that holds all size bytes (0 counts as
 * 1): "counter", "table[3]", "account.balance", "pairs[1].left". Bytes that no single element or
 * member holds, bit-fields among them, are named by what encloses them and an offset: "pairs[1]+2".
 * A union accessed as a whole is named without a member; of a part, the first member that holds it
 * is named. Without debug information the name is the ELF symbol and an offset: "table+12".
 *
 * text[text_size] may be struct sley_object_name's; a longer name is cut. Returns false, with text
 * empty, if address is in no global variable; thread-local variables are none. The first
 * lookup in an executable or shared object reads its whole debug information. */
bool sley_symbolizer_object(struct sley_symbolizer *symbolizer, uintptr_t address, size_t size,
                            char *text, size_t text_size);

/* Calls visit once for every data symbol (STT_OBJECT, size in bytes above 0) of the executable's
 * ELF symbol table that lies wholly in [low, high), ordered by address, then name. Two symbols
 * for one object are two visits. size is the symbol's: clang's AddressSanitizer counts the red zone
 * behind the object. context is handed through; name is owned by the symbolizer.
 *
 * Returns SLEY_OK; SLEY_ERROR_IO if the symbol table cannot be read, SLEY_ERROR_SYSTEM without
 * memory, both before the first visit. */
enum sley_status sley_symbolizer_globals(
    struct sley_symbolizer *symbolizer, uintptr_t low, uintptr_t high,
    void (*visit)(void *context, const char *name, uintptr_t address, size_t size), void *context);

#endif
