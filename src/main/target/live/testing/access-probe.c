/*
 * Builds every kind of mapping it can, prints `CLASS START LENGTH` for each, then `ready`, and answers probes on standard input.
 *
 *   probe:   ACCESS ADDRESS        ACCESS is r, w, x (by the program itself), R or W (by the kernel, for a system call); ADDRESS is hex
 *   answer:  SIGNAL CODE SI_ADDR ERRNO BEFORE AFTER      decimal, decimal, hex, decimal, hex, hex
 *
 * SIGNAL is 0 when the access went through. ERRNO is that of the system call for R and W. BEFORE and AFTER are the page's pagemap words around the access, in the process
 * that made it: a forked child, so that no probe changes what the next one sees. A fetch runs one instruction with the trap flag set: the trap after the jump comes
 * before the fetch, the second one after the instruction, so nothing but that one instruction ever runs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE 4096UL
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

struct result { volatile long signal, code, error, done; volatile unsigned long address, before, after; };
static struct result *result;
static unsigned char *scratch; /* 64 KiB: where a stray instruction may read and write */
static char *signal_stack;
static unsigned long target;
static int traps;
static int pagemap_fd;

static const char constant[3 * PAGE] = "read only";
static char filled[3 * PAGE] = "data";
static char empty[5 * PAGE];
extern char _DYNAMIC[];
extern char __executable_start[], etext[];
__attribute__((noinline)) int a_function(int x) { return x + 1; }

static unsigned long word_of(unsigned long address) {
  unsigned long word = 0;
  if (pread(pagemap_fd, &word, 8, (long)(address >> 12) * 8) != 8) return 0;
  return word;
}

__attribute__((noreturn)) static void finish(long signal, long code, unsigned long address, long error) {
  result->signal = signal;
  result->code = code;
  result->address = address;
  result->error = error;
  result->after = word_of(target);
  result->done = 1;
  for (;;) syscall(SYS_exit_group, 0);
}

static int is_canonical(unsigned long address) { return ((long)(address << 16) >> 16) == (long)address; }

static void on_signal(int signal, siginfo_t *info, void *context) {
  unsigned long rip = (unsigned long)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
  if (traps < 0) finish(signal, info->si_code, (unsigned long)info->si_addr, 0); /* a read or a write */
  if (signal == SIGTRAP && traps == 0 && rip == target) { traps = 1; return; }
  int fetch = info->si_code > 0 && (signal == SIGSEGV || signal == SIGBUS) &&
              ((rip == target && (unsigned long)info->si_addr == target) || (info->si_code == SI_KERNEL && !is_canonical(target)) ||
               (info->si_code == SI_KERNEL && target >> 12 == 0xffffffffff600UL && rip == target));
  if (fetch) finish(signal, info->si_code, (unsigned long)info->si_addr, 0);
  finish(0, 0, 0, 0); /* the instruction ran, whatever became of it */
}

static void fetch(unsigned long address) {
  unsigned long *words = (unsigned long *)scratch;
  for (int i = 0; i < 8192; i++) words[i] = 0x302; /* popped as flags it keeps the trap flag, as an address it faults */
  unsigned long *stack = words + 4096;
  stack[0] = 0x302;
  stack[1] = address;
  asm volatile(
      "mov %0, %%rsp\n mov %1, %%rbx\n mov %%rbx, %%rcx\n mov %%rbx, %%rdx\n mov %%rbx, %%rbp\n mov %%rbx, %%r8\n mov %%rbx, %%r9\n mov %%rbx, %%r10\n mov %%rbx, %%r11\n"
      "mov %%rbx, %%r12\n mov %%rbx, %%r13\n mov %%rbx, %%r14\n mov %%rbx, %%r15\n xor %%edi, %%edi\n xor %%esi, %%esi\n mov $-1, %%rax\n popfq\n ret\n"
      :: "a"(stack), "d"(words + 2048) : "memory");
  __builtin_unreachable();
}

static void catch_all(void) {
  stack_t stack = {.ss_sp = signal_stack, .ss_size = 65536};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  int signals[] = {SIGSEGV, SIGBUS, SIGTRAP, SIGILL, SIGFPE};
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
}

