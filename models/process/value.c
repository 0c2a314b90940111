/* multiprocessing.Value and Array: explored like the code under test. */
#include <sley/shared.h>

void
sley_value_init(struct sley_value *value, uint32_t count, bool locked)
{
    value->cells = sley_shared_allocate(count * sizeof value->cells[0]);
    value->count = count;
    value->locked = locked;
    if (locked) {
        sley_lock_init(&value->lock);
    }
}

long
sley_value_get(struct sley_value *value, uint32_t index)
{
    if (value->locked) {
        sley_lock_acquire(&value->lock);
    }
    long number = value->cells[index];
    if (value->locked) {
        sley_lock_release(&value->lock);
    }
    return number;
}

void
sley_value_set(struct sley_value *value, uint32_t index, long number)
{
    if (value->locked) {
        sley_lock_acquire(&value->lock);
    }
    value->cells[index] = number;
    if (value->locked) {
        sley_lock_release(&value->lock);
    }
}
