/* Small programs over the operations of sley.h, which run in every execution model. */
#ifndef SLEY_TESTS_GUARANTEE_LAW_PROGRAM_H
#define SLEY_TESTS_GUARANTEE_LAW_PROGRAM_H

#include <stdint.h>

enum { LAW_TASKS_MAX = 3, LAW_OPERATIONS_MAX = 5, LAW_VARIABLES = 2 };

enum law_kind {
    LAW_READ,
    LAW_WRITE,
    LAW_ADD,
    LAW_LOCKED_ADD,
    LAW_PAUSE,
    LAW_PRIVATE, /* adds to a variable that no other task knows */
};

struct law_program {
    int task_count;
    int count[LAW_TASKS_MAX];
    struct {
        enum law_kind kind;
        int object;
        int value; /* that a write stores */
    } operation[LAW_TASKS_MAX][LAW_OPERATIONS_MAX + 1];
};

/* The program that law_body executes. */
extern const struct law_program *law_running;

/* For the code under test: reads of the program, and what its tasks read, are no points. */
int law_count(int task);
int law_kind(int task, int index);
int law_object(int task, int index);
int law_value(int task, int index);
void law_note(int task, int value);

/* A digest of what the tasks read, and of these last values. */
int64_t law_digest(int first, int second);

/* Body of a property: executes the program; its outcome is what was read and what is left. */
void law_body(void);

#endif
