/* The front: what code under test calls instead of libc. redirect.def lists the names; each
 * function here is sley_<name> with the prototype of <name>, and behaves as POSIX, C11 or glibc say
 * of it, save for what its file says. Outside a run every one is harmless. */
#ifndef SLEY_PTHREAD_FRONT_H
#define SLEY_PTHREAD_FRONT_H

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

/* The end hook of every run whose tasks use this front, to be installed as task_end in the run's
 * options: runs the destructors of thread-specific data; when task 0 returns, the atexit handlers.
 */
void sley_pthread_task_end(void);

/* threads */
int sley_pthread_create(pthread_t *id, const pthread_attr_t *attributes, void *(*entry)(void *),
                        void *argument);
int sley_pthread_join(pthread_t id, void **result);
int sley_pthread_tryjoin_np(pthread_t id, void **result);
int sley_pthread_timedjoin_np(pthread_t id, void **result, const struct timespec *at);
int sley_pthread_clockjoin_np(pthread_t id, void **result, clockid_t clock,
                              const struct timespec *at);
int sley_pthread_detach(pthread_t id);
void sley_pthread_exit(void *result) __attribute__((noreturn));
pthread_t sley_pthread_self(void);
int sley_pthread_equal(pthread_t a, pthread_t b);

/* names, yields, settings */
int sley_pthread_setname_np(pthread_t id, const char *name);
int sley_pthread_getname_np(pthread_t id, char *name, size_t size);
pid_t sley_gettid(void);
int sley_sched_yield(void);
int sley_pthread_yield(void);
int sley_pthread_setconcurrency(int level);
int sley_pthread_getconcurrency(void);
int sley_pthread_getcpuclockid(pthread_t id, clockid_t *clock);
int sley_clock_getcpuclockid(pid_t process, clockid_t *clock);
int sley_pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));

/* what a thread was asked to be */
int sley_pthread_getattr_np(pthread_t id, pthread_attr_t *attributes);
int sley_pthread_getattr_default_np(pthread_attr_t *attributes);
int sley_pthread_setattr_default_np(const pthread_attr_t *attributes);
int sley_pthread_setaffinity_np(pthread_t id, size_t size, const cpu_set_t *set);
int sley_pthread_getaffinity_np(pthread_t id, size_t size, cpu_set_t *set);
int sley_pthread_setschedparam(pthread_t id, int policy, const struct sched_param *parameters);
int sley_pthread_getschedparam(pthread_t id, int *policy, struct sched_param *parameters);
int sley_pthread_setschedprio(pthread_t id, int priority);
int sley_sched_setaffinity(pid_t number, size_t size, const cpu_set_t *set);
int sley_sched_getaffinity(pid_t number, size_t size, cpu_set_t *set);
int sley_sched_setscheduler(pid_t number, int policy, const struct sched_param *parameters);
int sley_sched_getscheduler(pid_t number);
int sley_sched_setparam(pid_t number, const struct sched_param *parameters);
int sley_sched_getparam(pid_t number, struct sched_param *parameters);
int sley_sched_rr_get_interval(pid_t number, struct timespec *interval);
int sley_sched_getcpu(void);

/* cancellation and cleanup handlers */
int sley_pthread_cancel(pthread_t id);
int sley_pthread_setcancelstate(int state, int *former);
int sley_pthread_setcanceltype(int type, int *former);
void sley_pthread_testcancel(void);

/* system calls by number: futexes and a few more */
long sley_syscall(long number, ...);

/* cleanup handlers */
void sley___pthread_register_cancel(__pthread_unwind_buf_t *buffer);
void sley___pthread_unregister_cancel(__pthread_unwind_buf_t *buffer);
void sley___pthread_register_cancel_defer(__pthread_unwind_buf_t *buffer);
void sley___pthread_unregister_cancel_restore(__pthread_unwind_buf_t *buffer);
void sley___pthread_cleanup_routine(struct __pthread_cleanup_frame *frame);
void sley___pthread_unwind_next(__pthread_unwind_buf_t *buffer) __attribute__((noreturn));

