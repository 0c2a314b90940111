// Waits on atomics, latches, barriers and semaphores; with -DBUG a word is changed and nobody is
// told.
#include <atomic>
#include <barrier>
#include <cassert>
#include <latch>
#include <semaphore>
#include <thread>

static std::atomic<int> word{0};
static std::latch started(2);
static std::barrier<> round(2);
static std::binary_semaphore turn(0);
static int sum;

static void
work()
{
    started.count_down();
    word.wait(0);
    assert(word == 1);
    sum++;
    round.arrive_and_wait();
    turn.acquire();
    sum++;
}

int
main()
{
    std::thread other(work);
    started.arrive_and_wait();
    word = 1;
#ifndef BUG
    word.notify_all();
#endif
    round.arrive_and_wait();
    assert(sum == 1);
    turn.release();
    other.join();
    assert(sum == 2);
}
