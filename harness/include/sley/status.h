/* Operating errors: what a function returns when it could not do its work.
 *
 * A verdict about a program under test is never a status. Nothing below main prints or exits:
 * the text travels up in a struct sley_error. */
#ifndef SLEY_STATUS_H
#define SLEY_STATUS_H

enum sley_status {
    SLEY_OK = 0,
    SLEY_ERROR_USAGE,  /* a flag, name, number or token that the user wrote is wrong */
    SLEY_ERROR_STALE,  /* a well-formed token does not fit this build */
    SLEY_ERROR_IO,     /* a file or directory cannot be read or written */
    SLEY_ERROR_BUG,    /* sley itself is wrong: a worker died outside a run */
    SLEY_ERROR_SYSTEM, /* the operating system refused memory, a process or a mapping */
};

/* Caller's storage; all zero means no error. */
struct sley_error {
    enum sley_status status;
    char text[512]; /* one line, no newline: the thing, the value, what would be right */
};

/* Fills error (NULL allowed) with status and the formatted one-line text; text that does not fit
 * is cut. Returns status, so that a caller can write `return sley_error_set(...)`. */
enum sley_status sley_error_set(struct sley_error *error, enum sley_status status,
                                const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
