import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { compileC, programSource } from '../../testing/compile.ts';
import { runProgram } from '../../testing/run-program.ts';
import { productRoot } from '../common/product.ts';
import type { WhereJson } from './json.ts';

const launcher = join(productRoot(), 'bin/vmatlas.mjs');
const built = existsSync(join(productRoot(), 'out/main/cli.js')) && existsSync(join(productRoot(), 'out/renderer/index.html'));

function vmatlas(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8', timeout: 30_000 });
}

// What the tests beside this one check from the sources, once more from the build: that the chunks load each other, the demangler finds its file, pipes and signals work.
describe.runIf(built)('the built program', () => {
  test('where, with a name that only the demangler knows', async () => {
    const source = `#include <cstdio>
      namespace outer { __attribute__((noinline)) int twice(int v) { return v * 2; } }
      int main() { printf("twice %p\\nready\\n", (void *)outer::twice); fflush(stdout); getchar(); return outer::twice(1); }`;
    const program = await runProgram(compileC(source, { flags: ['-x', 'c++'] }));
    const { status, stdout, stderr } = vmatlas('where', String(program.pid), 'outer::twice(int)', '--json');
    await program.stop();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout) as WhereJson[]).toMatchObject([{ address: program.facts.get('twice'), region: { kind: 'text' }, symbol: { name: 'outer::twice(int)', offset: 0 } }]);
  });

  test('exit codes and errors', () => {
    expect(vmatlas('map', '4194303')).toMatchObject({ status: 3, stdout: '', stderr: 'vmatlas: There is no process 4194303.\n' });
    expect(vmatlas('map')).toMatchObject({ status: 2, stdout: '' });
    expect(vmatlas('--version')).toMatchObject({ status: 0, stderr: '' });
  });

  test('a reader that closes the pipe early is no error', async () => {
    const program = await runProgram(compileC(readFileSync(programSource('regions.c'), 'utf8')));
    const command = `"${process.execPath}" "${launcher}" read ${program.pid} empty_block 20K | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8', timeout: 30_000 });
    await program.stop();
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^0x[0-9a-f_]+ {2}00 .*\n0\n$/);
  });

  test('serve prints an address that answers, and ends on a signal', async () => {
    const child = spawn(process.execPath, [launcher, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=\S{20,}$/);
    const answer = await fetch(line, { redirect: 'manual' });
    expect(answer.status).toBeLessThan(400);
    expect((await fetch(line.replace(/token=.*/, 'token=wrong'), { redirect: 'manual' })).status).toBeGreaterThanOrEqual(400);
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});