static void child(char access, unsigned long address) {
  char byte = (char)0xc3;
  int pipes[2];
  catch_all();
  close(pagemap_fd);
  pagemap_fd = open("/proc/self/pagemap", O_RDONLY);
  target = address;
  result->before = word_of(address);
  traps = access == 'x' ? 0 : -1;
  switch (access) {
    case 'r': asm volatile("movb (%0), %%al" :: "r"(address) : "al", "memory"); finish(0, 0, 0, 0);
    case 'w': asm volatile("lock orb $0, (%0)" :: "r"(address) : "memory"); finish(0, 0, 0, 0); /* a write that changes nothing */
    case 'x': fetch(address);
    case 'R':
      if (pipe(pipes)) _exit(9);
      finish(0, 0, 0, syscall(SYS_write, pipes[1], address, 1) == 1 ? 0 : errno);
    case 'W': {
      struct iovec here = {&byte, 1}, there = {(void *)address, 1};
      /* Writing back what is there harms nothing, even on the stack of this function. */
      int keep = word_of(address) >> 63 ? (int)syscall(SYS_process_vm_readv, getpid(), &here, 1, &there, 1, 0) : 0;
      (void)keep;
      if (pipe(pipes) || syscall(SYS_write, pipes[1], &byte, 1) != 1) _exit(9);
      finish(0, 0, 0, syscall(SYS_read, pipes[0], address, 1) == 1 ? 0 : errno);
    }
  }
  _exit(8);
}

static void probe(char access, unsigned long address) {
  memset((void *)result, 0, sizeof *result);
  pid_t pid = fork();
  if (pid == 0) child(access, address);
  int status = 0;
  waitpid(pid, &status, 0);
  if (!result->done) printf("died %d\n", status);
  else printf("%ld %ld %lx %ld %lx %lx\n", result->signal, result->code, result->address, result->error, result->before, result->after);
}

static void say(const char *name, const void *start, unsigned long length) { printf("%s 0x%lx %lu\n", name, (unsigned long)start, length); }

