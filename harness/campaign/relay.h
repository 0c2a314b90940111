/* What one run prints, handed on to this process's own output up to a bound. */
#ifndef SLEY_CAMPAIGN_RELAY_H
#define SLEY_CAMPAIGN_RELAY_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes of standard output, and of standard error, that are handed on; the rest is read and
 * dropped, with a note. 0 (the default): a run writes to the process's own output itself. */
extern uint64_t sley_relay_bound;

struct sley_relay {
    struct {
        int read, write; /* ends of a pipe; -1: none */
        uint64_t count;  /* bytes that came */
    } pipe[2];
};

/* Makes the pipes, if there is a bound. False: the system refused. */
bool sley_relay_open(struct sley_relay *relay);

/* In the process of the run: its standard output and error are the pipes from now on. */
void sley_relay_attach(struct sley_relay *relay);

/* In the parent, after the fork: the run's ends are not its own. */
void sley_relay_detach(struct sley_relay *relay);

/* Waits for output for at most that time, and hands on what is there. Returns whether any was. */
bool sley_relay_pump(struct sley_relay *relay, uint32_t wait_us);

/* Hands on the rest, once the run's process is no more; says what was dropped. */
void sley_relay_close(struct sley_relay *relay);

#endif
