/* A value of a bytecode program: one word, so that a task reads or writes it in one access.
 *
 * The low three bits are a tag. 0 as a whole is "unbound". */
#ifndef SLEY_PROGRAM_VALUE_H
#define SLEY_PROGRAM_VALUE_H

#include <stdbool.h>
#include <stdint.h>

enum sley_value_tag {
    SLEY_TAG_UNBOUND = 0,
    SLEY_TAG_INT = 1,     /* 61 bits, signed */
    SLEY_TAG_OBJECT = 2,  /* address of a struct sley_object: the only values that are counted */
    SLEY_TAG_NAMED = 3,   /* kind and number: what never changes, so that it needs no count */
    SLEY_TAG_EXIT = 4,    /* address of a lock's object: its __exit__; counted like the object */
    SLEY_TAG_ITERATOR = 5 /* address of an object that is iterated over; counted like it */
};

enum sley_named {
    SLEY_NAMED_SINGLETON, /* enum sley_singleton */
    SLEY_NAMED_FUNCTION,
    SLEY_NAMED_CLASS,
    SLEY_NAMED_C_FUNCTION,
    SLEY_NAMED_STRING,
    SLEY_NAMED_BUILTIN,   /* enum sley_builtin */
    SLEY_NAMED_EXCEPTION, /* enum sley_exception */
    SLEY_NAMED_METHOD,    /* enum sley_method of a built-in type, as LOAD_METHOD pushes it */
    SLEY_NAMED_RANGE,     /* a range from 0: its length */
};

enum sley_singleton {
    SLEY_NULL, /* PUSH_NULL: below a callable that is no method */
    SLEY_NONE,
    SLEY_FALSE,
    SLEY_TRUE
};

enum sley_builtin { SLEY_BUILTIN_LEN, SLEY_BUILTIN_RANGE, SLEY_BUILTIN_INT, SLEY_BUILTIN_COUNT };

enum sley_method {
    SLEY_METHOD_APPEND,
    SLEY_METHOD_POP,
    SLEY_METHOD_SORT,
    SLEY_METHOD_ACQUIRE,
    SLEY_METHOD_RELEASE,
    SLEY_METHOD_COUNT
};

static inline enum sley_value_tag
sley_value_tag(uint64_t value)
{
    return (enum sley_value_tag)(value & 7);
}

static inline uint64_t
sley_value_int(int64_t number)
{
    return (uint64_t)number << 3 | SLEY_TAG_INT;
}

static inline int64_t
sley_value_number(uint64_t value)
{
    return (int64_t)value >> 3;
}

static inline uint64_t
sley_value_named(enum sley_named kind, uint64_t number)
{
    return number << 8 | (uint64_t)kind << 3 | SLEY_TAG_NAMED;
}

static inline bool
sley_value_is(uint64_t value, enum sley_named kind)
{
    return (value & 0xff) == ((uint64_t)kind << 3 | SLEY_TAG_NAMED);
}

/* The number of a named value. */
static inline uint64_t
sley_value_index(uint64_t value)
{
    return value >> 8;
}

static inline uint64_t
sley_value_singleton(enum sley_singleton singleton)
{
    return sley_value_named(SLEY_NAMED_SINGLETON, singleton);
}

static inline uint64_t
sley_value_bool(bool truth)
{
    return sley_value_singleton(truth ? SLEY_TRUE : SLEY_FALSE);
}

static inline bool
sley_value_counted(uint64_t value)
{
    enum sley_value_tag tag = sley_value_tag(value);
    return tag == SLEY_TAG_OBJECT || tag == SLEY_TAG_EXIT || tag == SLEY_TAG_ITERATOR;
}

#endif
