/* subject.c: prints where its objects are, then counts until it is ended. `KEY VALUE` a line, then `ready`. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int           initialized_global = 42;
char          greeting_text[16] = "vmatlas e2e";
int           uninitialized_global;
volatile long tick_counter;
const char    constant_text[] = "constant bytes";

__attribute__((noinline)) void tick(void)
{
    tick_counter++;
    usleep(20000);
}

int main(int argc, char **argv)
{
    int   on_the_stack = 7;
    char *on_the_heap = malloc(64);
    if (argc > 1 && strcmp(argv[1], "--block-sigint") == 0) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGINT);
        sigprocmask(SIG_BLOCK, &set, NULL);
    }
    uninitialized_global = 0x1234;
    printf("pid %d\n", (int)getpid());
    printf("main %p\n", (void *)main);
    printf("constant_text %p\n", (void *)constant_text);
    printf("initialized_global %p\n", (void *)&initialized_global);
    printf("greeting_text %p\n", (void *)greeting_text);
    printf("uninitialized_global %p\n", (void *)&uninitialized_global);
    printf("tick_counter %p\n", (void *)&tick_counter);
    printf("heap %p\n", (void *)on_the_heap);
    printf("stack %p\n", (void *)&on_the_stack);
    printf("ready\n");
    fflush(stdout);
    for (;;)
        tick();
}
