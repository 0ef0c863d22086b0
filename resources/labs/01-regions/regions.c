/* Puts one thing into every region and prints where each of them is. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int initialized_global = 42; /* .data: its value is in the file */
int uninitialized_global;    /* .bss: only its size is in the file */
const char *string_literal = "I live in .rodata";

int main(void) {
  int local = 1;                           /* in main's frame, on the stack */
  int *heap_block = malloc(sizeof *heap_block); /* on the heap */
  *heap_block = 20;

  printf("pid: %d\n", (int)getpid());
  printf("function: %p\n", (void *)main);
  printf("string literal: %p\n", (const void *)string_literal);
  printf("initialised global: %p\n", (void *)&initialized_global);
  printf("uninitialised global: %p\n", (void *)&uninitialized_global);
  printf("heap block: %p\n", (void *)heap_block);
  printf("local: %p\n", (void *)&local);

  printf("Press Enter to end.\n"); /* STOP: printed */
  getchar();
  free(heap_block);
  return 0;
}
