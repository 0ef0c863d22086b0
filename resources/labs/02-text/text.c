/* Tries to write over its own instructions. */
#include <stdio.h>
#include <unistd.h>

int main(void) {
  volatile unsigned int *code = (unsigned int *)main;

  printf("pid: %d\n", (int)getpid());
  printf("main: %p\n", (void *)main);
  printf("first four bytes: 0x%08x\n", *code);

  printf("About to write into main.\n"); /* STOP: look */
  *code = 0x90909090;                    /* WRITE: four nop instructions, if this worked */
  printf("Written: 0x%08x\n", *code);
  return 0;
}
