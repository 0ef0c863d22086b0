/*
 * tour.c: one object of every kind of memory, for looking around.
 *
 * Needs no argument. Prints where its objects are (`name address words`, one a line), works through a few rounds, and then waits:
 * it stays until it is ended. Deepest point: main > run > record > checksum, at the label `done`.
 *
 * Build: cc -g -O0 -o tour tour.c -pthread
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROUNDS = 4, STOCK_BYTES = 64 * 1024, LARGE_BYTES = 200000 };

typedef struct item { struct item *next; int id; char name[20]; } item_t;
typedef struct { unsigned port; unsigned short flags, retries; double timeout; } config_t;
typedef int (*operation)(int);

static int twice(int x)  { return x * 2; }
static int square(int x) { return x * x; }

/* Constant, but it holds addresses: a position-independent program must relocate it first, so it lies in RELRO. */
static operation const operations[2] = { twice, square };
/* Constant and free of addresses: .rodata. */
const unsigned limits[4] = { 16, 64, 256, 1024 };

/* Begin with a value from the file: .data. */
int         initialized_global = 42;
unsigned    hits = 1;
const char *greeting = "Hello, memory";
config_t    config = { 8080, 3, 5, 2.5 };
int         primes[8] = { 2, 3, 5, 7, 11, 13, 17, 19 };
item_t      sentinel = { &sentinel, -1, "sentinel" };

/* Begin as zero and take no room in the file: .bss. The table reaches past the file's last page. */
int           uninitialized_global;
item_t       *list_head;
unsigned long total;
char          scratch[64];
unsigned char big_table[12288];

/* One per thread. */
static __thread int thread_rounds = 7;

static const char *const NAMES[ROUNDS] = { "bolts", "gears", "springs", "valves" };

static void tell(const char *name, const void *address, const char *words)
{
    printf("%s %p %s\n", name, address, words);
}

/* FNV-1a of `text`. */
__attribute__((noinline)) unsigned checksum(const char *text, size_t length)
{
    unsigned hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
done: __attribute__((unused));
    return hash;
}

__attribute__((noinline)) int record(item_t *item, int quantity)
{
    char label[24];
    int  written = snprintf(label, sizeof label, "%s x%d", item->name, quantity);
    hits++;
    thread_rounds++;
    total += (unsigned long)operations[1](quantity);
    uninitialized_global = quantity;
    memcpy(scratch, label, (size_t)written + 1);
    unsigned sum = checksum(label, (size_t)written);
    printf("# %-12s hits=%u total=%lu sum=%08x\n", label, hits, total, sum);
    return (int)(sum & 0xff);
}

__attribute__((noinline)) void run(int rounds)
{
    int     histogram[4] = { 0 };
    item_t *current = list_head;
    for (int i = 1; i <= rounds; i++, current = current->next)
        histogram[record(current, i * 7) & 3]++;
    printf("# histogram %d %d %d %d\n", histogram[0], histogram[1], histogram[2], histogram[3]);
}

/* Tells the main thread where its own stack is, then waits. */
typedef struct { pthread_barrier_t ready; const void *on_stack; } helper_t;

static void *helper_main(void *argument)
{
    char      name[16] = "helper";
    helper_t *helper = argument;
    helper->on_stack = name;
    pthread_barrier_wait(&helper->ready);
    for (;;) pause();
    return NULL;
}

/* A data file to map: made once for each user and used again, so that nothing piles up in the temporary folder. */
static int open_stock(void)
{
    const char *folder = getenv("TMPDIR");
    char        path[4096];
    struct stat info;
    snprintf(path, sizeof path, "%s/vmatlas-tour-%u.stock", folder && *folder ? folder : "/tmp", (unsigned)getuid());
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 || fstat(fd, &info) != 0 || info.st_uid != getuid()) { perror(path); exit(1); }
    if (info.st_size != STOCK_BYTES) {
        static const char line[] = "stock: bolts gears springs valves\n";
        if (pwrite(fd, line, sizeof line - 1, 0) < 0 || ftruncate(fd, STOCK_BYTES) != 0) { perror(path); exit(1); }
    }
    return fd;
}

static void *map_or_exit(size_t length, int protection, int flags, int fd)
{
    void *address = mmap(NULL, length, protection, flags, fd, 0);
    if (address == MAP_FAILED) { perror("mmap"); exit(1); }
    return address;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);

    item_t **tail = &list_head;
    for (int i = 0; i < ROUNDS; i++) {
        item_t *item = calloc(1, sizeof *item);
        if (!item) return 1;
        item->id = 100 + i;
        strcpy(item->name, NAMES[i]);
        *tail = item;
        tail = &item->next;
    }
    *tail = list_head; /* a ring */
    free(malloc(120)); /* leaves a free block behind */
    char *large = malloc(LARGE_BYTES); /* over the mmap threshold: a mapping of its own */
    if (!large) return 1;
    strcpy(large, "a large block");

    big_table[0] = 0x11;
    big_table[2 * 4096 + 9] = 0x5a;

    const char    *stock = map_or_exit(STOCK_BYTES, PROT_READ, MAP_PRIVATE, open_stock());
    volatile char  first_of_stock = stock[0]; /* brings its first page in */
    void          *room = map_or_exit((size_t)64 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
    int           *shared = map_or_exit(4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
    unsigned char *made_code = map_or_exit(4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    memcpy(made_code, "\xb8\x2a\x00\x00\x00\xc3", 6); /* mov eax, 42; ret */
    *shared = ((int (*)(void))made_code)() + (first_of_stock == 0);

    helper_t  helper;
    pthread_t thread;
    pthread_barrier_init(&helper.ready, NULL, 2);
    if (pthread_create(&thread, NULL, helper_main, &helper) != 0) return 1;
    pthread_barrier_wait(&helper.ready);

    puts(greeting);
    tell("main", (const void *)main, "code");
    tell("checksum", (const void *)checksum, "code");
    tell("limits", limits, "constants");
    tell("greeting_text", greeting, "constants: a string");
    tell("operations", operations, "relocated constants");
    tell("initialized_global", &initialized_global, "data, 42");
    tell("config", &config, "data, a struct");
    tell("primes", primes, "data, an array");
    tell("uninitialized_global", &uninitialized_global, "bss");
    tell("big_table", big_table, "bss");
    tell("list_head", list_head, "heap, first node of a ring");
    tell("large", large, "a mapping of the allocator's own");
    tell("stock", stock, "a mapped file");
    tell("room", room, "reserved, no access");
    tell("shared", shared, "shared with children");
    tell("made_code", made_code, "writable and executable");
    tell("helper", &helper, "main stack");
    tell("helper_name", helper.on_stack, "the helper's stack");
    tell("thread_rounds", &thread_rounds, "thread-local");
    tell("printf", (const void *)printf, "code of a library");

    run(ROUNDS);
    puts("# done; waiting to be looked at");
    for (;;) pause();
}
