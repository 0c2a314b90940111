/* Named semaphores: names of the run, that lead to unnamed ones on its heap. */
#include "engine/engine.h"
#include "pthread/front.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

enum { NAMES_MAX = 64 };

struct named {
    char name[NAME_MAX + 1]; /* without the slash; "": unlinked */
    sem_t *semaphore;        /* NULL: the entry is free */
    uint32_t open_count;
};

static struct named names[NAMES_MAX];
static uint32_t name_count;    /* names[0..name_count) may be in use in this run */
static uint32_t name_serial;   /* the run that name_count speaks of */
static struct sley_clock made; /* whoever opens one knows how it was made */
static char named_semaphores;  /* what reports call them all */

static void
begin(void)
{
    if (name_serial != sley_engine.serial) {
        name_serial = sley_engine.serial;
        name_count = 0;
        sley_clock_init(&made);
    }
}

/* The entry of a name, or of a semaphore; NULL: there is none. */
static struct named *
find(const char *name, const sem_t *semaphore)
{
    for (uint32_t i = 0; i < name_count; i++) {
        struct named *at = &names[i];
        if (at->semaphore &&
            (name ? at->name[0] && strcmp(at->name, name) == 0 : at->semaphore == semaphore)) {
            return at;
        }
    }
    return NULL;
}

static struct named *
free_entry(void)
{
    for (uint32_t i = 0; i < name_count; i++) {
        if (!names[i].semaphore) {
            return &names[i];
        }
    }
    return name_count < NAMES_MAX ? &names[name_count++] : NULL;
}

/* What POSIX leaves of a name: no slash but the first. 0 or an error number. */
static int
check_name(const char **name)
{
    *name += **name == '/';
    if (**name == '\0' || strchr(*name, '/')) {
        return EINVAL;
    }
    return strlen(*name) > NAME_MAX - 4 ? ENAMETOOLONG : 0;
}

static int
create(const char *name, unsigned value, sem_t **opened)
{
    if (value > SEM_VALUE_MAX) {
        return EINVAL;
    }
    sem_t *semaphore = sley_malloc(sizeof *semaphore);
    if (!semaphore) {
        return ENOMEM;
    }
    memset(semaphore, 0, sizeof *semaphore);
    sley_sem_init(semaphore, 1, value);
    bool known = find(name, NULL); /* the points above let another task come first */
    struct named *entry = known ? NULL : free_entry();
    if (!entry) {
        sley_free(semaphore);
        return known ? EEXIST : EMFILE;
    }
    *entry = (struct named){.semaphore = semaphore, .open_count = 1};
    memcpy(entry->name, name, strlen(name) + 1);
    sley_clock_release(&made);
    *opened = semaphore;
    return 0;
}

/* 0 or an error number. */
static int
open_name(const char *name, int flags, unsigned value, sem_t **semaphore, uintptr_t pc)
{
    int error = check_name(&name);
    if (error != 0) {
        return error;
    }
    sley_point(SLEY_OP_INIT, (uintptr_t)&named_semaphores, pc);
    for (;;) {
        begin();
        struct named *known = find(name, NULL);
        if (known && (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
            return EEXIST;
        }
        if (known) {
            sley_clock_acquire(&made);
            known->open_count++;
            *semaphore = known->semaphore;
            return 0;
        }
        if (!(flags & O_CREAT)) {
            return ENOENT;
        }
        error = create(name, value, semaphore);
        if (error != EEXIST) {
            return error;
        }
    }
}

sem_t *
sley_sem_open(const char *name, int flags, ...)
{
    unsigned value = 0;
    sem_t *semaphore = SEM_FAILED;
    if (flags & O_CREAT) {
        va_list arguments;
        va_start(arguments, flags);
        (void)va_arg(arguments, mode_t);
        value = va_arg(arguments, unsigned);
        va_end(arguments);
    }
    int error = sley_running() ? open_name(name, flags, value, &semaphore, SLEY_CALLER()) : ENOSYS;
    if (error != 0) {
        errno = error;
    }
    return semaphore;
}

/* Frees what has neither a name nor a user. */
static void
drop(struct named *entry)
{
    if (entry->open_count == 0 && entry->name[0] == '\0') {
        sem_t *semaphore = entry->semaphore;
        entry->semaphore = NULL;
        sley_clock_acquire(&made);
        sley_sem_destroy(semaphore);
        sley_free(semaphore);
    }
}

int
sley_sem_close(sem_t *semaphore)
{
    if (!sley_running()) {
        return 0;
    }
    sley_point(SLEY_OP_DESTROY, (uintptr_t)&named_semaphores, SLEY_CALLER());
    begin();
    struct named *entry = find(NULL, semaphore);
    if (!entry || entry->open_count == 0) {
        errno = EINVAL;
        return -1;
    }
    sley_clock_release(&made);
    entry->open_count--;
    drop(entry);
    return 0;
}

int
sley_sem_unlink(const char *name)
{
    if (!sley_running()) {
        return 0;
    }
    int error = check_name(&name);
    sley_point(SLEY_OP_DESTROY, (uintptr_t)&named_semaphores, SLEY_CALLER());
    begin();
    struct named *entry = error == 0 ? find(name, NULL) : NULL;
    if (!entry) {
        errno = error != 0 ? error : ENOENT;
        return -1;
    }
    entry->name[0] = '\0';
    drop(entry);
    return 0;
}
