// Every way to fault, by name. Before each fault the program prints what it is about to touch, as KEY VALUE lines: that is the truth the explanations are compared with.
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))
#define HIDE(value) ({ __typeof__(value) hidden = (value); __asm__ volatile("" : "+r"(hidden)); hidden; })

struct inner { long spare; int count; };
struct node { long value; struct inner inner; struct node *next; int (*visit)(struct node *); };

NOINLINE static int f(void) { return 7; }
static int (*const table_of_functions[])(void) = {f, f};
static const char text_constant[] = "this is constant";
static char code_in_data[] = {(char)0xc3, (char)0xc3};
static char small_array[64];
static volatile int sink;

static void say(const char *access, const void *address, int size) {
  printf("access %s\naddress %p\nsize %d\n", access, address, size);
  fflush(stdout);
}

NOINLINE static int read_int(volatile int *p) { return *p; }
NOINLINE static void write_int(volatile int *p, int value) { *p = value; }
NOINLINE static void write_byte(volatile char *p) { *p = 'x'; }
NOINLINE static long read_long(volatile long *p) { return *p; }
NOINLINE static void increment(volatile int *p) { (*p)++; }
/** One instruction that reads, adds and writes. */
NOINLINE static void increment_at_once(volatile int *p) { __asm__ volatile("incl (%0)" : : "r"(p) : "memory", "cc"); }
NOINLINE static int follow(struct node *n) { return n->next->inner.count; }
NOINLINE static int call_it(int (*fn)(void)) { return 1 + fn(); }
NOINLINE static void *page(int protection, size_t pages) {
  void *at = mmap(0, pages * 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) abort();
  return at;
}

// ── calls and returns ─────────────────────────────────────────────────────────────────────────────────────────────

/** Its return address is replaced, and it returns. */
__attribute__((naked, noinline)) static void return_to(void *place) { __asm__ volatile("mov %rdi, (%rsp)\n ret"); }

NOINLINE static void overflow_to(void *place) {
  volatile uintptr_t local[2];
  void **ret = (void **)__builtin_frame_address(0) + 1;
  for (int i = 0; i < 2; i++) local[i] = (uintptr_t)place;
  *(void *volatile *)ret = place;
  sink = (int)local[1];
}

// ── stacks ────────────────────────────────────────────────────────────────────────────────────────────────────────

NOINLINE static int recurse(volatile int n) {
  volatile char filler[512];
  filler[n & 511] = (char)n;
  int deeper = recurse(n + 1);
  return deeper + filler[n & 511];
}
NOINLINE static int pong(volatile int n);
NOINLINE static int ping(volatile int n) { volatile char room[96]; room[0] = (char)n; return pong(n + 1) + room[0]; }
NOINLINE static int pong(volatile int n) { volatile char room[200]; room[0] = (char)n; return ping(n + 1) + room[0]; }
NOINLINE static int big_frame(volatile int n) {
  volatile char huge[12 << 20];
  huge[4096 * (n & 3)] = 1;
  return huge[n];
}
static void *thread_recurses(void *unused) {
  sink = recurse(1);
  return unused;
}
static void *thread_reads_guard(void *unused) {
  pthread_attr_t attr;
  void *low;
  size_t size, guard;
  pthread_getattr_np(pthread_self(), &attr);
  pthread_attr_getstack(&attr, &low, &size);
  pthread_attr_getguardsize(&attr, &guard);
  int *p = (int *)((char *)low - 64);
  say("read", p, 4);
  sink = read_int(p);
  return unused;
}
static void in_thread(void *(*work)(void *)) {
  pthread_t thread;
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, 256 * 1024);
  pthread_create(&thread, &attr, work, 0);
  pthread_join(thread, 0);
}

// ── the heap ──────────────────────────────────────────────────────────────────────────────────────────────────────

struct item { struct item *next; struct item *other; long value; };

