/*
 * Lab 5, rodata: constants, shared by every copy of the program, writable by none.
 *
 * Prints where its objects are, `name: value`, one a line; starts a second copy of itself, which stays as long
 * as the first; then writes to a string literal, and that ends both.
 *
 * Build: cc -g -O0 -o rodata rodata.c
 * Stops to look at: stage_shared, stage_before, the fault in main.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

const char *greeting = "I live in .rodata";            /* The pointer is a variable (.data), the letters are not. */
const int   primes[8] = { 2, 3, 5, 7, 11, 13, 17, 19 };
int         counter = 42;

/* Nothing but places to stop at. */
__attribute__((noinline)) void stage_shared(void) { __asm__ volatile(""); }
__attribute__((noinline)) void stage_before(void) { __asm__ volatile(""); }

static void tell(const char *prefix)
{
    printf("%spid: %d\n", prefix, getpid());
    printf("%sliteral: %p\n", prefix, (const void *)greeting);
    printf("%sprimes: %p\n", prefix, (const void *)primes);
    printf("%scounter: %p\n", prefix, (void *)&counter);
    printf("%sgreeting: %p\n", prefix, (void *)&greeting);
    printf("%ssays: %s\n", prefix, greeting);
}

/* The second copy: says where its own objects are, tells the first that it is there, stays until that ends. */
static int second(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    counter += primes[0];
    tell("second_");
    if (write(STDERR_FILENO, "!", 1) != 1) return 1;
    for (;;) pause();
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1 && strcmp(argv[1], "second") == 0) return second();

    counter += primes[0];
    tell("");

    int ready[2];
    char word;
    if (pipe(ready) != 0) return 1;
    if (fork() == 0) {
        dup2(ready[1], STDERR_FILENO);
        execl("/proc/self/exe", argv[0], "second", (char *)NULL);
        _exit(127);
    }
    close(ready[1]);
    if (read(ready[0], &word, 1) != 1) return 1;
    stage_shared();

    char *letters = (char *)greeting;                   /* The cast silences the compiler, not the page table. */
    printf("writing_to: %p\n", (void *)letters);
    stage_before();
    letters[0] = 'X';
    puts("This line is never reached.");
    return 0;
}
