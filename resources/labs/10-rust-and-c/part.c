/*
 * part.c: the C half of a program that begins in Rust.
 *
 * c_middle is called by Rust and calls Rust back, which calls c_deepest: four frames, two languages, one stack.
 */
#include <stdio.h>
#include <stdlib.h>

extern int rust_callback(int value);

int c_counter = 42;                 /* .data */
int c_zeroed;                       /* .bss */
const char c_words[] = "from C";    /* .rodata */

static void tell(const char *name, const volatile void *address)
{
    printf("%s: %p\n", name, (void *)address);
}

int c_deepest(int value)
{
    volatile int local = value + 1;
    tell("c_deepest_local", &local);
    fflush(stdout);
    return local;                   /* STOP: deepest */
}

int c_middle(int value)
{
    volatile int local = value + 1;
    tell("c_middle", (void *)c_middle);
    tell("c_counter", &c_counter);
    tell("c_zeroed", &c_zeroed);
    tell("c_words", c_words);
    tell("c_middle_local", &local);
    fflush(stdout);
    return rust_callback(local);
}

/* Rust frees it again with free(3): one allocator serves both. */
int *c_allocate(void)
{
    int *block = malloc(64);
    if (block == NULL) abort();
    *block = 0xc;
    return block;
}

void c_release(int *block)
{
    free(block);
}
