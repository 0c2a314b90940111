// thread_local objects: one for each thread, destroyed at its end; with -DBUG one for all.
#include <atomic>
#include <cassert>
#include <thread>

static std::atomic<int> alive{0};

struct counted {
    int value;
    counted() : value(5) { alive++; }
    ~counted() { alive--; }
};

#ifdef BUG
static counted mine;
#else
static thread_local counted mine;
#endif

static void
use(int i)
{
    mine.value += i;
    std::this_thread::yield();
    assert(mine.value == 5 + i);
}

int
main()
{
    std::thread a(use, 1), b(use, 2);
    a.join();
    b.join();
#ifndef BUG
    assert(alive == 0);
#endif
}
