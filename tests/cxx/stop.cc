// A jthread is told to stop and joined at the end of its scope; with -DBUG its loop asks before it
// works, and may never work at all.
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

int
main()
{
    std::atomic<int> rounds{0};
    std::mutex lock;
    std::condition_variable_any changed;
    {
        std::jthread worker([&](std::stop_token stop) {
#ifdef BUG
            while (!stop.stop_requested()) {
                rounds++;
                std::this_thread::yield();
            }
#else
            do {
                rounds++;
                std::this_thread::yield();
            } while (!stop.stop_requested());
#endif
        });
        std::jthread sleeper([&](std::stop_token stop) {
            std::unique_lock<std::mutex> guard(lock);
            changed.wait(guard, stop, [] { return false; });
            assert(stop.stop_requested());
        });
    }
    assert(rounds > 0);
}
