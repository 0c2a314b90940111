// An exception that nobody catches ends the run, named, at the line that threw it.
#include <stdexcept>
#include <thread>

static void
load(int stage)
{
    if (stage == 1) {
        throw std::runtime_error("no such stage"); // line 9
    }
}

int
main()
{
    std::thread other(load, 1);
    other.join();
}
