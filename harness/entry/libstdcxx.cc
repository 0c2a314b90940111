/* Code under test: what C++ programs would else reach inside libstdc++.so, where neither their
 * threads nor their waits are seen. Each definition takes the place of the library's of the same
 * name, also for calls that the library makes itself.
 *
 * Sources: the Itanium C++ ABI (guards, exceptions, thread exit) and libstdc++'s headers of GCC 12
 * (std::thread, std::condition_variable, futures, std::call_once). */
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <typeinfo>

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

/* Of the harness: the caller's task's exception state, 16 bytes. */
extern "C" void *sley_entry_exceptions(void);

/* Of the C++ runtime; its header declares what is defined below otherwise. NULL: nothing is thrown.
 */
extern "C" std::type_info *__cxa_current_exception_type() noexcept;

/* Of the harness: ends the run. type: the mangled name of what was thrown, NULL: nothing; what: its
 * text, NULL: it has none. */
extern "C" void sley_entry_terminate(const char *type, const char *what) __attribute__((noreturn));

/* --- memory: of the run, as malloc's --- */

static void *
allocate(std::size_t size)
{
    return std::malloc(size ? size : 1);
}

static void *
allocate_or_throw(std::size_t size)
{
    void *block = allocate(size);
    if (!block) {
        throw std::bad_alloc();
    }
    return block;
}

static void *
allocate_aligned(std::size_t size, std::align_val_t alignment)
{
    void *block = nullptr;
    std::size_t bytes = static_cast<std::size_t>(alignment);
    if (bytes < sizeof(void *)) {
        bytes = sizeof(void *);
    }
    return posix_memalign(&block, bytes, size ? size : 1) == 0 ? block : nullptr;
}

static void *
allocate_aligned_or_throw(std::size_t size, std::align_val_t alignment)
{
    void *block = allocate_aligned(size, alignment);
    if (!block) {
        throw std::bad_alloc();
    }
    return block;
}

void *operator new(std::size_t size) { return allocate_or_throw(size); }
void *operator new[](std::size_t size) { return allocate_or_throw(size); }
void *operator new(std::size_t size, const std::nothrow_t &) noexcept { return allocate(size); }
void *operator new[](std::size_t size, const std::nothrow_t &) noexcept { return allocate(size); }
void *operator new(std::size_t size, std::align_val_t a) { return allocate_aligned_or_throw(size, a); }
void *operator new[](std::size_t size, std::align_val_t a) { return allocate_aligned_or_throw(size, a); }
void operator delete(void *block) noexcept { std::free(block); }
void operator delete[](void *block) noexcept { std::free(block); }
void operator delete(void *block, std::size_t) noexcept { std::free(block); }
void operator delete[](void *block, std::size_t) noexcept { std::free(block); }
void operator delete(void *block, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void *block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void *block, std::size_t, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void *block, std::size_t, std::align_val_t) noexcept { std::free(block); }

/* --- std::thread --- */

static void *
thread_main(void *argument)
{
    std::unique_ptr<std::thread::_State> state(static_cast<std::thread::_State *>(argument));
    state->_M_run();
    return nullptr;
}

static void
check(int error)
{
    if (error) {
        throw std::system_error(error, std::generic_category());
    }
}

void
std::thread::_M_start_thread(_State_ptr state, void (*)())
{
    check(pthread_create(&_M_id._M_thread, nullptr, thread_main, state.get()));
    state.release();
}

void
std::thread::join()
{
    check(_M_id == id() ? EINVAL : pthread_join(_M_id._M_thread, nullptr));
    _M_id = id();
}

void
std::thread::detach()
{
    check(_M_id == id() ? EINVAL : pthread_detach(_M_id._M_thread));
    _M_id = id();
}

/* --- std::condition_variable --- */

std::condition_variable::condition_variable() noexcept = default;
std::condition_variable::~condition_variable() noexcept = default;

void
std::condition_variable::wait(std::unique_lock<std::mutex> &lock)
{
    pthread_cond_wait(_M_cond.native_handle(), lock.mutex()->native_handle());
}

void
std::condition_variable::notify_one() noexcept
{
    pthread_cond_signal(_M_cond.native_handle());
}

void
std::condition_variable::notify_all() noexcept
{
    pthread_cond_broadcast(_M_cond.native_handle());
}

/* --- futures: a wait for a word to change --- */

static pthread_mutex_t word_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t word_changed = PTHREAD_COND_INITIALIZER;

static bool
wait_for_word(clockid_t clock, unsigned *word, unsigned value, bool timed, long seconds, long nanoseconds)
{
    int error = 0;
    timespec deadline = {seconds, nanoseconds};
    pthread_mutex_lock(&word_lock);
    if (__atomic_load_n(word, __ATOMIC_ACQUIRE) == value) {
        error = timed ? pthread_cond_clockwait(&word_changed, &word_lock, clock, &deadline)
                      : pthread_cond_wait(&word_changed, &word_lock);
    }
    pthread_mutex_unlock(&word_lock);
    return error == 0;
}

