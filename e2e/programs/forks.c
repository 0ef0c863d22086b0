/* forks.c: counts, raises a signal, forks; the child becomes this program anew with the argument `end`, which ends with 7. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int handled;

static void on_signal(int number)
{
    handled = number;
}

int main(int argc, char **argv)
{
    volatile long turn = 0; /* turn-none */
    turn = 1;               /* turn-one */
    turn = 2;               /* turn-two */
    turn = 3;               /* turn-three */
    if (argc > 1)
        return 7;
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    raise(SIGUSR1);
    pid_t child = fork();
    if (child == 0)
        execl("/proc/self/exe", argv[0], "end", (char *)0);
    int status;
    waitpid(child, &status, 0);
    return (int)turn;
}
