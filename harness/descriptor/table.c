#include "descriptor/table.h"

#include "base/region.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { DESCRIPTIONS_MAX = 2 * SLEY_CHANNELS_MAX };

/* A byte for each object: an address that says by itself, in every process, what it stands for. */
static char names[SLEY_CHANNEL_KINDS][SLEY_CHANNELS_MAX];

static struct {
    uint32_t serial; /* of the run that the rest speaks of */
    uint32_t channel_count;
    uint32_t description_count;
    uint32_t kind_count[SLEY_CHANNEL_KINDS];
    struct sley_channel *numbers;
    struct sley_channel *datagrams;
    struct sley_channel *standard[3];
} run;

static struct sley_channel *channels;         /* [SLEY_CHANNELS_MAX] */
static struct sley_description *descriptions; /* [DESCRIPTIONS_MAX] */
static struct {
    uint32_t serial; /* of the run in which the number was set */
    struct sley_description *description;
} descriptors[SLEY_DESCRIPTORS_MAX];

static void
begin(void)
{
    struct sley_engine *e = &sley_engine;
    if (run.serial == e->serial) {
        return;
    }
    memset(&run, 0, sizeof run);
    run.serial = e->serial;
    e->front_low = (uintptr_t)names;
    e->front_size = sizeof names;
    if (!channels) {
        channels = sley_region_reserve(SLEY_CHANNELS_MAX * sizeof channels[0]);
        descriptions = sley_region_reserve(DESCRIPTIONS_MAX * sizeof descriptions[0]);
    }
}

static void
refuse(const char *text, uintptr_t pc)
{
    sley_verdict_end(SLEY_VERDICT_OUT_OF_MEMORY, 0, pc, text);
}

static struct sley_channel *
channel_make(enum sley_channel_kind kind, uintptr_t pc)
{
    begin();
    if (!channels || !descriptions) {
        refuse("no memory for the table of descriptors", pc);
    }
    if (run.channel_count == SLEY_CHANNELS_MAX) {
        refuse("more than 4,096 pipes, sockets and files in one run", pc);
    }
    struct sley_channel *channel = &channels[run.channel_count++];
    channel->name = (uintptr_t)&names[kind][run.kind_count[kind]++];
    channel->kind = kind;
    channel->last_task = -1;
    sley_clock_init(&channel->clock[0]);
    sley_clock_init(&channel->clock[1]);
    channel->device = channel->inode = 0;
    return channel;
}

struct sley_description *
sley_descriptor_make_end(struct sley_channel *channel, uint8_t end, int flags, uintptr_t pc)
{
    if (run.description_count == DESCRIPTIONS_MAX) {
        refuse("more than 8,192 ends of pipes and sockets in one run", pc);
    }
    struct sley_description *description = &descriptions[run.description_count++];
    *description =
        (struct sley_description){.channel = channel, .end = end, .waits = !(flags & O_NONBLOCK)};
    return description;
}

struct sley_description *
sley_descriptor_make(enum sley_channel_kind kind, int flags, uintptr_t pc)
{
    return sley_descriptor_make_end(channel_make(kind, pc), 0, flags, pc);
}

struct sley_description *
sley_descriptor_make_datagram(int flags, uintptr_t pc)
{
    begin();
    if (!run.datagrams) {
        run.datagrams = channel_make(SLEY_CHANNEL_DATAGRAMS, pc);
    }
    return sley_descriptor_make_end(run.datagrams, 0, flags, pc);
}

struct sley_description *
sley_descriptor_own(int number)
{
    if (number < 0 || number >= SLEY_DESCRIPTORS_MAX ||
        descriptors[number].serial != sley_engine.serial) {
        return NULL;
    }
    return descriptors[number].description;
}

struct sley_description *
sley_descriptor_next(const struct sley_description *description)
{
    uint32_t i = description ? (uint32_t)(description - descriptions) + 1 : 0;
    begin();
    while (i < run.description_count && descriptions[i].references == 0) {
        i++;
    }
    return i < run.description_count ? &descriptions[i] : NULL;
}

uint32_t
sley_descriptor_number(const struct sley_description *description)
{
    return (uint32_t)(description - descriptions);
}

void
sley_descriptor_set(int number, struct sley_description *description)
{
    if (number < 0 || number >= SLEY_DESCRIPTORS_MAX) {
        return;
    }
    struct sley_description *former = sley_descriptor_own(number);
    if (former) {
        former->references--;
    }
    if (description) {
        description->references++;
    }
    descriptors[number].serial = sley_engine.serial;
    descriptors[number].description = description;
}

