// std::async, std::promise, std::packaged_task: values and exceptions arrive; with -DBUG the promise
// is kept before what it announces is written.
#include <cassert>
#include <future>
#include <stdexcept>

static int announced;

int
main()
{
    assert(std::async(std::launch::async, [] { return 42; }).get() == 42);
    auto failing = std::async(std::launch::async, []() -> int { throw std::runtime_error("no"); });
    try {
        failing.get();
        assert(false);
    } catch (const std::runtime_error &) {
    }
    std::packaged_task<int()> task([] { return 4; });
    auto packaged = task.get_future();
    std::thread worker(std::move(task));
    assert(packaged.get() == 4);
    worker.join();
    std::promise<void> promise;
    std::thread writer([&promise] {
#ifdef BUG
        promise.set_value();
        announced = 1;
#else
        announced = 1;
        promise.set_value();
#endif
    });
    promise.get_future().get();
    assert(announced == 1);
    writer.join();
}
