// What templates of the standard library do is shown at the line of the program that called them.
#include <mutex>
#include <thread>
#include <vector>

template <class T> struct queue {
    std::mutex front, back;
    std::vector<T> items, open;

    void
    push(T item)
    {
        std::lock_guard<std::mutex> outer(front); // line 13
        std::lock_guard<std::mutex> inner(back);  // line 14
        items.push_back(item);
    }
    void
    pop()
    {
        std::lock_guard<std::mutex> outer(back);  // line 20
        std::lock_guard<std::mutex> inner(front); // line 21
        items.pop_back();
    }
};

static queue<int> shared;
static std::vector<int> plain;

int
main()
{
    shared.items.push_back(1);
    plain.reserve(4);
    std::thread other([] {
        shared.push(1);
        plain.push_back(1); // line 36
    });
    shared.pop();
    plain.push_back(2); // line 39
    other.join();
}