NOINLINE static long read_item(struct item *i) { return i->value; }
NOINLINE static void use_after_free(void) {
  struct item *a = malloc(sizeof *a), *b = malloc(sizeof *b);
  a->next = b;
  b->next = 0;
  b->value = 1;
  free(a);
  // What free left in the block: nothing follows it in its list, so the first word is the block's own address shifted.
  struct item *volatile stale = HIDE(a)->next;
  say("read", (char *)stale + offsetof(struct item, value), 8);
  sink = (int)read_item(stale);
}
NOINLINE static void use_key_after_free(void) {
  struct item *a = malloc(sizeof *a);
  a->other = a;
  free(a);
  struct item *volatile stale = HIDE(a)->other;
  say("read", (char *)stale + offsetof(struct item, value), 8);
  sink = (int)read_item(stale);
}
NOINLINE static void use_after_free_large(void) {
  long *big = malloc(1 << 20);
  big[100] = 5;
  free(big);
  say("read", HIDE(big) + 100, 8);
  sink = (int)read_long(HIDE(big) + 100);
}
NOINLINE static void double_free(void) {
  char *p = malloc(24);
  free(p);
  free(HIDE(p));
}
NOINLINE static void smash_top(void) {
  char *p = malloc(24);
  memset(HIDE(p), 0x41, 24 + 16);
  sink = *(char *)malloc(5000);
}
NOINLINE static void free_invalid(void) {
  char *p = malloc(64);
  free(HIDE(p) + 8);
}
NOINLINE static void free_garbage(void) {
  void *bad = (void *)0x4141414141410ULL;
  free(HIDE(bad));
}
NOINLINE static void overrun_mapping(void) {
  char *at = page(PROT_READ | PROT_WRITE, 3);
  munmap(at + 8192, 4096);
  say("write", at + 8192, 1);
  for (volatile long i = 8000; i < 9000; i++) write_byte(at + i);
}
NOINLINE static void overrun_array(void) {
  char *at = small_array;
  // To the end of what is mapped after the array, byte by byte; the kernel's map tells where that is.
  for (long i = 0;; i++) write_byte(HIDE(at) + i);
}

// ── the C library's checks ────────────────────────────────────────────────────────────────────────────────────────

__attribute__((noinline, noclone, optimize("stack-protector"))) static void smash(const char *from) {
  char buffer[16];
  char *at = buffer;
  for (int i = 0; i < 40; i++) HIDE(at)[i] = from[0];
  sink = buffer[3];
}
NOINLINE static void check(int value) { assert(value > 40 && "value must be large"); }

// ── instructions ──────────────────────────────────────────────────────────────────────────────────────────────────

NOINLINE static int divide(volatile int a, volatile int b) { return a / b; }
NOINLINE static long modulo(volatile long a, volatile long b) { return a % b; }
NOINLINE static double divide_float(volatile double a, volatile double b) { return a / b; }

/** Floating-point exceptions are masked in mxcsr: bit 7 invalid operation, bit 9 division by zero (Intel SDM vol. 1, 10.2.3). */
static void unmask(unsigned bit) {
  unsigned mxcsr;
  __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
  mxcsr &= ~bit;
  __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
}

static void report(int number, siginfo_t *info, void *context) {
  ucontext_t *uc = context;
  printf("handled %d code %d addr %p err %lx trap %ld\n", number, info->si_code, info->si_addr, (long)uc->uc_mcontext.gregs[REG_ERR], (long)uc->uc_mcontext.gregs[REG_TRAPNO]);
  fflush(stdout);
  _exit(0);
}
static void wait_in_handler(int number, siginfo_t *info, void *context) {
  printf("ready\n");
  fflush(stdout);
  for (;;) pause();
}
static void handle(void (*handler)(int, siginfo_t *, void *)) {
  static char alternate[65536];
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  sigaltstack(&stack, 0);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
  for (int i = 0; i < 5; i++) sigaction(signals[i], &action, 0);
}

/** `@FILE` names a file that holds the mode: so a debugger that starts the program again with the same arguments gets another fault. */
static const char *mode_of(const char *argument) {
  static char mode[64];
  if (argument[0] != '@') return argument;
  FILE *file = fopen(argument + 1, "r");
  if (!file || fscanf(file, "%63s", mode) != 1) exit(65);
  fclose(file);
  return mode;
}

