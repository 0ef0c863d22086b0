/*
 * memmem_loop PID START BYTES HEX: looks for the bytes HEX in that much of another process's memory: one thread, pread(2) of 64 KiB from /proc/PID/mem and memmem(3), with the tail
 * of each read kept for the next. Prints `hits N` and `elapsed_ns N`.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536
#define HEAD 4096

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
  size_t bytes = strtoull(argv[3], NULL, 0), length = strlen(argv[4]) / 2, tail = 0;
  unsigned char needle[HEAD];
  for (size_t i = 0; i < length; i++) sscanf(argv[4] + 2 * i, "%2hhx", &needle[i]);
  unsigned char *buffer = aligned_alloc(4096, HEAD + CHUNK);
  int fd = open(path, O_RDONLY);
  if (fd < 0 || !buffer || length < 1 || length > HEAD) return perror(path), 1;
  long hits = 0;
  long long begin = now_ns();
  for (size_t done = 0; done < bytes; done += CHUNK) {
    size_t want = bytes - done < CHUNK ? bytes - done : CHUNK;
    if (pread(fd, buffer + HEAD, want, start + done) != (ssize_t)want) return perror("pread"), 1;
    unsigned char *from = buffer + HEAD - tail, *end = buffer + HEAD + want;
    for (unsigned char *at = memmem(from, end - from, needle, length); at; at = memmem(at + 1, end - at - 1, needle, length)) hits++;
    tail = length - 1;
    memcpy(buffer + HEAD - tail, end - tail, tail);
  }
  printf("elapsed_ns %lld\nhits %ld\n", now_ns() - begin, hits);
  return 0;
}
