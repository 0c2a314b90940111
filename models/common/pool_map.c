/* Executor.map: one future for each chunk of inputs, and the results in the order of the inputs. */
#include "models/common/common.h"

#include <stdlib.h>

struct map {
    void *(*entry)(void *);
    void *const *arguments;
    void **results;
    uint32_t *order; /* with the fault: where the next result goes */
    uint32_t count;
};

struct chunk {
    struct sley_future future;
    const struct map *map;
    uint32_t first;
    uint32_t end;
    uint32_t failed; /* index of the input that raised; end: none */
};

/* Runs in a worker. */
static void *
chunk_run(void *argument)
{
    struct chunk *chunk = argument;
    const struct map *map = chunk->map;
    chunk->failed = chunk->end;
    for (uint32_t i = chunk->first; i < chunk->end; i++) {
        void *result = map->entry(map->arguments[i]);
        if (result == sley_pool_die()) {
            return result;
        }
        if (sley_is_exception(result, NULL)) {
            chunk->failed = i;
            return result;
        }
        uint32_t at = i;
        if (sley_fault_is(SLEY_FAULT_POOL_MAP_UNORDERED)) {
            at = __atomic_fetch_add(map->order, 1, __ATOMIC_SEQ_CST);
        }
        map->results[at] = result;
    }
    return NULL;
}

/* The first input without a result, as far as the chunk goes. */
static uint32_t
chunk_collect(struct chunk *chunk)
{
    switch (sley_future_result(&chunk->future, NULL, NULL)) {
    case SLEY_FUTURE_RESULT:
        return chunk->end;
    case SLEY_FUTURE_EXCEPTION:
        return chunk->failed;
    case SLEY_FUTURE_CANCEL:
    case SLEY_FUTURE_BROKEN:
    case SLEY_FUTURE_TIMEOUT:
        break;
    }
    return chunk->first;
}

/* Everything is submitted before the first result is waited for. Returns how many were taken. */
static uint32_t
submit_all(struct sley_pool *pool, const struct map *map, struct chunk *chunks, uint32_t size)
{
    uint32_t taken = 0;
    for (uint32_t first = 0; first < map->count; first += size) {
        struct chunk *chunk = &chunks[taken];
        chunk->map = map;
        chunk->first = first;
        chunk->end = first + size < map->count ? first + size : map->count;
        if (!sley_pool_submit(pool, &chunk->future, chunk_run, chunk)) {
            break;
        }
        taken++;
    }
    return taken;
}

uint32_t
sley_pool_map(struct sley_pool *pool, void *(*entry)(void *), void *const *arguments,
              void **results, uint32_t count, uint32_t chunk)
{
    uint32_t order = 0;
    struct map map = {entry, arguments, results, &order, count};
    uint32_t size = chunk ? chunk : 1;
    struct chunk *chunks = malloc((count / size + 1) * sizeof *chunks);
    if (!chunks) {
        abort();
    }
    uint32_t taken = submit_all(pool, &map, chunks, size);
    uint32_t filled = 0;
    bool whole = true;
    for (uint32_t i = 0; i < taken; i++) {
        /* The others are waited for as well: they use what is freed below. */
        uint32_t end = chunk_collect(&chunks[i]);
        filled = whole ? end : filled;
        whole = whole && end == chunks[i].end;
        sley_future_destroy(&chunks[i].future);
    }
    free(chunks);
    return filled;
}
