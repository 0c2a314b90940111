/* As the language has it; -femulated-tls makes it a copy for each task. */
#include "tests/program/bank_local.h"

static _Thread_local int served;

int *
bank_local_served(void)
{
    return &served;
}
