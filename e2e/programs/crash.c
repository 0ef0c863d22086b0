/* Faults in the way that is asked for, and says where before it does. */
#include <stdio.h>
#include <string.h>

static const int table[4] = { 1, 2, 3, 4 };
static int counter = 41;

struct node {
  long id;
  struct node *next;
};

static void poke(int *where, int what) {
  *where = what; /* poke */
}

static long follow(const struct node *node) {
  return node->next->id; /* follow */
}

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "rodata";
  setvbuf(stdout, NULL, _IONBF, 0);
  counter++;
  printf("table %p\n", (const void *)&table[2]);
  if (strcmp(how, "null") == 0) {
    struct node node = { counter, NULL };
    return (int)follow(&node);
  }
  poke((int *)(void *)&table[2], counter);
  return 0;
}
