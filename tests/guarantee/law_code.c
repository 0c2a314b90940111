#include "tests/guarantee/law_program.h"

#include <sley/sley.h>

static int variables[LAW_VARIABLES];
static int own[LAW_TASKS_MAX];
static struct sley_lock lock;

static void
execute(int task, int index)
{
    int *variable = &variables[law_object(task, index)];
    switch ((enum law_kind)law_kind(task, index)) {
    case LAW_READ:
        law_note(task, sley_load(variable));
        break;
    case LAW_WRITE:
        sley_store(variable, law_value(task, index));
        break;
    case LAW_ADD:
        sley_add(variable, 1);
        break;
    case LAW_LOCKED_ADD:
        sley_with (&lock) {
            sley_add(variable, 1);
        }
        break;
    case LAW_PAUSE:
        sley_pause();
        break;
    case LAW_PRIVATE:
        sley_add(&own[task], 1);
        break;
    }
}

static void *
work(void *argument)
{
    int task = (int)(intptr_t)argument;
    for (int i = 0; i < law_count(task); i++) {
        execute(task, i);
    }
    return argument;
}

void
law_body(void)
{
    sley_lock_init(&lock);
    sley_gather(law_count(-1), work);
    sley_outcome(law_digest(variables[0], variables[1]));
}
