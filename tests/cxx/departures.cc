// What is announced at the end of a thread comes after its thread-local objects are gone; with -DBUG
// it is announced by hand, before.
#include <cassert>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

static std::mutex lock;
static std::condition_variable changed;
static bool done;
static int alive;

struct counted {
    counted() { alive++; }
    ~counted() { alive--; }
};
static thread_local counted mine;

static void
work(std::promise<int> result)
{
    (void)&mine;
    result.set_value_at_thread_exit(7);
    std::unique_lock<std::mutex> guard(lock);
    done = true;
#ifdef BUG
    guard.unlock();
    changed.notify_all();
#else
    std::notify_all_at_thread_exit(changed, std::move(guard));
#endif
}

int
main()
{
    std::promise<int> promise;
    std::future<int> future = promise.get_future();
    std::thread(work, std::move(promise)).detach();
    std::unique_lock<std::mutex> guard(lock);
    changed.wait(guard, [] { return done; });
    assert(alive == 0);
    guard.unlock();
    assert(future.get() == 7);
}