static char *map_gap(unsigned long length, int protection, int flags, int fd, long offset) {
  /* Unmapped pages around each, so that no mapping joins its neighbour and an overrun meets a gap. */
  char *base = mmap(NULL, length + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return NULL;
  char *p = mmap(base + PAGE, length, protection, flags | MAP_FIXED, fd, offset);
  munmap(base, PAGE);
  munmap(base + PAGE + length, PAGE);
  if (p == MAP_FAILED) { munmap(base + PAGE, length); return NULL; }
  return p;
}

static char *made(const char *name, unsigned long length, int protection, int flags, int fd, long offset) {
  char *p = map_gap(length, protection, flags, fd, offset);
  if (p) say(name, p, length); else fprintf(stderr, "skipped %s: %s\n", name, strerror(errno));
  return p;
}

static char *anonymous(const char *name, unsigned long pages, int protection) { return made(name, pages * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

static void touch(char *p, unsigned long pages) { for (unsigned long i = 0; i < pages; i++) p[i * PAGE] = 1; }
static void look(const char *p, unsigned long pages) { for (unsigned long i = 0; i < pages; i++) (void)*(volatile const char *)(p + i * PAGE); }

static int file_of(const char *folder, const char *name, unsigned long bytes) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0700);
  if (fd < 0 || ftruncate(fd, 0)) { perror(path); exit(1); }
  static char block[PAGE];
  memset(block, 0xc3, sizeof block);
  for (unsigned long at = 0; at < bytes; at += PAGE) {
    unsigned long n = bytes - at < PAGE ? bytes - at : PAGE;
    if (write(fd, block, n) != (long)n) { perror(path); exit(1); }
  }
  return fd;
}

static void build_anonymous(void) {
  char *p;
  anonymous("anon-untouched", 32, PROT_READ | PROT_WRITE);
  if ((p = anonymous("anon-written", 32, PROT_READ | PROT_WRITE))) touch(p, 32);
  if ((p = anonymous("anon-half", 32, PROT_READ | PROT_WRITE))) touch(p, 16);
  if ((p = anonymous("zero-page", 32, PROT_READ | PROT_WRITE))) look(p, 32);
  if ((p = anonymous("read-only-untouched", 16, PROT_READ))) {}
  if ((p = anonymous("read-only-zero", 16, PROT_READ))) look(p, 16);
  if ((p = anonymous("read-only-written", 16, PROT_READ | PROT_WRITE))) { touch(p, 16); mprotect(p, 16 * PAGE, PROT_READ); }
  anonymous("none-untouched", 16, PROT_NONE);
  if ((p = anonymous("none-written", 16, PROT_READ | PROT_WRITE))) { touch(p, 16); mprotect(p, 16 * PAGE, PROT_NONE); }
  anonymous("write-only-untouched", 16, PROT_WRITE);
  if ((p = anonymous("write-only-written", 16, PROT_WRITE))) for (int i = 0; i < 16; i++) p[i * PAGE] = 1;
  if ((p = anonymous("exec-only", 16, PROT_READ | PROT_WRITE))) { memset(p, 0xc3, 16 * PAGE); mprotect(p, 16 * PAGE, PROT_EXEC); }
  anonymous("exec-only-untouched", 16, PROT_EXEC);
  if ((p = anonymous("read-exec", 16, PROT_READ | PROT_WRITE))) { memset(p, 0xc3, 16 * PAGE); mprotect(p, 16 * PAGE, PROT_READ | PROT_EXEC); }
  anonymous("read-exec-untouched", 16, PROT_READ | PROT_EXEC);
  if ((p = anonymous("read-write-exec", 16, PROT_READ | PROT_WRITE | PROT_EXEC))) memset(p, 0xc3, 8 * PAGE);
  if ((p = anonymous("write-exec", 16, PROT_WRITE | PROT_EXEC))) memset(p, 0xc3, 8 * PAGE);
  if ((p = anonymous("dontneed", 32, PROT_READ | PROT_WRITE))) { touch(p, 32); madvise(p + 8 * PAGE, 16 * PAGE, MADV_DONTNEED); }
  if ((p = anonymous("madv-free", 16, PROT_READ | PROT_WRITE))) { touch(p, 16); madvise(p, 16 * PAGE, MADV_FREE); }
  if ((p = anonymous("mlocked", 16, PROT_READ | PROT_WRITE))) { if (mlock(p, 16 * PAGE)) fprintf(stderr, "mlock: %s\n", strerror(errno)); }
  if ((p = anonymous("mergeable", 16, PROT_READ | PROT_WRITE))) { madvise(p, 16 * PAGE, MADV_MERGEABLE); touch(p, 16); }
  if ((p = anonymous("checkerboard", 64, PROT_READ | PROT_WRITE))) for (int i = 0; i < 64; i += 2) mprotect(p + i * PAGE, PAGE, PROT_READ);
  if ((p = map_gap(16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) { munmap(p, 16 * PAGE); say("unmapped", p, 16 * PAGE); }
  p = mmap(NULL, 6 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p != MAP_FAILED) {
    char *aligned = (char *)(((unsigned long)p + (2 << 20) - 1) & ~((2UL << 20) - 1));
    madvise(aligned, 4 << 20, MADV_HUGEPAGE);
    *aligned = 1;
    say("huge-page", aligned, 2 << 20);
    say("huge-page-untouched", aligned + (2 << 20), 2 << 20);
  }
  p = mmap(NULL, 2 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_NORESERVE, -1, 0);
  if (p != MAP_FAILED) say("hugetlb-empty-pool", p, 2 << 20); else fprintf(stderr, "skipped hugetlb: %s\n", strerror(errno));
  /* Room to grow: nothing mapped for 64 MiB below. */
  p = mmap(NULL, 64 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  munmap(p, 64 << 20);
  char *top = mmap(p + (63 << 20), 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED_NOREPLACE, -1, 0);
  if (top != MAP_FAILED) { top[0] = 1; say("grows-down", top, 4 * PAGE); say("grows-down-room", top - 64 * PAGE, 64 * PAGE); say("grows-down-far", top - (12 << 20), 64 * PAGE); }
}

static void build_guards(void) {
  char *p = anonymous("guard-region", 16, PROT_READ | PROT_WRITE);
  if (p && madvise(p + 4 * PAGE, 8 * PAGE, MADV_GUARD_INSTALL)) fprintf(stderr, "no guard regions here: %s\n", strerror(errno));
  if ((p = anonymous("guard-read-only", 8, PROT_READ | PROT_WRITE))) { madvise(p, 8 * PAGE, MADV_GUARD_INSTALL); mprotect(p, 8 * PAGE, PROT_READ); }
  if ((p = anonymous("guard-none", 8, PROT_READ | PROT_WRITE))) { madvise(p, 8 * PAGE, MADV_GUARD_INSTALL); mprotect(p, 8 * PAGE, PROT_NONE); }
  if ((p = anonymous("guard-exec", 8, PROT_READ | PROT_WRITE))) { madvise(p, 8 * PAGE, MADV_GUARD_INSTALL); mprotect(p, 8 * PAGE, PROT_READ | PROT_EXEC); }
}

static void build_files(const char *folder) {
  char *p;
  int fd = file_of(folder, "whole.bin", 16 * PAGE);
  int reader = open("/proc/self/exe", O_RDONLY);
  made("file-private-read", 16 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
  made("file-private-untouched", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  if ((p = made("file-private-seen", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0))) look(p, 16);
  if ((p = made("file-private-copied", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0))) touch(p, 16);
  made("file-private-exec", 16 * PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  made("file-private-none", 16 * PAGE, PROT_NONE, MAP_PRIVATE, fd, 0);
  made("file-shared-read", 16 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
  made("file-shared-untouched", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if ((p = made("file-shared-written", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0))) for (int i = 0; i < 16; i++) p[i * PAGE] = (char)0xc3;
  made("file-offset", 8 * PAGE, PROT_READ, MAP_PRIVATE, fd, 8 * PAGE);
  made("program-file", 4 * PAGE, PROT_READ, MAP_PRIVATE, reader, 0);
  int cut = file_of(folder, "cut.bin", 16 * PAGE);
  made("truncated-private", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, cut, 0);
  if ((p = made("truncated-copied", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, cut, 0))) touch(p, 16);
  made("truncated-shared", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, cut, 0);
  made("truncated-read-only", 16 * PAGE, PROT_READ, MAP_PRIVATE, cut, 0);
  made("truncated-exec", 16 * PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, cut, 0);
  made("truncated-none", 16 * PAGE, PROT_NONE, MAP_PRIVATE, cut, 0);
  if (ftruncate(cut, 5 * PAGE + 100)) perror("ftruncate");
  int gone = file_of(folder, "deleted.bin", 6 * PAGE + 1);
  made("deleted-file", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, gone, 0);
  char path[4096];
  snprintf(path, sizeof path, "%s/deleted.bin", folder);
  unlink(path);
  int zero = open("/dev/zero", O_RDWR);
  made("dev-zero-private", 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
  made("dev-zero-shared", 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, zero, 0);
}

static void build_shared(void) {
  char *p;
  made("shared-anonymous", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if ((p = made("shared-anonymous-written", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) touch(p, 16);
  made("shared-anonymous-read-only", 8 * PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int memory = memfd_create("probe", 0);
  if (ftruncate(memory, 8 * PAGE + 10)) perror("memfd");
  made("memfd-shared", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  made("memfd-private", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, memory, 0);
  if ((p = made("memfd-written", 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0))) touch(p, 8);
  char name[64];
  snprintf(name, sizeof name, "/vmatlas-probe-%d", getpid());
  int shm = shm_open(name, O_RDWR | O_CREAT, 0600);
  if (shm >= 0) {
    if (ftruncate(shm, 8 * PAGE)) perror("shm");
    made("shm", 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, shm, 0);
    shm_unlink(name);
  }
  int id = shmget(IPC_PRIVATE, 8 * PAGE, IPC_CREAT | 0600);
  if (id >= 0) {
    p = shmat(id, NULL, 0);
    shmctl(id, IPC_RMID, NULL);
    if (p != (char *)-1) say("sysv-shm", p, 8 * PAGE);
  }
}

static void build_special(void) {
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[4096], name[4096];
  unsigned long start, end;
  while (maps && fgets(line, sizeof line, maps)) {
    name[0] = 0;
    sscanf(line, "%lx-%lx %*s %*s %*s %*s %4000s", &start, &end, name);
    if (!strcmp(name, "[vvar]")) say("vvar", (void *)start, end - start);
    if (!strcmp(name, "[vvar_vclock]")) say("vvar-vclock", (void *)start, end - start);
    if (!strcmp(name, "[vdso]")) say("vdso", (void *)start, end - start);
    if (!strcmp(name, "[vsyscall]")) {
      say("vsyscall", (void *)start, end - start);
      say("vsyscall-gettimeofday", (void *)start, 1);
      say("vsyscall-time", (void *)(start + 0x400), 1);
      say("vsyscall-getcpu", (void *)(start + 0x800), 1);
    }
    if (!strcmp(name, "[heap]")) say("brk-heap", (void *)start, end - start);
    if (!strcmp(name, "[stack]")) {
      say("main-stack", (void *)start, end - start);
      say("stack-room", (void *)(start - 256 * PAGE), 256 * PAGE);
      say("stack-limit", (void *)(end - (8UL << 20) - 32 * PAGE), 64 * PAGE);
      say("above-stack", (void *)end, 16 * PAGE);
    }
  }
  if (maps) fclose(maps);
  say("null", (void *)0, 16 * PAGE);
  say("last-user-page", (void *)0x7ffffffff000UL, PAGE);
  say("non-canonical", (void *)0x800000000000UL, 1UL << 40);
  say("non-canonical-high", (void *)0xff00000000000000UL, 1UL << 40);
  say("kernel-half", (void *)0xffff800000000000UL, 1UL << 46);
  say("kernel-text", (void *)0xffffffff81000000UL, 1UL << 24);
  say("last-byte", (void *)0xfffffffffffff000UL, PAGE);
}

static volatile int thread_ready;
static void *sleeper(void *unused) {
  char local[2 * PAGE];
  memset(local, 1, sizeof local);
  pthread_attr_t attributes;
  void *stack;
  size_t size, guard;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &stack, &size);
  pthread_attr_getguardsize(&attributes, &guard);
  say("thread-stack", stack, size);
  say("thread-guard", (char *)stack - guard, guard);
  thread_ready = 1;
  for (;;) pause();
  return unused;
}

int main(int argc, char **argv) {
  const char *folder = argc > 1 ? argv[1] : "/tmp";
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  result = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  scratch = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  signal_stack = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(signal_stack, 0, 65536);
  pagemap_fd = open("/proc/self/pagemap", O_RDONLY);
  say("text", (void *)((unsigned long)__executable_start), (unsigned long)etext - (unsigned long)__executable_start);
  say("function", (void *)(unsigned long)a_function, 16);
  say("rodata", constant, sizeof constant);
  say("relro", (void *)((unsigned long)_DYNAMIC & ~(PAGE - 1)), PAGE);
  say("data", filled, sizeof filled);
  say("bss", empty, sizeof empty);
  empty[0] = 1;
  (void)*(volatile char *)(empty + 2 * PAGE);
  char *small = malloc(100), *large = malloc(300000);
  say("malloc-small", small, 100);
  say("malloc-large", large, 300000);
  say("libc-text", (void *)((unsigned long)printf & ~(PAGE - 1)), 32 * PAGE);
  say("libc-data", (void *)((unsigned long)stdout & ~(PAGE - 1)), PAGE);
  build_anonymous();
  build_guards();
  build_files(folder);
  build_shared();
  pthread_t thread;
  if (pthread_create(&thread, NULL, sleeper, NULL) == 0) while (!thread_ready) usleep(1000);
  char *forked = anonymous("after-fork", 16, PROT_READ | PROT_WRITE);
  if (forked) {
    touch(forked, 16);
    pid_t sharer = fork(); /* lives on and keeps its half of every private page */
    if (sharer == 0) { prctl(PR_SET_PDEATHSIG, SIGKILL); for (;;) pause(); }
    for (int i = 0; i < 8; i++) forked[i * PAGE] = 2;
  }
  build_special();
  printf("ready\n");
  fflush(stdout);
  char access;
  unsigned long address;
  while (scanf(" %c %lx", &access, &address) == 2) {
    if (access == '.') fflush(stdout); else { probe(access, address); }
  }
  fflush(stdout);
  return 0;
}
