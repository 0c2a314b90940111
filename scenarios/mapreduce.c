/* Counting words by map and reduce (F21): the count does not depend on how the text is cut or who
 * counts; what is gained does, on what a byte costs to hand over and to count. */
#include <sley/shared.h>
#include <sley/sley.h>

enum { WORDS = 4, TEXT_MAX = 24, PARTS_MAX = 8, WORKERS_MAX = 4, BITS = 8 };

static struct text {
    int words[TEXT_MAX];
    int length;
    int parts;
    uint32_t part_bytes; /* that a part stands for */
    uint32_t part_us;    /* that its map computes */
} text;

static struct sley_queue jobs, results;
static long *totals; /* in memory of all tasks */

static int
part_begin(int part)
{
    return text.length * part / text.parts;
}

/* Counts of all words of a part, BITS bits each. */
static intptr_t
count_part(int part)
{
    intptr_t counts = 0;
    for (int i = part_begin(part); i < part_begin(part + 1); i++) {
        counts += (intptr_t)1 << (text.words[i] * BITS);
    }
    return counts;
}

static void *
mapper(void *unused)
{
    for (;;) {
        intptr_t part = sley_queue_get(&jobs);
        if (part < 0) {
            return unused;
        }
        sley_receive_bytes(SLEY_BY_QUEUE, text.part_bytes);
        sley_deserialise_bytes(text.part_bytes);
        sley_compute_us(text.part_us);
        sley_queue_put(&results, count_part((int)part));
    }
}

/* Hands the parts to mappers, and adds up what they send: each word in a total of its own. */
static uint64_t
map_reduce_ns(int workers, long sums[WORDS])
{
    uintptr_t tasks[WORKERS_MAX];
    sley_queue_init(&jobs, SLEY_QUEUE_CAPACITY_MAX);
    sley_queue_init(&results, SLEY_QUEUE_CAPACITY_MAX);
    for (int i = 0; i < workers; i++) {
        tasks[i] = sley_spawn(mapper, NULL);
    }
    uint64_t start_ns = sley_now_ns();
    for (int part = 0; part < text.parts; part++) {
        sley_serialise_bytes(text.part_bytes);
        sley_queue_put(&jobs, part);
    }
    for (int part = 0; part < text.parts; part++) {
        intptr_t counts = sley_queue_get(&results);
        sley_receive_bytes(SLEY_BY_QUEUE, WORDS * sizeof(long));
        for (int word = 0; word < WORDS; word++) {
            sums[word] += counts >> (word * BITS) & ((1 << BITS) - 1);
        }
    }
    uint64_t took_ns = sley_now_ns() - start_ns;
    for (int i = 0; i < workers; i++) {
        sley_queue_put(&jobs, -1);
    }
    for (int i = 0; i < workers; i++) {
        sley_join(tasks[i]);
    }
    return took_ns;
}

static void
text_draw(int length_max)
{
    text = (struct text){.length = sley_draw(0, length_max)};
    text.parts = sley_draw(1, PARTS_MAX);
    for (int i = 0; i < text.length; i++) {
        text.words[i] = sley_draw(0, WORDS - 1);
    }
}

static void
check_counts(const long sums[WORDS])
{
    long right[WORDS] = {0};
    for (int i = 0; i < text.length; i++) {
        right[text.words[i]]++;
    }
    for (int word = 0; word < WORDS; word++) {
        sley_check(sums[word] == right[word]);
    }
}

static void
same_counts(void)
{
    long sums[WORDS] = {0};
    text_draw(TEXT_MAX);
    map_reduce_ns(sley_draw(1, WORKERS_MAX), sums);
    check_counts(sums);
}

/* Each mapper adds to the common totals. */
static void *
map_into_totals(void *part)
{
    int first = (int)(intptr_t)part;
    for (int i = part_begin(first); i < part_begin(first + 1); i++) {
        sley_add(&totals[text.words[i]], 1);
    }
    return NULL;
}

static void
common_totals(void)
{
    uintptr_t tasks[PARTS_MAX];
    text_draw(TEXT_MAX);
    totals = sley_shared_allocate(WORDS * sizeof totals[0]);
    for (int part = 0; part < text.parts; part++) {
        tasks[part] = sley_spawn(map_into_totals, (void *)(intptr_t)part);
    }
    for (int part = 0; part < text.parts; part++) {
        sley_join(tasks[part]);
    }
    check_counts(totals);
}

