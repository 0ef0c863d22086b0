/*
 * deep_stack frames N: some N frames of eight functions with variables of several kinds, the innermost of which loops, to be stepped.
 * deep_stack recursion N: N frames of one function, waiting in a read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct record { long id; double weight; char name[16]; struct record *next; };

static volatile int go_on = 1;
static long level_0(int depth, struct record *given);
static long (*const levels[8])(int, struct record *);

__attribute__((noinline)) static long innermost(struct record *given) {
  volatile long turns = 0;
  printf("ready\n");
  fflush(stdout);
  while (go_on) turns += given->id;
  return turns;
}

#define LEVEL(number, next, kind, name, value)                                                    \
  __attribute__((noinline)) static long level_##number(int depth, struct record *given) {         \
    struct record mine = {depth, depth / 2.0, "level " #number, given};                           \
    kind name = value;                                                                            \
    char text[24];                                                                                \
    snprintf(text, sizeof text, "depth %d", depth);                                               \
    long got = depth <= 0 ? innermost(&mine) : levels[next](depth - 1, &mine);                    \
    return got + mine.id + (name != 0) + text[0];                                                           \
  }

LEVEL(0, 1, int, count, depth * 3)
LEVEL(1, 2, unsigned char, flag, 'x')
LEVEL(2, 3, double, ratio, 1.5)
LEVEL(3, 4, long, total, 1l << 40)
LEVEL(4, 5, const char *, word, "word")
LEVEL(5, 6, short, small, -3)
LEVEL(6, 7, float, part, 0.25f)
LEVEL(7, 0, unsigned long, mask, ~0ul)
static long (*const levels[8])(int, struct record *) = {level_0, level_1, level_2, level_3, level_4, level_5, level_6, level_7};

__attribute__((noinline)) static int descend(int level) {
  volatile char filler[16];
  char c;
  filler[0] = (char)level;
  if (level == 0) {
    printf("ready\n");
    fflush(stdout);
    while (read(0, &c, 1) > 0) filler[1]++;
    _exit(0);
  }
  return descend(level - 1) + filler[0];
}

int main(int argc, char **argv) {
  struct record first = {argc, 0, "main", 0};
  int count = atoi(argv[2]);
  return strcmp(argv[1], "frames") == 0 ? (int)level_0(count - 3, &first) : descend(count - 2);
}
