/* Writes to a pipe whose reader has gone: the default of SIGPIPE ends the program. */
#include <unistd.h>

int
main(void)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return 1;
    }
    close(ends[0]);
    return write(ends[1], "x", 1) == 1;
}
