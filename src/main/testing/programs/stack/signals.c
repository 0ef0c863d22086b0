/* A signal handler on the same stack, or (argument `alternate`) on an alternate one, that waits; what it says as in slots.c. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#define KEEP(variable) __asm__ volatile("" : : "r"(&variable) : "memory")

static void handler(int number, siginfo_t *info, void *context) {
  ucontext_t *saved = context;
  volatile int inside = number;
  printf("cfa:handler %p\n", __builtin_dwarf_cfa());
  printf("local:handler:inside %p %zu\n", (void *)&inside, sizeof inside);
  printf("ucontext %p\n", context);
  printf("siginfo %p\n", (void *)info);
  printf("interruptedSp 0x%llx\n", saved->uc_mcontext.gregs[REG_RSP]);
  printf("interruptedPc 0x%llx\n", saved->uc_mcontext.gregs[REG_RIP]);
  printf("savedR12 %p\n", (void *)&saved->uc_mcontext.gregs[REG_R12]);
  printf("savedPc %p\n", (void *)&saved->uc_mcontext.gregs[REG_RIP]);
  printf("fpstate %p\n", (void *)saved->uc_mcontext.fpregs);
  printf("ready\n");
  fflush(stdout);
  char c;
  while (read(0, &c, 1) > 0) inside++;
  _exit(0);
}

__attribute__((noinline, noclone)) static int interrupted(int seed) {
  long before = seed;
  printf("local:interrupted:before %p %zu\n", (void *)&before, sizeof before);
  printf("cfa:interrupted %p\n", __builtin_dwarf_cfa());
  fflush(stdout);
  KEEP(before);
  *(volatile int *)16 = 1;
  KEEP(before);
  return (int)before;
}

int main(int argc, char **argv) {
  static char alternate[64 * 1024];
  struct sigaction action = {0};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO;
  if (argc > 1 && strcmp(argv[1], "alternate") == 0) {
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    sigaltstack(&stack, 0);
    action.sa_flags |= SA_ONSTACK;
    printf("alternate %p %zu\n", (void *)alternate, sizeof alternate);
  }
  sigaction(SIGSEGV, &action, 0);
  return interrupted(argc);
}
