/* filler BYTES: fills that much memory with words that do not repeat, prints where it is, and waits for its input to close. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv) {
  size_t bytes = argc > 1 ? strtoull(argv[1], NULL, 10) : (size_t)1 << 30;
  uint64_t *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) return perror("mmap"), 1;
  uint64_t word = 0x9e3779b97f4a7c15;
  for (size_t i = 0; i < bytes / 8; i++) {
    word ^= word << 13;
    word ^= word >> 7;
    word ^= word << 17;
    base[i] = word;
  }
  printf("start %p\n", (void *)base);
  printf("bytes %zu\n", bytes);
  printf("ready\n");
  fflush(stdout);
  char c;
  while (read(0, &c, 1) > 0) {}
  return 0;
}
