// std::condition_variable: a hand-over; with -DBUG the wait does not look at its condition, and a
// notification that came before is lost.
#include <condition_variable>
#include <mutex>
#include <thread>

static std::mutex lock;
static std::condition_variable changed;
static bool ready;

static void
produce()
{
    std::lock_guard<std::mutex> guard(lock);
    ready = true;
    changed.notify_one();
}

int
main()
{
    std::thread producer(produce);
    {
        std::unique_lock<std::mutex> guard(lock);
#ifdef BUG
        changed.wait(guard);
#else
        changed.wait(guard, [] { return ready; });
#endif
    }
    producer.join();
}
