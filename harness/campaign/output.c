#include "campaign/output.h"

#include <fcntl.h>
#include <unistd.h>

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
