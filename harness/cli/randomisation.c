#include "cli/randomisation.h"

#include <stdio.h>
#include <sys/personality.h>

enum { RANDOM_BITS_MAX = 28 };
static const unsigned long personality_query = 0xffffffff;

/* An old libtsan does not start where the kernel spreads mappings further than 28 bits.
 * Randomisation is switched off for the program that takes over, which is this one's successor:
 * once. */
bool
sley_randomisation_off(const char *lane)
{
    FILE *file = fopen("/proc/sys/vm/mmap_rnd_bits", "r");
    int bits = 0;
    bool known = file && fscanf(file, "%d", &bits) == 1;
    if (file) {
        fclose(file);
    }
    if (!known || bits <= RANDOM_BITS_MAX) {
        return true;
    }
    int now = personality(personality_query);
    if (now >= 0 && personality((unsigned long)now | ADDR_NO_RANDOMIZE) >= 0) {
        return true;
    }
    fprintf(stderr,
            "sley: --lane %s: the kernel randomises %d bits of addresses, more than this libtsan "
            "takes, and does not let a program switch that off; a container needs "
            "--security-opt seccomp=unconfined, or the host sysctl vm.mmap_rnd_bits=28\n",
            lane, bits);
    return false;
}