/* signals */
int sley_sigaction(int signal, const struct sigaction *restrict action,
                   struct sigaction *restrict former);
sighandler_t sley_signal(int signal, sighandler_t handler);
sighandler_t sley___sysv_signal(int signal, sighandler_t handler);
int sley_siginterrupt(int signal, int breaks);
int sley_pthread_sigmask(int how, const sigset_t *set, sigset_t *former);
int sley_sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict former);
int sley_sigpending(sigset_t *set);
int sley_sigaltstack(const stack_t *restrict stack, stack_t *restrict former);
int sley_pthread_kill(pthread_t id, int signal);
int sley_pthread_sigqueue(pthread_t id, int signal, const union sigval value);
int sley_tgkill(pid_t process, pid_t task, int signal);
int sley_signal_raise(int signal);
int sley_signal_kill(pid_t process, int signal);
int sley_sigqueue(pid_t process, int signal, const union sigval value);
int sley_sigwait(const sigset_t *restrict set, int *restrict signal);
int sley_sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info);
int sley_sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
                      const struct timespec *restrict duration);
int sley_sigsuspend(const sigset_t *mask);
int sley_signal_pause(void);

/* thread-specific data */
int sley_pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int sley_pthread_key_delete(pthread_key_t key);
void *sley_pthread_getspecific(pthread_key_t key);
int sley_pthread_setspecific(pthread_key_t key, const void *value);

/* mutexes */
int sley_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes);
int sley_pthread_mutex_destroy(pthread_mutex_t *mutex);
int sley_pthread_mutex_lock(pthread_mutex_t *mutex);
int sley_pthread_mutex_trylock(pthread_mutex_t *mutex);
int sley_pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *at);
int sley_pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock,
                                 const struct timespec *at);
int sley_pthread_mutex_consistent(pthread_mutex_t *mutex);
int sley_pthread_mutex_unlock(pthread_mutex_t *mutex);
int sley_pthread_mutex_setprioceiling(pthread_mutex_t *restrict mutex, int ceiling,
                                      int *restrict former);
int sley_pthread_mutex_getprioceiling(const pthread_mutex_t *restrict mutex, int *restrict ceiling);

/* condition variables */
int sley_pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attributes);
int sley_pthread_cond_destroy(pthread_cond_t *cond);
int sley_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
int sley_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
                                const struct timespec *at);
int sley_pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,
                                const struct timespec *at);
int sley_pthread_cond_signal(pthread_cond_t *cond);
int sley_pthread_cond_broadcast(pthread_cond_t *cond);

/* read-write locks */
int sley_pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attributes);
int sley_pthread_rwlock_destroy(pthread_rwlock_t *lock);
int sley_pthread_rwlock_rdlock(pthread_rwlock_t *l);
int sley_pthread_rwlock_tryrdlock(pthread_rwlock_t *l);
int sley_pthread_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *at);
int sley_pthread_rwlock_clockrdlock(pthread_rwlock_t *l, clockid_t clock,
                                    const struct timespec *at);
int sley_pthread_rwlock_wrlock(pthread_rwlock_t *l);
int sley_pthread_rwlock_trywrlock(pthread_rwlock_t *l);
int sley_pthread_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *at);
int sley_pthread_rwlock_clockwrlock(pthread_rwlock_t *l, clockid_t clock,
                                    const struct timespec *at);
int sley_pthread_rwlock_unlock(pthread_rwlock_t *l);

/* semaphores */
int sley_sem_init(sem_t *semaphore, int shared, unsigned value);
int sley_sem_destroy(sem_t *semaphore);
int sley_sem_wait(sem_t *semaphore);
int sley_sem_trywait(sem_t *semaphore);
int sley_sem_timedwait(sem_t *semaphore, const struct timespec *at);
int sley_sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *at);
int sley_sem_post(sem_t *semaphore);
int sley_sem_getvalue(sem_t *semaphore, int *value);
sem_t *sley_sem_open(const char *name, int flags, ...);
int sley_sem_close(sem_t *semaphore);
int sley_sem_unlink(const char *name);

