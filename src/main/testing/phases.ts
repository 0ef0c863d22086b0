import { compileC } from './compile.ts';

/** Line numbers are found by the marks in its comments. */
export const PHASES = String.raw`
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
volatile long plain;
volatile long table[16] __attribute__((aligned(64)));
volatile int handled;
struct pair { char c; int n; } pair;
static void on_signal(int number) { handled = number; }
__attribute__((noinline)) int leaf(int n) {
  int doubled = n * 2; /* leaf-first */
  plain = doubled; /* leaf-store */
  return doubled; /* leaf-return */
}
__attribute__((noinline)) int work(int rounds) {
  int sum = 0; /* work-first */
  for (int i = 0; i < rounds; i++) /* work-loop */
    sum += leaf(i); /* work-call */
  table[3] = sum; /* work-after */
  return sum;
}
int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  printf("plain %p\ntable %p\nleaf %p\npid %d\nready\n", (void *)&plain, (void *)table, (void *)leaf, (int)getpid()); /* main-first */
  fflush(stdout);
  signal(SIGUSR1, on_signal);
  if (strcmp(mode, "signal") == 0) raise(SIGUSR1);
  if (strcmp(mode, "fork-later") == 0) { char c; if (read(0, &c, 1) != 1) return 9; mode = "fork"; }
  if (strcmp(mode, "fork") == 0) { pid_t child = fork(); if (child == 0) { leaf(7); _exit(4); } int status; waitpid(child, &status, 0); if (!WIFEXITED(status) || WEXITSTATUS(status) != 4) return 8; leaf(9); }
  if (strcmp(mode, "exec") == 0) execl("/bin/true", "true", (char *)0);
  int result = work(5); /* main-work */
  long seen = plain; /* main-read */
  if (strcmp(mode, "spin") == 0) for (;;) { work(3); usleep(1000); }
  return result == 20 && seen == 8 ? 3 : 1; /* main-end */
}
`;

let built: string | undefined;

/** Calls work(5), which calls leaf(0) to leaf(4), and exits with 3. First argument: `signal`, `fork`, `fork-later` (when a byte comes in), `exec`, `spin`. After a fork, 8 when the child did not exit with 4. */
export function phasesProgram(): string {
  return (built ??= compileC(PHASES, { name: 'phases', flags: ['-g', '-O0'] }));
}

/** Line of a mark in the source: 1 is the first. */
export function lineOf(mark: string): number {
  const line = PHASES.split('\n').findIndex((text) => text.includes(`/* ${mark} */`)) + 1;
  if (line === 0) throw new Error(`no mark ${mark}`);
  return line;
}
