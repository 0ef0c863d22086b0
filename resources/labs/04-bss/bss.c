/*
 * Lab 4, BSS: a million integers that are not in the file.
 *
 * Prints where its objects are, `name: value`, one a line; reads five pages of the array, then writes to five others.
 * Built with -DELEMENTS=1 the array has one element; with -DIN_THE_FILE its first element is 7 and not 0. The lab
 * compares the three files.
 *
 * Build: cc -g -O0 -o bss bss.c
 * Stops to look at: stage_untouched, stage_read, stage_written.
 */
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef ELEMENTS
#define ELEMENTS 1000000
#endif
enum { INTS_PER_PAGE = 4096 / sizeof(int), FIRST = 100, STEP = 40, PAGES = 5 };

#ifdef IN_THE_FILE
int million[ELEMENTS] = { 7 };  /* One value that is not zero, and all of them must be in the file. */
#else
int million[ELEMENTS];          /* No value given, so the C standard says: zero. */
#endif
int answer = 42;                /* Has a value: it is in the file. */

/* Nothing but places to stop at. */
__attribute__((noinline)) void stage_untouched(void) { __asm__ volatile(""); }
__attribute__((noinline)) void stage_read(void)      { __asm__ volatile(""); }
__attribute__((noinline)) void stage_written(void)   { __asm__ volatile(""); }

/* The i-th int of the page that lies `page` whole pages after the array's first whole page. */
static volatile int *in_page(int page)
{
    unsigned long first_whole_page = ((unsigned long)million + 4095) & ~4095UL;
    return (volatile int *)first_whole_page + (long)page * INTS_PER_PAGE;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    /* Where the kernel gives 2 MiB pages to everybody, one touch would bring 512 pages. Here it shall bring one. */
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);

    printf("pid: %d\n", getpid());
    printf("million: %p\n", (void *)million);
    printf("million_bytes: %zu\n", sizeof million);
    printf("answer: %p\n", (void *)&answer);
    stage_untouched();

    int read_sum = 0;
    for (int i = 0; i < PAGES; i++) {
        volatile int *p = in_page(FIRST + i * STEP);
        read_sum += *p;
        printf("read_%d: %p\n", i, (void *)p);
    }
    printf("read_sum: %d\n", read_sum);
    stage_read();

    for (int i = 0; i < PAGES; i++) {
        volatile int *p = in_page(FIRST + i * STEP + 7);
        *p = i + 1;
        printf("written_%d: %p\n", i, (void *)p);
    }
    stage_written();
    getchar();
    return 0;
}
