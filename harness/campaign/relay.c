#include "campaign/relay.h"

#include "campaign/output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

uint64_t sley_relay_bound;

bool
sley_relay_open(struct sley_relay *relay)
{
    *relay = (struct sley_relay){.pipe = {{-1, -1, 0}, {-1, -1, 0}}};
    fflush(NULL);
    for (int i = 0; i < 2 && sley_relay_bound; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) {
            sley_relay_detach(relay);
            sley_relay_close(relay);
            return false;
        }
        relay->pipe[i].read = sley_descriptor_raise(ends[0]);
        relay->pipe[i].write = sley_descriptor_raise(ends[1]);
        fcntl(relay->pipe[i].read, F_SETFL, O_NONBLOCK);
    }
    return true;
}

void
sley_relay_attach(struct sley_relay *relay)
{
    for (int i = 0; i < 2 && relay->pipe[i].write >= 0; i++) {
        dup2(relay->pipe[i].write, STDOUT_FILENO + i);
        close(relay->pipe[i].write);
        close(relay->pipe[i].read);
    }
}

void
sley_relay_detach(struct sley_relay *relay)
{
    for (int i = 0; i < 2; i++) {
        if (relay->pipe[i].write >= 0) {
            close(relay->pipe[i].write);
            relay->pipe[i].write = -1;
        }
    }
}

static void
hand_on(int descriptor, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno != EINTR) {
            return; /* nobody reads it */
        }
        bytes += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
}

/* Reads once. False: there is nothing, or the end was met and the pipe is closed. */
static bool
pump_one(struct sley_relay *relay, int i)
{
    static char chunk[CHUNK];
    ssize_t got = relay->pipe[i].read < 0 ? -1 : read(relay->pipe[i].read, chunk, sizeof chunk);
    if (got > 0) {
        uint64_t count = relay->pipe[i].count;
        uint64_t left = count < sley_relay_bound ? sley_relay_bound - count : 0;
        hand_on(STDOUT_FILENO + i, chunk, (uint64_t)got < left ? (size_t)got : (size_t)left);
        relay->pipe[i].count += (uint64_t)got;
    } else if (got == 0) {
        close(relay->pipe[i].read);
        relay->pipe[i].read = -1;
    }
    return got > 0;
}

bool
sley_relay_pump(struct sley_relay *relay, uint32_t wait_us)
{
    struct pollfd polls[2] = {{relay->pipe[0].read, POLLIN, 0}, {relay->pipe[1].read, POLLIN, 0}};
    const struct timespec pause = {0, (long)wait_us * 1000};
    if (ppoll(polls, 2, &pause, NULL) <= 0) {
        return false;
    }
    bool out = pump_one(relay, 0);
    return pump_one(relay, 1) || out;
}

void
sley_relay_close(struct sley_relay *relay)
{
    for (int i = 0; i < 2; i++) {
        while (pump_one(relay, i)) {
        }
        if (relay->pipe[i].read >= 0) {
            close(relay->pipe[i].read);
        }
        if (relay->pipe[i].count > sley_relay_bound) {
            fprintf(stderr,
                    "sley: of %" PRIu64 " bytes that the program wrote to standard %s, the first "
                    "%" PRIu64 " are shown\n",
                    relay->pipe[i].count, i == 0 ? "output" : "error", sley_relay_bound);
        }
    }
}
