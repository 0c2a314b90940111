/* The shared objects of bytecode programs, and every access to them.
 *
 * Compiled as code under test: in the thread model each load and store below is a scheduling point,
 * in a model of an interpreter lock it belongs to the bytecode that makes it. What a function takes
 * or returns is the caller's own; nothing here touches a task's stack. */
#ifndef SLEY_MODELS_PROGRAM_OBJECT_H
#define SLEY_MODELS_PROGRAM_OBJECT_H

#include "program/program.h"

#include <sley/model.h>

enum { SLEY_DICT_ENTRIES = SLEY_PROGRAM_ITEMS / 2 };

struct sley_object {
    int64_t references;
    uint32_t kind;        /* enum sley_object_kind; never changes */
    uint32_t class_index; /* never changes */
    int64_t length;       /* items of a list, pairs of a dict */
    int64_t storage;      /* a list's: 0 until the first item came; a dict's: entries in use, with
                             those that a removal left empty; an instance's: finaliser was called */
    uint64_t item[SLEY_PROGRAM_ITEMS]; /* of a list; keys, then values of a dict; attributes */
    struct sley_lock lock;             /* present in locks alone */
};

/* A program's objects in a run. */
struct sley_world {
    const struct sley_program *program;
    uint64_t global[SLEY_PROGRAM_GLOBALS];
};

/* Of the run under way; NULL before the program is loaded. */
extern struct sley_world *sley_world_current;

static inline struct sley_object *
sley_object_of(uint64_t value)
{
    return (struct sley_object *)(value & ~(uint64_t)7);
}

/* One more or one less reference, if value is counted. drop returns whether it was the last. The
 * use of an object that has no references ends the run with the verdict `heap`. */
void sley_object_keep(uint64_t value);
bool sley_object_drop(uint64_t value);

/* A new reference to the value in the cell. */
uint64_t sley_object_load(const uint64_t *cell);

/* Puts value, whose reference it takes, into the cell; returns the former one with its own. */
uint64_t sley_object_exchange(uint64_t *cell, uint64_t value);

int64_t sley_object_length(const struct sley_object *object);

/* Appends value, whose reference it takes. False: the list is full. */
bool sley_list_append(struct sley_object *list, uint64_t value);

/* Removes and returns the last item with its reference; 0 if there is none. */
uint64_t sley_list_pop(struct sley_object *list);

/* Empties the list without dropping references, as sort does before it compares. */
void sley_list_clear(struct sley_object *list);

/* Whether something came into the list since clear. */
bool sley_list_changed(const struct sley_object *list);

/* The item without a reference of its own; of use between clear and restore. */
uint64_t sley_list_peek(const struct sley_object *list, int64_t index);

/* Sets one item, then the length: what sort does at its end. */
void sley_list_place(struct sley_object *list, int64_t index, uint64_t value);
void sley_list_restore(struct sley_object *list, int64_t length);

/* Number of the entry of key; -1: there is none. Keys are equal if they are the same word. */
int sley_dict_find(const struct sley_object *dict, uint64_t key);

/* Adds a pair; takes both references. False: the dict is full. */
bool sley_dict_add(struct sley_object *dict, uint64_t key, uint64_t value);

/* Empties the entry; the caller drops its key and value, which it has peeked at before. */
void sley_dict_remove(struct sley_object *dict, int entry);

/* Number of the first entry in use from `from` on; -1: none. */
int sley_dict_next(const struct sley_object *dict, int from);

#endif
