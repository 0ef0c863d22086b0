/* stack.c: prints where its locals are, then works on them again and again. `KEY VALUE` a line, then `ready`.
 * With `recurse N` it waits at the bottom of a recursion of N calls, with `smash` after it wrote past the end of an array. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct node { long key; struct node *next; char name[16]; } node_t;

static int told;

static void tell(const char *name, const void *address, const char *more)
{
    printf("%s %p\n%s_words %s\n", name, address, name, more);
}

__attribute__((noinline)) int work(node_t *head, int rounds)
{
    int     counter = 41;
    node_t *item = head;
    node_t  copy = *head;
    char    label[24] = "forty-one";
    if (!told) {
        printf("file %s\n", __FILE__);
        tell("counter", (void *)&counter, "local");
        tell("item", (void *)&item, "local");
        tell("heap", (void *)head, "malloc");
        tell("copy", (void *)&copy, "local");
        tell("return", (char *)__builtin_frame_address(0) + 8, "slot");
        printf("ready\n");
        fflush(stdout);
        told = 1;
    }
    usleep(20000);
    counter = counter + 1; /* stop here */
    label[0] = 'F';
    copy.key = counter + rounds;
    return counter + label[0] + (int)item->key;
}

__attribute__((noinline)) long recurse(long depth)
{
    long here = depth;
    if (depth > 1)
        return recurse(depth - 1) + here;
    printf("ready\n");
    fflush(stdout);
    for (;;)
        pause();
}

__attribute__((noinline)) void smash(volatile int length)
{
    char buffer[16];
    for (int i = 0; i < length; i++)
        ((volatile char *)buffer)[i] = 'A';
    printf("buffer %p\n", (void *)buffer);
    printf("ready\n");
    fflush(stdout);
    for (;;)
        pause();
}

int main(int argc, char **argv)
{
    node_t *head = calloc(1, sizeof *head);
    head->key = 7;
    head->next = head;
    strcpy(head->name, "on the heap");
    if (argc > 2 && strcmp(argv[1], "recurse") == 0)
        return (int)recurse(atol(argv[2]));
    if (argc > 1 && strcmp(argv[1], "smash") == 0)
        smash(32);
    for (int i = 0;; i++)
        work(head, i);
}
