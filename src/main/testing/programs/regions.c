/* Puts one object into every kind of memory and prints where each is, so that a test can ask vmatlas the same. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int filled_counter = 42;
static int private_counter = 7;
int empty_counter;
/* Bigger than a page: reaches from the file's last page into the anonymous mapping after it. */
static char empty_block[5 * 4096];
const int fixed_table[64] = {1, 2, 3};
static const char greeting[] = "a string that nobody may change";

__attribute__((noinline)) int add_one(int value) { return value + filled_counter + 1; }

static __attribute__((noinline)) void report(void) {
  volatile int local = add_one(private_counter);
  int *small = malloc(64);
  char *big = malloc(4 << 20);
  char *anonymous = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *fenced = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  anonymous[0] = 'm';
  big[0] = 'b';
  *small = 5;
  printf("main_report %p\n", (void *)report);
  printf("add_one %p\n", (void *)add_one);
  printf("fixed_table %p\n", (void *)fixed_table);
  printf("greeting %p\n", (void *)greeting);
  printf("filled_counter %p\n", (void *)&filled_counter);
  printf("private_counter %p\n", (void *)&private_counter);
  printf("empty_counter %p\n", (void *)&empty_counter);
  printf("empty_block %p\n", (void *)empty_block);
  printf("empty_block_end %p\n", (void *)(empty_block + sizeof empty_block - 1));
  printf("heap %p\n", (void *)small);
  printf("big_heap %p\n", (void *)big);
  printf("anonymous %p\n", (void *)anonymous);
  printf("fenced %p\n", (void *)fenced);
  printf("stack %p\n", (void *)&local);
  printf("ready\n");
  fflush(stdout);
  while (getchar() != EOF) {
  }
}

int main(void) {
  report();
  return 0;
}
