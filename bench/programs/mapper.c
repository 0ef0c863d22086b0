/*
 * mapper COUNT: makes itself COUNT mappings that the kernel cannot join, half of a file and half anonymous or all anonymous, then waits for its input to close.
 * The usual limit is 65,530 (vm.max_map_count).
 *
 *   anonymous pages:  rw-p r--p rw-p r--p …   neighbours differ in permissions
 *   pages of a file:  page 0, page 2, page 4 … of it, read-only: neighbours are not contiguous in the file
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL

int main(int argc, char **argv) {
  size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 60000;
  const char *file = argc > 2 ? argv[2] : NULL;
  size_t of_file = file ? count / 2 : 0;
  size_t anonymous = count - of_file;
  char *base = mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return perror("mmap"), 1;
  for (size_t i = 0; i < anonymous; i += 2)
    if (mprotect(base + i * PAGE, PAGE, PROT_READ)) return perror("mprotect"), 1;
  if (file) {
    int fd = open(file, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || ftruncate(fd, 2 * of_file * PAGE)) return perror(file), 1;
    for (size_t i = 0; i < of_file; i++)
      if (mmap(base + (anonymous + i) * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 2 * i * PAGE) == MAP_FAILED) return perror("mmap file"), 1;
    close(fd);
  }
  printf("first %p\n", (void *)base);
  printf("ready\n");
  fflush(stdout);
  char c;
  while (read(0, &c, 1) > 0) {}
  return 0;
}
