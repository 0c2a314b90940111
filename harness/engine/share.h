/* The harness's own memory, shared between the processes of a run. */
#ifndef SLEY_ENGINE_SHARE_H
#define SLEY_ENGINE_SHARE_H

#include <sley/status.h>

#include <stdbool.h>

/* Makes the executable's writable memory and the reserved regions shared between this process and
 * those forked from it, at the same addresses. The globals of the code under test, stacks, the
 * program's heap, and what malloc handed out stay private. Between runs, once in a process.
 * with_globals (a planted fault): the globals are shared as well. */
enum sley_status sley_share(bool with_globals, struct sley_error *error);

#endif
