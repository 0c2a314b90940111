/* Code under test of world_test.c: globals that a run changes. */
#include <stddef.h>

void *world_change(void *seen);

int world_data = 7;
int world_bss;
int world_array[4] = {1, 2, 3, 4};
int *world_pointer = &world_array[2];
static char zeroes[5000];

/* Writes what it found to seen[4], then changes everything. */
void *
world_change(void *seen)
{
    static int calls = 1;
    int *found = seen;
    found[0] = world_data;
    found[1] = world_bss;
    found[2] = *world_pointer + calls;
    found[3] = 0;
    for (size_t i = 0; i < sizeof zeroes; i += 100) {
        found[3] += zeroes[i]++;
    }
    world_data++;
    world_bss = 5;
    world_array[2] = 50;
    world_pointer = NULL;
    calls++;
    return NULL;
}
