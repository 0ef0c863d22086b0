/*
 * copy_on_write.c: four pages, two processes, one write.
 *
 * Prints `name: address`, one a line.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 4, WRITTEN = 1 };

int main(void)
{
    char byte = 0;
    char *pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) { perror("mmap"); return 1; }
    madvise(pages, PAGES * PAGE, MADV_NOHUGEPAGE);   /* four small pages, whatever this system prefers */
    memset(pages, 'b', PAGES * PAGE);                /* b for before: each page is touched, so each has a frame */
    printf("pid %d\npages: %p\nwritten: %p\n", (int)getpid(), (void *)pages, (void *)(pages + WRITTEN * PAGE));
    fflush(stdout);

    int to_parent[2], to_child[2];
    if (pipe(to_parent) != 0 || pipe(to_child) != 0) { perror("pipe"); return 1; }
    pid_t child = fork();                            /* STOP: alone */
    if (child < 0) { perror("fork"); return 1; }
    if (child == 0) {
        close(to_child[1]);
        if (write(to_parent[1], &byte, 1) != 1) _exit(1);
        if (read(to_child[0], &byte, 1) < 0) _exit(1);   /* stays until the parent ends, however it ends */
        _exit(0);
    }
    close(to_child[0]);
    close(to_parent[1]);
    if (read(to_parent[0], &byte, 1) != 1) { perror("child"); return 1; }
    printf("child: %d\n", (int)child);
    fflush(stdout);

    pages[WRITTEN * PAGE] = 'w';                     /* STOP: forked (one byte of one page is written next) */

    close(to_child[1]);                              /* STOP: written */
    waitpid(child, NULL, 0);
    return 0;
}
