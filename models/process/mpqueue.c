/* multiprocessing.Queue: put appends to a buffer of the putting process, and a feeder task of that
 * process writes the items to a pipe, each under the queue's write lock. A process whose program
 * has ended waits for its feeders: if nobody reads what does not fit into the pipe, for ever. */
#include "models/process/channel.h"

#include "engine/access.h"
#include "models/fault.h"
#include "pthread/front.h"

#include <string.h>

enum { QUEUES_MAX = 4, FEEDERS_MAX = 16, BUFFER_MAX = 64 };

struct message {
    intptr_t item;
    size_t weight; /* bytes in the pipe, these two included */
};

_Static_assert(sizeof(struct message) == SLEY_MPQUEUE_HEADER, "what goes through the pipe first");

/* What waits to be written. */
struct entry {
    struct message message; /* without the object */
    const void *object;     /* the putter's; NULL: the message alone */
    size_t (*pickle)(const void *object, void *bytes, size_t room);
    struct sley_semaphore *room; /* of the putter's handle; NULL: no bound */
};

struct feeder {
    uint32_t queue;
    uint32_t process;
    uint32_t task;
    bool closing; /* its process's program has ended: it goes when it has written everything */
    uint32_t count, first;
    struct entry buffer[BUFFER_MAX];
    struct sley_gate work; /* open: there is something in the buffer, or it is closing */
};

struct pipe_lock {
    struct sley_gate gate;
    struct sley_clock clock;
};

static struct {
    struct sley_pipe pipe;
    struct pipe_lock read_lock, write_lock;
} queues[QUEUES_MAX];
static uint32_t queue_count;
static struct feeder feeders[FEEDERS_MAX];
static uint32_t feeder_count;

void
sley_process_mpqueues_begin(void)
{
    queue_count = 0;
    feeder_count = 0;
}

static void
pipe_lock_init(struct pipe_lock *lock)
{
    sley_gate_init(&lock->gate, SLEY_WAIT_MUTEX, (uintptr_t)lock);
    sley_clock_init(&lock->clock);
}

static void
pipe_lock_take(struct pipe_lock *lock, uintptr_t pc)
{
    sley_point_gate(SLEY_OP_LOCK, &lock->gate, UINT64_MAX, pc);
    lock->gate.owner = (int32_t)sley_engine.task;
    lock->gate.taken_pc = sley_noted_pc(pc);
    sley_gate_set(&lock->gate, false);
    sley_clock_acquire(&lock->clock);
}

static void
pipe_lock_release(struct pipe_lock *lock, uintptr_t pc)
{
    sley_point(SLEY_OP_UNLOCK, (uintptr_t)lock, pc);
    lock->gate.owner = -1;
    sley_clock_release(&lock->clock);
    sley_gate_set(&lock->gate, true);
}

void
sley_process_mpqueue_init(struct sley_mpqueue *queue, uint32_t capacity)
{
    if (queue_count == QUEUES_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, SLEY_CALLER(),
                         "more than 4 queues of processes in one run");
    }
    sley_process_pipe_init(&queue->pipe);
    queues[queue_count].pipe = queue->pipe;
    pipe_lock_init(&queues[queue_count].read_lock);
    pipe_lock_init(&queues[queue_count].write_lock);
    queue->number = ++queue_count;
    queue->bounded = capacity > 0;
    if (queue->bounded) {
        sley_semaphore_init_bounded(&queue->room, capacity);
    }
}

static uint32_t
number_of(const struct sley_mpqueue *queue, uintptr_t pc)
{
    if (queue->number == 0 || queue->number > queue_count) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)queue, pc,
                         "use of a queue that this process never initialised");
    }
    return queue->number - 1;
}

/* An object is pickled here, not when it was put; one that cannot be is left out. */
static void
send(uint32_t queue, struct entry *entry, uintptr_t pc)
{
    char bytes[SLEY_PIPE_BYTES] = {0};
    struct message *message = &entry->message;
    if (entry->object) {
        size_t size =
            entry->pickle(entry->object, bytes + sizeof *message, sizeof bytes - sizeof *message);
        message->weight = sizeof *message + size;
        if (size == 0 || size > sizeof bytes - sizeof *message) {
            if (entry->room) {
                sley_semaphore_release(entry->room);
            }
            return;
        }
    }
    memcpy(bytes, message, sizeof *message);
    pipe_lock_take(&queues[queue].write_lock, pc);
    sley_process_pipe_write(&queues[queue].pipe, bytes, message->weight);
    pipe_lock_release(&queues[queue].write_lock, pc);
}

static void *
feeder_main(void *argument)
{
    struct feeder *self = &feeders[(uintptr_t)argument];
    for (;;) {
        sley_point_gate(SLEY_OP_WAIT, &self->work, UINT64_MAX, 0);
        if (self->count == 0) {
            return NULL; /* closing */
        }
        struct entry entry = self->buffer[self->first];
        self->first = (self->first + 1) % BUFFER_MAX;
        self->count--;
        sley_gate_set(&self->work, self->count > 0 || self->closing);
        send(self->queue, &entry, 0);
    }
}

