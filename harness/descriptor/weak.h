/* For the files that define the functions of front.h: they are weak. Many of the names are common
 * words, and a program may have a function of its own that is called so, in the place of the
 * system's. */
#ifndef SLEY_DESCRIPTOR_WEAK_H
#define SLEY_DESCRIPTOR_WEAK_H

#include "descriptor/front.h"

#define SLEY_REDIRECT(name) extern __typeof__(sley_##name) sley_##name __attribute__((weak));
#include "descriptor/redirect.def"
#undef SLEY_REDIRECT

#endif
