// Variables that the compiler puts in sections of their own are as new in every run as others are,
// and constructors keep their order; with -DBUG a counter among them loses updates.
#include <cassert>
#include <mutex>
#include <thread>

inline int constructed = 3;

struct holder {
    static inline int count = 0;
    static int &
    calls()
    {
        static int n;
        return n;
    }
};

template <class T> struct typed {
    static T value;
};
template <class T> T typed<T>::value = 5;

struct second {
    second() { constructed *= 2; }
};
struct first {
    first() { constructed++; }
};
static second late;
__attribute__((init_priority(300))) static first early;

static std::mutex lock;

static void
work()
{
#ifndef BUG
    std::lock_guard<std::mutex> guard(lock);
#endif
    typed<long>::value++;
    holder::count++;
    holder::calls()++;
}

int
main()
{
    std::thread other(work);
    work();
    other.join();
    assert(constructed == 8);
    assert(typed<long>::value == 7 && holder::count == 2 && holder::calls() == 2);
}
