/*
 * watch_stopped PID: samples from outside whether the first thread of PID is stopped (state t or T of its stat file), every 100 µs, until its own input closes; then prints how
 * long it was stopped in sum, the longest stop, how many there were, and the largest hole between two samples (what the figures are blind to).
 * gdb attaches to the first thread first and lets go of it last, so its stop spans those of the others.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  char path[96], text[1024];
  snprintf(path, sizeof path, "/proc/%s/task/%s/stat", argv[1], argv[1]);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return perror(path), 1;
  prctl(PR_SET_TIMERSLACK, 1UL);
  long long sum = 0, longest = 0, hole = 0, since = 0, samples = 0, stops = 0;
  long long last = now_ns();
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    if (n <= 0) break;
    text[n] = 0;
    char *close_paren = strrchr(text, ')');
    if (!close_paren) break;
    long long now = now_ns();
    int stopped = close_paren[2] == 't' || close_paren[2] == 'T';
    if (now - last > hole) hole = now - last;
    last = now;
    samples++;
    if (stopped && !since) since = now, stops++;
    if (!stopped && since) {
      sum += now - since;
      if (now - since > longest) longest = now - since;
      since = 0;
    }
    struct pollfd input = {0, POLLIN, 0};
    struct timespec step = {0, 100000};
    if (ppoll(&input, 1, &step, NULL) > 0) break;
  }
  if (since) sum += last - since;
  printf("stopped_ns %lld\nlongest_ns %lld\nstops %lld\nsamples %lld\nlargest_hole_ns %lld\n", sum, longest, stops, samples, hole);
  return 0;
}
