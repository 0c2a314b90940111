#include "campaign/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    DESCRIPTORS_MAX = 1024, /* what a process has by default */
    GAPS_MAX = 64,          /* more than there will be */
    RAISED_FROM = 48,       /* few programs open as many; a table of 64 is quick to copy */
};

bool sley_output_muted;
bool sley_input_kept;

void
sley_output_begin(void)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0) {
        return;
    }
    if (!sley_input_kept) {
        dup2(nothing, STDIN_FILENO);
    }
    if (sley_output_muted) {
        dup2(nothing, STDOUT_FILENO);
        dup2(nothing, STDERR_FILENO);
    }
    close(nothing);
}

/* Which descriptors are the user's, and which the harness's own that runs do not do without. */
static bool inherited[DESCRIPTORS_MAX], raised[DESCRIPTORS_MAX], knows_inherited;

int
sley_descriptor_raise(int descriptor)
{
    int up = descriptor < 0 ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, RAISED_FROM);
    if (up >= 0) {
        close(descriptor);
    }
    up = up >= 0 ? up : descriptor;
    if (up >= 0 && up < DESCRIPTORS_MAX) {
        raised[up] = true;
    }
    return up;
}

static bool
is_open(int descriptor)
{
    return fcntl(descriptor, F_GETFD) >= 0;
}

void
sley_descriptors_inherit(void)
{
    for (int i = 0; i < DESCRIPTORS_MAX; i++) {
        inherited[i] = is_open(i);
    }
    knows_inherited = true;
}

static void
close_own(void)
{
    for (int i = STDERR_FILENO + 1; i < DESCRIPTORS_MAX && knows_inherited; i++) {
        if (!inherited[i] && !raised[i] && is_open(i)) {
            close(i);
        }
    }
}

static struct {
    unsigned first, last;
} gaps[GAPS_MAX];
static int gap_count;

/* The directory of this process's descriptors. From Linux 6.2 on its size is their number, which
 * takes less time to ask for than to go through tables; before, it is 0. */
static int directory = -1;
static off_t open_count;

static off_t
count_open(void)
{
    struct stat status;
    return directory >= 0 && fstat(directory, &status) == 0 ? status.st_size : 0;
}

void
sley_descriptors_begin(void)
{
    unsigned first = 0;
    close_own();
    directory = sley_descriptor_raise(open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC));
    open_count = count_open();
    gap_count = 0;
    for (unsigned i = 0; i <= DESCRIPTORS_MAX && gap_count < GAPS_MAX; i++) {
        bool open = i < DESCRIPTORS_MAX && is_open((int)i);
        if ((open || i == DESCRIPTORS_MAX) && i > first) {
            gaps[gap_count].first = first;
            gaps[gap_count++].last = i == DESCRIPTORS_MAX ? ~0U : i - 1;
        }
        first = open ? i + 1 : first;
    }
}

void
sley_descriptors_close(bool look)
{
    if (!look && open_count != 0 && count_open() == open_count) {
        return;
    }
    for (int i = 0; i < gap_count; i++) {
        close_range(gaps[i].first, gaps[i].last, 0);
    }
}