bool
std::__atomic_futex_unsigned_base::_M_futex_wait_until(unsigned *word, unsigned value, bool timed,
                                                       chrono::seconds s, chrono::nanoseconds ns)
{
    return wait_for_word(CLOCK_REALTIME, word, value, timed, s.count(), ns.count());
}

bool
std::__atomic_futex_unsigned_base::_M_futex_wait_until_steady(unsigned *word, unsigned value,
                                                              bool timed, chrono::seconds s,
                                                              chrono::nanoseconds ns)
{
    return wait_for_word(CLOCK_MONOTONIC, word, value, timed, s.count(), ns.count());
}

void
std::__atomic_futex_unsigned_base::_M_futex_notify_all(unsigned *)
{
    pthread_mutex_lock(&word_lock);
    pthread_cond_broadcast(&word_changed);
    pthread_mutex_unlock(&word_lock);
}

/* --- std::call_once: what the once routine is to call, by task --- */

namespace std {
__thread void *__once_callable;
__thread void (*__once_call)();
} // namespace std

/* Of the harness: the once routine is over without having made anything. */
extern "C" void sley_cleanup_hook_leave(void);

extern "C" void
__once_proxy()
{
    try {
        std::__once_call();
    } catch (...) {
        sley_cleanup_hook_leave();
        throw;
    }
}

/* --- statics of functions: one task constructs, the others wait --- */

/* The bytes of a guard: the compiler reads the first, which says that the object is there. */
struct guard {
    unsigned char done;
    unsigned char under_way;
};

static pthread_mutex_t guard_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t guard_changed = PTHREAD_COND_INITIALIZER;

extern "C" int
__cxa_guard_acquire(std::uint64_t *word)
{
    guard *g = reinterpret_cast<guard *>(word);
    pthread_mutex_lock(&guard_lock);
    while (g->under_way) {
        pthread_cond_wait(&guard_changed, &guard_lock);
    }
    int mine = !__atomic_load_n(&g->done, __ATOMIC_ACQUIRE);
    g->under_way = mine != 0;
    pthread_mutex_unlock(&guard_lock);
    return mine;
}

static void
end_guard(guard *g, unsigned char done)
{
    pthread_mutex_lock(&guard_lock);
    __atomic_store_n(&g->done, done, __ATOMIC_RELEASE);
    g->under_way = 0;
    pthread_cond_broadcast(&guard_changed);
    pthread_mutex_unlock(&guard_lock);
}

extern "C" void
__cxa_guard_release(std::uint64_t *word)
{
    end_guard(reinterpret_cast<guard *>(word), 1);
}

extern "C" void
__cxa_guard_abort(std::uint64_t *word)
{
    end_guard(reinterpret_cast<guard *>(word), 0);
}

/* --- thread-local objects: destroyed when their task ends, the last one first --- */

struct departure {
    void (*destroy)(void *);
    void *object;
    departure *next;
};

static pthread_key_t departures;
static pthread_once_t departures_once = PTHREAD_ONCE_INIT;

static void
depart(void *list)
{
    departure *first = static_cast<departure *>(list);
    while (first) {
        /* A destructor may register another, which then comes first. */
        pthread_setspecific(departures, first->next);
        first->destroy(first->object);
        std::free(first);
        first = static_cast<departure *>(pthread_getspecific(departures));
    }
}

static void
depart_main()
{
    depart(pthread_getspecific(departures));
}

static void
make_departures()
{
    pthread_key_create(&departures, depart);
    std::atexit(depart_main); /* a task that ends the program destroys its own */
}

extern "C" int
__cxa_thread_atexit(void (*destroy)(void *), void *object, void *) noexcept
{
    pthread_once(&departures_once, make_departures);
    departure *first = static_cast<departure *>(std::malloc(sizeof *first));
    if (!first) {
        return -1;
    }
    *first = {destroy, object, static_cast<departure *>(pthread_getspecific(departures))};
    return pthread_setspecific(departures, first);
}

/* Behind every thread-local object that is there now: what others are told at the end of a task,
 * they may take its objects for gone. */
static void
depart_last(void (*tell)(void *), void *object)
{
    pthread_once(&departures_once, make_departures);
    departure *last = static_cast<departure *>(std::malloc(sizeof *last));
    departure *before = static_cast<departure *>(pthread_getspecific(departures));
    if (!last) {
        throw std::bad_alloc();
    }
    *last = {tell, object, nullptr};
    while (before && before->next) {
        before = before->next;
    }
    if (before) {
        before->next = last;
    } else {
        pthread_setspecific(departures, last);
    }
}

namespace {
struct announcement {
    std::condition_variable *condition;
    std::unique_lock<std::mutex> lock;
};
} // namespace

