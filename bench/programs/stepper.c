/* stepper.c: runs through the same few lines again and again, for stepping. */
#include <stdio.h>
#include <unistd.h>

static volatile long total;

__attribute__((noinline)) static void turn(long by)
{
    long sum = total;
    sum += by;
    sum ^= 3;
    total = sum;
}

int main(void)
{
    printf("ready\n");
    fflush(stdout);
    for (long by = 1;; by++) {
        usleep(1000);
        for (int times = 0; times < 1000; times++)
            turn(by);
    }
}
