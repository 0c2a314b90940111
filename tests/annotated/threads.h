/* What these programs share: two threads, of which each one executes one of two functions. Code
 * that looks for ThreadSanitizer must find it. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>

#if !defined(__SANITIZE_THREAD__)
#error "code written for gcc does not find ThreadSanitizer"
#endif
#if defined(__has_feature)
#if !__has_feature(thread_sanitizer)
#error "code written for clang does not find ThreadSanitizer"
#endif
#endif

static void first(void);
static void second(void);

static void *
run(void *which)
{
    if (which) {
        second();
    } else {
        first();
    }
    return NULL;
}

int
main(void)
{
    pthread_t thread[2];
    char other;
    pthread_create(&thread[0], NULL, run, NULL);
    pthread_create(&thread[1], NULL, run, &other);
    pthread_join(thread[0], NULL);
    pthread_join(thread[1], NULL);
    return 0;
}
