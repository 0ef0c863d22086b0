/* steps.c: counts in a global and in a local, for stepping through. `KEY VALUE` a line, then `ready`. */
#include <stdio.h>
#include <unistd.h>

volatile long counter;

__attribute__((noinline)) long advance(long by)
{
    long next = counter + by; /* advance-first */
    counter = next;           /* advance-store */
    return next;              /* advance-return */
}

int main(void)
{
    printf("counter %p\n", (void *)&counter); /* main-first */
    printf("advance %p\n", (void *)advance);
    printf("pid %d\n", (int)getpid());
    printf("ready\n");
    fflush(stdout);
    for (long turn = 1; turn < 1000000; turn++)
        advance(turn); /* main-call */
    return 0;
}
