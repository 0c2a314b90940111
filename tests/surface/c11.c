/* All of <threads.h>. With -DBUG the counter is not under its mutex. */
#include <assert.h>
#include <stdbool.h>
#include <threads.h>
#include <time.h>

static mtx_t plain, recursive, timed;
static cnd_t changed;
static tss_t slot;
static once_flag flag = ONCE_FLAG_INIT;
static int counter, initialised, destroyed;

static void
initialise(void)
{
    initialised++;
}

static void
destroy(void *value)
{
    assert(value == &counter);
    assert(mtx_lock(&plain) == thrd_success);
    bool first = destroyed++ == 0;
    mtx_unlock(&plain);
    if (first) {
        tss_set(slot, value); /* once more */
    }
}

static int
work(void *argument)
{
    call_once(&flag, initialise);
    assert(tss_set(slot, &counter) == thrd_success && tss_get(slot) == &counter);
#ifndef BUG
    assert(mtx_lock(&plain) == thrd_success);
#endif
    int seen = counter;
    thrd_yield();
    counter = seen + 1;
#ifndef BUG
    mtx_unlock(&plain);
#endif
    cnd_broadcast(&changed);
    return argument ? 3 : 4;
}

static int
leaves(void *argument)
{
    (void)argument;
    thrd_exit(9);
}

int
main(void)
{
    thrd_t a, b, c;
    int code;
    struct timespec soon;
    assert(mtx_init(&plain, mtx_plain) == thrd_success);
    assert(mtx_init(&recursive, mtx_plain | mtx_recursive) == thrd_success);
    assert(mtx_init(&timed, mtx_timed) == thrd_success);
    assert(mtx_init(&timed, 77) == thrd_error);
    assert(cnd_init(&changed) == thrd_success && tss_create(&slot, destroy) == thrd_success);
    assert(thrd_create(&a, work, NULL) == thrd_success);
    assert(thrd_create(&b, work, &code) == thrd_success);
    mtx_lock(&plain);
    timespec_get(&soon, TIME_UTC);
    soon.tv_sec++;
    while (counter < 2) {
        int result = cnd_timedwait(&changed, &plain, &soon);
        assert(result == thrd_success || result == thrd_timedout);
        if (result == thrd_timedout) {
            break;
        }
    }
    mtx_unlock(&plain);
    assert(thrd_join(a, &code) == thrd_success && code == 4);
    assert(thrd_join(b, &code) == thrd_success && code == 3);
    assert(counter == 2 && initialised == 1 && destroyed == 3);
    assert(mtx_lock(&recursive) == 0 && mtx_trylock(&recursive) == thrd_success);
    assert(mtx_unlock(&recursive) == 0 && mtx_unlock(&recursive) == 0);
    timespec_get(&soon, TIME_UTC);
    assert(mtx_timedlock(&timed, &soon) == thrd_success && mtx_unlock(&timed) == thrd_success);
    assert(thrd_create(&c, leaves, NULL) == thrd_success);
    assert(thrd_equal(c, c) && !thrd_equal(c, thrd_current()));
    assert(thrd_join(c, &code) == thrd_success && code == 9);
    assert(thrd_create(&c, leaves, NULL) == thrd_success && thrd_detach(c) == thrd_success);
    assert(thrd_sleep(&(struct timespec){0, 1000}, NULL) == 0);
    tss_delete(slot);
    cnd_destroy(&changed);
    mtx_destroy(&plain);
    mtx_destroy(&recursive);
    mtx_destroy(&timed);
    return 0;
}
