/* `with lock:`, made of the lock's own operations: the same in every lane. */
#include <sley/sley.h>

struct sley_lock *
sley_with_enter(struct sley_lock *lock)
{
    sley_lock_acquire(lock);
    return lock;
}

void
sley_with_leave(struct sley_lock **held)
{
    sley_lock_release(*held);
}
