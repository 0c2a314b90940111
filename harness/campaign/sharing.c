#include "campaign/sharing.h"

#include <base/rng.h>
#include <string.h>
#include <sys/mman.h>

enum {
    WORD_SHIFT = 2,               /* bytes of a word, as a power of two */
    WORDS_MAX = 1 << 20,          /* in a run, half of them in use; a power of two */
    WORDS_OF_PLACE_MAX = 1 << 16, /* in a run, that it touched first: there is room for others */
    TOUCHES_MAX = 1 << 20,        /* in a run */
    TOUCHES_OF_WORD_MAX = 64,
    PLACES_MAX = 1 << 16,
    FREED_MAX = 4096,    /* bytes of a freed block that are noted, as the race detector does */
    RANGE_MAX = 1 << 18, /* bytes of one access */
    NOWHERE = 0, /* number of what is no place of the code: an atomic access, code of the harness */
};

struct place {
    uint32_t offset; /* in the code */
    bool shared;
    bool compared;   /* some word that it touched is in the table */
    uint32_t serial; /* the run that word_count speaks of */
    uint32_t word_count;
    uint64_t first; /* digest of its first access */
};

/* What one task did to a word at one place. */
struct touch {
    uint32_t next;  /* of the same word, 0: none */
    uint32_t epoch; /* of the task when it did so last */
    uint32_t place;
    uint16_t task;
    bool writes;
};

/* Open addressing; an entry of an earlier run counts as empty. */
struct word {
    uintptr_t number; /* its address, shifted */
    uint32_t serial;
    uint32_t first;
    uint32_t count; /* of touches */
};

struct sley_sharing {
    uintptr_t code_low;
    size_t code_size;
    uint32_t place_count;
    struct place places[PLACES_MAX]; /* from 1 */
    uint32_t serial;                 /* of the run */
    uint32_t word_count;
    struct word words[WORDS_MAX];
    uint32_t touch_count;
    struct touch touches[TOUCHES_MAX]; /* from 1 */
    uint32_t task_count;               /* of the run, as far as met */
    uint32_t epoch[SLEY_TASKS_MAX];    /* grows when another task learns what this one did */
    uint32_t known[SLEY_TASKS_MAX][SLEY_TASKS_MAX]; /* [t][u]: last epoch of u before t */
    uint32_t place_at[]; /* [code_size]: number of the place, NOWHERE: not met */
};

static size_t
size_with(size_t code_size)
{
    return sizeof(struct sley_sharing) + (code_size + 1) * sizeof(uint32_t);
}

struct sley_sharing *
sley_sharing_create(uintptr_t code_low, size_t code_size)
{
    void *at = mmap(NULL, size_with(code_size), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) {
        return NULL;
    }
    struct sley_sharing *sharing = at;
    sharing->code_low = code_low;
    sharing->code_size = code_size;
    sharing->place_count = 1;
    return sharing;
}

void
sley_sharing_destroy(struct sley_sharing *sharing)
{
    if (sharing) {
        munmap(sharing, size_with(sharing->code_size));
    }
}

void
sley_sharing_begin(struct sley_sharing *sharing)
{
    sharing->serial++;
    sharing->word_count = 0;
    sharing->touch_count = 1;
    sharing->task_count = 0;
}

/* Makes room for a task, and for those before it. */
static void
meet(struct sley_sharing *sharing, uint32_t task)
{
    for (; sharing->task_count <= task; sharing->task_count++) {
        uint32_t fresh = sharing->task_count;
        sharing->epoch[fresh] = 1;
        for (uint32_t t = 0; t <= fresh; t++) {
            sharing->known[t][fresh] = sharing->known[fresh][t] = 0;
        }
    }
}

/* The number of the place of a plain access, made at its first one. */
static uint32_t
place_of(struct sley_sharing *sharing, const struct sley_event *event)
{
    uintptr_t offset = event->pc - sharing->code_low;
    if ((event->op != SLEY_OP_READ && event->op != SLEY_OP_WRITE) || offset >= sharing->code_size) {
        return NOWHERE;
    }
    if (sharing->place_at[offset] == NOWHERE && sharing->place_count < PLACES_MAX) {
        sharing->place_at[offset] = sharing->place_count;
        sharing->places[sharing->place_count++] = (struct place){
            .offset = (uint32_t)offset,
            .first = (uint64_t)event->object << 32 | event->size << 8 | event->op,
        };
    }
    return sharing->place_at[offset];
}

static void
share(struct sley_sharing *sharing, uint32_t place)
{
    sharing->places[place].shared = true;
}

/* NULL: there is no room for another one. What lies beyond is taken to be as what lies before. */
static struct word *
word_of(struct sley_sharing *sharing, uintptr_t number, struct place *place)
{
    size_t at = sley_mix64(number) % WORDS_MAX;
    while (sharing->words[at].serial == sharing->serial && sharing->words[at].number != number) {
        at = (at + 1) % WORDS_MAX;
    }
    struct word *word = &sharing->words[at];
    if (word->serial == sharing->serial) {
        return word;
    }
    if (place->serial != sharing->serial) {
        place->serial = sharing->serial;
        place->word_count = 0;
    }
    if (sharing->word_count == WORDS_MAX / 2 || place->word_count == WORDS_OF_PLACE_MAX) {
        return NULL;
    }
    sharing->word_count++;
    place->word_count++;
    *word = (struct word){.number = number, .serial = sharing->serial};
    return word;
}

