/* The schedules that a campaign has seen, beside its notes of progress.
 *
 * Two files take turns, each saying up to which run it counts, and are written before the note of
 * that progress: whenever a kill comes, one of the two belongs to the last note. */
#include "campaign/store.h"

#include <base/rng.h>
#include <inttypes.h>
#include <string.h>

static void
name_file(char *name, size_t size, const char *key, int turn)
{
    uint64_t digest = 0;
    for (const char *c = key; *c; c++) {
        digest = sley_mix64(digest ^ (unsigned char)*c);
    }
    snprintf(name, size, "%016" PRIx64 ".%d", digest, turn);
}

enum sley_status
sley_store_schedules(struct sley_store *store, const char *key, uint64_t next, int turn,
                     const struct sley_schedules *schedules, struct sley_error *error)
{
    char name[32], label[24];
    FILE *file;
    name_file(name, sizeof name, key, turn);
    snprintf(label, sizeof label, "%" PRIu64, next);
    enum sley_status status = sley_store_file(store, "schedules", name, &file, NULL, 0, error);
    if (status != SLEY_OK) {
        return status;
    }
    sley_schedules_write(file, label, schedules);
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        return sley_error_set(error, SLEY_ERROR_IO, "cannot write the schedules '%s'", name);
    }
    return SLEY_OK;
}

bool
sley_store_schedules_resume(const struct sley_store *store, const char *key, uint64_t next,
                            struct sley_schedules *schedules, int *turn)
{
    char label[24];
    memset(schedules, 0, sizeof *schedules);
    snprintf(label, sizeof label, "%" PRIu64, next);
    for (*turn = 0; *turn < 2; (*turn)++) {
        char name[32], path[4096];
        name_file(name, sizeof name, key, *turn);
        snprintf(path, sizeof path, "%.4000s/schedules/%s", sley_store_directory(store), name);
        FILE *file = fopen(path, "r");
        bool found = file && sley_schedules_read(file, label, schedules);
        if (file) {
            fclose(file);
        }
        if (found) {
            return true;
        }
    }
    *turn = 0;
    return false;
}
