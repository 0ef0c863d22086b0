/* memory: typed data, pointers, a mapping with holes and pages nobody touched; copies what is written to `input` into `output`. Prints where everything is. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct { unsigned port; unsigned short flags, retries; double timeout; } config_t;
typedef struct node { struct node *next; int id; char name[12]; } node_t;

config_t config = { 8080, 3, 5, 2.5 };
int primes[4] = { 2, 3, 5, 7 };
struct { char tag; int after; } padded = { 't', 9 };
node_t second = { NULL, 2, "second" };
node_t first = { &second, 1, "first" };
const char *greeting = "Hello, memory";
volatile int input = 1, output = 0;

int main(void) {
  char *area = mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(area, 0x11, 64);
  memset(area + 8 * 4096, 0x22, 64);
  mprotect(area + 4 * 4096, 4096, PROT_NONE);
  input = 7;
  printf("config %p\nprimes %p\npadded %p\nfirst %p\nsecond %p\ngreeting %p\ninput %p\noutput %p\nmain %p\narea %p\nready\n",
         (void *)&config, (void *)primes, (void *)&padded, (void *)&first, (void *)&second, (void *)&greeting, (void *)&input, (void *)&output, (void *)main, (void *)area);
  fflush(stdout);
  for (;;) {
    output = input;
    usleep(1000);
  }
}
