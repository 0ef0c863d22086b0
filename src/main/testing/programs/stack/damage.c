/* Damages its own stack as told, says where, and waits without returning: canary, return, rbp. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char elsewhere[64];

static void wait_here(void) {
  char c;
  printf("ready\n");
  fflush(stdout);
  while (read(0, &c, 1) > 0) {}
  _exit(0);
}

__attribute__((noinline, noclone)) static int overflow(const char *text, int length) {
  char buffer[24];
  uint64_t canary;
  __asm__("mov %%fs:0x28, %0" : "=r"(canary));
  for (uint64_t *at = (uint64_t *)(buffer + 24); at < (uint64_t *)__builtin_dwarf_cfa(); at++)
    if (*at == canary) { printf("canary %p\n", (void *)at); break; }
  canary = 0;
  memcpy(buffer, text, length);
  wait_here();
  return buffer[0] + (int)canary;
}

__attribute__((noinline, noclone)) static int lose_return(void) {
  volatile int keep = 1;
  uint64_t *slot = (uint64_t *)__builtin_dwarf_cfa() - 1;
  printf("slot %p\n", (void *)slot);
  *slot = (uint64_t)elsewhere;
  wait_here();
  return keep;
}

__attribute__((noinline, noclone)) static int lose_rbp(void) {
  volatile int keep = 1;
  uint64_t *slot = (uint64_t *)__builtin_frame_address(0);
  printf("slot %p\n", (void *)slot);
  *slot = (uint64_t)elsewhere + 8;
  wait_here();
  return keep;
}

__attribute__((noinline, noclone)) static int between(const char *how) {
  volatile int keep = 2;
  if (strcmp(how, "canary") == 0) keep += overflow("0123456789012345678901234567890123456789", 30);
  if (strcmp(how, "return") == 0) keep += lose_return();
  if (strcmp(how, "rbp") == 0) keep += lose_rbp();
  return keep;
}

int main(int argc, char **argv) { return between(argc > 1 ? argv[1] : ""); }
