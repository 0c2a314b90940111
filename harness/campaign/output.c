#include "campaign/output.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
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

/* Which descriptors are open: the directory is read in less time than each is asked for. */
static void
list_open(bool open[DESCRIPTORS_MAX])
{
    DIR *listing = opendir("/proc/self/fd");
    for (int i = 0; i < DESCRIPTORS_MAX; i++) {
        open[i] = !listing && fcntl(i, F_GETFD) >= 0;
    }
    for (const struct dirent *entry; listing && (entry = readdir(listing));) {
        char *end;
        long number = strtol(entry->d_name, &end, 10);
        if (end != entry->d_name && number < DESCRIPTORS_MAX && number != dirfd(listing)) {
            open[number] = true;
        }
    }
    if (listing) {
        closedir(listing);
    }
}

void
sley_descriptors_inherit(void)
{
    list_open(inherited);
    knows_inherited = true;
}

static void
close_own(void)
{
    bool open[DESCRIPTORS_MAX];
    list_open(open);
    for (int i = STDERR_FILENO + 1; i < DESCRIPTORS_MAX && knows_inherited; i++) {
        if (!inherited[i] && !raised[i] && open[i]) {
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
    bool open_now[DESCRIPTORS_MAX];
    close_own();
    directory = sley_descriptor_raise(open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC));
    open_count = count_open();
    gap_count = 0;
    list_open(open_now);
    for (unsigned i = 0; i <= DESCRIPTORS_MAX && gap_count < GAPS_MAX; i++) {
        bool open = i < DESCRIPTORS_MAX && open_now[i];
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
