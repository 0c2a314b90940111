/* multiprocessing.Queue sends what pickle makes of an object, through a pipe, when its feeder comes
 * to it: the receiver has a copy. */
#include <sley/process.h>
#include <sley/shared.h>

enum { NODES_MAX = 4, LAMBDA = -1 };

/* An object graph: a list whose nodes stand anywhere. */
struct node {
    int value; /* LAMBDA: cannot be pickled */
    struct node *next;
};

static struct node nodes[NODES_MAX];
static struct node *head;
static struct sley_mpqueue queue;
static int count;

/* A list of drawn length, linked in a drawn direction. */
static struct node *
graph_draw(struct node *of)
{
    count = sley_draw(1, NODES_MAX);
    bool backwards = sley_draw(0, 1) == 1;
    for (int i = 0; i < count; i++) {
        int next = backwards ? i - 1 : i + 1;
        of[i].value = sley_draw(0, 100);
        of[i].next = next >= 0 && next < count ? &of[next] : NULL;
    }
    return backwards ? &of[count - 1] : &of[0];
}

/* The values in the order of the list; links are what the order says. */
static size_t
pickle_list(const void *object, void *bytes, size_t room)
{
    size_t size = 0;
    for (const struct node *node = object; node; node = node->next) {
        if (node->value == LAMBDA || size + sizeof node->value > room) {
            return 0;
        }
        *(int *)((char *)bytes + size) = node->value;
        size += sizeof node->value;
    }
    return size;
}

/* --- a copy --- */

/* Whoever receives changes what it has. */
static void *
change_the_copy(void *unused)
{
    int values[NODES_MAX];
    size_t size = sley_mpqueue_get_bytes(&queue, values, sizeof values);
    sley_check(size == (size_t)count * sizeof values[0]);
    const struct node *node = head; /* this process's, as it was at the fork */
    for (int i = 0; i < count; i++, node = node->next) {
        sley_check(values[i] == node->value);
        values[i] += 1000;
    }
    return unused;
}

static void
sum_is_kept(void (*put)(void), void *(*receive)(void *))
{
    int sum = 0, sum_after = 0;
    sley_mpqueue_init(&queue);
    for (const struct node *node = head; node; node = node->next) {
        sum += node->value;
    }
    uintptr_t child = sley_spawn(receive, NULL);
    put();
    sley_join(child);
    for (const struct node *node = head; node; node = node->next) {
        sum_after += node->value;
    }
    sley_check(sum_after == sum);
}

static void
put_object(void)
{
    sley_mpqueue_put_object(&queue, head, pickle_list);
}

static void
receiver_has_a_copy(void)
{
    head = graph_draw(nodes);
    sum_is_kept(put_object, change_the_copy);
}

/* What queue.Queue does between threads: the receiver has the object itself. */
static void *
change_the_object(void *unused)
{
    struct node *node = (struct node *)sley_mpqueue_get(&queue);
    for (; node; node = node->next) {
        node->value += 1000;
    }
    return unused;
}

static void
put_reference(void)
{
    sley_mpqueue_put(&queue, (intptr_t)head, SLEY_MPQUEUE_HEADER);
}

static void
receiver_has_the_object(void)
{
    head = graph_draw(sley_shared_allocate(sizeof nodes));
    sum_is_kept(put_reference, change_the_object);
}

/* --- bytes --- */

static void *
put_in_child(void *by_reference)
{
    if (by_reference) {
        put_reference();
    } else {
        put_object();
    }
    return NULL;
}

/* A process ends when its feeder has written everything. */
static void
bytes_in_the_pipe(void *by_reference)
{
    head = graph_draw(nodes);
    sley_mpqueue_init(&queue);
    sley_join(sley_spawn(put_in_child, by_reference));
    size_t pickled = (size_t)count * sizeof head->value;
    sley_check(sley_pipe_fill(&queue.pipe) == SLEY_MPQUEUE_HEADER + pickled);
}

