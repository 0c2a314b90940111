// std::thread, std::mutex: an exact sum; with -DBUG one thread forgets the lock.
#include <cassert>
#include <mutex>
#include <thread>

static std::mutex lock;
static int sum;

static void
add(bool locked)
{
    if (locked) {
        std::lock_guard<std::mutex> guard(lock);
        sum++;
    } else {
        sum++;
    }
}

int
main()
{
#ifdef BUG
    bool locked = false;
#else
    bool locked = true;
#endif
    std::thread a(add, true), b(add, locked);
    a.join();
    b.join();
    assert(sum == 2);
}
