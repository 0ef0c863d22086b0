import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { compileC } from '../../testing/compile.ts';
import { runProgram } from '../../testing/run-program.ts';
import type { RunningProgram } from '../../testing/run-program.ts';
import { readLinkMap } from './link-map.ts';

/** Prints what the loader itself says of its libraries. */
const LIBRARIES = `#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
static int each(struct dl_phdr_info *info, size_t size, void *unused) {
  if (info->dlpi_name[0] == '/') printf("%s 0x%lx\\n", info->dlpi_name, (unsigned long)info->dlpi_addr);
  return 0;
}
int main(void) { dl_iterate_phdr(each, 0); puts("ready"); fflush(stdout); getchar(); return 0; }
`;

let program: RunningProgram | undefined;

afterEach(async () => {
  await program?.stop();
  program = undefined;
});

describe('the loader\'s list', () => {
  it.each([['PIE', ['-pie', '-fPIE']], ['not PIE', ['-no-pie']]])('is what the loader says (%s)', async (_, flags) => {
    program = await runProgram(compileC(LIBRARIES, { name: 'libraries', flags: [...flags, '-lm', '-Wl,--no-as-needed'] }));
    const said = [...program.facts].map(([path, bias]) => ({ path, bias: BigInt(bias) }));
    expect(said.length).toBeGreaterThan(1);
    expect(readLinkMap(program.pid)).toEqual(said);
  });

  it.each([['-static'], ['-static-pie']])('is empty or right for %s', async (flag) => {
    program = await runProgram(compileC(LIBRARIES, { name: 'static', flags: [flag] }));
    expect(readLinkMap(program.pid)).toEqual([]);
  });

  it('is empty for what is not there', () => {
    expect(readFileSync('/proc/self/maps').length).toBeGreaterThan(0);
    expect(readLinkMap(4_100_000)).toEqual([]);
  });
});