/* barriers, spinlocks, once */
int sley_pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attributes,
                              unsigned count);
int sley_pthread_barrier_destroy(pthread_barrier_t *barrier);
int sley_pthread_barrier_wait(pthread_barrier_t *barrier);
int sley_pthread_spin_init(pthread_spinlock_t *spinlock, int shared);
int sley_pthread_spin_destroy(pthread_spinlock_t *spinlock);
int sley_pthread_spin_lock(pthread_spinlock_t *spinlock);
int sley_pthread_spin_trylock(pthread_spinlock_t *spinlock);
int sley_pthread_spin_unlock(pthread_spinlock_t *spinlock);
int sley_pthread_once(pthread_once_t *control, void (*routine)(void));

/* C11 threads */
int sley_thrd_create(thrd_t *id, thrd_start_t entry, void *argument);
int sley_thrd_join(thrd_t id, int *code);
int sley_thrd_detach(thrd_t id);
void sley_thrd_exit(int code) __attribute__((noreturn));
thrd_t sley_thrd_current(void);
int sley_thrd_equal(thrd_t a, thrd_t b);
void sley_thrd_yield(void);
int sley_thrd_sleep(const struct timespec *duration, struct timespec *left);
int sley_mtx_init(mtx_t *mutex, int type);
void sley_mtx_destroy(mtx_t *mutex);
int sley_mtx_lock(mtx_t *mutex);
int sley_mtx_trylock(mtx_t *mutex);
int sley_mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict at);
int sley_mtx_unlock(mtx_t *mutex);
int sley_cnd_init(cnd_t *cond);
void sley_cnd_destroy(cnd_t *cond);
int sley_cnd_wait(cnd_t *cond, mtx_t *mutex);
int sley_cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex,
                       const struct timespec *restrict at);
int sley_cnd_signal(cnd_t *cond);
int sley_cnd_broadcast(cnd_t *cond);
int sley_tss_create(tss_t *key, tss_dtor_t destructor);
void sley_tss_delete(tss_t key);
void *sley_tss_get(tss_t key);
int sley_tss_set(tss_t key, void *value);
void sley_call_once(once_flag *flag, void (*routine)(void));

/* time */
unsigned sley_sleep(unsigned seconds);
int sley_usleep(useconds_t us);
int sley_nanosleep(const struct timespec *duration, struct timespec *left);
int sley_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                         struct timespec *left);
int sley_clock_gettime(clockid_t clock, struct timespec *at);
int sley_gettimeofday(struct timeval *restrict at, void *restrict zone);
int sley_timespec_get(struct timespec *at, int base);
time_t sley_time(time_t *at);
clock_t sley_clock(void);

/* the end of the process */
void sley_exit(int code) __attribute__((noreturn));
void sley__exit(int code) __attribute__((noreturn));
void sley__Exit(int code) __attribute__((noreturn));
void sley_quick_exit(int code) __attribute__((noreturn));
int sley_atexit(void (*handler)(void));
int sley___cxa_atexit(void (*handler)(void *), void *argument, void *object);
void sley_abort(void) __attribute__((noreturn));
void sley___assert_fail(const char *expression, const char *file, unsigned line,
                        const char *function) __attribute__((noreturn));
void sley___assert_perror_fail(int error, const char *file, unsigned line, const char *function)
    __attribute__((noreturn));

