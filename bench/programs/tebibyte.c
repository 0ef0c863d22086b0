/* tebibyte: reserves 1 TiB, fills its first 16 MiB with words that do not repeat, touches one page in each GiB, and waits for its input to close. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct { uint32_t id; float weight; void *next; char name[16]; } record_t;
/* A screen of typed data: the dearest rows to paint. */
record_t records[4096];

int main(void) {
  size_t bytes = (size_t)1 << 40;
  char *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return perror("mmap"), 1;
  uint64_t word = 0x9e3779b97f4a7c15;
  for (size_t i = 0; i < ((size_t)16 << 20) / 8; i++) {
    word ^= word << 13;
    word ^= word >> 7;
    word ^= word << 17;
    ((uint64_t *)base)[i] = word;
  }
  for (size_t at = (size_t)1 << 30; at < bytes; at += (size_t)1 << 30) base[at] = 1;
  for (int i = 0; i < 4096; i++) {
    records[i] = (record_t){ .id = (uint32_t)i, .weight = (float)i / 3, .next = &records[(i * 7 + 1) & 4095] };
    snprintf(records[i].name, sizeof records[i].name, "record %d", i);
  }
  printf("start %p\n", (void *)base);
  printf("records %p\n", (void *)records);
  printf("ready\n");
  fflush(stdout);
  char c;
  while (read(0, &c, 1) > 0) {}
  return 0;
}