static void
pickled_size(void)
{
    bytes_in_the_pipe(NULL);
}

static void
reference_size(void)
{
    bytes_in_the_pipe(nodes);
}

/* --- what cannot be pickled --- */

static struct node last = {.value = 7};

static void *
put_lambda_and_last(void *unused)
{
    head = &nodes[0];
    head->value = LAMBDA;
    put_object();
    sley_mpqueue_put_object(&queue, &last, pickle_list);
    return unused;
}

static void
lambda_arrives(void)
{
    int value = 0;
    sley_mpqueue_init(&queue);
    uintptr_t child = sley_spawn(put_lambda_and_last, NULL);
    sley_mpqueue_get_bytes(&queue, &value, sizeof value);
    sley_check(value == LAMBDA);
    sley_join(child);
}

/* --- a change after the put --- */

static void
put_and_change(bool changes)
{
    int value = 0;
    sley_mpqueue_init(&queue);
    nodes[0].value = 1;
    sley_mpqueue_put_object(&queue, &nodes[0], pickle_list);
    if (changes) {
        nodes[0].value = 2;
    }
    sley_mpqueue_get_bytes(&queue, &value, sizeof value);
    sley_check(value == 1);
}

static void
changed_after_put(void)
{
    put_and_change(true);
}

#define PICKLE(property, of, text, entry)                                                          \
    .name = property, .claim = of, .source = "000:238", .says = text, .quantifier = SLEY_ALWAYS,   \
    .body = entry, .runs = 300

static const char reference[] = "queue.Queue passes the reference";

const struct sley_property sley_scenario_queue_pickle[] = {
    {
        PICKLE("queue-mp-pipe-pickle", "queue-mp-pipe-pickle",
               "the receiver has an equal object of its own: what it changes stays its own",
               receiver_has_a_copy),
        .falsifier = "queue-mp-pipe-pickle.reference",
        .expect = {{"process", SLEY_CONFIRMED, ""},
                   {"process:spawn", SLEY_NOT_APPLICABLE,
                    "as process: how a child begins does not "
                    "matter"},
                   {"thread", SLEY_NOT_APPLICABLE, reference},
                   {"coroutine", SLEY_NOT_APPLICABLE, reference}},
    },
    {
        PICKLE("queue-mp-pipe-pickle.reference", "queue-mp-pipe-pickle",
               "a reference through the queue: what the receiver changes stays its own",
               receiver_has_the_object),
        .twin = true,
        .expect = {{"process", SLEY_REFUTED, "what it points to is in shared memory"}},
    },
    {
        PICKLE("queue-mp-pipe-pickle.bytes", "queue-mp-pipe-pickle",
               "what stands in the pipe is as large as the pickled object", pickled_size),
        .falsifier = "queue-mp-pipe-pickle.reference-bytes",
        .expect = {{"process", SLEY_CONFIRMED, ""}},
    },
    {
        PICKLE("queue-mp-pipe-pickle.reference-bytes", "queue-mp-pipe-pickle",
               "a reference through the queue is as large as the pickled object", reference_size),
        .twin = true,
        .expect = {{"process", SLEY_REFUTED, "a reference has one size"}},
    },
    {
        PICKLE("queue-mp-pipe-pickle.lambda", "queue-mp-pipe-pickle",
               "what cannot be pickled arrives all the same", lambda_arrives),
        .twin = true,
        .expect = {{"process", SLEY_REFUTED,
                    "the feeder leaves it out, and the putter does not "
                    "learn of it"}},
    },
    {
        PICKLE("queue-mp-safe.changed-after-put", "queue-mp-safe",
               "the receiver gets the object as it was when it was put", changed_after_put),
        .when = "the putter changes the object after the put",
        .also = SLEY_BIT(RACE),
        .expect = {{"process", SLEY_REFUTED, "the feeder pickles it later"},
                   {"process:spawn", SLEY_REFUTED, "the feeder pickles it later"}},
    },
    {0},
};
