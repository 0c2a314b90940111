// A thread that is cancelled, or leaves by pthread_exit, leaves its frames as by an exception:
// destructors run, and whoever catches it throws on. With -DBUG a lock has no destructor; with
// -DCAUGHT the cancellation is caught and not thrown on.
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <pthread.h>
#include <semaphore.h>

static std::mutex lock;
static std::condition_variable changed;
static int depth;

struct level {
    int before;
    level() : before(depth++) {}
    ~level() { depth = before; }
};

static void
note(void *count)
{
    ++*static_cast<int *>(count);
}

static void
wait_for_ever()
{
#ifdef BUG
    lock.lock();
    std::unique_lock<std::mutex> held(lock, std::adopt_lock);
    std::unique_lock<std::mutex> *leaked = new std::unique_lock<std::mutex>(std::move(held));
    changed.wait(*leaked, [] { return false; });
#else
    std::unique_lock<std::mutex> held(lock);
    level inner;
    changed.wait(held, [] { return false; });
#endif
}

static void *
waits(void *count)
{
    level outer;
    pthread_cleanup_push(note, count);
    try {
        wait_for_ever();
    } catch (...) {
#ifndef CAUGHT
        throw;
#endif
    }
    pthread_cleanup_pop(0);
    return nullptr;
}

static void *
leaves(void *count)
{
    level one;
    pthread_cleanup_push(note, count);
    level two;
    pthread_exit(count);
    pthread_cleanup_pop(0);
    return nullptr;
}

int
main()
{
    pthread_t thread;
    void *result;
    int count = 0;
    pthread_create(&thread, nullptr, leaves, &count);
    pthread_join(thread, &result);
    assert(result == &count && count == 1 && depth == 0);
    pthread_create(&thread, nullptr, waits, &count);
    pthread_cancel(thread);
    lock.lock(); // given back by the one who was cancelled
    lock.unlock();
    pthread_join(thread, &result);
    assert(result == PTHREAD_CANCELED && count == 2 && depth == 0);
}