/* Parts of some 100 KiB each; a byte takes so many ns to count. */
static void
gain(int low_ns, int high_ns)
{
    long sums[WORDS] = {0};
    int workers = sley_draw(2, WORKERS_MAX);
    uint32_t byte_ns = (uint32_t)sley_draw(low_ns, high_ns);
    uint32_t bytes = (uint32_t)sley_draw(100, 1000) * 1024;
    text_draw(TEXT_MAX);
    text.parts = PARTS_MAX;
    text.part_bytes = bytes;
    text.part_us = (uint32_t)((uint64_t)bytes * byte_ns / 1000);
    sley_machine_set((uint32_t)workers, "cpython");
    uint64_t took_ns = map_reduce_ns(workers, sums);
    check_counts(sums);
    sley_check(took_ns < (uint64_t)text.parts * text.part_us * 1000);
}

static void
heavy_map(void)
{
    gain(120, 10000);
}

static void
light_map(void)
{
    gain(1, 20);
}

static const char one_lock[] = "one interpreter lock: bytecodes take turns";
static const char one_loop[] = "one loop computes on one core";

/* Not in gil:py2: seconds of computing there are millions of releases of the lock. */
#define EXPECT_LOCKED(finding, reason)                                                             \
    {"gil:py32", finding, reason}, {"gil:py310", finding, reason},                                 \
    {                                                                                              \
        "gil:per-interpreter", finding, reason                                                     \
    }

const struct sley_property sley_scenario_mapreduce[] = {
    {
        .name = "select-processes-for-mapreduce",
        .claim = "select-processes-for-mapreduce",
        .source = "000:275",
        .says = "words are counted sooner by 2 to 4 waiting tasks, to which the parts of the text "
                "are handed, than in a row",
        .when = "a byte takes 120 ns to 10 us to count",
        .quantifier = SLEY_ALWAYS,
        .body = heavy_map,
        .timed = true,
        .runs = 40,
        .expect = {EXPECT_LOCKED(SLEY_REFUTED, one_lock),
                   {"gil:free", SLEY_CONFIRMED, ""},
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_REFUTED, one_loop}},
    },
    {
        .name = "select-processes-for-mapreduce.light",
        .claim = "select-processes-for-mapreduce",
        .source = "000:275",
        .says = "words are counted sooner by 2 to 4 waiting tasks, to which the parts of the text "
                "are handed, than in a row",
        .when = "a byte takes 1 to 20 ns to count",
        .quantifier = SLEY_ALWAYS,
        .body = light_map,
        .timed = true,
        .runs = 40,
        .expect = {EXPECT_LOCKED(SLEY_REFUTED, one_lock),
                   {"process", SLEY_REFUTED, "some 80 ns to serialise, send and read a byte"},
                   {"coroutine", SLEY_REFUTED, one_loop}},
    },
    {
        .name = "select-processes-for-mapreduce.result",
        .claim = "select-processes-for-mapreduce",
        .source = "000:275",
        .says = "words that 1 to 4 tasks count in 1 to 8 parts are as many as in a row",
        .twin = true,
        .falsifier = "select-processes-for-mapreduce.common-totals",
        .quantifier = SLEY_ALWAYS,
        .body = same_counts,
        .runs = 200,
        .expect = {{"thread", SLEY_CONFIRMED, ""},
                   SLEY_EXPECT_GIL(SLEY_CONFIRMED, ""),
                   {"process", SLEY_CONFIRMED, ""},
                   {"coroutine", SLEY_CONFIRMED, ""}},
    },
    {
        .name = "select-processes-for-mapreduce.common-totals",
        .claim = "select-processes-for-mapreduce",
        .source = "000:275",
        .says = "words that tasks add to common totals without a lock are as many as in a row",
        .twin = true,
        .quantifier = SLEY_ALWAYS,
        .also = SLEY_BIT(RACE),
        .body = common_totals,
        .runs = 200,
        .expect = {{"thread", SLEY_REFUTED, "updates are lost"},
                   {"gil:py32", SLEY_REFUTED, "updates are lost"},
                   {"gil:free", SLEY_REFUTED, "updates are lost"},
                   {"process", SLEY_REFUTED, "updates are lost"}},
    },
    {0},
};