int main(int argc, char **argv) {
  const char *mode = mode_of(argc > 1 ? argv[1] : "");
  if (argc > 2 && strcmp(argv[2], "handled") == 0) handle(report);
  if (argc > 2 && strcmp(argv[2], "waits") == 0) handle(wait_in_handler);
#define MODE(name) else if (strcmp(mode, name) == 0)
  if (0) {}
  MODE("null-field") { struct node n = {.next = 0}; say("read", (void *)offsetof(struct node, inner.count), 4); sink = follow(HIDE(&n)); }
  MODE("null-read") { say("read", 0, 4); sink = read_int(HIDE((int *)0)); }
  MODE("null-write") { say("write", 0, 4); write_int(HIDE((int *)0), 3); }
  MODE("null-increment") { say("read", 0, 4); increment(HIDE((int *)0)); }
  MODE("null-increment-at-once") { say("write", 0, 4); increment_at_once(HIDE((int *)0)); }
  MODE("rodata-increment-at-once") { int *p = (int *)text_constant; say("write", p, 4); increment_at_once(HIDE(p)); }
  MODE("null-index") { int *array = HIDE((int *)0); volatile long i = 300; say("read", (void *)(300 * sizeof(int)), 4); sink = array[i]; }
  MODE("null-call") { say("execute", 0, 0); sink = call_it(HIDE((int (*)(void))0)); }
  MODE("write-text") { say("write", (void *)f, 1); write_byte(HIDE((char *)f)); }
  MODE("increment-rodata") { int *p = (int *)text_constant; say("write", p, 4); increment(HIDE(p)); }
  MODE("write-rodata") { say("write", text_constant, 1); write_byte(HIDE((char *)text_constant)); }
  MODE("write-relro") { say("write", table_of_functions, 4); write_int(HIDE((int *)table_of_functions), 1); }
  MODE("execute-heap") { char *p = malloc(64); memset(p, 0xc3, 64); say("execute", p, 0); sink = call_it(HIDE((int (*)(void))p)); }
  MODE("execute-data") { say("execute", code_in_data, 0); sink = call_it(HIDE((int (*)(void))code_in_data)); }
  MODE("execute-stack") { char code[16]; memset(code, 0xc3, 16); say("execute", code, 0); sink = call_it(HIDE((int (*)(void))code)); }
  MODE("execute-unmapped") { void *p = (void *)0x13572468000; say("execute", p, 0); sink = call_it(HIDE((int (*)(void))p)); }
  MODE("kernel-read") { long *p = (long *)0xffffffff81000000; say("read", p, 8); sink = (int)read_long(HIDE(p)); }
  MODE("kernel-write") { int *p = (int *)0xffff888000000000; say("write", p, 4); write_int(HIDE(p), 1); }
  MODE("vsyscall-read") { long *p = (long *)0xffffffffff600000; say("read", p, 8); sink = (int)read_long(HIDE(p)); }
  MODE("non-canonical-read") { long *p = (long *)0x4141414141414141; say("read", p, 8); sink = (int)read_long(HIDE(p)); }
  MODE("non-canonical-write") { int *p = (int *)0xdeadbeefcafe0000; say("write", p, 4); write_int(HIDE(p), 9); }
  MODE("non-canonical-call") { void *p = (void *)0x4242424242424242; say("execute", p, 0); sink = call_it(HIDE((int (*)(void))p)); }
  MODE("non-canonical-return") { void *p = (void *)0x4343434343434343; say("execute", p, 0); return_to(HIDE(p)); }
  MODE("corrupted-return") { say("execute", code_in_data, 0); return_to(code_in_data); }
  MODE("corrupted-return-unmapped") { void *p = (void *)0x4141414140; say("execute", p, 0); overflow_to(HIDE(p)); }
  MODE("non-canonical-stack") { long *p = (long *)0x5151515151515150; say("read", p, 8); __asm__ volatile("mov %0, %%rbp\n mov (%%rbp), %%rax" : : "r"(p) : "rax", "memory"); }
  MODE("misaligned-load") { char *p = HIDE(&small_array[4]); p += ((uintptr_t)p & 15) == 0; say("read", p, 16); __asm__ volatile("movaps (%0), %%xmm0" : : "r"(p) : "xmm0", "memory"); }
  MODE("misaligned-store") { char *p = HIDE(&small_array[0]); p += 8 + (8 - ((uintptr_t)p & 15)) + 1; say("write", p, 16); __asm__ volatile("movdqa %%xmm0, (%0)" : : "r"(p) : "memory"); }
  MODE("misaligned-add") { char *p = HIDE(&small_array[0]); p += 16 - ((uintptr_t)p & 15) + 4; say("read", p, 16); __asm__ volatile("paddd (%0), %%xmm0" : : "r"(p) : "xmm0", "memory"); }
  MODE("privileged-hlt") { say("none", 0, 0); __asm__ volatile("hlt"); }
  MODE("privileged-cli") { say("none", 0, 0); __asm__ volatile("cli"); }
  MODE("privileged-in") { say("none", 0, 0); __asm__ volatile("inb %%dx, %%al" : : "d"(0x80) : "rax"); }
  MODE("privileged-cr") { say("none", 0, 0); __asm__ volatile("mov %%cr0, %%rax" : : : "rax"); }
  MODE("privileged-rdmsr") { say("none", 0, 0); __asm__ volatile("rdmsr" : : "c"(0x10) : "rax", "rdx"); }
  MODE("privileged-int") { say("none", 0, 0); __asm__ volatile("int $0x21"); }
  MODE("illegal-ud2") { say("none", 0, 0); __builtin_trap(); }
  MODE("illegal-bytes") { say("none", 0, 0); __asm__ volatile(".byte 0x06"); }
  MODE("breakpoint") { say("none", 0, 0); __asm__ volatile("int3"); }
  MODE("divide-int") { say("none", 0, 0); sink = divide(HIDE(17), HIDE(0)); }
  MODE("divide-long") { say("none", 0, 0); sink = (int)modulo(HIDE(17L), HIDE(0L)); }
  MODE("divide-overflow") { say("none", 0, 0); sink = divide(HIDE((int)0x80000000), HIDE(-1)); }
  MODE("divide-float") { unmask(0x200); say("none", 0, 0); sink = (int)divide_float(1.5, 0.0); }
  MODE("invalid-float") { unmask(0x80); say("none", 0, 0); sink = (int)divide_float(0.0, 0.0); }
  MODE("stack-overflow") { say("write", 0, 0); sink = recurse(1); }
  MODE("stack-overflow-mutual") { say("write", 0, 0); sink = ping(1); }
  MODE("stack-overflow-big") { say("write", 0, 0); sink = big_frame(2); }
  MODE("thread-stack-overflow") { say("write", 0, 0); in_thread(thread_recurses); }
  MODE("thread-guard-read") { in_thread(thread_reads_guard); }
  MODE("protected-page") { char *p = page(PROT_READ | PROT_WRITE, 3); mprotect(p + 4096, 4096, PROT_NONE); say("write", p + 4096, 1); for (volatile int i = 4000; i < 5000; i++) write_byte(p + i); }
  MODE("guard-region") {
    char *p = page(PROT_READ | PROT_WRITE, 3);
    if (madvise(p + 4096, 4096, 102) != 0) { printf("unsupported\n"); return 0; }
    say("read", p + 4096 + 16, 4);
    sink = read_int((int *)(p + 4096 + 16));
  }
  MODE("protected-read") { char *p = page(PROT_NONE, 16); say("read", p + 100, 4); sink = read_int(HIDE((int *)(p + 100))); }
  MODE("protected-write") { char *p = page(PROT_READ, 2); say("write", p + 8, 4); write_int(HIDE((int *)(p + 8)), 2); }
  MODE("unmapped-wild") { int *p = (int *)0x123456789abc; say("write", p, 4); write_int(HIDE(p), 2); }
  MODE("unmapped-after-munmap") { char *p = page(PROT_READ | PROT_WRITE, 4); p[0] = 1; munmap(p, 4 * 4096); say("read", p + 8, 4); sink = read_int(HIDE((int *)(p + 8))); }
  MODE("past-end-of-file") {
    FILE *file = tmpfile();
    fputs("short", file);
    fflush(file);
    char *p = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    say("read", p + 4096 + 12, 4);
    sink = read_int(HIDE((int *)(p + 4096 + 12)));
  }
  MODE("past-end-of-file-write") {
    FILE *file = tmpfile();
    fputs("short", file);
    fflush(file);
    char *p = mmap(0, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fileno(file), 0);
    say("write", p + 4096, 4);
    write_int(HIDE((int *)(p + 4096)), 5);
  }
  MODE("heap-use-after-free") use_after_free();
  MODE("heap-use-key-after-free") use_key_after_free();
  MODE("heap-use-after-free-large") use_after_free_large();
  MODE("heap-double-free") { say("none", 0, 0); double_free(); }
  MODE("heap-smash-top") { say("none", 0, 0); smash_top(); }
  MODE("heap-free-invalid") { say("none", 0, 0); free_invalid(); }
  MODE("heap-free-garbage") { say("read", 0, 0); free_garbage(); }
  MODE("overrun-mapping") overrun_mapping();
  MODE("overrun-array") { printf("access write\nsize 1\nobject %p\n", (void *)small_array); fflush(stdout); overrun_array(); }
  MODE("stack-smashed") { say("none", 0, 0); smash("AAAA"); }
  MODE("abort") { say("none", 0, 0); abort(); }
  MODE("assertion") { say("none", 0, 0); check(HIDE(3)); }
  MODE("raise-segv") { say("none", 0, 0); raise(SIGSEGV); }
  MODE("kill-self-abrt") { say("none", 0, 0); kill(getpid(), SIGABRT); }
  MODE("raise-trap") { say("none", 0, 0); raise(SIGTRAP); }
  // For the controls: nothing of these is a fault.
  MODE("wait") { printf("ready\n"); fflush(stdout); for (;;) pause(); }
  MODE("raise-usr1") { signal(SIGUSR1, SIG_IGN); printf("ready\n"); fflush(stdout); raise(SIGUSR1); }
  MODE("raise-term") { raise(SIGTERM); }
  MODE("raise-stop") { raise(SIGSTOP); }
  MODE("child") { if (fork() == 0) _exit(3); signal(SIGCHLD, SIG_DFL); for (;;) pause(); }
  MODE("exec") { execl(argv[0], argv[0], "exit", (char *)0); }
  MODE("exit") { for (volatile int i = 0; i < 3; i++) sink = i; return 3; }
  else return 64;
  return 0;
}
