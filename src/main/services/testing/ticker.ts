import { compileC } from '../../testing/compile.ts';

/** Calls `tick` a thousand times a second and counts in `ticks`; prints where both are. Waits to be ended; ends by itself when its standard input does. */
export const TICKER = `
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
volatile unsigned long ticks = 0;
int answer = 42;
__attribute__((noinline)) void tick(void) { ticks++; }
volatile int rare_calls = 0;
__attribute__((noinline)) void rare(void) { rare_calls++; }
static void *watch(void *arg) { char line[64]; (void)arg;
  while (fgets(line, sizeof line, stdin)) {
    if (!strncmp(line, "exit ", 5)) exit(atoi(line + 5));
    if (!strncmp(line, "crash", 5)) *(volatile int *)16 = 1;
    if (!strncmp(line, "exec", 4)) execl("/bin/sleep", "sleep", "1000", (char *)0);
    if (!strncmp(line, "rare", 4)) { rare(); }
    if (!strncmp(line, "grow", 4)) { char *p = malloc(100 << 20); p[0] = 1; printf("grown %p\\n", (void *)p); fflush(stdout); }
  }
  _exit(0); }
int main(void) {
  pthread_t thread;
  printf("ticks %p\\ntick %p\\nanswer %p\\nrare_calls %p\\nready\\n", (void *)&ticks, (void *)tick, (void *)&answer, (void *)&rare_calls);
  fflush(stdout);
  pthread_create(&thread, 0, watch, 0);
  for (;;) { tick(); usleep(1000); }
}
`;

let path: string | undefined;

export function tickerProgram(): string {
  path ??= compileC(TICKER, { name: 'ticker', flags: ['-g', '-O0'] });
  return path;
}
