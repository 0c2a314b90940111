#include "campaign/output.h"

#include <fcntl.h>
#include <unistd.h>

/* What a process has by default; and more gaps than it will have. */
enum { DESCRIPTORS_MAX = 1024, GAPS_MAX = 64 };

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

static struct {
    unsigned first, last;
} gaps[GAPS_MAX];
static int gap_count;

void
sley_descriptors_begin(void)
{
    unsigned first = 0;
    gap_count = 0;
    for (unsigned i = 0; i <= DESCRIPTORS_MAX && gap_count < GAPS_MAX; i++) {
        bool open = i < DESCRIPTORS_MAX && fcntl((int)i, F_GETFD) >= 0;
        if ((open || i == DESCRIPTORS_MAX) && i > first) {
            gaps[gap_count].first = first;
            gaps[gap_count++].last = i == DESCRIPTORS_MAX ? ~0U : i - 1;
        }
        first = open ? i + 1 : first;
    }
}

void
sley_descriptors_close(void)
{
    for (int i = 0; i < gap_count; i++) {
        close_range(gaps[i].first, gaps[i].last, 0);
    }
}
