/* Constructors before main and destructors after it, in every run afresh. The functions stand in
 * sections of their own, into which `sley cc` renames .init_array and .fini_array. */
#include "entry/entry.h"

typedef void (*constructor)(int, char **, char **);
typedef void (*destructor)(void);

extern constructor __start_sley_init[] __attribute__((weak, visibility("hidden")));
extern constructor __stop_sley_init[] __attribute__((weak, visibility("hidden")));
extern destructor __start_sley_fini[] __attribute__((weak, visibility("hidden")));
extern destructor __stop_sley_fini[] __attribute__((weak, visibility("hidden")));

void
sley_entry_construct(int argc, char **argv, char **environment)
{
    for (constructor *at = __start_sley_init; at < __stop_sley_init; at++) {
        (*at)(argc, argv, environment);
    }
}

void
sley_entry_destroy(void)
{
    for (destructor *at = __stop_sley_fini; at > __start_sley_fini; at--) {
        at[-1]();
    }
}
