/* What messages, copies and requests cost by the run's profile, for the current task. */
#ifndef SLEY_MODELS_MACHINE_MESSAGE_H
#define SLEY_MODELS_MACHINE_MESSAGE_H

#include <sley/machine.h>

/* ns that it takes to come to bytes of another task, by sley_receive_bytes. Counts the message and
 * what was copied. */
uint64_t sley_message_receive_ns(enum sley_transport how, uint32_t bytes);

/* ns of one request to a server with so many open connections. */
uint64_t sley_message_request_ns(uint32_t connections);

/* The figure of a key of the run's profile. False: no such key, or no profile yet. */
bool sley_message_figure(const char *key, uint64_t *value);

#endif
