import { compileC } from '../../testing/compile.ts';

/** Programs that print `KEY VALUE` lines about themselves, then `ready` (see run-program.ts), and go on until their input closes. */
const TICKER = String.raw`
#include <stdio.h>
#include <unistd.h>
#include <signal.h>
#include <pthread.h>
#include <time.h>
volatile unsigned long ticks;
volatile int watched, touch;
int table[4] = {1, 2, 3, 4};
struct pair { int a; double b; } pair = {7, 2.5};
double number = 3.75;
char *odd = "caf\351 \"quoted\" \\ tab\t";
static void pause_briefly(void) { struct timespec t = {0, 1000000}; nanosleep(&t, 0); }
__attribute__((noinline)) void tick(unsigned long n) {
  ticks = n;
  if (touch) watched++;
  pause_briefly();
}
static void *second(void *unused) { for (;;) pause_briefly(); return unused; }
static void *watch_input(void *unused) { char c; while (read(0, &c, 1) > 0) { touch = 1; watched++; } _exit(0); return unused; }
int main(int argc, char **argv) {
  pthread_t a, b;
  if (argc > 1) { sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0); }
  pthread_create(&a, 0, second, 0);
  pthread_create(&b, 0, watch_input, 0);
  printf("ticks %p\nwatched %p\ntick %p\nmain %p\ntable %p\npair %p\nready\n", (void *)&ticks, (void *)&watched, (void *)tick, (void *)main, (void *)table, (void *)&pair);
  fflush(stdout);
  for (unsigned long n = 1;; n++) tick(n);
}
`;

const RECURSION = String.raw`
#include <stdio.h>
#include <unistd.h>
#include <sys/resource.h>
static volatile int deepest;
__attribute__((noinline)) int descend(int level) {
  volatile char filler[16];
  filler[0] = (char)level;
  if (level == 0) { printf("sp %p\nready\n", __builtin_frame_address(0)); fflush(stdout); char c; while (read(0, &c, 1) > 0) {} _exit(0); }
  return descend(level - 1) + filler[0];
}
int main(void) { return descend(100000) + deepest; }
`;

const ECHO = String.raw`
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int stop_here(int n) { return n + 1; }
int main(int argc, char **argv) {
  char cwd[4096], line[4096];
  printf("cwd=%s\n", getcwd(cwd, sizeof cwd));
  for (int i = 1; i < argc; i++) printf("arg%d=<%s>\n", i, argv[i]);
  const char *names[] = {"GREETING", "LINES", "COLUMNS", "LC_ALL", "DEBUGINFOD_URLS", "SHELL"};
  for (int i = 0; i < 6; i++) printf("%s=<%s>\n", names[i], getenv(names[i]) ? getenv(names[i]) : "unset");
  printf("tty=%s\n", ttyname(0));
  fflush(stdout);
  stop_here(1);
  if (argc > 1 && strcmp(argv[1], "read") == 0 && fgets(line, sizeof line, stdin)) { printf("said:%s", line); fflush(stdout); }
  return argc > 1 && strcmp(argv[1], "three") == 0 ? 3 : argc > 1 && strcmp(argv[1], "crash") == 0 ? (abort(), 1) : 0;
}
`;

const built = new Map<string, string>();

function once(name: string, source: string, flags: readonly string[]): string {
  const key = `${name} ${flags.join(' ')}`;
  let path = built.get(key);
  if (path === undefined) {
    path = compileC(source, { name, flags });
    built.set(key, path);
  }
  return path;
}

/** Ticks a thousand times a second through `tick`, with a second and a third thread; from the first line of input on, it writes `watched` each time. Any argument makes it block every signal. */
export function tickerProgram(): string {
  return once('ticker', TICKER, ['-g', '-O0']);
}

/** 100,001 frames of `descend`, then ready. Needs a stack of about 10 MB: `ulimit -s unlimited`. */
export function recursionProgram(): string {
  return once('recursion', RECURSION, ['-g', '-O0', '-fno-optimize-sibling-calls']);
}

/** Prints its working directory, arguments, environment and terminal. First argument: `read` a line, exit with `three`, or `crash`. */
export function echoProgram(flags: readonly string[] = ['-g', '-O0']): string {
  return once('echo', ECHO, flags);
}

export const tickerSource = TICKER;
