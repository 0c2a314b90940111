/* Reading and writing, whatever the call's name. */
#ifndef SLEY_DESCRIPTOR_TRANSFER_H
#define SLEY_DESCRIPTOR_TRANSFER_H

#include "descriptor/table.h"

#include <sys/socket.h>

/* What each call comes down to: pieces of memory, and what the calls on sockets say beside. */
struct sley_transfer {
    int number;             /* of the descriptor */
    bool socket;            /* a call that sockets alone know */
    struct msghdr *message; /* never NULL; without socket only msg_iov and msg_iovlen count */
    int flags;              /* MSG_*; 0 without socket */
    bool unseen;            /* the memory is libc's own: no access of the program */
};

/* As read, readv, recvmsg. */
ssize_t sley_transfer_in(const struct sley_transfer *transfer, uintptr_t pc);

/* As write, writev, sendmsg: waits until all is written unless the descriptor does not wait. */
ssize_t sley_transfer_out(const struct sley_transfer *transfer, uintptr_t pc);

/* As close. */
int sley_transfer_close(int number, uintptr_t pc);

/* The point of a call on number that never waits. */
void sley_transfer_point(enum sley_op op, int number, uintptr_t pc);

#endif
