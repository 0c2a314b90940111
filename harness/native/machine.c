/* The operations of machine.h on real threads. Virtual microseconds are scaled down as virtual
 * milliseconds are. What needs virtual cores is for timed properties, which this lane does not
 * run: it fails. */
#include "native/native.h"

#include <sley/machine.h>

#include <errno.h>
#include <time.h>

enum { NS_PER_VIRTUAL_US = 10, DURATION_US_MAX = 2000000 };

static uint64_t
real_ns(uint64_t duration_us)
{
    return (duration_us < DURATION_US_MAX ? duration_us : DURATION_US_MAX) * NS_PER_VIRTUAL_US;
}

static uint64_t
real_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t
sley_now_us(void)
{
    return sley_now_ns() / 1000;
}

void
sley_compute_us(uint32_t duration_us)
{
    uint64_t end_ns = real_now_ns() + real_ns(duration_us);
    while (real_now_ns() < end_ns) {
    }
}

void
sley_call_us(uint32_t duration_us, bool releases)
{
    (void)releases; /* C threads have no interpreter lock */
    sley_compute_us(duration_us);
}

void
sley_call_bytes(uint32_t bytes, uint32_t ps_per_byte, uint32_t overhead_ns, bool releases)
{
    uint64_t duration_us = ((uint64_t)bytes * ps_per_byte / 1000 + overhead_ns) / 1000;
    sley_call_us(duration_us < DURATION_US_MAX ? (uint32_t)duration_us : DURATION_US_MAX, releases);
}

void
sley_io_us(uint32_t duration_us)
{
    struct timespec duration = {0, (long)real_ns(duration_us)};
    nanosleep(&duration, NULL);
}

void
sley_block_us(uint32_t duration_us)
{
    sley_io_us(duration_us);
}

void
sley_serialise_bytes(uint32_t bytes)
{
    (void)bytes; /* threads share their memory */
}

void
sley_deserialise_bytes(uint32_t bytes)
{
    (void)bytes;
}

void
sley_receive_bytes(enum sley_transport how, uint32_t bytes)
{
    (void)how;
    (void)bytes;
}

void
sley_serve_request(uint32_t connections)
{
    (void)connections;
    sley_native_fail(ENOTSUP);
}

uint64_t
sley_figure(const char *key)
{
    (void)key;
    sley_native_fail(ENOTSUP);
    return 0;
}

void
sley_machine_set(uint32_t cores, const char *profile)
{
    (void)cores;
    (void)profile;
    sley_native_fail(ENOTSUP);
}

void
sley_machine_bandwidth(uint32_t bytes_per_us)
{
    (void)bytes_per_us;
    sley_native_fail(ENOTSUP);
}

void
sley_memory_load(struct sley_memory *memory, uint64_t bytes)
{
    (void)memory;
    (void)bytes;
    sley_native_fail(ENOTSUP);
}

void
sley_machine_place_outside(void)
{
    sley_native_fail(ENOTSUP);
}

void
sley_memory_write(const struct sley_memory *memory, uint64_t bytes)
{
    (void)memory;
    (void)bytes;
    sley_native_fail(ENOTSUP);
}

void
sley_memory_receive(struct sley_memory *memory, uint32_t bytes)
{
    (void)memory;
    (void)bytes;
    sley_native_fail(ENOTSUP);
}

void
sley_machine_pin(uint32_t core)
{
    (void)core;
    sley_native_fail(ENOTSUP);
}

struct sley_usage
sley_usage(void)
{
    sley_native_fail(ENOTSUP);
    return (struct sley_usage){0};
}

void
sley_heartbeat_start(uint32_t period_us)
{
    (void)period_us;
    sley_native_fail(ENOTSUP);
}

uint64_t
sley_heartbeat_gap_us(void)
{
    sley_native_fail(ENOTSUP);
    return 0;
}

struct sley_unit_costs
sley_unit_costs(enum sley_unit unit)
{
    (void)unit;
    sley_native_fail(ENOTSUP);
    return (struct sley_unit_costs){0};
}

void
sley_hand_over(enum sley_hand_over kind)
{
    (void)kind; /* real hand-overs cost what they cost */
}
