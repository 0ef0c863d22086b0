/*
 * pread_loop PID START BYTES CHUNK [FILE]: reads that much of another process's memory through /proc/PID/mem, CHUNK bytes at a time into one buffer; with FILE writes it there
 * too. The floor of every reader in this folder. Prints `elapsed_ns N`.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/mem", argv[1]);
  off_t start = strtoull(argv[2], NULL, 0);
  size_t bytes = strtoull(argv[3], NULL, 0), chunk = strtoull(argv[4], NULL, 0);
  char *buffer = aligned_alloc(4096, chunk);
  int fd = open(path, O_RDONLY);
  int out = argc > 5 ? open(argv[5], O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
  if (fd < 0 || !buffer || (argc > 5 && out < 0)) return perror(path), 1;
  long long begin = now_ns();
  for (size_t done = 0; done < bytes; done += chunk) {
    size_t want = bytes - done < chunk ? bytes - done : chunk;
    if (pread(fd, buffer, want, start + done) != (ssize_t)want) return perror("pread"), 1;
    if (out >= 0 && write(out, buffer, want) != (ssize_t)want) return perror("write"), 1;
  }
  if (out >= 0) close(out);
  printf("elapsed_ns %lld\n", now_ns() - begin);
  return 0;
}
