/*
 * Says where its own variables, return addresses and frames are, function by function, then waits in the innermost one.
 *
 *     local:FUNCTION:NAME ADDRESS SIZE        parameter:FUNCTION:NAME ADDRESS SIZE
 *     cfa:FUNCTION ADDRESS                    ret:FUNCTION ADDRESS VALUE
 *     canary:FUNCTION ADDRESS
 *
 * __builtin_dwarf_cfa is the address above the return address, without forcing a frame pointer.
 */
#define _GNU_SOURCE
#include <alloca.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))
#define SAY(role, function, variable) printf(role ":" function ":" #variable " %p %zu\n", (void *)&variable, sizeof variable)
#define SAY_FRAME(function) (printf("cfa:" function " %p\n", __builtin_dwarf_cfa()), printf("ret:" function " %p %p\n", (void *)((char *)__builtin_dwarf_cfa() - 8), __builtin_return_address(0)))

struct point { int x, y; };
struct large { long words[9]; char text[21]; struct point at; };

static volatile int never;

/* The canary's copy nearest below the return address, where the compiler makes one. */
static inline __attribute__((always_inline)) void say_canary(const char *function, void *cfa, void *low) {
#ifdef PROTECTED
  uint64_t canary;
  __asm__("mov %%fs:0x28, %0" : "=r"(canary));
  for (uint64_t *at = (uint64_t *)cfa - 2; (void *)at >= low; at--)
    if (*at == canary) { printf("canary:%s %p\n", function, (void *)at); break; }
  canary = 0;
  __asm__ volatile("" : : "r"(&canary) : "memory");
#else
  (void)function; (void)cfa; (void)low;
#endif
}

/* Keeps what comes after a call from being a tail call, and the variables alive. */
#define KEEP(variable) __asm__ volatile("" : : "r"(&variable) : "memory")

NOINLINE static int wait_here(int reason) {
  char line[33];
  int answer = reason;
  SAY_FRAME("wait_here");
  SAY("local", "wait_here", line);
  SAY("local", "wait_here", answer);
  say_canary("wait_here", __builtin_dwarf_cfa(), line);
  printf("ready\n");
  fflush(stdout);
  while (read(0, line, sizeof line) > 0) answer++;
  KEEP(line);
  KEEP(answer);
  if (never == 0) _exit(0);
  return answer;
}

static inline __attribute__((always_inline)) int inlined(int seed) {
  volatile int inner = seed + 1;
  SAY("local", "inlined", inner);
  int got = wait_here(inner);
  inner += got;
  return inner;
}

NOINLINE static int inlines(int seed) {
  long outer = seed;
  SAY_FRAME("inlines");
  SAY("local", "inlines", outer);
  int got = inlined(seed * 2);
  KEEP(outer);
  return got + (int)outer;
}

NOINLINE static int recurse(int depth) {
  int mine = depth * 3;
  printf("cfa:recurse%d %p\n", depth, __builtin_dwarf_cfa());
  printf("local:recurse%d:mine %p %zu\n", depth, (void *)&mine, sizeof mine);
  int got = depth == 0 ? inlines(depth + 5) : recurse(depth - 1);
  KEEP(mine);
  return got + mine;
}

NOINLINE static int vla(int count) {
  int items[count];
  int (*whole)[count] = &items;
  SAY_FRAME("vla");
  for (int i = 0; i < count; i++) items[i] = i;
  printf("local:vla:items %p %zu\n", (void *)items, sizeof items);
  KEEP(whole);
  int got = recurse(2);
  KEEP(items);
  return got + items[count - 1];
}

NOINLINE static int takes_alloca(int bytes) {
  char *room = alloca(bytes);
  memset(room, 7, bytes);
  SAY_FRAME("takes_alloca");
  SAY("local", "takes_alloca", room);
  printf("alloca:takes_alloca %p %d\n", (void *)room, bytes);
  int got = vla(bytes / 10);
  KEEP(room);
  return got + room[0];
}

NOINLINE static int variadic(int count, ...) {
  va_list list;
  int sum = 0;
  va_start(list, count);
  for (int i = 0; i < count; i++) sum += va_arg(list, int);
  SAY_FRAME("variadic");
  SAY("local", "variadic", sum);
  SAY("local", "variadic", list);
  say_canary("variadic", __builtin_dwarf_cfa(), &sum);
  int got = takes_alloca(50 + sum % 2);
  va_end(list);
  KEEP(sum);
  return got + sum;
}

NOINLINE static long by_value(struct large given, int a, int b, int c, int d, int e, int f, int seventh, long eighth) {
  struct point corner = {a + b, c + d};
  SAY_FRAME("by_value");
  SAY("parameter", "by_value", given);
  SAY("parameter", "by_value", seventh);
  SAY("parameter", "by_value", eighth);
  SAY("local", "by_value", corner);
  long got = variadic(4, a, b, c, d + e + f);
  KEEP(corner);
  KEEP(given);
  KEEP(eighth);
  KEEP(seventh);
  return got + corner.x + given.words[3] + seventh + eighth;
}

NOINLINE static long blocks(int count) {
  long got = 0;
  long shared = 40;
  SAY_FRAME("blocks");
  SAY("local", "blocks", shared);
  say_canary("blocks", __builtin_dwarf_cfa(), &got);
  for (int i = 0; i < count; i++) {
    double weight = i + 0.5;
    struct large value = {{1, 2, 3, 4, 5, 6, 7, 8, 9}, "large by value", {11, 12}};
    SAY("local", "blocks", weight);
    SAY("local", "blocks", value);
    got += by_value(value, 1, 2, 3, 4, 5, 6, 77, 88);
    KEEP(weight);
    KEEP(value);
  }
  KEEP(shared);
  return got + shared;
}

int main(int argc, char **argv) {
  char buffer[16] = "main";
  SAY_FRAME("main");
  SAY("local", "main", buffer);
  long got = blocks(argc);
  KEEP(buffer);
  return (int)got + argv[0][0];
}
