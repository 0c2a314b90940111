/* One run, observed: executed in a process of its own, with all its events and decisions. */
#ifndef SLEY_CAMPAIGN_CAPTURE_H
#define SLEY_CAMPAIGN_CAPTURE_H

#include "base/note.h"
#include "campaign/target.h"

#include <sys/types.h>

enum {
    SLEY_CAPTURE_EVENTS_MAX = 1 << 19,
    SLEY_CAPTURE_CHOICES_MAX = SLEY_TOKEN_CHOICES_MAX,
    SLEY_CAPTURE_NOTE = 1 << 14,
};

struct sley_capture {
    struct sley_run_result result;
    bool replayed;                /* every recorded choice was met (always true in seed form) */
    char mismatch[256];           /* if not, which one was not, and how */
    char note[SLEY_CAPTURE_NOTE]; /* what oracles said of the run, whole lines; "" if nothing */
    uint32_t mark_count;
    struct sley_mark marks[SLEY_MARKS_MAX]; /* the calls that the note speaks of */
    uint32_t alias_count;
    struct sley_alias aliases[SLEY_ALIASES_MAX]; /* applied: addresses below are the known ones */
    uintptr_t shared_low; /* memory that the processes of the run shared; 0: none */
    uintptr_t shared_size;
    uint32_t event_count;    /* events recorded */
    uint32_t events_dropped; /* events beyond SLEY_CAPTURE_EVENTS_MAX */
    uint32_t choice_count;
    uint32_t choices_dropped;
    struct sley_choice choices[SLEY_CAPTURE_CHOICES_MAX];
    struct sley_event events[SLEY_CAPTURE_EVENTS_MAX];
};

/* Memory for a capture, shared with the processes that fill it; NULL if the system refuses. */
struct sley_capture *sley_capture_create(void);
void sley_capture_destroy(struct sley_capture *capture);

/* Executes the run that recipe names in a fresh process and fills capture. A crash of the code
 * under test is a verdict in capture->result, not an error. */
enum sley_status sley_capture_run(struct sley_capture *capture, const struct sley_target *target,
                                  const struct sley_recipe *recipe, struct sley_error *error);

/* Waits for a process that executes one run, which is killed if that never ends. False: there is no
 * such process. */
bool sley_capture_wait(pid_t child, int *wait_status, bool *killed);

/* Adds the verdict that a process's wait status shows when the code under test ended it behind the
 * harness's back, or (killed) when the harness had to. Such a run has no hash and no points. */
void sley_capture_foreign_death(struct sley_run_result *result, int status, bool killed);

/* The number of the first event in which the two captures differ, from 0, or -1. */
int64_t sley_capture_compare(const struct sley_capture *a, const struct sley_capture *b);

#endif
