/*
 * Lab 7, stack: one register moves, and that is all. In the main thread and in a second one, to the limit of each.
 *
 * Prints where its objects are, `name: value`, one a line. Calls itself a few levels deep and returns, calls
 * itself deeper, starts a thread, overflows the thread's stack (and survives), then its own (and does not).
 *
 * Build: cc -g -O0 -pthread -o stack stack.c
 * Stops to look at: stage_before, stage_deep, stage_after, stage_grown, stage_thread, the fault in swallow,
 * stage_survived, and the fault in swallow again.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { DEPTH = 6, ROOM_BYTES = 3000, GROW_FRAMES = 100 };

/* Nothing but places to stop at. */
__attribute__((noinline)) void stage_before(void) { __asm__ volatile(""); }
__attribute__((noinline)) void stage_deep(void) { __asm__ volatile(""); }
__attribute__((noinline)) void stage_after(void) { __asm__ volatile(""); }
__attribute__((noinline)) void stage_grown(void) { __asm__ volatile(""); }
__attribute__((noinline)) void stage_thread(void) { __asm__ volatile(""); }
__attribute__((noinline)) void stage_survived(void) { __asm__ volatile(""); }

/* Calls itself until `level` is DEPTH. Every call has its own `marker`. */
__attribute__((noinline)) static long descend(int level)
{
    volatile long marker = 0x1ab0000 + level;
    printf("level_%d: %p\n", level, (void *)&marker);
    if (level == DEPTH) stage_deep();
    else                marker += descend(level + 1) & 0;
    return marker;
}

/* Calls itself `frames` times, about 3 KiB a call: less than a page, so that no frame can step over a guard
   page without touching it. */
__attribute__((noinline)) static long swallow(long frames)
{
    volatile char room[ROOM_BYTES];
    room[0] = (char)frames;
    if (frames == 1) stage_grown();
    return frames == 1 ? room[0] : swallow(frames - 1) + room[0];
}

static sigjmp_buf way_out;

/* Runs on a stack of its own: the one that overflowed has no room for it. */
static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info, (void)context;
    siglongjmp(way_out, 1);
}

static void *thread_main(void *nothing)
{
    int   local = 7;
    void *lowest;
    size_t bytes, guard;
    pthread_attr_t attributes;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &lowest, &bytes);
    pthread_attr_getguardsize(&attributes, &guard);
    pthread_attr_destroy(&attributes);
    printf("thread_local: %p\nthread_lowest: %p\n", (void *)&local, lowest);
    printf("thread_bytes: %zu\nthread_guard_bytes: %zu\n", bytes, guard);
    stage_thread();

    static char other_stack[64 * 1024];
    stack_t other = { .ss_sp = other_stack, .ss_size = sizeof other_stack };
    struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND };
    sigaltstack(&other, NULL);
    sigaction(SIGSEGV, &action, NULL);
    if (sigsetjmp(way_out, 1) == 0) swallow(-1);
    return nothing;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    int local = 1;
    struct rlimit limit;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    getrlimit(RLIMIT_STACK, &limit);
    if (limit.rlim_cur > (64UL << 20)) {         /* Unlimited, or so large that the end is far. */
        limit.rlim_cur = 8UL << 20;
        setrlimit(RLIMIT_STACK, &limit);
        pthread_attr_setstacksize(&attributes, limit.rlim_cur);
    }
    printf("pid: %d\n", getpid());
    printf("local: %p\n", (void *)&local);
    printf("limit_bytes: %lu\n", (unsigned long)limit.rlim_cur);

    stage_before();
    descend(1);
    stage_after();
    swallow(GROW_FRAMES);

    pthread_t thread;
    if (pthread_create(&thread, &attributes, thread_main, NULL) != 0) return 1;
    pthread_join(thread, NULL);
    puts("survived: the thread's overflow");
    stage_survived();

    return (int)swallow(-1);                     /* Counts away from zero: never comes back. */
}
