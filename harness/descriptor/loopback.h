/* TCP between tasks of the program. The kernel's own takes its time over it, even on one machine,
 * and keeps ports from one run to the next; so it has local sockets in its place, which answer at
 * once, and the table has the addresses. A socket that reaches no listener of the program's own is
 * left as it is. */
#ifndef SLEY_DESCRIPTOR_LOOPBACK_H
#define SLEY_DESCRIPTOR_LOOPBACK_H

#include "descriptor/table.h"

/* Off where a program is called by itself: others may want to reach it. */
extern bool sley_loopback_on;

/* A socket of that kind was made: number leads to it. */
void sley_loopback_begin(struct sley_description *own, int number, int domain);

/* Whether the program has the address in use, so that a bind must fail. */
bool sley_loopback_is_taken(const struct sley_description *own, const struct sockaddr *address,
                            socklen_t size);

/* number is about to listen: puts a local socket in its place. False: the system refused. */
bool sley_loopback_listen(int number, struct sley_description *own);

/* The program's own socket that takes connections to the address; NULL: there is none. */
struct sley_description *sley_loopback_listener(const struct sley_description *own,
                                                const struct sockaddr *address, socklen_t size);

/* number is about to connect to it: puts a local socket in its place, and notes both addresses. */
bool sley_loopback_connect(int number, struct sley_description *own, const struct sockaddr *address,
                           socklen_t size);

/* As getsockname and getpeername give them. */
void sley_loopback_copy(const struct sley_address *from, struct sockaddr *to, socklen_t *size);

#endif
