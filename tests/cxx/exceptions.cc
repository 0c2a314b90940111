// A task that is interrupted inside a catch block comes back to its own exception; with -DBUG both
// tasks keep it in one place.
#include <cassert>
#include <stdexcept>
#include <string>
#include <thread>

#ifdef BUG
static std::exception_ptr shared;
#endif

static void
fail(int i)
{
    std::string name = "task " + std::to_string(i);
    try {
        throw std::runtime_error(name);
    } catch (...) {
        std::exception_ptr own = std::current_exception();
#ifdef BUG
        shared = own;
        std::this_thread::yield();
        own = shared;
#endif
        try {
            throw i;
        } catch (int number) {
            std::this_thread::yield();
            assert(number == i);
        }
        try {
            std::rethrow_exception(own);
        } catch (const std::exception &caught) {
            assert(caught.what() == name);
        }
    }
}

int
main()
{
    std::thread a(fail, 1), b(fail, 2);
    a.join();
    b.join();
}
