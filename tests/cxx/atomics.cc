// std::atomic: an increment is one step; with -DBUG it is a load and a store.
#include <atomic>
#include <cassert>
#include <thread>

static std::atomic<int> sum{0};

static void
add()
{
#ifdef BUG
    sum = sum + 1;
#else
    sum++;
#endif
}

int
main()
{
    std::thread a(add), b(add);
    a.join();
    b.join();
    assert(sum == 2);
}
