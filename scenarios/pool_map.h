/* How long pools take for items that are all the same. */
#ifndef SLEY_SCENARIOS_POOL_MAP_H
#define SLEY_SCENARIOS_POOL_MAP_H

#include <sley/pool.h>
#include <sley/sley.h>

enum { ITEMS_MAX = 24 };

/* In a pool of the model's own tasks, from the first submit to the last answer; work(each) is what
 * an item does. */
static inline uint64_t
map_in_tasks_us(void *(*work)(void *), uint32_t workers, uint32_t items, void *each)
{
    struct sley_pool pool;
    void *inputs[ITEMS_MAX], *results[ITEMS_MAX];
    for (uint32_t i = 0; i < items; i++) {
        inputs[i] = each;
    }
    sley_pool_init(&pool, workers, SLEY_POOL_THREADS);
    uint64_t begin_us = sley_now_us();
    sley_pool_map(&pool, work, inputs, results, items, 1);
    uint64_t took_us = sley_now_us() - begin_us;
    sley_pool_destroy(&pool);
    return took_us;
}

#endif
