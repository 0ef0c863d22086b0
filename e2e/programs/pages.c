/* pages.c: has pages in every plain state, prints where, and then never touches them again. `KEY VALUE` a line, then `ready`. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

static char *pages(int count, int protection, int flags)
{
    return mmap(NULL, (size_t)count * PAGE, protection, flags, -1, 0);
}

volatile char sink;

int main(void)
{
    char *own = pages(8, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
    char *none = pages(1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS);
    char *shared = pages(1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);

    madvise(own, 8 * PAGE, MADV_NOHUGEPAGE);
    own[0] = 1;        /* written */
    sink = own[PAGE];  /* only read: the page of zeros */
    shared[0] = 1;
    /* own + 2 pages and up: never touched */
    printf("pid %d\n", (int)getpid());
    printf("written %p\n", (void *)own);
    printf("read %p\n", (void *)(own + PAGE));
    printf("untouched %p\n", (void *)(own + 2 * PAGE));
    printf("none %p\n", (void *)none);
    printf("shared %p\n", (void *)shared);
    printf("text %p\n", (void *)main);
    printf("ready\n");
    fflush(stdout);
    for (;;)
        usleep(50000);
}
