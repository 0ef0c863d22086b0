/* Three threads: one waits in a function of its own, one spins in a leaf function whose locals are in the red zone, the first says where they are and waits. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile long *volatile leaf_place;
static volatile int spin = 1;
static int pipes[2];

__attribute__((noinline, noclone)) static long leaf(long seed) {
  volatile long kept = seed;
  leaf_place = &kept;
  while (spin) __asm__ volatile("pause");
  return kept;
}

static void *spinner(void *unused) {
  printf("spinner %ld\n", syscall(SYS_gettid));
  return (void *)leaf(4711 + (long)unused);
}

__attribute__((noinline, noclone)) static int blocked(int seed) {
  int mine = seed + 1;
  char c;
  printf("cfa:blocked %p\n", __builtin_dwarf_cfa());
  printf("ret:blocked %p %p\n", (void *)((char *)__builtin_dwarf_cfa() - 8), __builtin_return_address(0));
  printf("local:blocked:mine %p %zu\n", (void *)&mine, sizeof mine);
  printf("blockedTid %ld\n", syscall(SYS_gettid));
  fflush(stdout);
  spin = 2;
  while (read(pipes[0], &c, 1) > 0) mine++;
  __asm__ volatile("" : : "r"(&mine) : "memory");
  return mine;
}

static void *waiter(void *unused) { return (void *)(long)blocked((int)(long)unused); }

int main(void) {
  pthread_t a, b;
  char c;
  if (pipe(pipes) != 0) return 1;
  pthread_create(&a, 0, waiter, (void *)6);
  while (spin != 2) usleep(1000);
  pthread_create(&b, 0, spinner, 0);
  while (!leaf_place) usleep(1000);
  printf("local:leaf:kept %p %zu\n", (void *)leaf_place, sizeof *leaf_place);
  usleep(20000);
  printf("ready\n");
  fflush(stdout);
  while (read(0, &c, 1) > 0) {}
  spin = 0;
  _exit(0);
}
