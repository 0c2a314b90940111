// Exceptions that go from one thread to another: the last to let go of one destroys it. With -DBUG
// two threads change the exception that they share.
#include <cassert>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

struct told : std::runtime_error {
    explicit told(int start) : std::runtime_error("told of " + std::to_string(start)), count(start)
    {
    }
    int count;
};

static void
by_a_promise()
{
    std::promise<int> promise;
    auto future = promise.get_future();
    std::thread thread([promise = std::move(promise)]() mutable {
        try {
            throw told(1);
        } catch (...) {
            promise.set_exception(std::current_exception());
        }
    });
    try {
        future.get();
        assert(false);
    } catch (const told &caught) {
        assert(caught.count == 1 && caught.what() == std::string("told of 1"));
    }
    thread.join();
}

static void
catch_it(std::exception_ptr handed)
{
    try {
        std::rethrow_exception(handed);
    } catch (told &caught) {
#ifdef BUG
        caught.count++;
#endif
        assert(caught.what() == std::string("told of 2"));
    }
    handed = nullptr;
}

static void
to_two_threads()
{
    std::exception_ptr made = std::make_exception_ptr(told(2));
    std::thread a(catch_it, made), b(catch_it, made);
    made = nullptr;
    a.join();
    b.join();
}

int
main()
{
    by_a_promise();
    to_two_threads();
}
