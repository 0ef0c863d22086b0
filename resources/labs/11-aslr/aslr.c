/*
 * aslr.c: prints where each region begins in this run, and waits for a line of input.
 *
 * With the argument `fixed` it asks the kernel for no randomisation (personality(2)) and starts itself anew: the choice is made when a program is
 * started, not later. Prints `name: address`, one a line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>

static int data = 42;
static int bss;
static const char rodata[] = "I stay where my program is";

static void tell(const char *name, const volatile void *address)
{
    printf("%s: %p\n", name, (void *)address);
}

int main(int argc, char **argv)
{
    volatile int local = 1;
    if (argc > 1 && strcmp(argv[1], "fixed") == 0) {
        int persona = personality(0xffffffff);           /* asks, changes nothing */
        if (!(persona & ADDR_NO_RANDOMIZE)) {
            if (persona != -1 && personality(persona | ADDR_NO_RANDOMIZE) != -1) execv("/proc/self/exe", argv);
            printf("refused: %s\n", strerror(errno));    /* containers often forbid personality(2) */
            return 3;
        }
    }
    void *heap = malloc(64);                             /* the first block: nothing of stdio lies below it */
    void *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("pid %d\n", (int)getpid());
    tell("text", (void *)main);
    tell("rodata", rodata);
    tell("data", &data);
    tell("bss", &bss);
    tell("heap", heap);
    tell("mapped", mapped);
    tell("libc", stdout);                                /* the C library's own object, in its data */
    tell("vdso", (void *)getauxval(AT_SYSINFO_EHDR));
    tell("stack", &local);
    fflush(stdout);
    getchar();                                           /* STOP: placed (ends at the end of input too) */
    return 0;
}
