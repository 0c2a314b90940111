/* Frames of code that keeps no frame pointers: libraries between the code under test and what they
 * call. */
#ifndef SLEY_ENGINE_UNWIND_H
#define SLEY_ENGINE_UNWIND_H

#include <stdint.h>

/* Innermost place of the code under test on the current stack, by the unwind tables of every frame;
 * from a signal handler, on the stack that it interrupted. 0: none within 64 frames. Reads the
 * stack as it is: for the end of a run, where a damaged one costs the place alone. */
uintptr_t sley_unwind_user_pc(void);

/* pc itself if it lies in the code under test, else the innermost place there that led to it; pc if
 * there is none. */
uintptr_t sley_unwind_place(uintptr_t pc);

#endif
