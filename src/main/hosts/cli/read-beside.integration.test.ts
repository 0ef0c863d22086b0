import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileC } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { captureReal } from './testing/capture-real.ts';

const SOURCE = `
#include <stdio.h>
#include <unistd.h>
typedef struct { unsigned port; unsigned short flags, retries; double timeout; } config_t;
config_t config = { 8080, 3, 5, 2.5 };
unsigned hits = 1;
const char *greeting = "hello";
char zeros[4096];
int main(void) {
  hits = 4; zeros[0] = 1;
  printf("config %p\\nhits %p\\ngreeting %p\\nzeros %p\\nready\\n", (void *)&config, (void *)&hits, (void *)&greeting, (void *)zeros);
  fflush(stdout);
  char byte; return (int)read(0, &byte, 1);
}`;

let program: RunningProgram;
let path = '';
beforeAll(async () => {
  path = compileC(SOURCE, { name: 'beside', flags: ['-g', '-O0', '-pie', '-fPIE'] });
  program = await runProgram(path);
});
afterAll(() => program.stop());

it('--annotate names variables and members with their values', async () => {
  const { out: text, code } = await captureReal('read', String(program.pid), 'config', '16', '--annotate');
  expect(code).toBe(0);
  expect(text).toContain('config.port = 8080, config.flags = 3, config.retries = 5, config.timeout = 2.5');
});

it('--diff-disk tells what the loader and what the program wrote, and that the file holds the rest', async () => {
  const hits = JSON.parse((await captureReal('read', String(program.pid), 'hits', '4', '--diff-disk', '--json')).out);
  expect(hits.differences).toHaveLength(1);
  const [difference] = hits.differences;
  expect(difference).toMatchObject({ memory: '04', file: '01', why: 'written since it was loaded' });
  expect(readFileSync(path)[Number(difference.fileOffset)]).toBe(1);
  const pointer = JSON.parse((await captureReal('read', String(program.pid), 'greeting', '8', '--diff-disk', '--json')).out);
  expect(pointer.differences[0].why).toContain('R_X86_64_RELATIVE');
  const same = await captureReal('read', String(program.pid), 'config', '16', '--diff-disk');
  expect(same.out).toContain('memory and file hold the same bytes');
  const bss = await captureReal('read', String(program.pid), 'zeros', '16', '--diff-disk');
  expect(bss.out).toContain('16 bytes are NOBITS');
});
