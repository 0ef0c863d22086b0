/* Reads one byte of another process by process_vm_readv for each hex address on standard input, and prints the errno, 0 for a byte that was read: `remote-reader PID`. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  int pid = atoi(argv[1]);
  unsigned long address;
  while (scanf("%lx", &address) == 1) {
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)address, 1};
    printf("%d\n", process_vm_readv(pid, &here, 1, &there, 1, 0) == 1 ? 0 : errno);
  }
  return 0;
}