static void
announce(void *object)
{
    std::unique_ptr<announcement> made(static_cast<announcement *>(object));
    made->lock.unlock();
    made->condition->notify_all();
}

void
std::notify_all_at_thread_exit(std::condition_variable &condition, std::unique_lock<std::mutex> lock)
{
    depart_last(announce, new announcement{&condition, std::move(lock)});
}

void
std::__future_base::_State_baseV2::_Make_ready::_M_set()
{
    depart_last(_S_run, this);
}

void
std::__future_base::_State_baseV2::_Make_ready::_S_run(void *object)
{
    std::unique_ptr<_Make_ready> made(static_cast<_Make_ready *>(object));
    if (auto state = made->_M_shared_state.lock()) {
        state->_M_status._M_store_notify_all(_Status::__ready, std::memory_order_release);
    }
}

/* --- exceptions: a task that switches inside a catch block keeps its own --- */

extern "C" void *
__cxa_get_globals() noexcept
{
    return sley_entry_exceptions();
}

extern "C" void *
__cxa_get_globals_fast() noexcept
{
    return sley_entry_exceptions();
}

/* The runtime keeps its header of 128 bytes before the object that is thrown (64-bit targets). Both
 * lie in memory of the run: what one task threw and freed, another may get. */
enum { EXCEPTION_HEADER = 128 };

extern "C" void *
__cxa_allocate_exception(std::size_t size) noexcept
{
    char *block = static_cast<char *>(std::calloc(1, size + EXCEPTION_HEADER));
    if (!block) {
        std::terminate();
    }
    return block + EXCEPTION_HEADER;
}

extern "C" void
__cxa_free_exception(void *object) noexcept
{
    std::free(static_cast<char *>(object) - EXCEPTION_HEADER);
}

/* The library counts who holds an exception where nobody sees it: whoever lets go of it last, and
 * destroys it, comes behind all that the others did with it. */
enum {
    EXCEPTION_SIZE = 112,       /* of __cxa_exception, which ends where the object begins */
    EXCEPTION_DESTRUCTOR = 8,   /* offsets in it */
    EXCEPTION_CLASS = 80,
    EXCEPTION_COUNT = -EXCEPTION_HEADER /* from the object */
};

static std::uint32_t *
count_of(void *object)
{
    return reinterpret_cast<std::uint32_t *>(static_cast<char *>(object) + EXCEPTION_COUNT);
}

void
std::__exception_ptr::exception_ptr::_M_release() noexcept
{
    char *object = static_cast<char *>(_M_exception_object);
    if (object && __atomic_fetch_sub(count_of(object), 1, __ATOMIC_ACQ_REL) == 1) {
        void (*destroy)(void *);
        __builtin_memcpy(&destroy, object - EXCEPTION_SIZE + EXCEPTION_DESTRUCTOR, sizeof destroy);
        if (destroy) {
            destroy(object);
        }
        __cxa_free_exception(object);
    }
    _M_exception_object = nullptr;
}

/* What is caught by the task: of a rethrown exception_ptr a header of its own, which begins with the
 * address of the object. */
__attribute__((no_sanitize("thread"))) static void *
caught_object()
{
    static const std::uint64_t own = 0x474e5543432b2b00, dependent = own + 1; /* "GNUCC++" */
    char *header = *static_cast<char **>(sley_entry_exceptions());
    std::uint64_t kind = 0;
    if (header) {
        __builtin_memcpy(&kind, header + EXCEPTION_CLASS, sizeof kind);
    }
    return kind == own         ? header + EXCEPTION_SIZE
           : kind == dependent ? *reinterpret_cast<void **>(header)
                               : nullptr;
}

/* Of the library. */
__attribute__((no_sanitize("thread"))) static void
end_catch()
{
    static void (*call)();
    if (!call) {
        call = reinterpret_cast<void (*)()>(dlsym(RTLD_NEXT, "__cxa_end_catch"));
    }
    call();
}

extern "C" void
__cxa_end_catch()
{
    if (void *object = caught_object()) {
        __atomic_fetch_add(count_of(object), 0, __ATOMIC_ACQ_REL);
    }
    end_catch();
}

/* An exception that nobody catches is a failure with a name and a place, not a signal from inside
 * the library. Before every constructor of the program. */
__attribute__((no_sanitize("thread"))) static void
terminate_run()
{
    const std::type_info *type = __cxa_current_exception_type();
    if (!type) {
        sley_entry_terminate(nullptr, nullptr);
    }
    /* The name follows the table of virtual functions; to ask for it would be more of the run. */
    const char *name = reinterpret_cast<const char *const *>(type)[1];
    try {
        throw;
    } catch (const std::exception &exception) {
        sley_entry_terminate(name, exception.what());
    } catch (...) {
        sley_entry_terminate(name, nullptr);
    }
}

__attribute__((constructor(101))) static void
begin_run()
{
    std::set_terminate(terminate_run);
}