/* The feeder of this process for the queue, started at its first put. */
static struct feeder *
feeder_of(uint32_t queue, uintptr_t pc)
{
    uint32_t process = sley_current()->process;
    for (uint32_t i = 0; i < feeder_count; i++) {
        if (feeders[i].queue == queue && feeders[i].process == process) {
            return &feeders[i];
        }
    }
    if (feeder_count == FEEDERS_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, "more than 16 feeders in one run");
    }
    struct feeder *feeder = &feeders[feeder_count++];
    feeder->queue = queue;
    feeder->process = process;
    feeder->closing = false;
    feeder->count = feeder->first = 0;
    sley_gate_init(&feeder->work, SLEY_WAIT_CONDITION, (uintptr_t)feeder);
    feeder->work.open = false;
    feeder->task = sley_task_spawn(feeder_main, (void *)(uintptr_t)(feeder - feeders), NULL, pc);
    if (feeder->task == SLEY_TASKS_MAX) {
        sley_task_refused("feeder of a queue", pc);
    }
    sley_engine.task_table[feeder->task].name = "feeder";
    return feeder;
}

static void
put(struct sley_mpqueue *queue, struct entry *entry, uintptr_t pc)
{
    uint32_t number = number_of(queue, pc);
    if (entry->message.weight > SLEY_PIPE_BYTES) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, 0, pc, "an item that is larger than the pipe");
    }
    if (queue->bounded && !sley_fault(SLEY_FAULT_PROCESS_QUEUE_UNBOUNDED)) {
        sley_semaphore_acquire(&queue->room);
        entry->room = &queue->room;
    }
    if (sley_fault(SLEY_FAULT_PROCESS_NO_FEEDER)) {
        send(number, entry, pc);
        return;
    }
    struct feeder *feeder = feeder_of(number, pc);
    sley_point(SLEY_OP_SIGNAL, (uintptr_t)feeder, pc);
    if (feeder->count == BUFFER_MAX) {
        sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, "more than 64 items in a buffer");
    }
    feeder->buffer[(feeder->first + feeder->count++) % BUFFER_MAX] = *entry;
    sley_gate_set(&feeder->work, true);
}

void
sley_process_mpqueue_put(struct sley_mpqueue *queue, intptr_t item, size_t weight)
{
    struct message message = {item, weight};
    if (weight < sizeof message) {
        message.weight = sizeof message;
    }
    struct entry entry = {.message = message};
    put(queue, &entry, SLEY_CALLER());
}

void
sley_process_mpqueue_put_object(struct sley_mpqueue *queue, const void *object,
                                size_t (*pickle)(const void *object, void *bytes, size_t room))
{
    struct entry entry = {.object = object, .pickle = pickle};
    if (sley_fault(SLEY_FAULT_PROCESS_QUEUE_PICKLES_AT_ONCE)) {
        send(number_of(queue, SLEY_CALLER()), &entry, SLEY_CALLER());
        return;
    }
    put(queue, &entry, SLEY_CALLER());
}

static void
receive(uint32_t queue, void *bytes, size_t size)
{
    char *to = bytes;
    while (size > 0) {
        size_t got = sley_process_pipe_read(&queues[queue].pipe, to, size);
        to += got;
        size -= got;
    }
}

intptr_t
sley_process_mpqueue_get(struct sley_mpqueue *queue, void *bytes, size_t *size)
{
    uintptr_t pc = SLEY_CALLER();
    uint32_t number = number_of(queue, pc);
    struct message message;
    char rest[SLEY_PIPE_BYTES];
    bool locks = !sley_fault(SLEY_FAULT_PROCESS_QUEUE_NO_LOCK);
    if (locks) {
        pipe_lock_take(&queues[number].read_lock, pc);
    }
    receive(number, &message, sizeof message);
    if (message.weight < sizeof message || message.weight > SLEY_PIPE_BYTES) {
        sley_verdict_end(SLEY_VERDICT_MISUSE, (uintptr_t)queue, pc,
                         "what was read from a queue's pipe is no message");
    }
    size_t made = message.weight - sizeof message;
    receive(number, rest, made);
    if (locks) {
        pipe_lock_release(&queues[number].read_lock, pc);
    }
    if (queue->bounded && !sley_fault(SLEY_FAULT_PROCESS_QUEUE_UNBOUNDED)) {
        sley_semaphore_release(&queue->room);
    }
    if (bytes) {
        size_t part = made < *size ? made : *size;
        sley_access_race_range((uintptr_t)bytes, part, SLEY_ACCESS_WRITE, pc);
        memcpy(bytes, rest, part);
    }
    *size = made;
    return message.item;
}

void
sley_process_feeders_join(void)
{
    for (uint32_t i = 0; i < feeder_count; i++) {
        struct feeder *feeder = &feeders[i];
        if (feeder->process != sley_current()->process || feeder->task == sley_engine.task) {
            continue;
        }
        struct sley_task *task = &sley_engine.task_table[feeder->task];
        sley_point(SLEY_OP_SIGNAL, (uintptr_t)feeder, 0);
        feeder->closing = true;
        sley_gate_set(&feeder->work, true);
        sley_point_gate(SLEY_OP_JOIN, &task->done, UINT64_MAX, 0);
    }
}
