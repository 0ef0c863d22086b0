/*
 * Lab 6, heap: two layers. malloc hands out blocks; the kernel hands out pages, seldom, through brk and mmap.
 *
 * Prints where its objects are and where the program break is, `name: value`, one a line. Takes many small
 * blocks, gives all but one back, then that one, and takes a large block twice.
 *
 * Build: cc -g -O0 -o heap heap.c
 * Stops to look at: stage_begin, stage_small, stage_freed, stage_trimmed, stage_large, stage_gone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCKS = 1000, BLOCK_BYTES = 504, LARGE_BYTES = 1 << 20 };

char *blocks[BLOCKS];
char *large;
char *large_again;
int   malloc_calls;      /* Counted by the program; the lab counts the calls of brk from outside. */

/* Nothing but places to stop at. */
__attribute__((noinline)) void stage_begin(void)   { __asm__ volatile(""); }
__attribute__((noinline)) void stage_small(void)   { __asm__ volatile(""); }
__attribute__((noinline)) void stage_freed(void)   { __asm__ volatile(""); }
__attribute__((noinline)) void stage_trimmed(void) { __asm__ volatile(""); }
__attribute__((noinline)) void stage_large(void)   { __asm__ volatile(""); }
__attribute__((noinline)) void stage_gone(void)    { __asm__ volatile(""); }

static char *counted_malloc(size_t bytes)
{
    malloc_calls++;
    char *block = malloc(bytes);
    if (block == NULL) _exit(1);
    return memset(block, 'm', bytes);
}

static void tell_break(const char *name)
{
    printf("%s: %p\n", name, sbrk(0));
}

int main(void)
{
    static char line[BUFSIZ];                      /* A buffer that stdio need not take from the heap. */
    setvbuf(stdout, line, _IOLBF, sizeof line);

    printf("pid: %d\n", getpid());
    char *tiny = counted_malloc(16);               /* The first call sets the heap up. */
    printf("tiny: %p\n", (void *)tiny);
    free(tiny);
    tell_break("break_begin");
    stage_begin();

    for (int i = 0; i < BLOCKS; i++) blocks[i] = counted_malloc(BLOCK_BYTES);
    printf("first: %p\n", (void *)blocks[0]);
    printf("last: %p\n", (void *)blocks[BLOCKS - 1]);
    printf("malloc_calls: %d\n", malloc_calls);
    tell_break("break_small");
    stage_small();

    for (int i = 0; i < BLOCKS - 1; i++) free(blocks[i]);   /* All but the last, which lies highest. */
    tell_break("break_freed");
    stage_freed();

    free(blocks[BLOCKS - 1]);
    tell_break("break_trimmed");
    stage_trimmed();

    large = counted_malloc(LARGE_BYTES);
    printf("large: %p\n", (void *)large);
    tell_break("break_large");
    stage_large();

    free(large);
    large_again = counted_malloc(LARGE_BYTES);     /* The same size again: where does it go now? */
    printf("large_again: %p\n", (void *)large_again);
    tell_break("break_gone");
    stage_gone();

    getchar();
    return 0;
}
