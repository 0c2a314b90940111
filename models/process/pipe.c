/* Pipes of the operating system, made before the pool's processes, which inherit them.
 *
 * The process that runs has the baton and must not block in the kernel, so a task waits at a gate
 * until the call cannot block. The kernel's pipe is larger than SLEY_PIPE_BYTES; the capacity is
 * kept here, since the kernel counts pages and not bytes. */
#include "models/process/channel.h"

#include "engine/access.h"
#include "models/fault.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct channel {
    int ends[2]; /* to read from, to write to; -1: not made yet */
    size_t fill; /* bytes in the pipe */
    bool closed;
    int32_t user; /* task that used it last; -1: none */
    struct sley_gate readable;
    struct sley_gate writable;
    struct sley_clock clock; /* what was written happens before what is read */
};

static struct channel channels[SLEY_PIPES_MAX];
static uint32_t channel_count;
static bool made;

int
sley_process_keep(int descriptor)
{
    int kept = descriptor < 0 ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, SLEY_DESCRIPTORS_KEPT);
    if (kept < 0) {
        perror("sley: cannot make the descriptors of processes");
        _exit(SLEY_EXIT_SETUP);
    }
    close(descriptor);
    return kept;
}

static void
make(void)
{
    made = true;
    for (uint32_t i = 0; i < SLEY_PIPES_MAX; i++) {
        int ends[2] = {-1, -1};
        if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0) {
            channels[i].ends[0] = ends[0];
            channels[i].ends[1] = ends[1];
        }
        channels[i].ends[0] = sley_process_keep(ends[0]);
        channels[i].ends[1] = sley_process_keep(ends[1]);
    }
}

/* What an earlier run left in it. */
static void
drain(struct channel *channel)
{
    char bytes[512];
    while (read(channel->ends[0], bytes, sizeof bytes) > 0) {
    }
    channel->fill = 0;
}

void
sley_process_pipes_begin(void)
{
    if (!made) {
        make();
    }
    for (uint32_t i = 0; i < channel_count; i++) {
        drain(&channels[i]);
    }
    channel_count = 0;
}

static size_t
capacity(void)
{
    return sley_fault(SLEY_FAULT_PROCESS_PIPE_ENDLESS) ? (size_t)8 * SLEY_PIPE_BYTES
                                                       : SLEY_PIPE_BYTES;
}

static struct channel *
channel_of(const struct sley_pipe *pipe, uintptr_t pc)
{
    if (pipe->number == 0 || pipe->number > channel_count) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)pipe, pc,
                         "use of a pipe that this process never initialised");
    }
    struct channel *channel = &channels[pipe->number - 1];
    sley_engine.result->conflict |=
        channel->user >= 0 && channel->user != (int32_t)sley_engine.task;
    channel->user = (int32_t)sley_engine.task;
    return channel;
}

void
sley_process_pipe_init(struct sley_pipe *pipe)
{
    uintptr_t pc = SLEY_CALLER();
    if (channel_count == SLEY_PIPES_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, "more than 8 pipes in one run");
    }
    sley_point(SLEY_OP_INIT, (uintptr_t)&channel_count, pc);
    struct channel *channel = &channels[channel_count++];
    channel->closed = false;
    channel->user = -1;
    sley_gate_init(&channel->readable, SLEY_WAIT_PIPE, (uintptr_t)channel);
    sley_gate_init(&channel->writable, SLEY_WAIT_PIPE, (uintptr_t)channel);
    channel->readable.open = false;
    sley_clock_init(&channel->clock);
    pipe->number = channel_count;
}

/* The system call cannot block or fail: the gates know what is in the pipe. */
static void
broken(struct channel *channel, const char *text)
{
    sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)channel, 0, text);
}

/* Bytes of a large write that go in now: all that fit, or fewer, as the outside decides. */
static size_t
part_of(size_t size, size_t room)
{
    size_t part = size < room ? size : room;
    uint32_t less = part > 1 ? sley_choose(SLEY_CHOICE_OUTSIDE, 2) : 0;
    return less ? part / 2 : part;
}

void
sley_process_pipe_write(struct sley_pipe *pipe, const void *bytes, size_t size)
{
    uintptr_t pc = SLEY_CALLER();
    const char *from = bytes;
    bool at_once = size <= SLEY_PIPE_ATOMIC;
    while (size > 0) {
        struct channel *channel = channel_of(pipe, pc);
        sley_point_gate(SLEY_OP_PIPE_WRITE, &channel->writable, UINT64_MAX, pc);
        size_t room = capacity() - channel->fill;
        if (room < (at_once ? size : 1)) {
            sley_gate_set(&channel->writable, false); /* until somebody reads */
            continue;
        }
        size_t part = at_once ? size : part_of(size, room);
        sley_access_race_range((uintptr_t)from, part, 0, pc);
        if (write(channel->ends[1], from, part) != (ssize_t)part) {
            broken(channel, "a pipe of the system took fewer bytes than it has room for");
        }
        channel->fill += part;
        sley_clock_release(&channel->clock);
        sley_gate_set(&channel->readable, true);
        from += part;
        size -= part;
    }
}

size_t
sley_process_pipe_read(struct sley_pipe *pipe, void *bytes, size_t size)
{
    uintptr_t pc = SLEY_CALLER();
    struct channel *channel = channel_of(pipe, pc);
    sley_point_gate(SLEY_OP_PIPE_READ, &channel->readable, UINT64_MAX, pc);
    size_t part = size < channel->fill ? size : channel->fill;
    if (part == 0) {
        return 0;
    }
    sley_access_race_range((uintptr_t)bytes, part, SLEY_ACCESS_WRITE, pc);
    if (read(channel->ends[0], bytes, part) != (ssize_t)part) {
        broken(channel, "a pipe of the system gave fewer bytes than were written");
    }
    channel->fill -= part;
    sley_clock_acquire(&channel->clock);
    sley_gate_set(&channel->readable, channel->fill > 0 || channel->closed);
    sley_gate_set(&channel->writable, true);
    return part;
}

size_t
sley_process_pipe_fill(const struct sley_pipe *pipe)
{
    uintptr_t pc = SLEY_CALLER();
    struct channel *channel = channel_of(pipe, pc);
    sley_point(SLEY_OP_PIPE_READ, (uintptr_t)channel, pc);
    return channel->fill;
}

void
sley_process_pipe_close(struct sley_pipe *pipe)
{
    uintptr_t pc = SLEY_CALLER();
    struct channel *channel = channel_of(pipe, pc);
    sley_point(SLEY_OP_PIPE_WRITE, (uintptr_t)channel, pc);
    channel->closed = true;
    sley_clock_release(&channel->clock);
    sley_gate_set(&channel->readable, true);
}
