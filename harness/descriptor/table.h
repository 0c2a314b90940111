/* What a run knows of its descriptors: which kernel object each number leads to, and what tasks did
 * to that object.
 *
 * The kernel's objects are real. Those that the run itself makes (its own) never block in the
 * kernel: whether the program wants to wait is kept here, and a task that has to waits at a gate.
 * Everything else lies outside: what becomes of it is not decided by the tasks. */
#ifndef SLEY_DESCRIPTOR_TABLE_H
#define SLEY_DESCRIPTOR_TABLE_H

#include "engine/engine.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

enum {
    SLEY_DESCRIPTORS_MAX = 1 << 14, /* numbers above are left to the system */
    SLEY_CHANNELS_MAX = 1 << 12,    /* kernel objects of a run, of each kind */
};

enum sley_channel_kind {
    SLEY_CHANNEL_NUMBERS,  /* the table of descriptors itself: one object */
    SLEY_CHANNEL_STANDARD, /* standard input, output, error: by number, whatever they lead to */
    SLEY_CHANNEL_PIPE,
    SLEY_CHANNEL_SOCKET,    /* a connection, both its ends, or a socket without one */
    SLEY_CHANNEL_DATAGRAMS, /* all sockets without connections: one object */
    SLEY_CHANNEL_EVENT,
    SLEY_CHANNEL_EPOLL,
    SLEY_CHANNEL_FILE,    /* cannot block */
    SLEY_CHANNEL_OUTSIDE, /* can block, and not for the program's own doing */
    SLEY_CHANNEL_KINDS,
};

/* A kernel object. */
struct sley_channel {
    uintptr_t name; /* address that stands for it in operations and reports */
    enum sley_channel_kind kind;
    int32_t last_task;          /* that used it; -1: none */
    struct sley_clock clock[2]; /* what was put in by way of each end; a pipe has one */
    uint64_t device, inode;     /* of a file, or of what is outside */
};

struct sley_address {
    socklen_t size; /* 0: none */
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
        struct sockaddr_un local;
    };
};

/* An open file description: what the copies that dup makes have in common. */
struct sley_description {
    struct sley_channel *channel;
    uint32_t references; /* descriptors that lead to it */
    uint8_t end;         /* of a socket, 0 or 1 */
    bool outside;        /* own no more, or never: a socket that left the program */
    bool waits;          /* the program did not ask for O_NONBLOCK */
    bool message;        /* a socket of messages, whole or not at all */
    bool paired;         /* a socket whose other end is known */
    bool listens;
    uint32_t queued;     /* listening: connections that nobody accepted */
    uint64_t receive_ns; /* SO_RCVTIMEO and SO_SNDTIMEO; 0: none */
    uint64_t send_ns;
    bool internet;                    /* a socket of TCP that a local one may stand in for */
    bool stands_in;                   /* the kernel has a local socket in its place */
    bool reuse;                       /* SO_REUSEADDR or SO_REUSEPORT */
    struct sley_address address;      /* that it is bound to */
    struct sley_address peer;         /* stands in: of the other end */
    struct sley_address system;       /* stands in and listens: of the local socket */
    struct sley_description *pending; /* listening: the oldest of them;
                                         connecting: the next one */
};

/* Whether calls of the current code are the front's to answer. */
static inline bool
sley_descriptor_active(void)
{
    return sley_running() && !sley_engine.processes;
}

/* The description that number leads to if the run made it, else NULL. */
struct sley_description *sley_descriptor_own(int number);

/* A new description of a new object of that kind, no descriptor yet; waits as flags (O_NONBLOCK)
 * say. A full table ends the run. */
struct sley_description *sley_descriptor_make(enum sley_channel_kind kind, int flags, uintptr_t pc);

/* A new description of a socket without connections. */
struct sley_description *sley_descriptor_make_datagram(int flags, uintptr_t pc);

/* A second description of the same object, at that end. */
struct sley_description *sley_descriptor_make_end(struct sley_channel *channel, uint8_t end,
                                                  int flags, uintptr_t pc);

/* The description that was made after that one (NULL: the first) of those that descriptors lead to;
 * NULL: there is none. */
struct sley_description *sley_descriptor_next(const struct sley_description *description);

/* How many were made before it in this run. */
uint32_t sley_descriptor_number(const struct sley_description *description);

/* number, new in the kernel, leads to description from now on. NULL: to something outside. */
void sley_descriptor_set(int number, struct sley_description *description);

/* What carries over from who writes to who reads: of what comes in by this description, or of what
 * goes out. */
struct sley_clock *sley_descriptor_clock(const struct sley_description *description, bool in);

/* The object that number leads to, own or not: what is not is told apart by device and inode, the
 * three standard descriptors by their number. Never NULL; a number that is not open is NUMBERS. */
struct sley_channel *sley_descriptor_channel(int number, uintptr_t pc);

/* The object that stands for the table. */
struct sley_channel *sley_descriptor_numbers(uintptr_t pc);

/* Notes that the current task uses the object. */
void sley_channel_use(struct sley_channel *channel);

/* A point of the current task before an operation on channel. */
void sley_channel_point(enum sley_op op, struct sley_channel *channel, uintptr_t pc);

/* A point before an operation on channel that changes which numbers are taken. */
void sley_channel_point_number(enum sley_op op, struct sley_channel *channel, uintptr_t pc);

/* Says what address stands for ("pipe 2"), if it is a channel's name; in any process of the
 * program. False if not. */
bool sley_channel_text(uintptr_t address, char *text, size_t size);

#endif
