/* mapper.c: maps, protects and unmaps one place as it is told, a letter a line. `KEY VALUE` a line, then `ready`. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE (3u << 20)

int main(void)
{
    char  line[16];
    /* Room on both sides, so that the kernel joins it with no neighbour. */
    char *room = mmap(NULL, 3 * SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *place = room + SIZE;

    munmap(room, 3 * SIZE);
    printf("pid %d\nplace %p\nready\n", (int)getpid(), (void *)place);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        if (line[0] == 'm' && mmap(place, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != place)
            return 1;
        if (line[0] == 'p' && mprotect(place, SIZE, PROT_READ) != 0)
            return 2;
        if (line[0] == 'u' && munmap(place, SIZE) != 0)
            return 3;
    }
    return 0;
}
