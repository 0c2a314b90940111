// std::shared_ptr: counts are atomic, the object goes with its last owner; with -DBUG the owners
// count by hand.
#include <cassert>
#include <memory>
#include <thread>

static int destroyed;

struct object {
    ~object() { destroyed++; }
};

#ifdef BUG
static object *only = new object;
static int owners = 2;

static void
drop()
{
    if (--owners == 0) {
        delete only;
    }
}
#endif

int
main()
{
#ifdef BUG
    std::thread a(drop), b(drop);
#else
    auto first = std::make_shared<object>();
    auto second = first;
    std::thread a([&first] { first.reset(); }), b([&second] { second.reset(); });
#endif
    a.join();
    b.join();
    assert(destroyed == 1);
}
