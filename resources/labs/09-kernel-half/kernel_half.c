/*
 * kernel_half.c: knocks at the upper half of the address space, at the gap below it, and at the door.
 *
 * Reads one byte of each and catches the signal, so that one run shows both. Then it asks the kernel for something a few times, and the
 * clock a few times. Prints `name: value`, one a line, and what its handler was told.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <time.h>
#include <unistd.h>

enum { TIMES = 5 };

/* Lowest address of the kernel's half with four levels of page tables; still the kernel's with five. */
static const uintptr_t kernel_half = 0xffff800000000000;
/* Bit 63 is set and those below are not: no processor calls this canonical, with four levels or with five. */
static const uintptr_t non_canonical = 0x8000000000000000;

static sigjmp_buf back;
static volatile int told_signal, told_code;
static void *volatile told_address;

static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)context;
    told_signal = number;
    told_code = info->si_code;
    told_address = info->si_addr;
    siglongjmp(back, 1);
}

__attribute__((noinline)) char read_byte(uintptr_t address)
{
    return *(volatile char *)address;
}

static void try_to_read(const char *name, uintptr_t address)
{
    printf("%s: 0x%lx\n", name, (unsigned long)address);
    fflush(stdout);
    if (sigsetjmp(back, 1) == 0) {
        read_byte(address);
        printf("%s-read: 1\n", name);
    } else {
        printf("%s-signal: %d\n%s-code: %d\n%s-address: 0x%lx\n", name, told_signal, name, told_code, name, (unsigned long)told_address);
    }
    fflush(stdout);
}

int main(void)
{
    struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
    struct timespec now;
    sigaction(SIGSEGV, &action, NULL);
    printf("pid %d\nvdso: 0x%lx\n", (int)getpid(), getauxval(AT_SYSINFO_EHDR));
    fflush(stdout);
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);      /* the first call of a library function may have to look it up */

    try_to_read("kernel-half", kernel_half);          /* STOP: begin */
    try_to_read("non-canonical", non_canonical);      /* STOP: gap */

    int calls = 0;                                    /* STOP: door */
    while (calls < TIMES) {
        getppid();
        calls++;
    }

    int looks = 0;                                    /* STOP: clock */
    while (looks < TIMES) {
        clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
        looks++;
    }

    told_signal = 0;                                  /* STOP: end */
    printf("calls: %d\nlooks: %d\nuptime: %ld\n", calls, looks, (long)now.tv_sec);
    return 0;
}
