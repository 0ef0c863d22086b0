/*
 * mapped.c: what mmap can put between the heap and the stack.
 *
 * Maps one file twice (shared and private) and anonymous memory twice (private and shared), writes to all four, and forks.
 * Prints `name: address`, one a line. Its file lies beside the program.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, FILE_BYTES = 2 * PAGE };

/* An ordinary global: private to each process after fork. */
static volatile char ordinary = 'p';

static void *map(size_t bytes, int flags, int fd)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (at == MAP_FAILED) { perror("mmap"); exit(1); }
    return at;
}

/* A file of two pages, full of the letter f, that no other run of this program uses: the lock ends with the process. */
static int make_file(const char *program, char *path, size_t room)
{
    static char page[PAGE];
    int fd = -1;
    for (int number = 1; ; number++) {
        snprintf(path, room, "%s-%d.data", program, number);
        fd = open(path, O_RDWR | O_CREAT, 0600);
        if (fd < 0) { perror(path); exit(1); }
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) break;
        close(fd);
    }
    memset(page, 'f', sizeof page);
    for (int i = 0; i < FILE_BYTES / PAGE; i++)
        if (write(fd, page, sizeof page) != sizeof page) { perror(path); exit(1); }
    return fd;
}

int main(int argc, char **argv)
{
    char path[4096], byte = 0;
    int fd = make_file(argc > 0 ? argv[0] : "mapped", path, sizeof path);

    volatile char *shared_file      = map(FILE_BYTES, MAP_SHARED, fd);
    volatile char *private_file     = map(FILE_BYTES, MAP_PRIVATE, fd);
    volatile char *anonymous        = map(4 * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    volatile char *shared_anonymous = map(PAGE, MAP_SHARED | MAP_ANONYMOUS, -1);

    byte = shared_file[0] + private_file[0];   /* read only: the pages come in, nobody changes them */

    printf("pid %d\nfile: %s\n", (int)getpid(), path);
    printf("shared_file: %p\nprivate_file: %p\n", (void *)shared_file, (void *)private_file);
    printf("anonymous: %p\nshared_anonymous: %p\nordinary: %p\n", (void *)anonymous, (void *)shared_anonymous, (void *)&ordinary);
    fflush(stdout);

    private_file[0] = 'P';                     /* STOP: mapped */
    shared_file[1]  = 'S';
    anonymous[0]    = 'A';
    shared_anonymous[0] = 'p';

    int to_parent[2], to_child[2];
    if (pipe(to_parent) != 0 || pipe(to_child) != 0) { perror("pipe"); return 1; }
    pid_t child = fork();                      /* STOP: written */
    if (child < 0) { perror("fork"); return 1; }
    if (child == 0) {
        close(to_child[1]);
        shared_file[2] = shared_anonymous[0] = 'c';
        private_file[0] = anonymous[0] = ordinary = 'c';
        if (write(to_parent[1], &byte, 1) != 1) _exit(1);
        if (read(to_child[0], &byte, 1) < 0) _exit(1);   /* stays until the parent ends, however it ends */
        _exit(0);
    }
    close(to_child[0]);
    close(to_parent[1]);
    if (read(to_parent[0], &byte, 1) != 1) { perror("child"); return 1; }
    printf("child: %d\n", (int)child);
    fflush(stdout);

    close(to_child[1]);                        /* STOP: forked (the child has written, and waits) */
    waitpid(child, NULL, 0);
    return 0;
}