/* the heap */
void *sley_malloc(size_t size);
void *sley_calloc(size_t count, size_t size);
void *sley_realloc(void *memory, size_t size);
void *sley_reallocarray(void *memory, size_t count, size_t size);
void sley_free(void *memory);
void *sley_aligned_alloc(size_t alignment, size_t size);
int sley_posix_memalign(void **memory, size_t alignment, size_t size);
void *sley_memalign(size_t alignment, size_t size);
size_t sley_malloc_usable_size(void *memory);
char *sley_strdup(const char *text);
char *sley_strndup(const char *text, size_t size);
wchar_t *sley_wcsdup(const wchar_t *text);
ssize_t sley_getline(char **buffer, size_t *room, FILE *stream);
ssize_t sley_getdelim(char **buffer, size_t *room, int delimiter, FILE *stream);
ssize_t sley___getdelim(char **buffer, size_t *room, int delimiter, FILE *stream);
void *sley_valloc(size_t size);
void *sley_pvalloc(size_t size);
int sley_vasprintf(char **text, const char *form, va_list arguments);
int sley_asprintf(char **text, const char *form, ...);

/* memory and strings */
void *sley_memcpy(void *restrict to, const void *restrict from, size_t size);
void *sley_mempcpy(void *restrict to, const void *restrict from, size_t size);
void *sley_memmove(void *to, const void *from, size_t size);
void *sley_memset(void *to, int byte, size_t size);
void sley_bzero(void *to, size_t size);
int sley_memcmp(const void *a, const void *b, size_t size);
void *sley_memchr(const void *memory, int byte, size_t size);
void *sley___memcpy_chk(void *restrict to, const void *restrict from, size_t size, size_t room);
void *sley___memmove_chk(void *to, const void *from, size_t size, size_t room);
void *sley___memset_chk(void *to, int byte, size_t size, size_t room);
size_t sley_strlen(const char *text);
size_t sley_strnlen(const char *text, size_t size);
char *sley_strcpy(char *restrict to, const char *restrict from);
char *sley_stpcpy(char *restrict to, const char *restrict from);
char *sley_strncpy(char *restrict to, const char *restrict from, size_t size);
char *sley_strcat(char *restrict to, const char *restrict from);
char *sley_strncat(char *restrict to, const char *restrict from, size_t size);
int sley_strcmp(const char *a, const char *b);
int sley_strncmp(const char *a, const char *b, size_t size);
char *sley_strchr(const char *text, int character);
char *sley_strrchr(const char *text, int character);
char *sley_strstr(const char *text, const char *part);
char *sley_strtok(char *restrict text, const char *restrict delimiters);
char *sley___strcpy_chk(char *restrict to, const char *restrict from, size_t room);
char *sley___strncpy_chk(char *restrict to, const char *restrict from, size_t size, size_t room);
char *sley___strcat_chk(char *restrict to, const char *restrict from, size_t room);
int sley_vsnprintf(char *restrict to, size_t size, const char *restrict form, va_list arguments);
int sley_vsprintf(char *restrict to, const char *restrict form, va_list arguments);
int sley_snprintf(char *restrict to, size_t size, const char *restrict form, ...);
int sley_sprintf(char *restrict to, const char *restrict form, ...);
int sley___vsnprintf_chk(char *restrict to, size_t size, int flag, size_t room,
                         const char *restrict form, va_list arguments);
int sley___snprintf_chk(char *restrict to, size_t size, int flag, size_t room,
                        const char *restrict form, ...);
int sley___sprintf_chk(char *restrict to, int flag, size_t room, const char *restrict form, ...);

/* generators with a state of the process */
int sley_rand(void);
void sley_srand(unsigned value);
long sley_random(void);
void sley_srandom(unsigned value);
double sley_drand48(void);
long sley_lrand48(void);
long sley_mrand48(void);
void sley_srand48(long value);
unsigned short *sley_seed48(unsigned short former[3]);
ssize_t sley_getrandom(void *bytes, size_t size, unsigned flags);
int sley_getentropy(void *bytes, size_t size);
uint32_t sley_arc4random(void);
void sley_arc4random_buf(void *bytes, size_t size);
uint32_t sley_arc4random_uniform(uint32_t bound);
/* std::random_device::operator() */
unsigned sley_random_device(void *device);

#endif