struct sley_channel *
sley_descriptor_numbers(uintptr_t pc)
{
    begin();
    if (!run.numbers) {
        run.numbers = channel_make(SLEY_CHANNEL_NUMBERS, pc);
    }
    return run.numbers;
}

struct sley_clock *
sley_descriptor_clock(const struct sley_description *description, bool in)
{
    struct sley_channel *channel = description->channel;
    bool both = channel->kind == SLEY_CHANNEL_SOCKET && description->paired;
    return &channel->clock[both && in ? !description->end : description->end];
}

static struct sley_channel *
standard(int number, uintptr_t pc)
{
    begin();
    if (!run.standard[number]) {
        run.standard[number] = channel_make(SLEY_CHANNEL_STANDARD, pc);
        run.standard[number]->name = (uintptr_t)&names[SLEY_CHANNEL_STANDARD][number];
    }
    return run.standard[number];
}

/* A file or something outside, known again by what the system says of it. */
static struct sley_channel *
found(const struct stat *status, uintptr_t pc)
{
    bool blocks =
        S_ISFIFO(status->st_mode) || S_ISSOCK(status->st_mode) || S_ISCHR(status->st_mode);
    begin();
    for (uint32_t i = 0; i < run.channel_count; i++) {
        struct sley_channel *channel = &channels[i];
        if ((channel->kind == SLEY_CHANNEL_FILE || channel->kind == SLEY_CHANNEL_OUTSIDE) &&
            channel->inode == status->st_ino && channel->device == status->st_dev) {
            return channel;
        }
    }
    struct sley_channel *channel =
        channel_make(blocks ? SLEY_CHANNEL_OUTSIDE : SLEY_CHANNEL_FILE, pc);
    channel->device = status->st_dev;
    channel->inode = status->st_ino;
    return channel;
}

struct sley_channel *
sley_descriptor_channel(int number, uintptr_t pc)
{
    struct sley_description *own = sley_descriptor_own(number);
    if (own) {
        return own->channel;
    }
    if (number >= 0 && number < 3) {
        return standard(number, pc);
    }
    struct stat status;
    return fstat(number, &status) == 0 ? found(&status, pc) : sley_descriptor_numbers(pc);
}

void
sley_channel_use(struct sley_channel *channel)
{
    struct sley_engine *e = &sley_engine;
    e->result->conflict |= channel->last_task >= 0 && channel->last_task != (int32_t)e->task;
    channel->last_task = (int32_t)e->task;
}

void
sley_channel_point(enum sley_op op, struct sley_channel *channel, uintptr_t pc)
{
    sley_channel_use(channel);
    sley_point(op, channel->name, pc);
}

void
sley_channel_point_number(enum sley_op op, struct sley_channel *channel, uintptr_t pc)
{
    struct sley_channel *numbers = sley_descriptor_numbers(pc);
    sley_channel_use(channel);
    sley_channel_use(numbers);
    if (channel == numbers) {
        sley_point(op, numbers->name, pc);
    } else {
        sley_point_two(op, channel->name, numbers->name, pc);
    }
}

bool
sley_channel_text(uintptr_t address, char *text, size_t size)
{
    static const char *const words[] = {
        [SLEY_CHANNEL_NUMBERS] = "a descriptor",
        [SLEY_CHANNEL_STANDARD] = "standard",
        [SLEY_CHANNEL_PIPE] = "pipe",
        [SLEY_CHANNEL_SOCKET] = "socket",
        [SLEY_CHANNEL_DATAGRAMS] = "datagram sockets",
        [SLEY_CHANNEL_EVENT] = "eventfd",
        [SLEY_CHANNEL_EPOLL] = "epoll",
        [SLEY_CHANNEL_FILE] = "file",
        [SLEY_CHANNEL_OUTSIDE] = "outside",
    };
    static const char *const streams[] = {"input", "output", "error"};
    uintptr_t offset = address - (uintptr_t)names;
    if (offset >= sizeof names) {
        return false;
    }
    size_t kind = offset / SLEY_CHANNELS_MAX, index = offset % SLEY_CHANNELS_MAX;
    if (kind == SLEY_CHANNEL_NUMBERS || kind == SLEY_CHANNEL_DATAGRAMS) {
        snprintf(text, size, "%s", words[kind]);
    } else if (kind == SLEY_CHANNEL_STANDARD) {
        snprintf(text, size, "standard %s", streams[index % 3]);
    } else {
        snprintf(text, size, "%s %zu", words[kind], index + 1);
    }
    return true;
}
