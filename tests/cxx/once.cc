// std::call_once: the routine runs once, and who comes later sees what it did; one that throws has
// not run. With -DBUG a flag takes its place.
#include <cassert>
#include <mutex>
#include <thread>

static std::once_flag once;
static bool done;
static int calls, attempts;

static void
initialise()
{
#ifdef BUG
    if (!done) {
        calls++;
        done = true;
    }
#else
    try {
        std::call_once(once, [] {
            if (attempts++ == 0) {
                throw attempts;
            }
            calls++, done = true;
        });
    } catch (int) {
        std::call_once(once, [] { calls++, done = true; });
    }
#endif
    assert(calls == 1);
}

int
main()
{
    std::thread a(initialise), b(initialise);
    a.join();
    b.join();
}
