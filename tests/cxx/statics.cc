// A function's static is constructed once, also when two threads come at a time; with -DBUG a
// pointer takes its place.
#include <cassert>
#include <thread>

static int constructed;

struct object {
    int value;
    object() : value(0)
    {
        constructed++;
        std::this_thread::yield();
        value = 7;
    }
};

static void
use()
{
#ifdef BUG
    static object *only;
    if (!only) {
        only = new object;
    }
    assert(only->value == 7);
#else
    static object only;
    assert(only.value == 7);
#endif
    assert(constructed == 1);
}

int
main()
{
    std::thread a(use), b(use);
    a.join();
    b.join();
}
