// An observer leaves while the list of observers is gone through: the list moves under the hand.
#include <algorithm>
#include <cassert>
#include <mutex>
#include <thread>
#include <vector>

static std::vector<int> observers = {1, 2, 3};
static std::mutex lock;

static void
leave(int observer)
{
    std::lock_guard<std::mutex> guard(lock);
    observers.erase(std::find(observers.begin(), observers.end(), observer));
}

static void
tell()
{
    int told = 0;
#ifdef FIXED
    std::vector<int> all;
    {
        std::lock_guard<std::mutex> guard(lock);
        all = observers;
    }
    for (std::size_t i = 0; i < all.size(); i++) {
        told += all[i] == 3;
    }
#else
    for (std::size_t i = 0;; i++) {
        std::lock_guard<std::mutex> guard(lock);
        if (i >= observers.size()) {
            break;
        }
        told += observers[i] == 3;
    }
#endif
    assert(told == 1);
}

int
main()
{
    std::thread teller(tell), leaver(leave, 1);
    teller.join();
    leaver.join();
}
