/*
 * clocked FILE: a C program with a deep stack, a few threads, and its own idea of how long it was stopped. One thread stamps a clock every 100 µs; a gap over 2 ms counts as
 * stopped and goes into FILE, which is mapped shared: u64 sum_ns, u64 longest_ns, u64 beats. Whoever reads FILE may write zeros into it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

struct clock_page { volatile uint64_t sum_ns, longest_ns, beats; };

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static void *stamp(void *at) {
  struct clock_page *page = at;
  prctl(PR_SET_TIMERSLACK, 1UL);
  uint64_t last = now_ns();
  for (;;) {
    struct timespec step = {0, 100000};
    nanosleep(&step, NULL);
    uint64_t now = now_ns(), gap = now - last;
    if (gap > 2000000) {
      page->sum_ns += gap;
      if (gap > page->longest_ns) page->longest_ns = gap;
    }
    page->beats++;
    last = now;
  }
  return NULL;
}

static void *idle(void *unused) {
  for (;;) pause();
  return unused;
}

static __attribute__((noinline)) int wait_deep(int level) {
  char local[64] = "a frame of its own";
  if (level > 0) return wait_deep(level - 1) + local[level & 63];
  char c;
  while (read(0, &c, 1) > 0) {}
  return local[0];
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  int fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (fd < 0 || ftruncate(fd, 4096)) return perror(argv[1]), 1;
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED) return perror("mmap"), 1;
  pthread_t thread;
  pthread_create(&thread, NULL, stamp, page);
  for (int i = 0; i < 3; i++) pthread_create(&thread, NULL, idle, NULL);
  printf("ready\n");
  fflush(stdout);
  return wait_deep(24) == 0;
}
