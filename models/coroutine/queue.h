/* asyncio.Queue without its scheduling points, for the neutral interface. */
#ifndef SLEY_MODELS_COROUTINE_QUEUE_H
#define SLEY_MODELS_COROUTINE_QUEUE_H

#include "models/coroutine/loop.h"

void sley_async_queue_init(struct sley_queue *queue, uint32_t capacity);
struct sley_awaited sley_async_queue_put(struct sley_queue *queue, intptr_t item, uintptr_t pc);
struct sley_awaited sley_async_queue_get(struct sley_queue *queue, uintptr_t pc);

/* Whether a put would have to wait. */
bool sley_async_queue_full(const struct sley_queue *queue);

#endif
