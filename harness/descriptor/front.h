/* Descriptors, as code under test calls them (redirect.def): each function is sley_<name> with the
 * prototype of <name> and behaves as POSIX or Linux say of it, save that a call that would block
 * makes its task wait, and that time-outs are of virtual time. Outside a run, and where tasks are
 * processes, every one is the system's own. */
#ifndef SLEY_DESCRIPTOR_FRONT_H
#define SLEY_DESCRIPTOR_FRONT_H

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

int sley_pipe(int ends[2]);
int sley_pipe2(int ends[2], int flags);
int sley_socketpair(int domain, int type, int protocol, int ends[2]);
int sley_eventfd(unsigned value, int flags);
int sley_eventfd_read(int number, eventfd_t *value);
int sley_eventfd_write(int number, eventfd_t value);
int sley_dup(int number);
int sley_dup2(int number, int to);
int sley_dup3(int number, int to, int flags);
int sley_close(int number);
int sley_fcntl(int number, int command, ...);
int sley_fcntl64(int number, int command, ...);
int sley_ioctl(int number, unsigned long request, ...);

ssize_t sley_read(int number, void *bytes, size_t size);
ssize_t sley_readv(int number, const struct iovec *pieces, int count);
ssize_t sley_pread(int number, void *bytes, size_t size, off_t at);
ssize_t sley_pread64(int number, void *bytes, size_t size, off_t at);
ssize_t sley_recv(int number, void *bytes, size_t size, int flags);
ssize_t sley_recvfrom(int number, void *restrict bytes, size_t size, int flags,
                      struct sockaddr *restrict from, socklen_t *restrict from_size);
ssize_t sley_recvmsg(int number, struct msghdr *message, int flags);
ssize_t sley_write(int number, const void *bytes, size_t size);
ssize_t sley_writev(int number, const struct iovec *pieces, int count);
ssize_t sley_pwrite(int number, const void *bytes, size_t size, off_t at);
ssize_t sley_pwrite64(int number, const void *bytes, size_t size, off_t at);
ssize_t sley_send(int number, const void *bytes, size_t size, int flags);
ssize_t sley_sendto(int number, const void *bytes, size_t size, int flags,
                    const struct sockaddr *to, socklen_t to_size);
ssize_t sley_sendmsg(int number, const struct msghdr *message, int flags);
int sley_shutdown(int number, int how);

int sley_poll(struct pollfd *files, nfds_t count, int timeout_ms);
int sley_ppoll(struct pollfd *files, nfds_t count, const struct timespec *timeout,
               const sigset_t *signals);
int sley_select(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict other,
                struct timeval *restrict timeout);
int sley_pselect(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict other,
                 const struct timespec *restrict timeout, const sigset_t *restrict signals);
int sley_epoll_create(int size);
int sley_epoll_create1(int flags);
int sley_epoll_ctl(int set, int operation, int number, struct epoll_event *event);
int sley_epoll_wait(int set, struct epoll_event *events, int count, int timeout_ms);
int sley_epoll_pwait(int set, struct epoll_event *events, int count, int timeout_ms,
                     const sigset_t *signals);

int sley_socket(int domain, int type, int protocol);
int sley_bind(int number, const struct sockaddr *address, socklen_t size);
int sley_listen(int number, int backlog);
int sley_connect(int number, const struct sockaddr *address, socklen_t size);
int sley_accept(int number, struct sockaddr *restrict address, socklen_t *restrict size);
int sley_accept4(int number, struct sockaddr *restrict address, socklen_t *restrict size,
                 int flags);
int sley_setsockopt(int number, int level, int option, const void *value, socklen_t size);
int sley_getsockopt(int number, int level, int option, void *restrict value,
                    socklen_t *restrict size);
int sley_getsockname(int number, struct sockaddr *restrict address, socklen_t *restrict size);
int sley_getpeername(int number, struct sockaddr *restrict address, socklen_t *restrict size);

FILE *sley_fdopen(int number, const char *mode);
int sley_fileno(FILE *file);
int sley_dprintf(int number, const char *restrict form, ...);
int sley_vdprintf(int number, const char *restrict form, va_list arguments);

ssize_t sley___read_chk(int number, void *bytes, size_t size, size_t room);
ssize_t sley___recv_chk(int number, void *bytes, size_t size, size_t room, int flags);
ssize_t sley___recvfrom_chk(int number, void *restrict bytes, size_t size, size_t room, int flags,
                            struct sockaddr *restrict from, socklen_t *restrict from_size);
int sley___poll_chk(struct pollfd *files, nfds_t count, int timeout_ms, size_t room);

#endif
