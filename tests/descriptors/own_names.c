/* Functions that are called as some of the system's are, and are none of them. */
#include <stdio.h>

int send(int value);
int close(int value, int other);

int
send(int value)
{
    return value + 1;
}

int
close(int value, int other)
{
    return value * other;
}

int
main(void)
{
    printf("%d\n", send(close(2, 3)));
    return 0;
}
