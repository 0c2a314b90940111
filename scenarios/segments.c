/* Where a variable lies, told by what it does and not by its address: text, data, heap and stack of
 * a process (003:12), and that threads share heap and data (003:49). */
#include <sley/process.h>
#include <sley/shared.h>

#include <stdlib.h>

/* --- which segment --- */

enum place { FUNCTION, INITIALISED, ZEROED, ALLOCATED, LOCAL, PLACE_COUNT };
enum segment { TEXT_OR_DATA, HEAP, STACK };

static int initialised = 1;
static int zeroed;
static bool locals_are_static; /* the wrong build */

enum { BLOCKS_MAX = 8 };

static void *blocks[BLOCKS_MAX];
static int block_count;

static void *
allocate(void)
{
    blocks[block_count] = malloc(sizeof(int));
    return blocks[block_count++];
}

/* Where the variable of that kind lies in this call; within: and in a call from here. */
static uintptr_t
address_in_call(enum place place, uintptr_t *within)
{
    static int kept;
    int local = 0;
    uintptr_t address = 0;
    switch (place) {
    case FUNCTION:
        address = (uintptr_t)address_in_call;
        break;
    case INITIALISED:
        address = (uintptr_t)&initialised;
        break;
    case ZEROED:
        address = (uintptr_t)&zeroed;
        break;
    case ALLOCATED:
        address = (uintptr_t)allocate();
        break;
    case LOCAL:
    case PLACE_COUNT:
        address = locals_are_static ? (uintptr_t)&kept : (uintptr_t)&local;
        break;
    }
    if (within) {
        *within = address_in_call(place, NULL);
    }
    return address;
}

/* A variable for all calls, one for each allocation, or one for each call that goes with it. */
static enum segment
segment_of(enum place place)
{
    uintptr_t within;
    uintptr_t first = address_in_call(place, &within);
    uintptr_t second = address_in_call(place, NULL);
    if (within == first) {
        return TEXT_OR_DATA;
    }
    return second == first ? STACK : HEAP;
}

static void *
classify(void *place)
{
    enum segment segment = segment_of((enum place)(uintptr_t)place);
    for (int i = 0; i < block_count; i++) {
        free(blocks[i]);
    }
    block_count = 0;
    return (void *)(uintptr_t)segment;
}

static void
four_segments(void)
{
    static const enum segment expected[PLACE_COUNT] = {[ALLOCATED] = HEAP, [LOCAL] = STACK};
    enum place place = (enum place)sley_draw(FUNCTION, PLACE_COUNT - 1);
    void *found = sley_join(sley_spawn(classify, (void *)(uintptr_t)place));
    sley_check((enum segment)(uintptr_t)found == expected[place]);
    sley_check((enum segment)(uintptr_t)classify((void *)(uintptr_t)place) == expected[place]);
}

static void
static_locals(void)
{
    locals_are_static = true;
    four_segments();
}

/* Text is told from data by that nobody may write to it. */
static void *
write_there(void *address)
{
    *(volatile char *)address = 0;
    return NULL;
}

static void
write_to_text(void)
{
    sley_join(sley_spawn(write_there, (void *)(uintptr_t)address_in_call));
}

static void
write_to_data(void)
{
    sley_join(sley_spawn(write_there, &initialised));
}

/* --- heap and data --- */

static int *block;

static int *
cell_of(enum place place)
{
    return place == ALLOCATED ? block : place == ZEROED ? &zeroed : &initialised;
}

static void *
write_cell(void *place)
{
    int *cell = cell_of((enum place)(uintptr_t)place);
    sley_store(cell, 42);
    return cell;
}

static void
same_cell_for_all(void)
{
    enum place place = (enum place)sley_draw(INITIALISED, ALLOCATED);
    block = malloc(sizeof *block);
    if (!block) {
        abort();
    }
    *block = 0;
    const void *its = sley_join(sley_spawn(write_cell, (void *)(uintptr_t)place));
    sley_check(its == cell_of(place));
    sley_check(sley_load(cell_of(place)) == 42);
    free(block);
}

static const char interpreters[] = "a Python program's variables are objects on the "
                                   "interpreter's heap";
#define SEGMENTS .claim = "mem-process-segments", .source = "003:12", .quantifier = SLEY_ALWAYS

const struct sley_property sley_scenario_segments[] = {
    {
        .name = "mem-process-segments",
        SEGMENTS,
        .says = "a function and a global are one for all calls, a block is one for each "
                "allocation, a local one for each call under way",
        .falsifier = "mem-process-segments.static-locals",
        .body = four_segments,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_NOT_APPLICABLE, interpreters),
                   {"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, "each has a stack of its own"}},
    },
    {
        .name = "mem-process-segments.static-locals",
        SEGMENTS,
        .says = "a local that is static is one for each call under way",
        .twin = true,
        .body = static_locals,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_REFUTED, "it is data"},
                   {"process", SLEY_REFUTED, "it is data"},
                   {"process:spawn", SLEY_REFUTED, "it is data"},
                   {"coroutine", SLEY_REFUTED, "it is data"}},
    },
    {
        .name = "mem-process-segments.text",
        SEGMENTS,
        .says = "a write to a function ends the process",
        .falsifier = "mem-process-segments.data",
        .event = SLEY_BIT(CRASH),
        .body = write_to_text,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""}, {"process", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "mem-process-segments.data",
        SEGMENTS,
        .says = "a write to a global ends the process",
        .twin = true,
        .event = SLEY_BIT(CRASH),
        .body = write_to_data,
        .exhaustive = true,
        .alone = true,
        .expect = {{"thread", SLEY_REFUTED, "data is there to be written"},
                   {"process", SLEY_REFUTED, "data is there to be written"}},
    },
    {
        .name = "mem-threads-share-heap-and-data",
        .claim = "mem-threads-share-heap-and-data",
        .source = "003:49",
        .says = "a global and a block of the heap have one address for all tasks, and hold there "
                "what the last one wrote",
        .quantifier = SLEY_ALWAYS,
        .body = same_cell_for_all,
        .exhaustive = true,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_REFUTED, "the same addresses in a copy"},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {0},
};
