/* Side table of synchronisation objects: what sley knows of a mutex, a semaphore and so on.
 *
 * The first four bytes of the program's object hold an index into the table. All zero, as static
 * initialisers leave them, means that the object was not used yet in this run. */
#ifndef SLEY_PTHREAD_OBJECT_H
#define SLEY_PTHREAD_OBJECT_H

#include "engine/engine.h"

enum { SLEY_OBJECTS_MAX = 1 << 16 };

enum sley_object_kind {
    SLEY_OBJECT_MUTEX,
    SLEY_OBJECT_SPINLOCK,
    SLEY_OBJECT_CONDITION,
    SLEY_OBJECT_RWLOCK,
    SLEY_OBJECT_SEMAPHORE,
    SLEY_OBJECT_BARRIER,
    SLEY_OBJECT_ONCE,
};

/* Tasks that wait for each other's call, in the order of their arrival. */
struct sley_queue {
    uint16_t first; /* task + 1; 0: empty */
    uint16_t last;  /* task + 1; 0: empty */
    uint32_t count;
};

struct sley_object {
    uintptr_t address;  /* of the program's object */
    uintptr_t place;    /* sley_place_of it: two processes' private objects are two */
    uint32_t serial;    /* of the run in which the entry was taken */
    uint32_t last_task; /* that used it */
    uint32_t count;     /* depth of a mutex, value of a semaphore, readers, size of a barrier */
    uint32_t arrived;   /* at a barrier, in this round */
    uint16_t order;     /* number in the lock-order graph; 0: none */
    uint8_t kind;       /* enum sley_object_kind */
    uint8_t type;       /* PTHREAD_MUTEX_*; clock of a condition; parity of a barrier's round */
    bool initialised;   /* by its init function, not by static initialiser */
    bool destroyed;
    bool done;             /* once: the initialiser has returned */
    bool lost;             /* condition: a signal came while nobody waited */
    bool robust;           /* mutex: whoever locks it next learns of its owner's death */
    bool owner_died;       /* robust: and nobody has made it consistent since */
    bool unusable;         /* robust: unlocked without having been made consistent */
    uint8_t ceiling;       /* mutex of PTHREAD_PRIO_PROTECT: its priority; 0: of another protocol */
    bool prefers_writers;  /* rwlock: readers stay outside while a writer waits */
    uint32_t writers;      /* rwlock that prefers them: those that wait */
    struct sley_gate gate; /* of whoever takes it; rwlock: of readers */
    struct sley_gate writer; /* rwlock: of writers */
    struct sley_queue queue; /* of waiters with gates of their own: condition, barrier */
    uintptr_t mutex;         /* condition: address that the waiters came with */
    struct sley_taskset readers;
    struct sley_clock clock;
    struct sley_clock other;        /* rwlock: what readers released; barrier: the odd rounds */
    uint32_t depth_count;           /* rwlock: entries of depth in use */
    uint16_t depth[SLEY_TASKS_MAX]; /* rwlock: read locks of each task */
};

/* The entry of the program's object at address, taken if there is none yet. A full table ends the
 * run. Notes that the current task uses the object. */
struct sley_object *sley_object_get(void *address, enum sley_object_kind kind, uintptr_t pc);

/* The entry for an object that is being initialised: as new, or NULL with a misuse verdict if it is
 * in use. Has a point of its own. */
struct sley_object *sley_object_init(void *address, enum sley_object_kind kind, uintptr_t pc);

/* The second half of every operation, after its point, while which others may have destroyed or
 * freed the object: false with a verdict if it must not be used. */
bool sley_object_alive(struct sley_object *object, uintptr_t pc);

/* Destroys the object: a point, then 0, or EBUSY or EINVAL with a misuse verdict. */
int sley_object_destroy(void *address, enum sley_object_kind kind, uintptr_t pc);

/* What is to be done with mutexes whose owner, the current task, is about to end: a robust one can
 * be taken by others, and of another one the run keeps a note. */
void sley_object_owner_ends(void);

/* Word for the object in a sentence. */
const char *sley_object_word(const struct sley_object *object);

/* Records a misuse of object and returns code. */
int sley_object_misuse(const struct sley_object *object, uintptr_t pc, int code, const char *format,
                       ...) __attribute__((format(printf, 4, 5)));

#endif
