import { afterEach, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { rangeFrom } from '../../../shared/address/range.ts';
import { compileC } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { openLiveTarget } from './live-target.ts';

const PROGRAM = String.raw`
#include <stdio.h>
#include <sys/mman.h>
int main(void) {
  char *place = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char line[8];
  printf("place %p\nready\n", (void *)place);
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) { mprotect(place, 65536, PROT_READ); }
  return 0;
}`;

let program: RunningProgram | undefined;
afterEach(() => program?.stop());

it('sees a change of the map also when memory was read between the change and the picture', async () => {
  program = await runProgram(compileC(PROGRAM, { name: 'protect-one' }));
  const place = toAddress(program.address('place'));
  const target = await openLiveTarget(program.pid);
  try {
    expect((await target.readPicture()).regions.regionAt(place)?.perms).toBe('rw-p');
    await program.say('p');
    // Reading memory looks at the mappings, too: it must not take the change away from the next picture.
    await expect.poll(async () => {
      await target.readMemory(rangeFrom(place, 16), { touchNotPresent: false });
      return (await target.readPicture()).regions.regionAt(place)?.perms;
    }).toBe('r--p');
  } finally {
    target.dispose();
  }
});