static void
share_all(struct sley_sharing *sharing, const struct word *word)
{
    for (uint32_t i = word->first; i != 0; i = sharing->touches[i].next) {
        share(sharing, sharing->touches[i].place);
    }
}

/* Holds the access against what others did to the word; returns what the same task did at the same
 * place, or NULL. */
static struct touch *
compare(struct sley_sharing *sharing, const struct word *word, uint32_t task, uint32_t place,
        bool writes)
{
    struct touch *own = NULL;
    for (uint32_t i = word->first; i != 0; i = sharing->touches[i].next) {
        struct touch *touch = &sharing->touches[i];
        if (touch->task == task) {
            own = touch->place == place && touch->writes == writes ? touch : own;
        } else if ((touch->writes || writes) && sharing->known[task][touch->task] < touch->epoch) {
            share(sharing, touch->place);
            share(sharing, place);
        }
    }
    return own;
}

static void
touch_word(struct sley_sharing *sharing, uintptr_t number, uint32_t task, uint32_t place,
           bool writes)
{
    struct word *word = word_of(sharing, number, &sharing->places[place]);
    if (!word) {
        return;
    }
    sharing->places[place].compared = true;
    struct touch *own = compare(sharing, word, task, place, writes);
    if (own) {
        own->epoch = sharing->epoch[task];
    } else if (sharing->touch_count == TOUCHES_MAX) {
        return;
    } else if (word->count == TOUCHES_OF_WORD_MAX) {
        share_all(sharing, word);
        share(sharing, place);
    } else {
        sharing->touches[sharing->touch_count] = (struct touch){
            .next = word->first,
            .epoch = sharing->epoch[task],
            .place = place,
            .task = (uint16_t)task,
            .writes = writes,
        };
        word->first = sharing->touch_count++;
        word->count++;
    }
}

/* Everything that task did so far comes before what other does from now on, in every schedule. */
static void
hand_over(struct sley_sharing *sharing, uint32_t task, uint32_t other)
{
    meet(sharing, task > other ? task : other);
    for (uint32_t t = 0; t < sharing->task_count; t++) {
        uint32_t known = sharing->known[task][t];
        if (known > sharing->known[other][t]) {
            sharing->known[other][t] = known;
        }
    }
    sharing->known[other][task] = sharing->epoch[task]++;
}

void
sley_sharing_add(struct sley_sharing *sharing, const struct sley_event *event)
{
    uintptr_t in_table = event->address - (uintptr_t)sley_engine.task_table;
    uint32_t other = (uint32_t)(in_table / sizeof sley_engine.task_table[0]);
    bool names_task = in_table < sizeof sley_engine.task_table;
    if (event->op == SLEY_OP_SPAWN && names_task) {
        hand_over(sharing, event->task, other);
    } else if (event->op == SLEY_OP_JOIN && names_task) {
        hand_over(sharing, other, event->task);
    }
    bool atomic = event->op == SLEY_OP_ATOMIC_LOAD || event->op == SLEY_OP_ATOMIC_STORE ||
                  event->op == SLEY_OP_ATOMIC_RMW;
    bool frees = event->op == SLEY_OP_FREE;
    if (!atomic && !frees && event->op != SLEY_OP_READ && event->op != SLEY_OP_WRITE) {
        return;
    }
    meet(sharing, event->task);
    uint32_t place = place_of(sharing, event);
    bool writes = frees || sley_op_writes((enum sley_op)event->op);
    uint32_t most = frees ? FREED_MAX : RANGE_MAX;
    uint32_t size = event->size > most ? most : event->size;
    uintptr_t last = (event->address + size - 1) >> WORD_SHIFT;
    for (uintptr_t number = event->address >> WORD_SHIFT; number <= last; number++) {
        touch_word(sharing, number, event->task, place, writes);
    }
}

static bool
is_private(const struct place *place)
{
    return place->compared && !place->shared;
}

void
sley_sharing_private(const struct sley_sharing *sharing, uint64_t *quiet)
{
    for (uint32_t i = 1; i < sharing->place_count; i++) {
        const struct place *place = &sharing->places[i];
        if (is_private(place)) {
            quiet[place->offset / 64] |= (uint64_t)1 << place->offset % 64;
        }
    }
}

uint64_t
sley_sharing_digest(const struct sley_sharing *sharing)
{
    uint64_t digest = sharing->place_count;
    for (uint32_t i = 1; i < sharing->place_count; i++) {
        digest = sley_mix64(digest ^ sharing->places[i].first);
        digest = sley_mix64(digest + !is_private(&sharing->places[i]));
    }
    return digest;
}

uint32_t
sley_sharing_count(const struct sley_sharing *sharing, uint32_t *shared)
{
    *shared = 0;
    for (uint32_t i = 1; i < sharing->place_count; i++) {
        *shared += !is_private(&sharing->places[i]);
    }
    return sharing->place_count - 1;
}
