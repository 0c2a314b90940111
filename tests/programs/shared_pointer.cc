// A shared_ptr is read by one thread while another resets it: the count is atomic, the pointer is
// not.
#include <cassert>
#include <memory>
#include <mutex>
#include <thread>

static std::shared_ptr<int> config;
#ifdef FIXED
static std::mutex lock;
#endif

static void
read_config()
{
#ifdef FIXED
    lock.lock();
    std::shared_ptr<int> mine = config;
    lock.unlock();
#else
    std::shared_ptr<int> mine = config;
#endif
    if (mine) {
        assert(*mine == 1);
    }
}

static void
reset_config()
{
#ifdef FIXED
    std::lock_guard<std::mutex> guard(lock);
#endif
    config.reset();
}

int
main()
{
    config = std::make_shared<int>(1);
    std::thread reader(read_config), resetter(reset_config);
    reader.join();
    resetter.join();
}
