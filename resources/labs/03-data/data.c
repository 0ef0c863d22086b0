/* A global with a first value: the file has it, each process gets a copy. */
#include <stdio.h>
#include <unistd.h>

int answer = 42;

int main(void) {
  printf("pid: %d\n", (int)getpid());
  printf("address of answer: %p\n", (void *)&answer);
  printf("first value: %d\n", answer);

  answer = answer + 1; /* STOP: first */

  printf("second value: %d\n", answer);
  printf("The end.\n"); /* STOP: second */
  return 0;
}
